"""What was made of a grid and may be handed out again: bytes and read models, for one version of the event each.

A thing is kept under everything it depends on: which event, its version, what the viewer may see, and which of its feeds. The
version is read from the database at every request, so nothing old is ever handed out. One store for each database connection
of the process: another database (a restored one, a test's) never sees what was made of this one.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from app.infra import db

MOST = 400  # things
MOST_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """An answer ready to send, and its ETag (of the bytes, so that a change elsewhere leaves it as it is)."""

    data: bytes
    etag: str


class _Store:
    def __init__(self):
        self.things: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self.size = 0


_stores: WeakKeyDictionary = WeakKeyDictionary()
_lock = Lock()


def kept(what: Hashable, version: Hashable, make: Callable[[], Any]) -> Any:
    """What `make` returned for `what` at this `version`, made now if it was not. One version of each thing is kept."""
    store = _stores.get(db.engine())
    if store is not None:
        with _lock:
            found = store.things.get(what)
            if found is not None and found[0] == version:
                store.things.move_to_end(what)
                return found[1]
    thing = make()
    with _lock:
        store = _stores.setdefault(db.engine(), _Store())
        old = store.things.pop(what, None)
        store.size += _size(thing) - (_size(old[1]) if old else 0)
        store.things[what] = (version, thing)
        while len(store.things) > MOST or store.size > MOST_BYTES:
            store.size -= _size(store.things.popitem(last=False)[1][1])
    return thing


def body_of(data: bytes) -> Body:
    """`data` with its ETag."""
    return Body(data, hashlib.blake2b(data, digest_size=12).hexdigest())


def _size(thing: Any) -> int:
    return len(thing.data) if isinstance(thing, Body) else 2_000
