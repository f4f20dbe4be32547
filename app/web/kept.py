"""Things that cost time to make and are the same for many: kept in this process for as long as they hold.

What is kept is named by everything it depends on, the version of the event first of all, so nothing here is ever taken back:
a new version is another name. Only what the clock changes is kept `until` a moment.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import NamedTuple


class _Item(NamedTuple):
    value: object
    size: int
    until: datetime | None


class Kept:
    """At most `most` characters or bytes of values, those used least recently leave first. Safe for threads and greenlets.

    Two who ask for the same new thing at once may both make it: waiting for each other would cost more than it saves.
    """

    def __init__(self, most: int):
        self._most, self._size, self._lock = most, 0, threading.Lock()
        self._items: OrderedDict[Hashable, _Item] = OrderedDict()

    def get(self, name: Hashable, make: Callable[[], tuple[str | bytes, datetime | None]], *, at: datetime):
        """What is kept under `name`, or what `make` gives: the value, and until when it holds (None: as long as its name)."""
        with self._lock:
            item = self._items.get(name)
            if item is not None and (item.until is None or at < item.until):
                self._items.move_to_end(name)
                return item.value
        value, until = make()
        with self._lock:
            old = self._items.pop(name, None)
            self._size += len(value) - (old.size if old else 0)
            self._items[name] = _Item(value, len(value), until)
            while self._size > self._most:
                _, gone = self._items.popitem(last=False)
                self._size -= gone.size
        return value

    def forget(self) -> None:
        """Keep nothing more: for tests, which begin with another database."""
        with self._lock:
            self._items.clear()
            self._size = 0
