"""Formatting in a process of its own, which can be stopped: a web worker serves hundreds of people from one thread, and
a text written to be slow must not hold them up.

A `Renderer` is such a process and the two pipes to it. It is started when first needed, knows none of the application's
settings, may use only so much memory, ends by itself when its parent is gone, and is replaced when it had to be killed.
Nothing here is bound to threads or to gevent: the pipes do not block, and waiting is done by `select.poll`, which gevent
makes cooperative when it has patched the program.
"""

import atexit
import contextlib
import json
import logging
import os
import select
import signal
import sys
import threading
import time

from app.infra.markup.renderer import FORMATTED, HEAD, READY

START = 5.0  # seconds by the clock until a new process must be ready (it takes 0.1, or 1 on a busy machine)
RETRY = 5.0  # seconds before another try after one could not be started

# The program of a renderer. It takes the place of the packages above ours by empty ones, because importing the real ones
# would load the whole application.
_PROGRAM = """
import json, sys, types
here, sys.path[:] = json.loads(sys.argv[1])
for name, path in (("app", []), ("app.infra", []), ("app.infra.markup", [here])):
    sys.modules[name] = types.ModuleType(name)
    sys.modules[name].__path__ = path
from app.infra.markup import renderer
renderer.serve()
"""

_log = logging.getLogger("folkmoot.markdown")


class TooSlow(Exception):
    """The text was given up. Trying again would end the same way."""


class Killed(TooSlow):
    """The renderer was killed over the text, or died of it. With a less busy machine it might have finished."""


class Unavailable(Exception):
    """There is no renderer to be had just now."""


class Renderer:
    """One process that formats one text at a time. Hold `lock` around `render`."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.pid = 0
        self._to = self._from = -1
        self._not_before = 0.0

    def render(self, text: str, prefix: str, top_level: int, seconds: float, clock: float) -> str:
        """The HTML of `text`, which may take `seconds` of processor time, and `clock` seconds altogether.

        Raises TooSlow, Killed, or Unavailable when no process can be started.
        """
        if self.pid and self._ended():
            self.stop()
        if not self.pid:
            self._start()
        request = json.dumps([text, prefix, top_level, seconds]).encode()
        try:
            deadline = time.monotonic() + clock
            self._write(HEAD.pack(b"?", len(request)) + request, deadline)
            status, answer = self._read_frame(deadline)
        except BaseException as error:  # also when our own greenlet or thread is told to stop: the pipe is half used
            self.stop()
            if isinstance(error, (OSError, EOFError)):  # TimeoutError is an OSError
                _log.warning("a renderer was stopped: %s, text of %d characters", type(error).__name__, len(text))
                raise Killed from error
            raise
        if status == FORMATTED:
            return answer.decode()
        raise TooSlow(answer.decode())

    def _start(self) -> None:
        if time.monotonic() < self._not_before:
            raise Unavailable
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        here = os.path.dirname(os.path.abspath(__file__))
        try:
            self.pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, json.dumps([here, [p for p in sys.path if p]])],
                {"PATH": os.defpath, "LANG": "C.UTF-8"},  # none of our secrets
                file_actions=[(os.POSIX_SPAWN_DUP2, theirs_in, 0), (os.POSIX_SPAWN_DUP2, theirs_out, 1)],
                setpgroup=0,  # Ctrl-C in the terminal is for us
            )
            os.close(theirs_in)
            os.close(theirs_out)
            theirs_in = theirs_out = -1
            os.set_blocking(self._to, False)
            os.set_blocking(self._from, False)
            status, _ = self._read_frame(time.monotonic() + START)
            if status != READY:
                raise EOFError
        except BaseException as error:
            self.stop()
            if isinstance(error, (OSError, EOFError)):
                self._not_before = time.monotonic() + RETRY
                _log.error("no renderer could be started: %r", error)
                raise Unavailable from error
            raise
        finally:
            for fd in (theirs_in, theirs_out):
                if fd >= 0:
                    os.close(fd)

    def stop(self) -> None:
        """End the process, if there is one, and forget it."""
        pid, self.pid = self.pid, 0
        self.close()
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            _unreaped.add(pid)
            for _ in range(100):
                reap()
                if pid not in _unreaped:
                    break
                time.sleep(0.005)

    def close(self) -> None:
        """Close our ends of the pipes, which ends the process if nobody else holds them."""
        for fd in (self._to, self._from):
            if fd >= 0:
                os.close(fd)
        self._to = self._from = -1

    def _ended(self) -> bool:
        return bool(_wait(self._from, select.POLLIN, 0))  # it speaks only when spoken to: this is the end of the file

    def _write(self, data: bytes, deadline: float) -> None:
        rest = memoryview(data)
        while rest:
            try:
                rest = rest[os.write(self._to, rest) :]
            except BlockingIOError:
                _wait(self._to, select.POLLOUT, deadline)

    def _read_frame(self, deadline: float) -> tuple[bytes, bytes]:
        status, length = HEAD.unpack(self._read(HEAD.size, deadline))
        return status, self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        parts, missing = [], length
        while missing:
            try:
                part = os.read(self._from, min(missing, 1 << 20))
            except BlockingIOError:
                _wait(self._from, select.POLLIN, deadline)
                continue
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _wait(fd: int, event: int, deadline: float) -> bool:
    """Wait until `fd` is ready. With a deadline of 0, only look; after a real one, TimeoutError."""
    poll = select.poll()
    poll.register(fd, event)
    left = max(0.0, deadline - time.monotonic())
    if poll.poll(left * 1000):
        return True
    if deadline:
        raise TimeoutError
    return False


_renderers: dict[str, Renderer] = {}
_unreaped: set[int] = set()


def renderer(name: str) -> Renderer:
    """The renderer of that name in this process. Made when first asked for, so after any fork or monkey-patching."""
    return _renderers.get(name) or _renderers.setdefault(name, Renderer())


def reap() -> None:
    """Collect the ended processes, so that none stays behind as a zombie."""
    for pid in list(_unreaped):
        try:
            done = os.waitpid(pid, os.WNOHANG)[0] != 0
        except ChildProcessError:
            done = True  # somebody else's handler for ended children has collected it
        if done:
            _unreaped.discard(pid)


@atexit.register
def _stop_all() -> None:
    for each in _renderers.values():
        each.stop()


def _forget_all() -> None:
    """After a fork the processes belong to our parent: close our copies of the pipes and start anew."""
    _unreaped.clear()
    for each in _renderers.values():
        each.close()
    _renderers.clear()


os.register_at_fork(after_in_child=_forget_all)
