"""The scaled-out engine: PostgreSQL full text.

Terms are made here, as for the other engine, and put into tsvectors as they are; PostgreSQL's own dictionaries have no
part in it. The index finds and counts; the best candidates are ranked here, by the same measure as in the other engine.
"""

# Statements are put together from clauses written here; whatever somebody typed is a bound value.
# ruff: noqa: S608

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from app.search.digest import SEPARATOR, Digest, clean, digest
from app.search.engine import PEOPLE, Entry, Hits, IndexDamaged, Query, Readable
from app.search.postgres_matching import quoted
from app.search.postgres_schema import ENTRIES, HEAD_ONLY, NEW, WORDS, WRITTEN, dropping, indexes, tables, taking_over
from app.search.postgres_search import PostgresSearch
from app.search.query import parse
from app.search.words import stem

LAST_PLACE, MOST_PLACES = 16_383, 255  # what a tsvector can hold; further places are found but not in phrases
MOST_WEIGHT = 255
BATCH = 200  # entries written by one statement
ROOM = 900_000  # bytes of lexemes and places in a tsvector, which can hold a mebibyte
ONE_WRITER = 0x666F6C6B6D6F6F74  # the advisory lock of whoever writes


class PostgresEngine:
    """`SearchEngine` in the tables of `postgres_ddl()`, on connections and in transactions of its own.

    It waits for the server, which costs the event loop nothing: it needs no thread.
    """

    off_loop = False

    def __init__(self, engine: Engine):
        self._engine = engine
        self._trigrams: bool | None = None

    @property
    def degraded(self) -> str | None:
        """What this server cannot do, as a sentence; None if nothing."""
        with self._engine.connect() as connection:
            if self._has_trigrams(connection):
                return None
        return "PostgreSQL's extension pg_trgm is not installed, so words with two letters wrong are not mended in searches."

    def find(self, query: Query, readable: Readable) -> Hits:
        """See `SearchEngine`."""
        parsed = parse(query.text)
        if parsed.hopeless:
            return Hits.nothing()
        try:
            with self._engine.connect() as connection:
                return PostgresSearch(connection, query, parsed, readable, self._has_trigrams(connection)).hits()
        except ProgrammingError as problem:
            if isinstance(problem.orig, UndefinedTable):
                raise IndexDamaged("the tables of the search index are missing: run the migrations") from problem
            raise

    def apply(self, changed: Iterable[Entry], removed: Iterable[int]) -> None:
        """See `SearchEngine`."""
        latest = {entry.id: entry for entry in changed}
        gone = set(removed) - latest.keys()
        if latest or gone:
            with self._engine.begin() as connection:
                self._lock(connection)
                self._forget(connection, gone)
                self._write(connection, iter(latest.values()))

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """See `SearchEngine`. Tables are built aside, which is also quicker than adding to indexes, and take the place of
        the others in the end; for that the role must own them, as it does when it ran the migrations."""
        with self._engine.begin() as connection:
            self._lock(connection)
            self._run(connection, *dropping(NEW), *tables(NEW))
            counts: Counter = Counter()
            entries = iter(entries)
            while batch := list(islice(entries, BATCH)):
                counts.update(self._insert(connection, batch, NEW))
            connection.execute(text(f"INSERT INTO {WORDS}{NEW} {_COUNTED}"), _counted(counts))
            self._run(connection, *indexes(NEW).values(), *taking_over(), f"ANALYZE {ENTRIES}", f"ANALYZE {WORDS}")
        self._trigrams = None

    def reconcile(self, versions: Mapping[int, int]) -> list[int]:
        """See `SearchEngine`."""
        with self._engine.begin() as connection:
            self._lock(connection)
            indexed = dict(connection.execute(text(f"SELECT entry_id, version FROM {ENTRIES}")).all())
            self._forget(connection, indexed.keys() - versions.keys())
        return sorted(entry for entry, version in versions.items() if indexed.get(entry) != version)

    def close(self) -> None:
        """See `SearchEngine`. Connections belong to the pool."""
        self._trigrams = None

    def _has_trigrams(self, connection: Connection) -> bool:
        if self._trigrams is None:
            self._trigrams = connection.scalar(text("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"))
        return self._trigrams

    @staticmethod
    def _lock(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_WRITER})

    def _forget(self, connection: Connection, ids: Iterable[int]) -> None:
        ids = sorted(ids)
        if ids:
            fewer = self._words_of(connection, ids)
            connection.execute(text(f"DELETE FROM {ENTRIES} WHERE entry_id = ANY(:ids)"), {"ids": ids})
            self._count_words(connection, Counter(), fewer)

    def _write(self, connection: Connection, entries: Iterable[Entry]) -> None:
        while batch := list(islice(entries, BATCH)):
            ids = [entry.id for entry in batch]
            fewer = self._words_of(connection, ids)
            connection.execute(text(f"DELETE FROM {ENTRIES} WHERE entry_id = ANY(:ids)"), {"ids": ids})
            self._count_words(connection, self._insert(connection, batch), fewer)

    @staticmethod
    def _insert(connection: Connection, batch: Sequence[Entry], ending: str = "") -> Counter:
        """Add entries; how many of them have each word."""
        digests = [digest(entry) for entry in batch]
        connection.execute(text(f"INSERT INTO {ENTRIES}{ending} {_VALUES}"), list(map(_row, batch, digests)))
        return Counter(word for known in digests for word in known.words)

    @staticmethod
    def _run(connection: Connection, *statements: str) -> None:
        for statement in statements:
            connection.execute(text(statement))

    @staticmethod
    def _words_of(connection: Connection, ids: Sequence[int]) -> Counter:
        """How many of these entries have each word."""
        rows = connection.execute(text(f"SELECT tsvector_to_array(terms) FROM {ENTRIES} WHERE entry_id = ANY(:ids)"),
                                  {"ids": list(ids)})
        return Counter(term.removeprefix(WRITTEN) for terms, in rows for term in terms if term.startswith(WRITTEN))

    @staticmethod
    def _count_words(connection: Connection, more: Counter, fewer: Counter) -> None:
        more.subtract(fewer)
        connection.execute(text(f"INSERT INTO {WORDS} AS known {_COUNTED}"
                                " ON CONFLICT (word) DO UPDATE SET entries = known.entries + excluded.entries"), _counted(more))


