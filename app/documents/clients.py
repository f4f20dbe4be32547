"""Which Yjs clients a change names: those that wrote what is in it, what it stands beside, and what it deletes.

When a document's log is begun anew, the clients that wrote before are retired (`models.RetiredClient`). Whatever names one of
them was made upon the old log, and merging it would bring back what was taken out. Reads the v1 encoding of updates without
applying anything; only asked for documents that have been begun anew.
"""

from collections.abc import Iterable

from sqlalchemy import select

from app.documents.crdt import Malformed
from app.documents.models import Document, RetiredClient
from app.infra import db

GC, SKIP = 0, 10  # kinds of struct that are not items
DELETED, JSON, BINARY, STRING, EMBED, FORMAT, TYPE, ANY, SUBDOCUMENT = range(1, 10)
_XML_NAMED = (3, 5)  # kinds of shared type that have a name
_SIZES = {124: 4, 123: 8, 122: 8}
_DEPTH = 50
ASKED_AT_ONCE = 500
LARGEST = 2**53  # of a client's number in Yjs


def clients_in(update: bytes) -> set[int]:
    """Every client that `update` names. Raises `Malformed` for bytes that are no update of a text."""
    reader = _Reader(update)
    named: set[int] = set()
    try:
        for _ in range(reader.number()):
            structs, client = reader.number(), reader.number()
            reader.number()  # clock
            named.add(client)
            for _ in range(structs):
                reader.struct(named)
        for _ in range(reader.number()):
            named.add(reader.number())
            for _ in range(2 * reader.number()):
                reader.number()
    except (IndexError, ValueError, RecursionError) as problem:
        raise Malformed("that is not an update") from problem
    if reader.at != len(update):
        raise Malformed("there is something after the update")
    return named


def clients_in_state(vector: bytes) -> set[int]:
    """Every client that a state vector names. Raises `Malformed` for bytes that are none."""
    reader = _Reader(vector)
    named = set()
    try:
        for _ in range(reader.number()):
            named.add(reader.number())
            reader.number()
    except (IndexError, ValueError) as problem:
        raise Malformed("that is not a state vector") from problem
    return named


def any_retired(document: Document, clients: Iterable[int]) -> bool:
    """Whether any of `clients` wrote before the document's log was begun anew (no statement when it never was)."""
    if document.epoch == 1:
        return False
    wanted = [client for client in clients if client < LARGEST]
    return any(
        db.session.scalar(select(RetiredClient.client_id).where(
            RetiredClient.document_id == document.id,
            RetiredClient.client_id.in_(wanted[first:first + ASKED_AT_ONCE])).limit(1)) is not None
        for first in range(0, len(wanted), ASKED_AT_ONCE))


class _Reader:
    """Reads one encoded update from its beginning."""

    def __init__(self, data: bytes):
        self.data, self.at = data, 0

    def number(self) -> int:
        found = shift = 0
        while True:
            byte = self.data[self.at]
            self.at += 1
            found |= (byte & 0x7F) << shift
            if byte < 0x80:
                return found
            shift += 7
            if shift > 63:
                raise ValueError("a number too large")

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise ValueError("it ends too early")

    def sized(self) -> None:
        self.skip(self.number())

    def struct(self, named: set[int]) -> None:
        info = self.data[self.at]
        self.at += 1
        kind = info & 0x1F
        if kind in (GC, SKIP):
            self.number()
            return
        for bit in (0x80, 0x40):  # what it stands after, and before
            if info & bit:
                self.place(named)
        if not info & 0xC0:
            if self.number() == 1:
                self.sized()  # in the root type of this name
            else:
                self.place(named)
            if info & 0x20:
                self.sized()
        self.content(kind)

    def place(self, named: set[int]) -> None:
        named.add(self.number())
        self.number()

    def content(self, kind: int) -> None:
        if kind == DELETED:
            self.number()
        elif kind in (STRING, BINARY, EMBED):
            self.sized()
        elif kind == FORMAT:
            self.sized()
            self.sized()
        elif kind == JSON:
            for _ in range(self.number()):
                self.sized()
        elif kind == TYPE:
            if self.number() in _XML_NAMED:
                self.sized()
        elif kind == ANY:
            for _ in range(self.number()):
                self.anything(_DEPTH)
        else:
            raise ValueError("nothing that a text holds")  # a document inside the document, a move

    def anything(self, depth: int) -> None:
        if not depth:
            raise ValueError("too deep")
        kind = self.data[self.at]
        self.at += 1
        if kind in (119, 116):  # text, bytes
            self.sized()
        elif kind in (118, 117):  # an object, a list
            for _ in range(self.number()):
                if kind == 118:
                    self.sized()
                self.anything(depth - 1)
        elif kind == 125:
            while self.data[self.at] >= 0x80:
                self.at += 1
            self.at += 1
        elif kind in _SIZES:
            self.skip(_SIZES[kind])
        elif kind not in (127, 126, 121, 120):  # undefined, null, false, true
            raise ValueError("no such value")
