"""Who wrote which part of a text: its log replayed, with whose each update is.

Asking the library what every single update did would take longer than all the rest. So the updates of one author wait together
for as long as nobody else's depend on them, and are done at once; an update names the clients that it was made upon.
"""

from array import array
from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from pycrdt import Doc, Text

from app.documents.crdt import ROOT, Malformed
from app.documents.wire import read_update

NOBODY = 0


class Span(NamedTuple):
    """A part of the text and who wrote it: a person's number, or `NOBODY` where that is not kept."""

    text: str
    author: int


def spans_of(log: Iterable[tuple[bytes, int | None]]) -> list[Span]:
    """The text that the updates make, in parts by author; `log` gives each update and its author's number, oldest first."""
    replay = _Replay()
    try:
        for data, author in log:
            replay.add(data, author or NOBODY)
        return replay.spans()
    finally:
        replay.let_go()


class _Replay:
    def __init__(self):
        self._doc = Doc({ROOT: Text()})
        self._text = self._doc[ROOT]
        self._watch = self._text.observe(self._changed)
        self._authors = [NOBODY]
        self._whose = array("H")  # for each byte of the text, who wrote it: a place in `_authors`
        self._waiting: dict[int, list[bytes]] = {}
        self._clients: dict[int, int] = {}  # whose update of a client waits
        self._now = 0

    def add(self, data: bytes, author: int) -> None:
        """The next update of the log."""
        try:
            named = read_update(data).named
        except Malformed:
            return
        for other in {self._clients[client] for client in named if self._clients.get(client, author) != author}:
            self._do(other)
        self._waiting.setdefault(author, []).append(data)
        for client in named:
            self._clients[client] = author

    def let_go(self) -> None:
        """Use it no further: who watches and what is watched hold each other, where Python's collector does not see it."""
        self._text.unobserve(self._watch)

    def spans(self) -> list[Span]:
        """All that was added, done."""
        for author in list(self._waiting):
            self._do(author)
        text, found, at = str(self._text).encode(), [], 0
        for place, run in groupby(self._whose):
            size = sum(1 for _ in run)
            found.append(Span(text[at:at + size].decode(errors="replace"), self._authors[place]))
            at += size
        return found

    def _do(self, author: int) -> None:
        if author not in self._authors:
            self._authors.append(author)
        self._now = self._authors.index(author)
        with self._doc.transaction():
            for data in self._waiting.pop(author, ()):
                self._doc.apply_update(data)
        self._clients = {client: other for client, other in self._clients.items() if other != author}

    def _changed(self, event) -> None:
        at = 0
        for part in event.delta:
            if "retain" in part:
                at += part["retain"]
            elif "delete" in part:
                del self._whose[at:at + part["delete"]]
            else:
                size = len(part["insert"].encode()) if isinstance(part["insert"], str) else 1
                self._whose[at:at] = array("H", [self._now]) * size
                at += size
