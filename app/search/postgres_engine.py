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

from app.search.digest import Digest, clean, digest
from app.search.engine import MANY_VALUES, Entry, Hits, IndexDamaged, Query, Readable
from app.search.postgres_matching import quoted
from app.search.postgres_schema import ENTRIES, TRIGRAMS, WORDS
from app.search.postgres_search import PostgresSearch
from app.search.query import parse
from app.search.words import stem

LAST_PLACE, MOST_PLACES = 16_383, 255  # what a tsvector can hold; further places are found but not in phrases
MOST_WEIGHT = 255
BATCH = 200  # entries written by one statement
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
        """See `SearchEngine`. One transaction: until its end others find what was there before."""
        with self._engine.begin() as connection:
            self._lock(connection)
            connection.execute(text(f"DELETE FROM {ENTRIES}"))
            connection.execute(text(f"DELETE FROM {WORDS}"))
            self._write(connection, iter(entries))
            connection.execute(text(f"ANALYZE {ENTRIES}"))
            connection.execute(text(f"ANALYZE {WORDS}"))

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
            self._trigrams = connection.scalar(text("SELECT to_regclass(:index) IS NOT NULL"), {"index": TRIGRAMS})
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
            fewer = self._words_of(connection, [entry.id for entry in batch])
            rows, more = [], Counter()
            for entry in batch:
                known = digest(entry)
                more.update(known.words)
                rows.append(_row(entry, known))
            connection.execute(text(_INSERT), rows)
            self._count_words(connection, more, fewer)

    @staticmethod
    def _words_of(connection: Connection, ids: Sequence[int]) -> Counter:
        """How many of these entries have each word."""
        rows = connection.execute(text(f"SELECT tsvector_to_array(words) FROM {ENTRIES} WHERE entry_id = ANY(:ids)"),
                                  {"ids": list(ids)})
        return Counter(word for words, in rows for word in words)

    @staticmethod
    def _count_words(connection: Connection, more: Counter, fewer: Counter) -> None:
        more.subtract(fewer)
        changed = sorted(word for word, number in more.items() if number)
        connection.execute(text(
            f"INSERT INTO {WORDS} AS known (word, term, entries) SELECT * FROM unnest(CAST(:words AS text[]),"
            " CAST(:terms AS text[]), CAST(:numbers AS integer[]))"
            " ON CONFLICT (word) DO UPDATE SET entries = known.entries + excluded.entries",
        ), {"words": changed, "terms": [stem(word) for word in changed], "numbers": [more[word] for word in changed]})


_COLUMNS = ("entry_id", "version", "kind", "event_id", "series_id", "year", "looking_for_host", "labels", "length",
            "head_length", "head", "terms", "words")
_CASTS = {"head": "tsvector", "terms": "tsvector", "words": "tsvector", "labels": "text[]"}
_INSERT = (
    f"INSERT INTO {ENTRIES} ({', '.join(_COLUMNS)}) VALUES ("
    + ", ".join(f"CAST(:{name} AS {_CASTS[name]})" if name in _CASTS else f":{name}" for name in _COLUMNS)
    + ") ON CONFLICT (entry_id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
)


def _row(entry: Entry, known: Digest) -> dict[str, object]:
    head = " ".join(f"{quoted(term)}:{min(weight, MOST_WEIGHT)}" for term, weight in known.head.items())
    terms = []
    for term, places in known.places.items():
        kept = ",".join(str(place + 1) for place in places[:MOST_PLACES] if place < LAST_PLACE - 1)
        terms.append(f"{quoted(term)}:{kept}" if kept else quoted(term))
    return {
        "entry_id": entry.id, "version": entry.version, "kind": clean(entry.kind), "event_id": entry.event_id,
        "series_id": entry.series_id, "year": entry.year, "looking_for_host": entry.looking_for_host,
        "labels": sorted(label for label in known.labels if label.startswith(MANY_VALUES)),
        "length": known.length, "head_length": known.head_length, "head": head, "terms": " ".join(terms),
        "words": " ".join(map(quoted, known.words)),
    }
