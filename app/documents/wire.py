"""The bytes of the Yjs protocols: messages between editors and server, and what an update says, read strictly.

pycrdt takes bytes behind an update's end and text that is no UTF-8, with which a document can never be read again, and does not
say whom an update names. So every update that comes from outside is read here first.
"""

import json
from collections.abc import Iterator

from app.documents.crdt import ROOT, Malformed

SYNC, AWARENESS, AUTH, QUERY_AWARENESS, FENCE, NOTE = 0, 1, 2, 3, 100, 101
STEP1, STEP2, UPDATE = 0, 1, 2

_GC, _DELETED, _JSON, _BINARY, _STRING, _EMBED, _FORMAT, _TYPE, _ANY = range(9)
_SKIP = 10
_XML_NAMED = (3, 5)  # kinds of shared type that have a name
_SIZES = {124: 4, 123: 8, 122: 8}
_DEPTH = 50  # of values within values
_LARGEST = 2**53  # of a client's number in Yjs
_CLOCKS = 2**31  # changes of one client
_ROOT = ROOT.encode()


class Bytes:
    """Reads numbers and sized runs of bytes from the beginning of `data`. Raises `Malformed` where there are none."""

    __slots__ = ("at", "data")

    def __init__(self, data: bytes, at: int = 0):
        self.data, self.at = data, at

    def number(self) -> int:
        """A whole number of at most 53 bits."""
        data, at = self.data, self.at
        try:
            byte = data[at]
            if byte < 0x80:
                self.at = at + 1
                return byte
            found, shift = byte & 0x7F, 7
            while True:
                at += 1
                byte = data[at]
                found |= (byte & 0x7F) << shift
                if byte < 0x80:
                    break
                shift += 7
                if shift > 56:
                    raise Malformed("a number too large")
        except IndexError:
            raise Malformed("it ends too early") from None
        self.at = at + 1
        if found >= _LARGEST:
            raise Malformed("a number too large")
        return found

    def run(self) -> bytes:
        """A run of bytes behind its size."""
        size = self.number()
        begin, self.at = self.at, self.at + size
        if self.at > len(self.data):
            raise Malformed("it ends too early")
        return self.data[begin:self.at]

    def skip(self, size: int) -> None:
        """Leave out some bytes."""
        self.at += size
        if self.at > len(self.data):
            raise Malformed("it ends too early")

    def end(self) -> None:
        """Raises `Malformed` if anything is left."""
        if self.at != len(self.data):
            raise Malformed("there is something behind its end")


def number(value: int) -> bytes:
    """A whole number as Yjs writes it."""
    out = bytearray()
    while value > 127:
        out.append(128 | (value & 127))
        value >>= 7
    out.append(value)
    return bytes(out)


def run(data: bytes) -> bytes:
    """Some bytes behind their size."""
    return number(len(data)) + data


def sync(step: int, data: bytes) -> bytes:
    """A message of the sync protocol."""
    return bytes((SYNC, step)) + run(data)


class Update:
    """What an update says: `named` clients, `made` [(client, from clock, to clock)] and `deleted` the same.

    `plain`: nothing but text put into or taken out of the document's one text. `nul`: among it is a NUL, which cannot be kept.
    """

    __slots__ = ("deleted", "made", "named", "nul", "plain")

    def __init__(self):
        self.named: set[int] = set()
        self.made: list[tuple[int, int, int]] = []
        self.deleted: list[tuple[int, int, int]] = []
        self.plain, self.nul = True, False

    @property
    def empty(self) -> bool:
        """Whether it changes nothing anywhere."""
        return not self.made and not self.deleted


def read_update(data: bytes) -> Update:
    """What `data` says, if it is exactly one update in the v1 encoding. Raises `Malformed`."""
    read, said = Bytes(data), Update()
    for _ in range(_count(read)):
        structs, client, clock = _count(read), read.number(), read.number()
        said.named.add(client)
        if not structs:
            raise Malformed("a client that did nothing")
        begin = clock
        for _ in range(structs):
            size, skipped = _struct(read, said)
            if skipped:
                if clock > begin:
                    said.made.append((client, begin, clock))
                begin = clock + size
            clock += size
        if clock > _CLOCKS:
            raise Malformed("more changes than anybody makes")
        if clock > begin:
            said.made.append((client, begin, clock))
    for _ in range(_count(read)):
        client = read.number()
        said.named.add(client)
        for _ in range(_count(read)):
            clock, size = read.number(), read.number()
            if not size or clock + size > _CLOCKS:
                raise Malformed("a deletion of nothing")
            said.deleted.append((client, clock, clock + size))
    read.end()
    return said


