"""Measures search: `python -m tests.bench.search [SIZE …] [--engine whoosh|postgresql]`; 3,000 and 30,000 notes by default.

CPU is this thread's and, for PostgreSQL, the server process's too. Every query is answered with facets and with snippets
for 20 hits, for somebody who may read four in five of the events.
"""

import argparse
import gc
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from statistics import mean, quantiles

from sqlalchemy import create_engine, text
from sqlalchemy.pool import StaticPool

from app.search.engine import Hits, Query
from app.search.postgres_engine import PostgresEngine
from app.search.postgres_schema import TABLES, postgres_ddl
from app.search.snippets import Marks
from app.search.whoosh_engine import WhooshEngine
from tests import servers
from tests.bench.search_corpus import NOTES, Corpus

READABLE = frozenset(number for number in range(1, 61) if number % 5)
QUESTIONS = 300
SCANS = 600


class Whoosh:
    """The engine in a folder of its own."""

    name = "Whoosh"

    def __init__(self, stack: ExitStack):
        self._folder = tempfile.mkdtemp(prefix="folkmoot-bench-")
        stack.callback(shutil.rmtree, self._folder)
        self.engine = WhooshEngine(self._folder)

    def reader(self) -> WhooshEngine:
        """An engine as another process would have it."""
        return WhooshEngine(self._folder)

    def cpu(self) -> float:
        """Seconds of CPU used so far."""
        return time.thread_time()

    def size(self) -> float:
        """MB on disk."""
        return sum(path.stat().st_size for path in Path(self._folder).rglob("*") if path.is_file()) / 1e6


class Postgres:
    """The engine in a cluster of its own, on one connection, so that one server process does all the work."""

    name = "PostgreSQL"

    def __init__(self, stack: ExitStack):
        url = stack.enter_context(servers.postgres())
        self._database = create_engine(url, poolclass=StaticPool)
        stack.callback(self._database.dispose)
        with self._database.begin() as connection:
            for statement in postgres_ddl()[0]:
                connection.execute(text(statement))
            self._server = connection.scalar(text("SELECT pg_backend_pid()"))
        self.engine = PostgresEngine(self._database)

    def reader(self) -> PostgresEngine:
        """An engine as another process would have it."""
        with self._database.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        return PostgresEngine(self._database)

    def cpu(self) -> float:
        """Seconds of CPU used so far, here and by the server process."""
        return time.thread_time() + int(Path(f"/proc/{self._server}/schedstat").read_text().split()[0]) / 1e9

    def size(self) -> float:
        """MB on disk."""
        with self._database.connect() as connection:
            return sum(connection.scalar(text("SELECT pg_total_relation_size(:name)"), {"name": name}) for name in TABLES) / 1e6


def report(label: str, values: list[float]) -> None:
    """p50, p95 and worst of `values` in seconds, as milliseconds."""
    cuts = quantiles(values, n=100)
    print(f"  {label:32} p50 {cuts[49] * 1e3:7.1f}  p95 {cuts[94] * 1e3:7.1f}  worst {max(values) * 1e3:7.1f} ms CPU")


def answer(engine, query: Query, bodies: dict[int, tuple[str, str]]) -> Hits:
    """One search as a page does it."""
    hits = engine.find(query, READABLE)
    marks = Marks(query.text, hits.did_you_mean)
    for entry, _ in hits.items:
        title, body = bodies[entry]
        marks.mark(title)
        marks.snippet(body)
    return hits


def measure(size: int, make: Callable) -> None:
    """Build, ask, change."""
    corpus = Corpus(size)
    bodies = {entry.id: (entry.title, entry.body) for entry in corpus.entries}
    with ExitStack() as stack:
        kind = make(stack)
        engine = kind.engine
        before, clock = kind.cpu(), time.perf_counter()
        engine.rebuild(iter(corpus.entries))
        print(f"{kind.name}, {size:,} notes, {sum(len(body) for _, body in bodies.values()) / 1e6:.0f} MB of text: "
              f"indexed in {kind.cpu() - before:.1f} s CPU ({time.perf_counter() - clock:.1f} s), {kind.size():.0f} MB on disk")
        reader = kind.reader()
        before = kind.cpu()
        answer(reader, Query("warming up"), bodies)
        print(f"  first search {1e3 * (kind.cpu() - before):.0f} ms CPU")
        gc.collect()
        gc.freeze()  # the corpus is ours, a server would not hold it
        readable = {entry.id for entry in corpus.entries if entry.event_id in READABLE}
        for label, questions in (("title words", corpus.title_words(QUESTIONS)),
                                 ("half-remembered phrase", corpus.half_remembered(QUESTIONS)),
                                 ("title with a typo", corpus.title_with_slip(QUESTIONS))):
            ranks, times = [], []
            for question in questions:
                if question.wanted not in readable:
                    continue
                before = kind.cpu()
                hits = answer(reader, question.query, bodies)
                times.append(kind.cpu() - before)
                found = [entry for entry, _ in hits.items[:10]]
                ranks.append(1 / (found.index(question.wanted) + 1) if question.wanted in found else 0.0)
            report(f"{label}, MRR@10 {mean(ranks):.3f}", times)
        times = []
        for query in corpus.everyday(SCANS):
            before = kind.cpu()
            answer(reader, query, bodies)
            times.append(kind.cpu() - before)
        report("everyday queries", times)
        _changes(kind, corpus, reader)


def _changes(kind, corpus: Corpus, reader) -> None:
    cpu, wall = [], []
    for number, entry in enumerate(corpus.entries[:40]):
        word = f"changed{number:04}x"
        changed = replace(entry, body=f"{entry.body} {word}", version=2, event_id=1)
        before, clock = kind.cpu(), time.perf_counter()
        kind.engine.apply([changed], [])
        cpu.append(kind.cpu() - before)
        if [found for found, _ in reader.find(Query(word), READABLE).items] != [entry.id]:
            sys.exit("a change that was applied is not found")
        wall.append(time.perf_counter() - clock)
    report("one changed note applied", cpu)
    print(f"  one changed note findable after {mean(wall) * 1e3:.0f} ms, at worst {max(wall) * 1e3:.0f} ms")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[3_000, 30_000])
    parser.add_argument("--engine", choices=("whoosh", "postgresql"))
    asked = parser.parse_args()
    if not NOTES.is_dir():
        sys.exit(f"The real notes to measure on are not in {NOTES}")
    kinds = {"whoosh": Whoosh, "postgresql": Postgres}
    for size in asked.sizes:
        for name, make in kinds.items():
            if asked.engine in (None, name):
                measure(size, make)


if __name__ == "__main__":
    main()
