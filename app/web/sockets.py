"""Open WebSockets, without a greenlet for each: an object that the event loop calls when something can be read or written.

Nothing here ever waits for a client. What cannot be written at once is kept up to `BACKLOG` bytes; who lags further behind is
dropped, and comes back when it can. How a connection becomes one of these is in `upgrade.py`.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Callable

import gevent

from app.web.crowding import crowd
from app.web.frames import BINARY, CLOSE, PING, PONG, Broken, Reader, close_frame, frame, said_at_close

log = logging.getLogger(__name__)

BACKLOG = 128 * 1024  # bytes a client may lag behind, beyond what it was given to begin with
READ_BYTES = 64 * 1024
LARGE = 32 * 1024  # a message from this size on is dealt with in a greenlet of its own, so that it may make way for others
TICK_SECONDS = 1.0
PING_SECONDS = 12.0  # a client that was silent for this long is asked whether it is there
SILENT_SECONDS = 27.0  # and is not, when nothing was heard for this long
LINGER_SECONDS = 2.0  # for the other end to take leave, before the connection is ended
MOST = 4000  # connections of one process
RESTART, LATER, SLOW = 1012, 1013, 4408


class Socket:
    """One open connection. `received(data)` is called for each message, `gone()` once when it has ended or is to be ended."""

    __slots__ = ("_backlog", "_fd", "_queue", "_reader", "_reading", "_waiting", "_writing", "closing", "gone", "heard", "pinged",
                 "received", "spare", "stuck", "who")

    def __init__(self, fd: int, most: int, who: tuple):
        self._fd, self._reader, self.who = fd, Reader(most), who
        loop = gevent.get_hub().loop
        self._reading, self._writing = loop.io(fd, 1), None
        self._backlog: deque = deque()
        self._waiting = self.spare = 0
        self._queue: list[bytes] | None = None  # what came while a large message is being dealt with
        self.closing = self.stuck = 0.0
        self.heard = self.pinged = time.monotonic()
        self.received: Callable[[bytes], None] = _nothing
        self.gone: Callable[[], None] = _nothing
        _open.add(self)
        crowd.hold(who)

    def listen(self, received: Callable[[bytes], None], gone: Callable[[], None]) -> None:
        """Begin to read. If the connection has ended meanwhile, `gone` is called at once."""
        if self.closing:
            gone()
            return
        self.received, self.gone = received, gone
        self._reading.start(self._readable)

    @property
    def lagging(self) -> int:
        """Bytes that wait to be written."""
        return self._waiting

    def send(self, data: bytes, *, initial: bool = False) -> None:
        """Send a whole frame. `initial`: what every client gets to begin with may be larger than a backlog."""
        if self.closing:
            return
        if initial:
            self.spare += len(data)
        self._put(data)
        if self._waiting > BACKLOG + self.spare:
            self.drop()

    def _put(self, data: bytes) -> None:
        sent = 0
        if not self._backlog:
            try:
                sent = os.write(self._fd, data)
            except BlockingIOError:
                pass
            except OSError:
                self._end()
                return
        if sent < len(data):
            if not self._backlog:
                self.stuck = time.monotonic()
                self._writing = self._writing or gevent.get_hub().loop.io(self._fd, 2)
                self._writing.start(self._writable)
            self._backlog.append(data[sent:] if sent else data)
            self._waiting += len(data) - sent

    def _writable(self) -> None:
        try:
            while self._backlog:
                data = self._backlog[0]
                sent = os.write(self._fd, data)
                self._waiting -= sent
                self.stuck = time.monotonic()
                if sent < len(data):
                    self._backlog[0] = data[sent:]
                    return
                self._backlog.popleft()
        except BlockingIOError:
            return
        except OSError:
            self._end()
            return
        self._writing.stop()
        self.spare = 0  # it has what it was given to begin with

    def _readable(self) -> None:
        try:
            data = os.read(self._fd, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._end()
            return
        self.heard = time.monotonic()
        if self.closing and self._reader is None:
            return
        try:
            for kind, content in self._reader.feed(data):
                self._take(kind, content)
                if self._fd < 0:
                    return
        except Broken as problem:
            self.close(problem.code, problem.reason)
        except Exception:
            log.exception("a message could not be dealt with")
            self.close(1011)

    def _take(self, kind: int, content: bytes) -> None:
        if kind == BINARY:
            if self.closing:
                return
            if len(content) >= LARGE:
                self._reading.stop()
                gevent.spawn(self._take_large, content)
                self._queue = []
            elif self._queue is not None:
                self._queue.append(content)
            else:
                self.received(content)
        elif kind == PING:
            if not self.closing:
                self.send(frame(PONG, content))
        elif kind == CLOSE:
            code = said_at_close(content)
            if not self.closing:
                self.close(code)
            self._end()
        elif kind != PONG:
            raise Broken(1003, "messages here are binary")

    def _take_large(self, content: bytes) -> None:
        """Out of the loop's own callbacks, where others may have their turn in between. Reading waits until it is done."""
        try:
            self.received(content)
            while self._queue and not self.closing:
                self.received(self._queue.pop(0))
        except Exception:
            log.exception("a large message could not be dealt with")
            self.close(1011)
        finally:
            self._queue = None
            if self._fd >= 0:
                self._reading.start(self._readable)

    def close(self, code: int, reason: str = "") -> None:
        """Take leave with `code`; the connection ends when the other end has answered, or soon."""
        if self.closing:
            return
        self.closing = time.monotonic()
        gone, self.gone, self.received = self.gone, _nothing, _nothing
        self._reader = self._reader if code in (1000, 1001, RESTART) or code >= 3000 else None
        gone()
        if self._fd >= 0:
            self._put(close_frame(code, reason))
        if self._fd >= 0:
            self._reading.start(self._readable)

    def drop(self) -> None:
        """End the connection of a client that does not read, without waiting for its leave."""
        log.info("a client that did not keep up was dropped, %d bytes behind", self._waiting)
        self.close(SLOW, "too slow")
        self._end()

    def _end(self) -> None:
        if self._fd < 0:
            return
        fd, self._fd = self._fd, -1
        for watcher in (self._reading, self._writing):
            if watcher is not None:
                watcher.stop()
                watcher.close()
        os.close(fd)
        _open.discard(self)
        crowd.let_go(self.who)
        self._backlog.clear()
        self._waiting = 0
        self.closing = self.closing or time.monotonic()
        gone, self.gone, self.received = self.gone, _nothing, _nothing
        gone()

    def tick(self, now: float) -> None:
        """Called every second: ask those that are silent, end those that do not answer."""
        if self.closing:
            if now - self.closing > LINGER_SECONDS:
                self._end()
        elif now - self.heard > SILENT_SECONDS or (self._waiting and now - self.stuck > SILENT_SECONDS):
            self.drop()
        elif now - self.heard > PING_SECONDS and now - self.pinged > PING_SECONDS:
            self.pinged = now
            self.send(_PING)


