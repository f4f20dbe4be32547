"""How our Whoosh index lies on disk: flat posting lists that are read at memory speed, in files that survive a power cut.

Whoosh's own codec keeps postings as pickled blocks of 128 with their positions inside, which costs a microsecond for
each posting that is only to be counted. Here a term's postings are four arrays in a row (documents, weights, numbers of
places, places), so that counting reads one, scoring two, and a phrase the places of just the entries it needs.
"""

import os
import sys
from array import array
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import accumulate
from mmap import ACCESS_READ, mmap
from struct import Struct

from whoosh.codec.whoosh3 import W3Codec, W3FieldWriter, W3TermInfo
from whoosh.columns import NumericColumn
from whoosh.fields import COLUMN, FieldType, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.formats import Existence
from whoosh.matching import ListMatcher

MOST = 255  # a weight is one byte: the 256th occurrence of a word in one entry no longer matters

# (field, term, postings), ordered by field and term.
Listing = tuple[str, bytes, "Postings"]


class _Terms(FieldType):
    """A field whose terms are made by `digest`; Whoosh's analysis has no part in it."""

    def __init__(self):
        super().__init__(Existence(), None)


SCHEMA = Schema(
    head=_Terms(), labels=_Terms(), text=_Terms(), words=_Terms(),
    entry=COLUMN(NumericColumn("i")), version=COLUMN(NumericColumn("q")),
    head_length=COLUMN(NumericColumn("H")), length=COLUMN(NumericColumn("H")),
)


_END = Struct("<Q")  # the last thing in a file of postings: how long it was before


class CutShort(Exception):
    """A file of the index does not hold what it should."""


class Postings:
    """One term's documents, ascending, with (unless only their being there matters) a weight and places for each."""

    __slots__ = ("_counts", "_ends", "_file", "_places", "documents", "weights")
    _header = Struct("<IcBB")

    def __init__(self, documents: array, weights: bytes | bytearray = b"", counts: array | None = None,
                 places: bytes | bytearray = b""):
        self.documents, self.weights = documents, weights
        self._counts, self._places = counts, places
        self._ends: list[int] | None = None
        self._file = None

    def __len__(self) -> int:
        return len(self.documents)

    @classmethod
    def read(cls, file, start: int) -> "Postings":
        """The postings written at `start` of the mapped `file`. Places are left there until they are asked for."""
        header = file[start:start + cls._header.size]
        if len(header) < cls._header.size or header[4:5] not in b"HI":
            raise CutShort("no postings where some should be")
        count, code, weighted, placed = cls._header.unpack(header)
        at = start + cls._header.size
        documents = array(code.decode())
        end = at + count * documents.itemsize
        documents.frombytes(file[at:end])
        if len(documents) != count:
            raise CutShort("postings end early")
        found = cls(documents, file[end:end + count] if weighted else b"")
        if placed:
            found._file, found._places = file, end + count * weighted
        return found

    def write(self, file) -> None:
        """Append to `file`; `read` wants the place it was at."""
        documents = self.documents if not self.documents or self.documents[-1] > 0xFFFF else array("H", self.documents)
        self._load_places()
        placed = self._counts is not None
        file.write(self._header.pack(len(documents), documents.typecode.encode(), bool(self.weights), placed))
        file.write(documents.tobytes())
        file.write(bytes(self.weights))
        if placed:
            file.write(self._counts.tobytes())
            file.write(bytes(self._places))

    def places(self, index: int) -> array:
        """Where the term stands in the document at `index` of `documents`, ascending."""
        if self._ends is None:
            self._load_counts()
            self._ends = list(accumulate(self._counts, initial=0))
        found = array("H")
        first, last = self._ends[index] * 2, self._ends[index + 1] * 2
        if self._file is None:
            found.frombytes(self._places[first:last])
        else:
            base = self._places + len(self.documents) * 2
            found.frombytes(self._file[base + first:base + last])
        return found

    def _load_counts(self) -> None:
        if self._counts is None and self._file is not None:
            self._counts = array("H")
            self._counts.frombytes(self._file[self._places:self._places + len(self.documents) * 2])

    def _load_places(self) -> None:
        if self._file is not None:
            self._load_counts()
            base = self._places + len(self.documents) * 2
            self._places, self._file = self._file[base:base + sum(self._counts) * 2], None

    def append(self, document: int, weight: int = 0, places: Iterable[int] | None = None) -> None:
        """Add a document, higher than those before it. All of a term's documents have weights (and places) or none."""
        self.documents.append(document)
        if weight:
            self.weights.append(min(weight, MOST))
        if places is not None:
            kept = array("H", places)
            self._counts.append(len(kept))
            self._places += kept.tobytes()

    @classmethod
    def empty(cls, placed: bool = False) -> "Postings":
        """Postings to append to."""
        return cls(array("I"), bytearray(), array("H") if placed else None, bytearray())

    def moved(self, base: int, survivors: dict[int, int] | None) -> "Postings":
        """The same postings with `base` added to each document or, given `survivors` (old to new), only those."""
        self._load_places()
        if survivors is None:
            moved = array("I", [document + base for document in self.documents])
            return Postings(moved, self.weights, self._counts, self._places)
        kept = [index for index, document in enumerate(self.documents) if document in survivors]
        moved = array("I", [survivors[self.documents[index]] for index in kept])
        weights = bytes([self.weights[index] for index in kept]) if self.weights else b""
        if self._counts is None:
            return Postings(moved, weights)
        places = b"".join(self.places(index).tobytes() for index in kept)
        return Postings(moved, weights, array("H", [self._counts[index] for index in kept]), places)

    def extend(self, more: "Postings") -> None:
        """Add `more` after the documents here; both in memory."""
        self.documents.extend(array("I", more.documents))
        self.weights = bytes(self.weights) + bytes(more.weights)
        if self._counts is not None:
            self._counts = self._counts + more._counts
            self._places = bytes(self._places) + bytes(more._places)


