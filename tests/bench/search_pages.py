"""Measures search as people meet it: `python -m tests.bench.search_pages [SIZE …]`; 3,000 notes by default.

CPU of the whole process for every everyday query of `search_corpus`: first what answers it (which events the person may
search, the engine, the rows, the snippets), then the whole request with its page. Somebody signed in asks, who may find
four in five of 60 events. DATABASE_URL may name an empty PostgreSQL database on this machine; then the CPU of the server
processes that work for it is counted too.
"""

import argparse
import gc
import os
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import quantiles

from sqlalchemy import text

from app import config, create_app
from app.accounts.models import Person
from app.events.models import ATTENDEES_ONLY, PUBLIC, Event, Series
from app.followups.models import FollowUp
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Pitch
from app.search import index, policy, queries
from app.search.models import SearchEntry
from app.search.postgres_schema import postgres_ddl
from tests.bench.search_corpus import NOTES, Corpus

AT = datetime(2027, 1, 23, tzinfo=UTC)
ASKED = 600
SERVERS: list[int] = []


def furnish(corpus: Corpus) -> None:
    """Rows for everything in the corpus: events, entries, and the conversations that results lead to."""
    with db.transaction() as session:
        session.add_all(Series(id=n, name=f"Series {n}", slug=f"series-{n}", created_at=AT) for n in range(1, 9))
        session.flush()
        session.add_all(Event(
            id=n, series_id=1 + n % 8, name=f"Camp {n}", slug=f"camp-{n}", starts_on=date(2015 + n % 12, 1, 1),
            ends_on=date(2015 + n % 12, 1, 1), join_code=f"C{n}", created_at=AT,
            visibility=PUBLIC if n % 5 else ATTENDEES_ONLY) for n in range(1, 61))
        session.flush()
        for entry in corpus.entries:
            if entry.kind == "followup":
                session.add(Pitch(id=entry.id, event_id=entry.event_id, title=entry.title, created_at=AT, updated_at=AT))
                session.flush()
                session.add(Session(id=entry.id, event_id=entry.event_id, pitch_id=entry.id, created_at=AT))
                session.flush()
                session.add(FollowUp(id=entry.id, event_id=entry.event_id, session_id=entry.id, created_at=AT))
            session.add(SearchEntry(
                id=entry.id, key=f"{entry.kind}:{entry.id}", kind=entry.kind, event_id=entry.event_id, series_id=entry.series_id,
                year=entry.year, title=entry.title, body=entry.body, topics=list(entry.topics), rooms=list(entry.rooms),
                leaders=list(entry.leaders), note_takers=list(entry.note_takers), looking_for_host=entry.looking_for_host))


def cpu() -> float:
    """Seconds of CPU used so far, here and by the PostgreSQL processes that work for us."""
    return time.process_time() + sum(int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) for pid in SERVERS) / 1e9


def report(label: str, values: list[float]) -> None:
    """p50, p95 and worst of `values` in seconds, as milliseconds."""
    cuts = quantiles(values, n=100)
    print(f"  {label:32} p50 {cuts[49] * 1e3:6.1f}  p95 {cuts[94] * 1e3:6.1f}  worst {max(values) * 1e3:6.1f} ms CPU")


def measure(size: int, folder: str) -> None:
    """Build, then ask twice."""
    settings = config.load({
        "SECRET_KEY": "s" * 40, "BASE_URL": "https://camp.example.org", "FILES_URL": f"file://{folder}/files",
        "DATABASE_URL": os.environ.get("DATABASE_URL") or f"sqlite:///{folder}/bench.sqlite3",
        "SEARCH_URL": "" if os.environ.get("DATABASE_URL") else f"whoosh://{folder}/search"})
    app = create_app(settings)
    db.Base.metadata.create_all(db.engine())
    if not db.on_sqlite():
        with db.engine().begin() as connection:
            for statement in postgres_ddl()[0]:
                connection.exec_driver_sql(statement)
    corpus = Corpus(size)
    furnish(corpus)
    index.rebuild()
    asked = corpus.everyday(ASKED)
    with db.transaction() as session:
        session.add(person := Person(name="Ada", created_at=AT))
    queries.find(asked[0], queries.events_where(policy.may_search(person)), person)  # both connections are open now
    if not db.on_sqlite():
        SERVERS.extend(db.session.scalars(text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")))
    print(f"{size:,} notes, {'PostgreSQL' if os.environ.get('DATABASE_URL') else 'SQLite and Whoosh'}")
    times = []
    for query in asked:
        before = cpu()
        queries.find(query, queries.events_where(policy.may_search(person)), person)
        times.append(cpu() - before)
        db.session.rollback()
    report("answers", times)
    client, times = app.test_client(), []
    with client.session_transaction() as cookie:
        cookie["_user_id"] = db.session.get(Person, 1).get_id()
    for query in asked:
        said = {"q": query.text} | {name: str(value) for name, value in query.filters.items() if name in ("kind", "year", "topic")}
        said |= {"event": f"camp-{query.event}"} if query.event else {}
        before = cpu()
        response = client.get("/search", query_string=said)
        times.append(cpu() - before)
        if response.status_code != 200:
            sys.exit(f"{said} was answered with {response.status_code}")
    report("pages", times)


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, default=[3_000])
    if not NOTES.is_dir():
        sys.exit(f"The real notes to measure on are not in {Path(NOTES)}")
    for size in parser.parse_args().sizes:
        gc.collect()
        with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
            measure(size, folder)


if __name__ == "__main__":
    main()
