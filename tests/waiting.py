"""Waiting for what a test reads, instead of for as long as it usually takes."""

import time
from collections.abc import Callable
from typing import TypeVar

Seen = TypeVar("Seen")


def eventually(look: Callable[[], Seen], seconds: float = 15) -> Seen:
    """What `look()` returns as soon as that is true. Fails with what it returned last.

    For pages, `look` calls `page.evaluate`: Playwright's own `wait_for_function` needs `eval`, which our pages forbid.
    """
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"after {seconds} seconds still {seen!r}"
        time.sleep(0.02)
    return seen