_COLUMNS = ("entry_id", "version", "kind", "event_id", "series_id", "year", "looking_for_host", "topics", "rooms", "people",
            "length", "head_length", "head", "terms")
_CASTS = {"head": "tsvector", "terms": "tsvector", "topics": "text[]", "rooms": "text[]",
          "people": "text[]"}
_VALUES = (f"({', '.join(_COLUMNS)}) VALUES ("
           + ", ".join(f"CAST(:{name} AS {_CASTS[name]})" if name in _CASTS else f":{name}" for name in _COLUMNS) + ")")
_COUNTED = ("(word, term, entries) SELECT * FROM unnest(CAST(:words AS text[]), CAST(:terms AS text[]),"
            " CAST(:numbers AS integer[]))")


def _counted(counts: Counter) -> dict[str, list]:
    words = sorted(word for word, number in counts.items() if number)
    return {"words": words, "terms": [stem(word) for word in words], "numbers": [counts[word] for word in words]}


def _row(entry: Entry, known: Digest) -> dict[str, object]:
    head = " ".join(f"{quoted(term)}:{min(weight, MOST_WEIGHT)}" for term, weight in known.head.items())
    terms, room = [], ROOM
    for term, places in known.places.items():
        kept = [str(place + 1) for place in places[:MOST_PLACES] if place < LAST_PLACE - 1]
        terms.append(f"{quoted(term)}:{','.join(kept)}" if kept else quoted(term))
        room -= len(term.encode()) + 4 + 2 * len(kept)
    others = [HEAD_ONLY + term for term in known.head.keys() - known.places.keys()]
    for marked in others + [WRITTEN + word for word in known.words]:
        room -= len(marked.encode()) + 4
        if room > 0:
            terms.append(quoted(marked))
    return {
        "entry_id": entry.id, "version": entry.version, "kind": clean(entry.kind), "event_id": entry.event_id,
        "series_id": entry.series_id, "year": entry.year, "looking_for_host": entry.looking_for_host,
        "topics": _labelled(known, "topic"), "rooms": _labelled(known, "room"), "people": _labelled(known, *PEOPLE),
        "length": known.length, "head_length": known.head_length, "head": head, "terms": " ".join(terms),
    }


def _labelled(known: Digest, *names: str) -> list[str]:
    return sorted(label for label in known.labels if label.partition(SEPARATOR)[0] in names)
