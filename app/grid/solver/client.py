"""Runs the solver in a process of its own and hands on what it finds."""

import contextlib
import fcntl
import json
import os
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("__main__.py")
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "TMPDIR", "TZ")  # of the environment; it has secrets in it


class Busy(RuntimeError):
    """As many solvers as may run at once are running."""


class Run:
    """A search going on; iterate for better and better grids (dicts, see the package). The process ends with this object.

    `outcome` is the last line: None while the search is going on, {"done": True, "why": "stopped"} if it was ended early.
    Iteration waits without blocking other greenlets where gevent has patched the standard library.
    """

    def __init__(self, request: Mapping[str, Any], turn: int):
        self.outcome: dict[str, Any] | None = None
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-P", str(PROGRAM)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(turn,),
                env={name: os.environ[name] for name in KEPT if name in os.environ})
        finally:
            os.close(turn)  # the process holds its turn until it ends, however it ends
        self._end = weakref.finalize(self, _kill, self.process)
        try:
            with contextlib.suppress(OSError):  # it ended before it had read everything; what it said is still there to be read
                self.process.stdin.write(json.dumps(request, separators=(",", ":")).encode() + b"\n")
                self.process.stdin.flush()
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return self

    def __next__(self) -> dict[str, Any]:
        """Waits for the next better grid."""
        if self.outcome is not None:
            raise StopIteration
        line = self.process.stdout.readline()
        said = json.loads(line) if line.endswith(b"\n") else {"done": True, "why": "stopped"}
        if "done" in said:
            self.outcome = said
            self.close()
            raise StopIteration
        return said

    def close(self) -> None:
        """Ends the process; harmless when it has ended."""
        if self.outcome is None:
            self.outcome = {"done": True, "why": "stopped"}
        if self._end.alive:
            self._end()
            self.process.wait()

    def __enter__(self) -> "Run":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def run(request: Mapping[str, Any], *, at_once: int = 2, turnstile: str | Path | None = None) -> Run:
    """Starts a search. Raises Busy while `at_once` of them, with the same `turnstile` folder, are running on this machine."""
    return Run(request, _turn(at_once, Path(turnstile or Path(tempfile.gettempdir()) / f"folkmoot-solver-{os.getuid()}")))


def _turn(at_once: int, folder: Path) -> int:
    """A file descriptor that holds one of the turns for as long as it, or a copy of it in a process, is open."""
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise PermissionError(f"{folder} belongs to somebody else")
    for number in range(at_once):
        turn = os.open(folder / f"turn-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return turn
        except BlockingIOError:
            os.close(turn)
    raise Busy(f"{at_once} grids are being arranged already; try again in a moment.")


def _kill(process: subprocess.Popen) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(OSError):  # an unsent rest of the request; nobody is there to read it
            pipe.close()