def _count(read: Bytes) -> int:
    """How many follow; each takes at least a byte, so that a few bytes cannot ask for a long loop."""
    count = read.number()
    if count > len(read.data) - read.at:
        raise Malformed("it ends too early")
    return count


def _struct(read: Bytes, said: Update) -> tuple[int, bool]:
    """Read one struct: how many clocks it takes, and whether it is a gap."""
    try:
        info = read.data[read.at]
    except IndexError:
        raise Malformed("it ends too early") from None
    read.at += 1
    kind = info & 0x1F
    if kind in (_GC, _SKIP):
        size = read.number()
        if not size:
            raise Malformed("nothing, collected")
        return size, kind == _SKIP
    for bit in (0x80, 0x40):  # what it stands behind, and before
        if info & bit:
            said.named.add(read.number())
            read.number()
    if not info & 0xC0:
        if read.number() == 1:
            if read.run() != _ROOT:
                said.plain = False
        else:
            said.named.add(read.number())
            read.number()
            said.plain = False
        if info & 0x20:
            _text(read)
            said.plain = False
    if kind == _STRING:
        raw = read.run()
        size = len(raw) if raw.isascii() else _utf16(raw)
        said.nul = said.nul or b"\0" in raw
    elif kind == _DELETED:
        size = read.number()
    else:
        said.plain = False
        size = _unusual(read, kind)
    if not size:
        raise Malformed("an item of nothing")
    return size, False


def _utf16(raw: bytes) -> int:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise Malformed("text that is no text") from None
    return len(text) + sum(c > "\uffff" for c in text)


def _text(read: Bytes) -> None:
    try:
        read.run().decode()
    except UnicodeDecodeError:
        raise Malformed("text that is no text") from None


def _unusual(read: Bytes, kind: int) -> int:
    """Content that our own editor never makes: formats, embedded things, other types."""
    if kind == _BINARY:
        read.run()
    elif kind == _EMBED:
        _text(read)
    elif kind == _FORMAT:
        _text(read)
        _text(read)
    elif kind == _TYPE:
        if read.number() in _XML_NAMED:
            _text(read)
    elif kind in (_JSON, _ANY):
        count = _count(read)
        for _ in range(count):
            if kind == _JSON:
                _text(read)
            else:
                _any(read, _DEPTH)
        return count
    else:
        raise Malformed("nothing that a text holds")  # a document within the document, a move
    return 1


def _any(read: Bytes, depth: int) -> None:
    if not depth or read.at >= len(read.data):
        raise Malformed("too deep")
    kind = read.data[read.at]
    read.at += 1
    if kind == 119:
        _text(read)
    elif kind == 116:
        read.run()
    elif kind in (118, 117):  # an object, a list
        for _ in range(_count(read)):
            if kind == 118:
                _text(read)
            _any(read, depth - 1)
    elif kind == 125:
        read.number()  # with its sign in the first byte's second bit
    elif kind in _SIZES:
        read.skip(_SIZES[kind])
    elif kind not in (127, 126, 121, 120):  # undefined, null, false, true
        raise Malformed("no such value")


def read_state(vector: bytes) -> dict[int, int]:
    """A state vector: how many changes of each client are known. Raises `Malformed`."""
    read = Bytes(vector)
    found = {}
    for _ in range(_count(read)):
        client = read.number()
        found[client] = read.number()
        if found[client] > _CLOCKS:
            raise Malformed("more changes than anybody makes")
    read.end()
    return found


def read_awareness(data: bytes, most: int) -> Iterator[tuple[int, int, bytes]]:
    """The first `most` entries of an awareness update: client, clock, state as JSON. Raises `Malformed`."""
    read = Bytes(data)
    for _ in range(min(_count(read), most)):
        yield read.number(), read.number(), read.run()


def awareness(entries: list[tuple[int, int, bytes]]) -> bytes:
    """A message with these entries."""
    return bytes((AWARENESS,)) + run(number(len(entries)) + b"".join(
        number(client) + number(clock) + run(state) for client, clock, state in entries))


def note(facts: dict) -> bytes:
    """The message that tells our own editor what holds for the document."""
    return bytes((NOTE,)) + run(json.dumps(facts).encode())
