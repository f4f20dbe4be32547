"""The database: one engine, one session per greenlet or thread, and the only place that commits.

Reads use `session` as it is. Writes happen inside `with transaction():`, opened by routes, commands, jobs and sockets.
On SQLite that takes `BEGIN IMMEDIATE` (a deferred transaction that upgrades would bypass the busy time-out) after
forgetting what the session had read, so that a check and the write it guards see the same state. On PostgreSQL
`transaction(lock=row)` locks the event's row first, to the same end.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import DateTime, MetaData, UniqueConstraint, create_engine, event, func, make_url, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, scoped_session, sessionmaker
from sqlalchemy.types import TypeDecorator

from app.errors import Busy, Conflict

# 3.7.0 to 3.51.2 can lose commits when a WAL is reset while another connection commits (https://sqlite.org/wal.html).
FIRST_SAFE_SQLITE = (3, 51, 3)
LOCK_WAIT_SECONDS = 5.0


class UnsafeDatabase(Exception):
    """The database cannot be trusted with people's work; the message says why and what to do."""


class Base(DeclarativeBase):
    """Every table. Constraint names are fixed so that migrations and `Conflict` messages can speak of them."""

    metadata = MetaData(naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    })


class Moment(TypeDecorator):
    """An aware UTC moment. SQLite keeps no zone, so it is put back on the way out; a naive value is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


session: scoped_session[Session] = scoped_session(sessionmaker(autoflush=True, expire_on_commit=True))
_engine: Engine | None = None
# Two greenlets of one process must not both wait inside SQLite: its busy handler would stop the loop that could release it.
_one_writer = threading.RLock()
_state = threading.local()


def engine() -> Engine:
    """The engine that `configure` made."""
    if _engine is None:
        raise RuntimeError("db.configure() was not called")
    return _engine


def on_sqlite() -> bool:
    """Whether the database is SQLite rather than PostgreSQL."""
    return engine().dialect.name == "sqlite"


def use(made: Engine) -> None:
    """Connect `session` to an engine that `configure` made before."""
    global _engine
    session.remove()
    _engine = made
    session.configure(bind=made)


def configure(url: str, *, sqlite_version: tuple[int, ...] = sqlite.sqlite_version_info) -> Engine:
    """Connect `session` to the database at `url`. Raises `UnsafeDatabase` for a SQLite that can lose commits."""
    global _engine
    session.remove()
    if _engine is not None:
        _engine.dispose()
    if make_url(url).get_backend_name() == "sqlite":
        if (3, 7, 0) <= sqlite_version < FIRST_SAFE_SQLITE:
            found, wanted = (".".join(map(str, v)) for v in (sqlite_version, FIRST_SAFE_SQLITE))
            raise UnsafeDatabase(
                f"SQLite {found} can lose saved work in WAL mode, so Folkmoot will not start on it: it needs {wanted} or later. "
                "Install the pysqlite3 wheel pinned in requirements.txt.")
        _engine = create_engine(url, module=sqlite, connect_args={"timeout": 0.02, "check_same_thread": False})
        event.listen(_engine, "connect", _prepare_sqlite)
        event.listen(_engine, "begin", _begin_sqlite)
    else:
        _engine = create_engine(url, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_timeout=5,
                                connect_args={"options": f"-c lock_timeout={int(LOCK_WAIT_SECONDS * 1000)}"})
    session.configure(bind=_engine)
    return _engine


def _prepare_sqlite(connection, _record) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")  # turning WAL on needs a moment alone
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA busy_timeout=20")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA trusted_schema=OFF")
    cursor.execute("PRAGMA secure_delete=ON")  # what is deleted is written over (infra/scrub.py)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    if not connection.get_execution_options().get("writing"):
        connection.exec_driver_sql("BEGIN")
        return
    deadline = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as problem:
            if "locked" not in str(problem.orig) and "busy" not in str(problem.orig):
                raise
            if time.monotonic() > deadline:
                raise Busy() from problem
            time.sleep(0.02)  # gevent's sleep in the web process, so others go on


def writing() -> bool:
    """Whether a transaction is open here."""
    return getattr(_state, "open", False)


@contextmanager
def transaction(lock=None) -> Iterator[Session]:
    """One write, all or nothing: commits at the end, rolls back on any error.

    `lock` is a model instance (usually the event) whose row PostgreSQL locks first; SQLite locks the whole file anyway.
    What the session had read is forgotten first. A broken unique constraint comes out as `Conflict`, a lock that cannot
    be had within `LOCK_WAIT_SECONDS` as `Busy`. Functions given to `after_commit` run once the commit is safe.
    """
    if getattr(_state, "open", False):
        raise RuntimeError("transactions do not nest: only the edge (route, command, job, socket) opens one")
    if on_sqlite():
        session().rollback()  # give the connection read with back: else those who wait could hold all that the writer needs
        if not _one_writer.acquire(timeout=LOCK_WAIT_SECONDS):
            raise Busy()
        try:
            with _write(None) as current:
                yield current
        finally:
            _one_writer.release()
    else:
        with _write(lock) as current:
            yield current
    waiting, _state.after = _state.after, []
    for nudge in waiting:
        nudge()


@contextmanager
def _write(lock) -> Iterator[Session]:
    current = session()
    key = (type(lock), lock.id) if lock is not None else None
    current.rollback()  # ends the read transaction and forgets what it saw
    _state.open, _state.after = True, []
    try:
        current.connection(execution_options={"writing": True})
        if key:
            current.execute(select(key[0].id).where(key[0].id == key[1]).with_for_update())
        yield current
        current.commit()
    except IntegrityError as problem:
        current.rollback()
        raise conflict_from(problem) from problem
    except OperationalError as problem:
        current.rollback()
        if _is_lock(problem):
            raise Busy() from problem
        raise
    except BaseException:
        current.rollback()
        raise
    finally:
        _state.open = False


def _is_lock(problem: OperationalError) -> bool:
    words = str(problem.orig)
    return "database is locked" in words or "deadlock detected" in words or "lock timeout" in words


def after_commit(nudge: Callable[[], None]) -> None:
    """Run `nudge` when the current transaction has been committed. For what may be lost; what may not is a row."""
    if not getattr(_state, "open", False):
        raise RuntimeError("after_commit outside a transaction")
    _state.after.append(nudge)


def conflict_from(problem: IntegrityError) -> Conflict | IntegrityError:
    """`problem` as a `Conflict` if a unique constraint was broken; any other broken constraint is our own mistake.

    Models may say what it means to people: `UniqueConstraint(…, info={"conflict": "…"})`. Actions check first and say
    more; this is for the race that gets past them.
    """
    found = re.search(r'unique constraint "(\w+)"|UNIQUE constraint failed: (.+)', str(problem.orig))
    if not found:
        return problem
    for table in Base.metadata.tables.values():
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint) and "conflict" in constraint.info and found.group(1, 2) in (
                    (constraint.name, None), (None, ", ".join(f"{table.name}.{c.name}" for c in constraint.columns))):
                return Conflict(constraint.info["conflict"])
    return Conflict("Somebody changed the same thing at the same moment. Nothing of yours was saved: look again and retry.")


def health() -> dict[str, str]:
    """What the health page shows of the database; raises when it does not answer."""
    with engine().connect() as connection:
        if on_sqlite():
            version = connection.scalar(text("select sqlite_version()"))
            journal = connection.scalar(text("pragma journal_mode"))
            sync = {0: "off", 1: "normal", 2: "full", 3: "extra"}[connection.scalar(text("pragma synchronous"))]
            return {"database": f"SQLite {version}", "journal": f"{journal}, synchronous {sync}"}
        return {"database": f"PostgreSQL {connection.scalar(func.current_setting('server_version'))}"}
