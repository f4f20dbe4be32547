"""Ending a process of our own that reads what people sent."""

import os
import signal
import subprocess


def end(process: subprocess.Popen) -> None:
    """End it and anything it started, unless it has ended. It must have been started in a session of its own, so that nothing
    else can be hit."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            process.kill()
        process.wait()
