"""What was made once and may be handed out again: pages, feeds and read models, for one version of the event each.

A thing is kept under everything it depends on: which event, its version, what the viewer may see, which page or feed. The
version is read from the database at every request, so nothing old is ever handed out. One store for each database connection
of the process: another database (a restored one, a test's) never sees what was made of this one.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from app.infra import db

MOST = 400  # things
MOST_BYTES = 32 * 1024 * 1024
GUESSED_SIZE = 2_000  # of what is not text or bytes


@dataclass(slots=True)
class Body:
    """An answer ready to send, and its ETag (of the bytes, so that a change elsewhere leaves it as it is). `packed` is the same
    compressed, in the ways that somebody asked for (app/web/sending.py)."""

    data: bytes
    etag: str
    packed: dict[str, bytes] = field(default_factory=dict)


class _Store:
    def __init__(self):
        self.things: OrderedDict[Hashable, tuple[Hashable, Any]] = OrderedDict()
        self.size = 0


_stores: WeakKeyDictionary = WeakKeyDictionary()
_lock = Lock()


def kept(what: Hashable, version: Hashable, make: Callable[[], Any], *,
         holds: Callable[[Any], bool] = lambda _thing: True) -> Any:
    """What `make` returned for `what` at this `version`, made now if it was not. One version of each thing is kept.

    `holds` says whether a kept thing is still good: for what the clock changes, too. Two who ask for the same new thing at
    once may both make it: waiting for each other would cost more than it saves.
    """
    thing = known(what, version, holds=holds)
    if thing is not None:
        return thing
    thing = make()
    with _lock:
        store = _stores.setdefault(db.engine(), _Store())
        old = store.things.pop(what, None)
        store.size += _size(thing) - (_size(old[1]) if old else 0)
        store.things[what] = (version, thing)
        while len(store.things) > MOST or store.size > MOST_BYTES:
            store.size -= _size(store.things.popitem(last=False)[1][1])
    return thing


def known(what: Hashable, version: Hashable, *, holds: Callable[[Any], bool] = lambda _thing: True) -> Any:
    """What is kept for `what` at this `version`, as far as it `holds`; None where it was not made yet."""
    store = _stores.get(db.engine())
    if store is None:
        return None
    with _lock:
        found = store.things.get(what)
        if found is None or found[0] != version or not holds(found[1]):
            return None
        store.things.move_to_end(what)
        return found[1]


def forget() -> None:
    """Keep nothing of the database in use: for tests, which begin it anew."""
    with _lock:
        _stores.pop(db.engine(), None)


def body_of(data: bytes) -> Body:
    """`data` with its ETag."""
    return Body(data, hashlib.blake2b(data, digest_size=12).hexdigest())


def _size(thing: Any) -> int:
    body = getattr(thing, "data", thing)
    return len(body) if isinstance(body, (bytes, str)) else GUESSED_SIZE  # compressed it is a tenth, and not counted
