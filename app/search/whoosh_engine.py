"""The embedded engine: a Whoosh index in a folder, written by one process and read by any.

The folder holds `current`, which names the version of the index in use, and a folder for each version. A commit is a new
table of contents in the version's folder; a rebuild is a new version. Readers look at both names before every search
(some 50 microseconds), so that the next search in any process finds what was committed.
"""

import logging
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from whoosh.index import TOC, FileIndex
from whoosh.util.filelock import FileLock, try_for

from app.search.digest import digest
from app.search.engine import Entry, Hits, IndexDamaged, Query, Readable, WriterBusy
from app.search.pool import native_lock
from app.search.query import parse
from app.search.similar import Vocabulary
from app.search.whoosh_codec import SCHEMA, CutShort, IndexStorage
from app.search.whoosh_search import Search
from app.search.whoosh_segment import Segment
from app.search.whoosh_writer import EntryWriter, KnownEntries, merge_alike, merge_all, merge_outdated

log = logging.getLogger(__name__)

FORMAT = "2"  # of what is indexed and how; an index of another format is as good as none
NAME = "MAIN"  # what Whoosh calls an index
BATCH = 1_000  # entries in a segment while rebuilding
LOCK_WAIT_SECONDS = 10.0
UNLINKED = 20  # times in a row that a writer may delete what a reader was about to open before the reader gives up
DRIFT = 0.1  # change in average length from which on ranking is prepared anew