_PING = frame(PING, b"")
_open: set[Socket] = set()
_ticking: gevent.Greenlet | None = None
_stopping = False


def _nothing(*_more) -> None:
    """What a connection that has ended, or not begun, does with what comes."""


def _tick() -> None:
    while True:
        gevent.sleep(TICK_SECONDS)
        now = time.monotonic()
        for each in tuple(_open):
            try:
                each.tick(now)
            except Exception:
                log.exception("a connection could not be looked after")


def is_full() -> bool:
    """Whether no more can be taken."""
    return _stopping or len(_open) >= MOST


def begin(fd: int, most: int, who: tuple) -> Socket:
    """A socket for the connection `fd`, its own from now on, with messages of at most `most` bytes; `who`: see `Crowd`."""
    global _ticking
    if _ticking is None:
        _ticking = gevent.spawn(_tick)
    os.set_blocking(fd, False)
    return Socket(fd, most, who)


def stop(spread_seconds: float = 0.4) -> None:
    """Close every connection with 1012 (restart), not all in the same moment, and take no new ones."""
    global _stopping
    _stopping = True
    waiting = tuple(_open)
    for number, each in enumerate(waiting, 1):
        each.close(RESTART, "restarting")
        if number % 20 == 0:
            gevent.sleep(spread_seconds * 20 / len(waiting))
