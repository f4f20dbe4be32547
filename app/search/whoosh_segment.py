"""One immutable segment of the Whoosh index, open for reading, with what is worth keeping in memory."""

from array import array
from collections.abc import Iterator

from whoosh.reading import SegmentReader, TermNotFound

from app.search.digest import SEPARATOR
from app.search.engine import EVERYTHING, Readable
from app.search.ranking import head_norm, text_norm
from app.search.whoosh_codec import SCHEMA, CutShort, Postings, column, postings_file
from app.search.whoosh_filters import Labels, bits_of, documents_in

# Memory kept for terms asked before, in documents; two to four bytes each for lists, an eighth for sets of a segment.
KEPT_DOCUMENTS = 1_000_000
KEPT_SETS = 2_000
KEPT_READERS = 64

class Segment:
    """Documents are numbered from 0 to `count`; sets of them are bits of a number.

    What a segment holds never changes, except that documents are forgotten: `live` is set again on each refresh.
    Not for use by two threads at once. Opening one whose files are cut short or not there raises an exception.
    """

    def __init__(self, storage, segment):
        self._reader = SegmentReader(storage, SCHEMA, segment)
        self._terms = self._reader._terms
        self._file = postings_file(self._reader)
        self.count = segment.doc_count_all()
        self.entries = column(storage, segment, "entry", "i", self.count)
        if 0 in self.entries:
            raise CutShort("an entry has no id")
        self.head_lengths = column(storage, segment, "head_length", "H", self.count)
        self.lengths = column(storage, segment, "length", "H", self.count)
        self._everything = (1 << self.count) - 1
        self.live = self._everything
        self.norms: list[float] = []
        self.head_norms: list[float] = []
        self._scopes = array("i", [0]) * self.count
        self._fill_scopes()
        self.labels = Labels(self._label_postings(), self.count)
        self._readable: dict[frozenset[int], int] = {}
        self._postings: dict[tuple[str, str], Postings | None] = {}
        self._kept = 0
        self._sets: dict[tuple[str, str], int] = {}

    def refresh(self, segment) -> None:
        """Take over what the latest table of contents says is forgotten."""
        self.live = self._everything & ~bits_of(sorted(segment.deleted_docs()), self.count)

    def weigh(self, length: float, head_length: float) -> None:
        """Prepare for ranking among entries of this length and head length on average."""
        self.norms = [text_norm(own, length) for own in self.lengths]
        self.head_norms = [head_norm(own, head_length) for own in self.head_lengths]

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def readable(self, scopes: Readable) -> int:
        """The live documents of `scopes`."""
        if scopes is EVERYTHING:
            return self.live
        found = self._readable.get(scopes)
        if found is None:
            found = bits_of([doc for doc, scope in enumerate(self._scopes) if scope in scopes], self.count)
            if len(self._readable) >= KEPT_READERS:
                self._readable.clear()
            self._readable[scopes] = found
        return found & self.live

    def postings(self, field: str, term: str) -> Postings | None:
        """The postings of a term, or None if no document has it."""
        key = (field, term)
        if key in self._postings:
            return self._postings[key]
        try:
            extent = self._terms.term_info(field, term.encode()).extent()
        except TermNotFound:
            found = None
        else:
            found = Postings.read(self._file, extent[0])
        self._kept += 8 if found is None else 8 + len(found)
        if self._kept > KEPT_DOCUMENTS:
            self._postings.clear()
            self._kept = 0
        self._postings[key] = found
        return found

    def having(self, field: str, term: str) -> int:
        """The documents that have a term, forgotten ones included."""
        key = (field, term)
        if key not in self._sets:
            postings = self.postings(field, term)
            if len(self._sets) >= KEPT_SETS:
                self._sets.clear()
            self._sets[key] = bits_of(postings.documents, self.count) if postings else 0
        return self._sets[key]

    def words(self, beginning: str = "") -> Iterator[str]:
        """The words as written that begin with `beginning`, in order."""
        encoded = beginning.encode()
        for field, word in self._terms.terms_from("words", encoded):
            if field != "words" or not word.startswith(encoded):
                return
            yield word.decode()

    def with_phrase(self, terms: tuple[tuple[str, int], ...], within: int) -> int:
        """The documents among `within` where `terms` stand at their places relative to each other."""
        for term, _ in terms:
            within &= self.having("text", term)
        if not within:
            return 0
        wanted = set(documents_in(within))
        starts: set[int] | None = None
        for term, offset in sorted(terms, key=lambda one: len(self.postings("text", one[0]))):
            found = self._starts(term, offset, wanted)
            starts = found if starts is None else starts & found
            if not starts:
                return 0
            wanted = {start >> 20 for start in starts}
        return bits_of(sorted(wanted), self.count)

    def _starts(self, term: str, offset: int, wanted: set[int]) -> set[int]:
        """Where a phrase would begin if `term` is at `offset` in it: document and place in one number."""
        postings = self.postings("text", term)
        starts: set[int] = set()
        for index, document in enumerate(postings.documents):
            if document in wanted:
                base = (document << 20) + 4096 - offset  # never below the document's own numbers
                starts.update([base + place for place in postings.places(index)])
        return starts

    def _fill_scopes(self) -> None:
        """By event; a scope of its own stands before that."""
        for wanted in ("event", "scope"):
            for name, text, documents in self._label_postings():
                if name == wanted:
                    number = int(text.partition(SEPARATOR)[2])
                    for document in documents:
                        self._scopes[document] = number

    def _label_postings(self) -> Iterator[tuple[str, str, array]]:
        for field, encoded in self._terms.terms_from("labels", b""):
            if field != "labels":
                return
            text = encoded.decode()
            yield text.partition(SEPARATOR)[0], text, self._file_postings(encoded)

    def _file_postings(self, encoded: bytes) -> array:
        return Postings.read(self._file, self._terms.term_info("labels", encoded).extent()[0]).documents
