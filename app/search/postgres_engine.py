"""The scaled-out engine: PostgreSQL full text.

Terms are made here, as for the other engine, and put into tsvectors as they are; PostgreSQL's own dictionaries have no
part in it. The index finds and counts; the best candidates are ranked here, by the same measure as in the other engine.
"""

# Statements are put together from clauses written here; whatever somebody typed is a bound value.
# ruff: noqa: S608

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from itertools import islice

from psycopg.errors import UndefinedTable
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import ProgrammingError

from app.search.digest import SEPARATOR, Digest, digest
from app.search.engine import PEOPLE, Entry, Hits, IndexDamaged, Query, Readable
from app.search.postgres_matching import quoted
from app.search.postgres_schema import ENTRIES, IN_HEAD, NEW, SETS, TABLES, WORDS, WRITTEN, dropping, indexes, tables, taking_over
from app.search.postgres_search import PROFILE, PostgresSearch
from app.search.query import parse
from app.search.words import stem

LAST_PLACE, MOST_PLACES = 16_383, 255  # what a tsvector can hold; further places are found but not in phrases
MOST_WEIGHT = 255
ROOM = 900_000  # bytes of lexemes and places in a tsvector, which can hold a mebibyte
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
        if not latest and not gone:
            return
        with self._engine.begin() as connection:
            _lock(connection)
            _forget(connection, gone)
            entries = iter(latest.values())
            while batch := list(islice(entries, BATCH)):
                counts = _forget(connection, [entry.id for entry in batch], counting=False)
                counts.update(_insert(connection, batch))
                _count_words(connection, counts)

    def rebuild(self, entries: Iterable[Entry]) -> None:
        """See `SearchEngine`. Tables are built aside, which is also quicker than adding to indexes, and take the place of
        the others in the end; for that the role must own them, as it does when it ran the migrations."""
        with self._engine.begin() as connection:
            _lock(connection)
            to_index = indexes(NEW)
            _run(connection, *dropping(NEW), *tables(NEW), to_index.pop(f"uq_{SETS}_id"))  # sets are known by it meanwhile
            counts: Counter = Counter()
            entries = iter(entries)
            while batch := list(islice(entries, BATCH)):
                counts.update(_insert(connection, batch, NEW))
            connection.execute(text(f"INSERT INTO {WORDS}{NEW} {_COUNTED}"), _counted(counts))
            _run(connection, *to_index.values(), *taking_over(), *(f"ANALYZE {table}" for table in TABLES))
        self._trigrams = None

    def forget(self) -> None:
        """See `SearchEngine`. Rows are gone with the transaction that changed them; this clears away what they were."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in TABLES:
                connection.execute(text(f"VACUUM {table}"))

    def reconcile(self, versions: Mapping[int, int]) -> list[int]:
        """See `SearchEngine`."""
        with self._engine.begin() as connection:
            _lock(connection)
            indexed = dict(connection.execute(text(f"SELECT entry_id, version FROM {ENTRIES}")).all())
            _forget(connection, indexed.keys() - versions.keys())
            _run(connection, f"DELETE FROM {SETS} WHERE NOT EXISTS"
                             f" (SELECT FROM {ENTRIES} WHERE id IN (profile, topics, rooms))")
        return sorted(entry for entry, version in versions.items() if indexed.get(entry) != version)

    def close(self) -> None:
        """See `SearchEngine`. Connections belong to the pool."""
        self._trigrams = None

    def _has_trigrams(self, connection: Connection) -> bool:
        if self._trigrams is None:
            self._trigrams = connection.scalar(text("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm')"))
        return self._trigrams


def _run(connection: Connection, *statements: str) -> None:
    for statement in statements:
        connection.execute(text(statement))


def _lock(connection: Connection) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_WRITER})


def _forget(connection: Connection, ids: Iterable[int], counting: bool = True) -> Counter:
    """Delete entries; how many fewer have each word, as numbers below 0. With `counting` that is written down."""
    rows = connection.execute(text(f"DELETE FROM {ENTRIES} WHERE entry_id = ANY(:ids) RETURNING tsvector_to_array(terms)"),
                              {"ids": sorted(ids)})
    fewer = Counter()
    for terms, in rows:
        fewer.subtract(term.removeprefix(WRITTEN) for term in terms if term.startswith(WRITTEN))
    if counting:
        _count_words(connection, fewer)
    return fewer


def _insert(connection: Connection, batch: Sequence[Entry], ending: str = "") -> Counter:
    """Add entries; how many of them have each word."""
    digests = [digest(entry) for entry in batch]
    rows, sets = [], {}
    for entry, known in zip(batch, digests, strict=True):
        carried = {"profile": _labels(known, *PROFILE), "topics": _labels(known, "topic"), "rooms": _labels(known, "room")}
        numbers = {name: _number(labels) for name, labels in carried.items()}
        sets |= {numbers[name]: labels for name, labels in carried.items()}
        rows.append(_row(entry, known) | numbers)
    connection.execute(text(f"INSERT INTO {SETS}{ending} (id, labels) VALUES (:id, :labels) ON CONFLICT DO NOTHING"),
                       [{"id": number, "labels": labels} for number, labels in sorted(sets.items())])
    connection.execute(text(f"INSERT INTO {ENTRIES}{ending} {_VALUES}"), rows)
    return Counter(word for known in digests for word in known.words)


def _count_words(connection: Connection, difference: Counter) -> None:
    values = _counted(difference)
    connection.execute(text(f"INSERT INTO {WORDS} AS known {_COUNTED}"
                            " ON CONFLICT (word) DO UPDATE SET entries = known.entries + excluded.entries"), values)
    gone = [word for word, number in zip(values["words"], values["numbers"], strict=True) if number < 0]
    connection.execute(text(f"DELETE FROM {WORDS} WHERE word = ANY(:gone) AND entries <= 0"), {"gone": gone})


_COLUMNS = {"entry_id": "", "version": "", "event_id": "", "profile": "", "topics": "", "rooms": "", "people": "text[]",
            "length": "", "head_length": "", "head": "tsvector", "terms": "tsvector"}
_VALUES = (f"({', '.join(_COLUMNS)}) VALUES ("
           + ", ".join(f"CAST(:{name} AS {kind})" if kind else f":{name}" for name, kind in _COLUMNS.items()) + ")")
_COUNTED = ("(word, term, entries) SELECT * FROM unnest(CAST(:words AS text[]), CAST(:terms AS text[]),"
            " CAST(:numbers AS integer[]))")


def _counted(counts: Counter) -> dict[str, list]:
    words = sorted(word for word, number in counts.items() if number)
    return {"words": words, "terms": [stem(word) for word in words], "numbers": [counts[word] for word in words]}


def _labels(known: Digest, *names: str) -> list[str]:
    return sorted(label for label in known.labels if label.partition(SEPARATOR)[0] in names)


def _number(labels: list[str]) -> int:
    """The id of a set of labels, made from what it holds."""
    return int.from_bytes(blake2b("\0".join(labels).encode(), digest_size=8).digest(), signed=True)


def _row(entry: Entry, known: Digest) -> dict[str, object]:
    head = " ".join(f"{quoted(term)}:{min(weight, MOST_WEIGHT)}" for term, weight in known.head.items())
    terms, room = [], ROOM
    for term, places in known.places.items():
        kept = [str(place + 1) for place in places[:MOST_PLACES] if place < LAST_PLACE - 1]
        terms.append(f"{quoted(term)}:{','.join(kept)}" if kept else quoted(term))
        room -= len(term.encode()) + 4 + 2 * len(kept)
    for marked in [IN_HEAD + term for term in known.head] + [WRITTEN + word for word in known.words]:
        room -= len(marked.encode()) + 4
        if room > 0:
            terms.append(quoted(marked))
    return {
        "entry_id": entry.id, "version": entry.version, "event_id": entry.scope, "people": _labels(known, *PEOPLE),
        "length": known.length, "head_length": known.head_length, "head": head, "terms": " ".join(terms),
    }
