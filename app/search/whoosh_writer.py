"""Writing the Whoosh index: one segment for each batch of changes, and segments merged as they add up."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from heapq import merge
from operator import itemgetter

from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from app.search.digest import LAST_PLACE, Digest
from app.search.whoosh_codec import SCHEMA, FlatCodec, Listing, Postings, column, listings

STEPS = 6  # segments of about one size before they are made into one; each costs every search a little
SMALL = 64  # entries; segments up to this size are of about one size
WASTE = 0.25  # share of a segment's entries that may be out of date before it is written anew


class EntryWriter(SegmentWriter):
    """Whoosh's segment writer with the inverted index gathered by term and merged by concatenation.

    Whoosh sorts and re-reads single postings, which makes a merge of 30,000 entries take minutes; here it takes seconds.
    """

    def __init__(self, index):
        super().__init__(index, codec=FlatCodec(), compound=False)
        self._gathered: dict[str, dict[str, Postings]] = defaultdict(dict)
        self._merged: list[tuple[SegmentReader, int, dict[int, int] | None]] = []

    def add(self, entry_id: int, version: int, digest: Digest) -> None:
        """Add an entry to the segment being written."""
        document = self.docnum
        per_document = self.perdocwriter
        per_document.start_doc(document)
        lengths = {"head_length": min(digest.head_length, 0xFFFF), "length": min(digest.length, 0xFFFF)}
        for name, value in {"entry": entry_id, "version": version, **lengths}.items():
            per_document.add_column_value(name, SCHEMA[name].column_type, value)
        per_document.finish_doc()
        head, text = self._gathered["head"], self._gathered["text"]
        for term, weight in digest.head.items():
            (head.get(term) or head.setdefault(term, Postings.empty())).append(document, weight)
        for term, places in digest.places.items():
            known = text.get(term) or text.setdefault(term, Postings.empty(placed=True))
            if places[-1] >= LAST_PLACE:
                known.append(document, len(places), [place for place in places if place < LAST_PLACE])
            else:
                known.append(document, len(places), places)
        for field, terms in (("words", digest.words), ("labels", digest.labels)):
            gathered = self._gathered[field]
            for term in terms:
                (gathered.get(term) or gathered.setdefault(term, Postings.empty())).append(document)
        self._added = True
        self.docnum += 1

    def forget(self, ids: Iterable[int], known: "KnownEntries") -> None:
        """Mark the entries with these ids as gone from the segments written before."""
        ids = set(ids)
        for segment in self.segments:
            for document, entry_id in enumerate(known.entries(segment)):
                if entry_id in ids and not segment.is_deleted(document):
                    segment.delete_document(document)

    def add_reader(self, reader: SegmentReader) -> None:
        """Take over another segment whole. It is read when this one is written."""
        base = self.docnum
        survivors = self.write_per_doc(set(self.schema.names()), reader)
        self._merged.append((reader, base, survivors))
        self._added = True

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        sources = [self._own_listings()]
        sources += [_moved(reader, base, survivors) for reader, base, survivors in self._merged]
        # Documents ascend from one source to the next, and a merge keeps equal terms in the sources' order.
        self.fieldwriter.add_postings(self.schema, None, _joined(merge(*sources, key=itemgetter(0, 1))))
        self.fieldwriter.close()
        for reader, _, _ in self._merged:
            reader.close()

    def _own_listings(self) -> Iterator[Listing]:
        for field in sorted(self._gathered):
            terms = self._gathered[field]
            for term, postings in sorted((term.encode(), postings) for term, postings in terms.items()):
                yield field, term, postings


class KnownEntries:
    """The entry ids of each segment, read once: a segment never changes."""

    def __init__(self, storage):
        self.folder, self._storage = storage.folder, storage
        self._columns: dict[tuple[str, str], list[int]] = {}

    def entries(self, segment) -> list[int]:
        """The entry id of each document of `segment`."""
        return self._column(segment, "entry", "i")

    def versions(self, segment) -> list[int]:
        """The entry version of each document of `segment`."""
        return self._column(segment, "version", "q")

    def keep(self, segments) -> None:
        """Forget other segments than these."""
        current = {segment.segment_id() for segment in segments}
        self._columns = {key: values for key, values in self._columns.items() if key[0] in current}

    def _column(self, segment, name: str, code: str) -> list[int]:
        key = (segment.segment_id(), name)
        if key not in self._columns:
            self._columns[key] = column(self._storage, segment, name, code, segment.doc_count_all())
        return self._columns[key]


def merge_alike(writer: EntryWriter, segments: list) -> list:
    """A merge policy: `STEPS` segments of about one size become one, and one with much waste is written anew."""
    by_size: dict[int, list] = defaultdict(list)
    going = []
    for segment in segments:
        live = segment.doc_count()
        if live == 0:
            continue
        if segment.deleted_count() > max(SMALL, WASTE * segment.doc_count_all()):
            going.append(segment)
        else:
            by_size[_size(live)].append(segment)
    for size in sorted(by_size):
        gathered = sum(segment.doc_count() for segment in going) + writer.doc_count()
        if len(by_size[size]) >= STEPS or (going and _size(gathered) > size):
            going += by_size.pop(size)
    for segment in going:
        writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
    return [segment for same in by_size.values() for segment in same]


def merge_all(writer: EntryWriter, segments: list) -> list:
    """A merge policy: one segment."""
    for segment in segments:
        writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
    return []


def merge_outdated(writer: EntryWriter, segments: list) -> list:
    """A merge policy: segments with an entry that is out of date become one without it."""
    for segment in segments:
        if segment.has_deletions() and segment.doc_count():
            writer.add_reader(SegmentReader(writer.storage, writer.schema, segment))
    return [segment for segment in segments if not segment.has_deletions()]


def _size(count: int) -> int:
    return max(count // SMALL, 1).bit_length() // 2


def _moved(reader: SegmentReader, base: int, survivors: dict[int, int] | None) -> Iterator[Listing]:
    for field, term, postings in listings(reader):
        yield field, term, postings.moved(base, survivors)


def _joined(ordered: Iterable[Listing]) -> Iterator[Listing]:
    """Runs of the same term as one."""
    current: Listing | None = None
    parts: list[Postings] = []
    for listing in ordered:
        if current is not None and current[:2] == listing[:2]:
            parts.append(listing[2])
            continue
        if current is not None:
            yield (*current[:2], _one(parts))
        current, parts = listing, [listing[2]]
    if current is not None:
        yield (*current[:2], _one(parts))


def _one(parts: list[Postings]) -> Postings:
    first, *rest = parts
    for part in rest:
        first.extend(part)
    return first
