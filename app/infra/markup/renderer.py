"""The program of a renderer process: it reads texts from standard input and writes their HTML to standard output.

A request is `HEAD` ("?", length) and JSON: text, prefix, top level, seconds of processor time. The answer is `HEAD`
(`FORMATTED` or `REFUSED`, length) and the HTML, or the name of what was in the way. `READY` is said once, at the start.
"""

import contextlib
import json
import os
import resource
import select
import signal
import struct
import sys

from app.infra.markup.html import NotFormatted, to_html

MEMORY = 384 * 2**20  # bytes of data a renderer may hold
RETIRES_ABOVE = 96 * 2**20  # bytes; a renderer that still holds more after a text ends, and the next gets a new one
ORPHAN_CHECK = 20.0  # seconds between looks at whether the parent is still there (its end is noticed at once, mostly)
HEAD = struct.Struct(">cI")
READY, FORMATTED, REFUSED = b"+", b"F", b"R"


class _TimeIsUp(BaseException):
    """Not an Exception, so that nothing on the way mistakes it for a fault of its own."""


def serve() -> None:
    """Be a renderer: read texts from standard input and write their HTML to standard output until it is closed."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    sys.unraisablehook = lambda _: None  # see below: what is lost in the sanitiser's callback
    working = late = False

    def time_is_up(*_: object) -> None:
        nonlocal late
        late = True
        if working:
            raise _TimeIsUp

    signal.signal(signal.SIGPROF, time_is_up)
    to_html("# Ready\n\n- [x] *to* `go`")
    parent = os.getppid()
    _send(READY, b"")
    while True:
        while not _look(ORPHAN_CHECK):
            if os.getppid() != parent:
                return
        head = _take(HEAD.size)
        if len(head) < HEAD.size:
            return
        text, prefix, top_level, seconds = json.loads(_take(HEAD.unpack(head)[1]))
        late, why, answer = False, "", ""
        try:
            working = True
            signal.setitimer(signal.ITIMER_PROF, seconds)
            answer = to_html(text, prefix, top_level)
            working = False
        except (_TimeIsUp, NotFormatted, RecursionError, MemoryError) as error:
            working = False
            why = type(error).__name__
        signal.setitimer(signal.ITIMER_PROF, 0)
        # (When time was up within the sanitiser's callback, the exception was lost there, and an attribute with it.)
        status = REFUSED if late or why else FORMATTED
        try:
            _send(status, (why if status == REFUSED else answer).encode())
        except BrokenPipeError:
            return
        if _memory() > RETIRES_ABOVE:
            return


def _memory() -> int:
    """Bytes of memory in use, or 0 where the system does not say. (`getrusage` would count our parent's.)"""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _look(seconds: float) -> bool:
    poll = select.poll()
    poll.register(0, select.POLLIN)
    return bool(poll.poll(seconds * 1000))


def _take(length: int) -> bytes:
    data = b""
    while len(data) < length and (part := os.read(0, length - len(data))):
        data += part
    return data


def _send(status: bytes, answer: bytes) -> None:
    rest = memoryview(HEAD.pack(status, len(answer)) + answer)
    while rest:
        rest = rest[os.write(1, rest) :]
