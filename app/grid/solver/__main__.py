"""The solver as a process: one request (a line of JSON) on stdin, better and better grids on stdout, a line each.

It ends when the time is up, when told by SIGTERM, when stdin or stdout is closed. It may be run as a file, as `client.py` does:
then the packages `app` and `app.grid` are not executed, which would load the whole of Folkmoot.
"""

import contextlib
import json
import os
import resource
import select
import signal
import sys
import threading
from pathlib import Path
from types import ModuleType

if __name__ == "__main__" and "app" not in sys.modules:
    here = Path(__file__).resolve().parent
    for name, folder in (("app", here.parent.parent), ("app.grid", here.parent)):
        sys.modules[name] = ModuleType(name)
        sys.modules[name].__path__ = [str(folder)]

from app.grid.solver.problem import BadProblem
from app.grid.solver.search import Search, read_request

LONGEST = 64_000_000  # bytes of a request
MEMORY = 4 << 30  # bytes of address space; OR-tools reserves far more than it uses


class Speaker:
    """Writes lines, one at a time; the last one ends the process."""

    def __init__(self):
        self._lock = threading.Lock()

    def say(self, line: dict) -> None:
        """Writes a line; ends the process if nobody reads any more."""
        with self._lock:
            try:
                sys.stdout.buffer.write(json.dumps(line, separators=(",", ":")).encode() + b"\n")
                sys.stdout.buffer.flush()
            except OSError:
                os._exit(0)

    def end(self, why: str, **more) -> None:
        """Says the last line and ends the process."""
        self.say({"done": True, "why": why, **more})
        os._exit(0)

    def break_off(self) -> None:
        """Ends the process at once; the last line is said only if that cannot take time."""
        if self._lock.acquire(timeout=0.01):
            writable = select.select([], [1], [], 0)[1]
            if writable:
                with contextlib.suppress(OSError):
                    os.write(1, b'{"done":true,"why":"stopped"}\n')
        os._exit(0)


def watch(speaker: Speaker, told: int) -> None:
    """Waits for a signal (a byte from `told`), for the end of stdin or for nobody reading stdout; then ends the process."""
    poll = select.poll()
    poll.register(told, select.POLLIN)
    poll.register(0, select.POLLIN)
    poll.register(1, 0)
    while True:
        for number, event in poll.poll():
            if number == 0 and event & select.POLLIN and os.read(0, 65536):
                continue
            speaker.break_off()


def main() -> None:
    """Reads the request, searches, says what it found."""
    line = sys.stdin.buffer.raw.readline(LONGEST) if hasattr(sys.stdin.buffer, "raw") else b""
    speaker = Speaker()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
    hear, told = os.pipe()
    os.set_blocking(told, False)
    signal.signal(signal.SIGTERM, lambda *_: None)  # the byte below is what counts: it is heard while OR-tools is at work, too
    signal.set_wakeup_fd(told, warn_on_full_buffer=False)
    threading.Thread(target=watch, args=(speaker, hear), daemon=True).start()
    try:
        problem, options = read_request(json.loads(line))
        why = Search(problem, options, lambda grid: speaker.say(grid.plain())).run()
    except (BadProblem, json.JSONDecodeError, UnicodeDecodeError, RecursionError) as trouble:
        speaker.end("error", error=str(trouble) if isinstance(trouble, BadProblem) else "The request is not JSON.")
    except MemoryError:
        speaker.end("error", error="The event is too large for the memory the solver may use.")
    speaker.end(why)


if __name__ == "__main__":
    main()
