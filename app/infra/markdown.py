"""The one place where people's text becomes HTML.

What people write is Markdown as they type it in a session: tables, fenced code, lists without blank lines, check boxes,
~~strike-through~~, bare addresses; a line break is a line break. It is parsed (`markup/`), and what comes out is
sanitised against a list of what is allowed. No text can hold the caller up: all but short, plainly harmless ones are
formatted in a process of their own with limits of time and memory, and what exceeds them is shown with its line breaks
only, and says so. Results are kept in memory.

Ids begin with `n-`: no page may use ids of its own that do. Classes that the HTML may carry, for the style sheet:
`md-table` (a frame that scrolls), `md-right`, `md-centre` (cells), `md-task`, `md-box` (check boxes), `md-notice` and
`md-plain` (text that was not formatted); and marked lines `md-mark` with `md-summary`, `md-action`, `md-question`, `md-idea`
or `md-quote`, which also have the ids `n-` + prefix + `mark--1`, `mark--2`… Raw HTML: see `markup/syntax.py`.
"""

import hashlib
import os
import re
import threading
import time
from collections import OrderedDict

from markupsafe import Markup

from app.infra.markup import process
from app.infra.markup.html import NotFormatted, plain_html, to_html
from app.infra.markup.text import excerpt, first_heading, plain, split_summary

__all__ = ["MAX_BYTES", "excerpt", "first_heading", "plain", "render", "split_summary", "warm"]

MAX_BYTES = 256 * 1024  # of UTF-8, in one text
INLINE = 2_000  # characters; texts up to this, if harmless, are formatted by the caller's own process (about 2 ms)
SHORT = 16_000  # characters; texts up to this have a renderer to themselves, so that long ones never delay them
LINKS = 20  # openings of links in a harmless text: each may be read to the end of the text
PATIENCE = 1.0  # seconds that a text waits for its renderer, if others are being formatted
KILLED_AFTER = 1.5  # seconds by the clock after which a renderer is killed, that wait included
CACHE_BYTES = 32 * 2**20  # of results kept, in each process
SOON = 5.0  # seconds for which a text is shown unformatted because no renderer was free
LATER = 60.0  # seconds for which it is because its renderer had to be killed
MUCH_LATER = 600.0  # seconds for which it is because formatting it was given up

_PREFIX = re.compile(r"[A-Za-z0-9_-]{0,60}")


def render(text: str, prefix: str = "", top_level: int = 3) -> Markup:
    """The HTML of a Markdown text, safe to stand in any page.

    Headings get the id `n-` + `prefix` + a slug of their words, unique within the text: give each text of a page another
    prefix (letters, digits, `-` and `_`; end it with `-`). The first heading becomes `h2` or `h3` as `top_level` says, and
    the others follow as they stand under each other, so that no level is skipped. Always answers within about 2 seconds and
    normally within milliseconds; a text that cannot be formatted in time comes back escaped, with its line breaks, under a
    notice (`class="md-notice"`).
    Raises ValueError for a text of more than `MAX_BYTES`, a bad prefix, or another top level.
    """
    data = text.encode("utf-8", "replace")
    if len(data) > MAX_BYTES:
        raise ValueError(f"the text has {len(data)} bytes; {MAX_BYTES} are allowed")
    if not _PREFIX.fullmatch(prefix) or top_level not in (2, 3):
        raise ValueError(f"not a prefix and a top level: {prefix!r}, {top_level!r}")
    key = hashlib.blake2b(f"{top_level} {prefix}\n".encode() + data, digest_size=16).digest()
    found = _cache.get(key)
    if found is None:
        found = _here(text, prefix, top_level, key) if _harmless(text) else _apart(text, prefix, top_level, key)
    return Markup(found)  # noqa: S704 - sanitised


def warm() -> None:
    """Start the renderer for short texts now, so that the first reader need not wait for it (about 0.2 s)."""
    renderer = process.renderer("short")
    with renderer.lock:
        if not renderer.pid:
            renderer.render("", "", 3, 1.0, 1.0)


def _harmless(text: str) -> bool:
    """Whether formatting takes milliseconds whatever the text says: it is short, and what is quadratic is rare in it."""
    return len(text) <= INLINE and text.count("](") <= LINKS and text.count("]:") <= LINKS


def _here(text: str, prefix: str, top_level: int, key: bytes) -> str:
    try:
        return _cache.put(key, to_html(text, prefix, top_level))
    except (NotFormatted, RecursionError):
        return _cache.put(key, plain_html(text))


def _apart(text: str, prefix: str, top_level: int, key: bytes) -> str:
    renderer = process.renderer("short" if len(text) <= SHORT else "long")
    seconds = min(0.6, 0.1 + 0.5 * len(text) / 96_000)  # real notes take a third of this or less
    lasting, begun = SOON, time.monotonic()
    if renderer.lock.acquire(timeout=PATIENCE):
        try:
            found = _cache.get(key)  # somebody who waited with us may have asked for the same
            if found is None:
                clock = begun + KILLED_AFTER - time.monotonic()
                found = _cache.put(key, renderer.render(text, prefix, top_level, seconds, clock))
            return found
        except process.Killed:
            lasting = LATER
        except process.TooSlow:
            lasting = MUCH_LATER
        except process.Unavailable:
            pass
        finally:
            renderer.lock.release()
    return _cache.put(key, plain_html(text), lasting)


class _Cache:
    """Results by key, the least recently used dropped first when there are more than `limit` bytes of them."""

    def __init__(self, limit: int):
        self.limit, self.size = limit, 0
        self._kept: OrderedDict[bytes, tuple[str, float]] = OrderedDict()
        self._lock = threading.Lock()  # never held while waiting for anything, so fork and gevent do not matter to it

    def get(self, key: bytes) -> str | None:
        """What was put, unless it was dropped or its time is over."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if found[1] < time.monotonic():
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: bytes, result: str, seconds: float = float("inf")) -> str:
        """Keep `result` for so long, at most; returns it."""
        with self._lock:
            if key in self._kept:
                self._drop(key)
            self._kept[key] = (result, time.monotonic() + seconds)
            self.size += _bytes(result)
            while self.size > self.limit:
                self._drop(next(iter(self._kept)))
        return result

    def _drop(self, key: bytes) -> None:
        self.size -= _bytes(self._kept.pop(key)[0])


def _bytes(result: str) -> int:
    """About what keeping it takes: a character above U+00FF makes every character of a string take two or four."""
    return result.__sizeof__() + 300


_cache = _Cache(CACHE_BYTES)


def _new_cache() -> None:
    global _cache
    _cache = _Cache(CACHE_BYTES)


os.register_at_fork(after_in_child=_new_cache)  # another thread of the parent may have held the lock
