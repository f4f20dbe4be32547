"""The search engine in use, chosen by SEARCH_URL; asking it off the event loop, and keeping it in step with `search_entry`.

Only the jobs process writes (`write`, `reconcile`, `rebuild`). Whatever the engine missed, because it or its process failed
between a change of the rows and its own, is found by comparing versions: at the start of the worker, after any failure,
and when a search meets a damaged index.
"""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import func, select

from app.errors import Busy
from app.infra import db, jobs
from app.search.engine import Entry, Hits, IndexDamaged, Query, Readable, SearchEngine
from app.search.models import SearchEntry
from app.search.pool import SearchPool
from app.search.postgres_engine import PostgresEngine
from app.search.whoosh_engine import WhooshEngine

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")
REPAIR = "search.repair"
ONE_WRITER = 0x666F6C6B  # a PostgreSQL advisory lock
LOADED = 500  # entries read from the database, and given to the engine, at once


class _InUse:
    """The engine, and whether all that `search_entry` says is known to be in it."""

    def __init__(self):
        self.engine: SearchEngine | None = None
        self.in_step = False


_in_use = _InUse()
_pool = SearchPool()


def configure(url: str) -> None:
    """Use the engine at `url` (see SEARCH_URL); `postgresql:` is the database that `db.configure` connected to."""
    if _in_use.engine is not None:
        _in_use.engine.close()
    _in_use.engine = PostgresEngine(db.engine()) if url == "postgresql:" else WhooshEngine(url.removeprefix("whoosh://"))
    _in_use.in_step = False


def engine() -> SearchEngine:
    """The engine that `configure` chose."""
    if _in_use.engine is None:
        raise RuntimeError("search.index.configure() was not called")
    return _in_use.engine


def find(query: Query, readable: Readable) -> Hits:
    """What `query` finds in the scopes `readable` (see `engine.scope`). Raises Busy while a damaged index is being put right."""
    try:
        return off_loop(engine().find, query, readable) if engine().off_loop else engine().find(query, readable)
    except IndexDamaged as problem:
        log.exception("the search index is damaged and will be put right by the jobs worker")
        _ask_for_repair()
        raise Busy("Search is being put in order and works again in a minute. Nothing is lost.") from problem


def off_loop(work: Callable[..., Answer], *args: object) -> Answer:
    """What `work(*args)` returns, worked out in a real thread of its own. It must not touch the database's session."""
    return _pool.run(work, *args)


@contextmanager
def alone() -> Iterator[None]:
    """While others who index wait: of two workers the one that writes a thing last must be the one that read it last.

    On SQLite there is one worker, and nothing to do.
    """
    if db.on_sqlite():
        yield
        return
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(select(func.pg_advisory_lock(ONE_WRITER)))  # let go of with the connection, should we die
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(ONE_WRITER)))


def out_of_step() -> None:
    """Say that the engine may hold something else than the rows do; the next `write` compares them."""
    _in_use.in_step = False


def write(changed: Collection[Entry], removed: Collection[int]) -> None:
    """Give the engine what changed in `search_entry`, after that was committed."""
    if not _in_use.in_step:
        reconcile()  # finds these changes too
        return
    _in_use.in_step = False  # until it has succeeded
    engine().apply(changed, removed)
    _in_use.in_step = True


def reconcile() -> None:
    """Compare the engine with `search_entry` and put right what differs."""
    _in_use.in_step = False
    stale = engine().reconcile(dict(db.session.execute(select(SearchEntry.id, SearchEntry.version)).all()))
    for first in range(0, len(stale), LOADED):
        wanted = select(SearchEntry).where(SearchEntry.id.in_(stale[first:first + LOADED]))
        engine().apply([row.entry() for row in db.session.scalars(wanted)], ())
        db.session.rollback()  # what was read need not be held on to
    _in_use.in_step = True


def forget() -> None:
    """Bring the engine into step with `search_entry`, and leave nothing in its files of what is gone."""
    reconcile()
    engine().forget()


def rebuild() -> None:
    """Index every row of `search_entry` from the start. Searches go on in the old index until the new one is complete."""
    _in_use.in_step = False
    engine().rebuild(_entries())


def _entries() -> Iterator[Entry]:
    last = 0
    while some := db.session.scalars(
            select(SearchEntry).where(SearchEntry.id > last).order_by(SearchEntry.id).limit(LOADED)).all():
        last = some[-1].id
        yield from [row.entry() for row in some]
        db.session.rollback()


def _ask_for_repair() -> None:
    """Have the jobs worker put the index right, unless it has been asked already."""
    with db.transaction() as session:
        if session.scalar(select(jobs.Job.id).where(jobs.Job.kind == REPAIR, jobs.Job.attempts == 0).limit(1)) is None:
            jobs.enqueue(REPAIR, {})