class WhooshEngine:
    """`SearchEngine` in `folder`, made when something is first applied. Without an index nothing is found."""

    off_loop = True

    def __init__(self, folder: str | os.PathLike):
        self._folder = Path(folder)
        self._lock = native_lock()
        self._seen: tuple[str, int] | None = None
        self._segments: dict[str, Segment] = {}
        self._lengths = (1.0, 1.0)
        self._vocabulary = Vocabulary()
        self._learnt: set[str] = set()
        self._known: KnownEntries | None = None

    # Finding

    def find(self, query: Query, readable: Readable) -> Hits:
        """See `SearchEngine`. One search at a time: what is kept in memory is shared."""
        parsed = parse(query.text)
        with self._lock:
            try:
                self._refresh()
                return Search(list(self._segments.values()), self._learn, query, parsed, readable).hits()
            except CutShort as problem:
                self._forget()
                raise IndexDamaged(f"the search index in {self._folder} cannot be read: {problem}") from problem

    def _refresh(self) -> None:
        """Open what was committed since the last search."""
        for _ in range(UNLINKED):
            folder = self._current()
            if folder is None:
                self._forget()
                return
            generation = TOC._latest_generation(IndexStorage(folder), NAME)
            if (folder.name, generation) == self._seen:
                return
            if generation < 0:
                continue  # another version was put in use and this one deleted
            try:
                self._open(folder, generation)
            except FileNotFoundError:
                continue  # a newer commit or version took its place meanwhile
            except Exception as problem:
                self._forget()
                raise IndexDamaged(f"the search index in {folder} cannot be opened: {problem!r}") from problem
            self._seen = (folder.name, generation)
            return
        raise IndexDamaged(f"the search index in {self._folder} names files that are not there")

    def _open(self, folder: Path, generation: int) -> None:
        storage = IndexStorage(folder)
        listed = [one for one in TOC.read(storage, NAME, generation, SCHEMA).segments if one.doc_count()]
        opened = {one.segment_id(): self._segments.get(one.segment_id()) or Segment(storage, one) for one in listed}
        for one in listed:
            opened[one.segment_id()].refresh(one)
        entries = max(sum(one.doc_count_all() for one in listed), 1)
        lengths = tuple(max(sum(sum(getattr(segment, name)) for segment in opened.values()) / entries, 1.0)
                        for name in ("lengths", "head_lengths"))
        drifted = any(abs(new - old) > DRIFT * old for new, old in zip(lengths, self._lengths, strict=True))
        if drifted:
            self._lengths = lengths
        for segment in opened.values():
            if drifted or not segment.norms:
                segment.weigh(*self._lengths)
        for segment_id, segment in self._segments.items():
            if segment_id not in opened:
                segment.close()
        self._segments = opened

    def _learn(self) -> Vocabulary:
        """The words of all open segments; read the first time that a word has to be guessed."""
        if len(self._learnt) > 20 * len(self._segments) + 100:  # mostly words of segments long merged
            self._vocabulary, self._learnt = Vocabulary(), set()
        for segment_id, segment in self._segments.items():
            if segment_id not in self._learnt:
                self._vocabulary.add(segment.words())
                self._learnt.add(segment_id)
        return self._vocabulary

    def _forget(self) -> None:
        for segment in self._segments.values():
            segment.close()
        self._segments, self._seen = {}, None
        self._vocabulary, self._learnt = Vocabulary(), set()

    def close(self) -> None:
        """See `SearchEngine`."""
        with self._lock:
            self._forget()
        self._known = None

    # Writing

    def apply(self, changed: Iterable[Entry], removed: Iterable[int]) -> None:
        """See `SearchEngine`. Raises `WriterBusy` if another process goes on writing for `LOCK_WAIT_SECONDS`."""
        latest = {entry.id: entry for entry in changed}
        gone = set(removed) - latest.keys()
        if not latest and not gone:
            return
        with self._writing():
            self._commit(IndexStorage(self._current() or self._begin()), latest.values(), latest.keys() | gone)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """See `SearchEngine`."""
        with self._writing():
            folder = self._fresh()
            entries = iter(entries)
            building = IndexStorage(folder, safe=False)
            while batch := list(islice(entries, BATCH)):
                self._commit(building, batch, (), merge_by=None)
            self._commit(building, (), (), merge_by=merge_all)
            building.sync()
            self._switch(folder)

    def reconcile(self, versions: Mapping[int, int]) -> list[int]:
        """See `SearchEngine`. An index that is damaged or of an older format is begun anew."""
        with self._writing():
            folder = self._current() or self._begin()
            try:
                indexed = self._indexed(folder)
            except Exception:  # whatever it is, the database has everything
                log.exception("the search index in %s is damaged and begun anew", folder)
                indexed = self._indexed(self._begin())
        gone = indexed.keys() - versions.keys()
        self.apply((), gone)
        return sorted(entry for entry, version in versions.items() if indexed.get(entry) != version)

    def forget(self) -> None:
        """See `SearchEngine`."""
        with self._writing():
            folder = self._current()
            if folder is not None:
                self._commit(IndexStorage(folder), (), (), merge_by=merge_outdated)
        with self._lock:
            self._forget()  # words learnt from segments that are no more

    def _commit(self, storage: IndexStorage, entries: Iterable[Entry], outdated: Iterable[int], merge_by=merge_alike) -> None:
        index = FileIndex(storage, SCHEMA, NAME)
        known = self._knowledge(storage)
        writer = EntryWriter(index)
        try:
            writer.forget(outdated, known)
            for entry in entries:
                writer.add(entry.id, entry.version, digest(entry))
            writer.commit(mergetype=merge_by or (lambda _, segments: segments))
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise
        known.keep(index._segments())

    def _indexed(self, folder: Path) -> dict[int, int]:
        """The version of each entry. Raises an exception if a file is damaged."""
        storage = IndexStorage(folder)
        segments = FileIndex(storage, SCHEMA, NAME)._segments()
        for segment in segments:
            Segment(storage, segment).close()
        known = self._knowledge(storage)
        return {entry: version
                for segment in segments
                for document, (entry, version) in enumerate(zip(known.entries(segment), known.versions(segment), strict=True))
                if not segment.is_deleted(document)}

    def _knowledge(self, storage: IndexStorage) -> KnownEntries:
        if self._known is None or self._known.folder != storage.folder:
            self._known = KnownEntries(storage)
        return self._known

    # Versions

    def _current(self) -> Path | None:
        """The folder of the version in use, if there is one in today's format."""
        try:
            name = (self._folder / "current").read_text()
        except FileNotFoundError:
            return None
        return self._folder / name if name.startswith(f"{FORMAT}-") else None

    def _begin(self) -> Path:
        """A new, empty version, in use."""
        folder = self._fresh()
        self._switch(folder)
        return folder

    def _fresh(self) -> Path:
        """A new, empty version, not yet in use."""
        current = self._current()
        self._clear(keep=current)
        number = int(current.name.partition("-")[2]) + 1 if current else 1
        folder = self._folder / f"{FORMAT}-{number}"
        folder.mkdir()
        IndexStorage(folder).create_index(SCHEMA, NAME)
        return folder

    def _switch(self, folder: Path) -> None:
        """Put a version in use and delete the others. Who still reads those has their files open."""
        following = self._folder / "current.new"
        with open(following, "w") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        IndexStorage(self._folder).rename_file(following.name, "current")
        self._clear(keep=folder)

    def _clear(self, keep: Path | None) -> None:
        for found in self._folder.iterdir():
            if found.is_dir() and found != keep:
                shutil.rmtree(found, ignore_errors=True)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(self._folder / "lock"))  # the system lets go of it with the process that holds it
        if not try_for(lock.acquire, timeout=LOCK_WAIT_SECONDS):
            raise WriterBusy(f"another process is writing to the search index in {self._folder}")
        try:
            yield
        finally:
            lock.release()