class MappedFile(StructFile):
    """A file in memory, read by slices: nothing that readers share moves."""

    def __init__(self, path: str, name: str):
        with open(path, "rb") as file:
            empty = os.fstat(file.fileno()).st_size == 0
            self.content = b"" if empty else mmap(file.fileno(), 0, access=ACCESS_READ)
        super().__init__(BytesIO() if empty else self.content, name=name)
        self.is_real = False

    def get(self, position: int, length: int) -> bytes:
        return self.content[position:position + length]


class IndexStorage(FileStorage):
    """A folder whose files are on disk before the table of contents that names them is, and are read mapped.

    Without `safe` only a call of `sync` puts them there.
    """

    def __init__(self, folder: str | os.PathLike, safe: bool = True):
        super().__init__(str(folder))
        self._safe = safe

    def create_file(self, name: str, **kwargs) -> StructFile:
        return super().create_file(name, onclose=_flush_to_disk if self._safe else None, **kwargs)

    def open_file(self, name: str, **kwargs) -> StructFile:
        return MappedFile(self._fpath(name), name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        # (Whoosh deletes what is there first, and whoever looks in between finds nothing.)
        os.replace(self._fpath(oldname), self._fpath(newname))
        if self._safe:
            _sync(self.folder)

    def sync(self) -> None:
        """Put everything in the folder on disk."""
        for name in self.list():
            _sync(self._fpath(name))
        _sync(self.folder)


def _flush_to_disk(file: StructFile) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync(path: str) -> None:
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


class FlatCodec(W3Codec):
    """Whoosh's codec with flat postings. Lengths and weights are ours, so it keeps no statistics of its own."""

    length_stats = False

    def field_writer(self, storage, segment):
        return _FlatFieldWriter(self, storage, segment)

    def postings_reader(self, dbfile, terminfo, format_, term=None, scorer=None):
        postings = Postings.read(dbfile.content, terminfo.extent()[0])
        weights = list(postings.weights) or [1] * len(postings)
        return ListMatcher(postings.documents, weights, [b""] * len(postings), format_, scorer, term=term)


class _FlatFieldWriter(W3FieldWriter):
    def add_postings(self, schema, lengths, items: Iterable[Listing]) -> None:
        for field, term, postings in items:
            if postings.documents:
                self._add(field, term, postings)

    def close(self) -> None:
        self._postfile.write(_END.pack(self._postfile.tell()))
        super().close()

    def _add(self, field: str, term: bytes, postings: Postings) -> None:
        start = self._postfile.tell()
        postings.write(self._postfile)
        info = W3TermInfo()
        info._weight, info._df = float(sum(postings.weights) or len(postings)), len(postings)
        info._minid, info._maxid = postings.documents[0], postings.documents[-1]
        info.set_extent(start, self._postfile.tell() - start)
        number = self._fieldmap.setdefault(field, len(self._fieldmap))
        self._tindex.add(number.to_bytes(2, "big") + term, info.to_bytes())


def postings_file(reader):
    """The mapped file of a segment's postings. Raises `CutShort` if its end is missing."""
    content = reader._terms._postfile.content
    if len(content) < _END.size or _END.unpack(content[-_END.size:])[0] != len(content) - _END.size:
        raise CutShort("the postings end early")
    return content


def column(storage, segment, name: str, code: str, count: int) -> array:
    """A whole numeric column of a segment with `count` documents. Values of 0 at its end are not in the file."""
    values = array(code)
    filename = W3Codec.column_filename(segment, name)
    with storage.open_file(filename) as file:
        values.frombytes(file.get(0, storage.file_length(filename)))
    if sys.byteorder == "little":
        values.byteswap()
    values.extend([0] * (count - len(values)))
    return values


def listings(reader) -> Iterator[Listing]:
    """Everything a segment's reader has in its inverted index, in order."""
    terms, file = reader._terms, reader._terms._postfile.content
    for (field, term), info in terms.items():
        yield field, term, Postings.read(file, info.extent()[0])
