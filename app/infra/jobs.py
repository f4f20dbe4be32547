"""Work for later, as rows written in the same transaction as the change that asks for it, so that none is lost.

`enqueue` in an action; `@handles(kind)` in a room's `jobs.py`; `flask jobs work` (started beside the web server) does them.
A handler is given a batch of rows of its kind. It may run twice for the same row (a crash between doing and forgetting),
so it must be safe to repeat.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import JSON, Index, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock, db

log = logging.getLogger(__name__)

CLAIM = timedelta(minutes=5)  # a worker that died holds its rows no longer than this
ATTEMPTS = 8
IDLE_SECONDS = 0.25


class Job(db.Base):
    """One piece of work waiting, running (claimed) or given up on (attempts used)."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "run_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict] = mapped_column(JSON)
    run_at: Mapped[datetime] = mapped_column(db.Moment)
    attempts: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str | None] = mapped_column(Text)


Handler = Callable[[list[dict]], None]
_handlers: dict[str, tuple[Handler, int]] = {}
_starters: list[Callable[[], None]] = []


def handles(kind: str, batch: int = 1) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it gets up to `batch` payloads, oldest first."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = (handler, batch)
        return handler

    return register


def at_start(starter: Callable[[], None]) -> Callable[[], None]:
    """Register what a worker does before its first job. If it fails that is logged, and the worker goes on without."""
    _starters.append(starter)
    return starter


def enqueue(kind: str, payload: dict, run_at: datetime | None = None) -> None:
    """Ask for a job in the current transaction."""
    db.session.add(Job(kind=kind, payload=payload, run_at=run_at or clock.now()))


def enqueue_all(kind: str, payloads: Sequence[dict], run_at: Sequence[datetime] = ()) -> None:
    """Ask for many jobs of one kind in the current transaction, in one statement; `run_at` names a time for each, or is empty."""
    if payloads:
        at = clock.now()
        db.session.execute(insert(Job), [{"kind": kind, "payload": payload, "run_at": when} for payload, when in zip(
            payloads, run_at or [at] * len(payloads), strict=True)])


def enqueue_once(kind: str, payload: dict, run_at: datetime) -> None:
    """Ask for a job that is done by `run_at`, unless one with this payload waits that will be: for work that finds out what
    there is to do when it is done, and may be done too often."""
    waiting = db.session.scalars(select(Job.payload).where(Job.kind == kind, Job.run_at <= run_at, Job.attempts == 0))
    if payload not in list(waiting):
        enqueue(kind, payload, run_at)


def _claim(at: datetime) -> tuple[str, list[tuple[int, dict]]] | None:
    """Take the oldest due job and those of its kind that may go with it, so that no other worker does."""
    due = (Job.run_at <= at) & (Job.attempts < ATTEMPTS) & Job.kind.in_(_handlers)
    if db.session.scalar(select(Job.id).where(due).limit(1)) is None:
        db.session.rollback()
        return None
    with db.transaction() as session:
        first = session.scalar(select(Job).where(due).order_by(Job.run_at, Job.id).limit(1).with_for_update(skip_locked=True))
        if first is None:
            return None
        rows = session.scalars(select(Job).where(due, Job.kind == first.kind).order_by(Job.run_at, Job.id)
                               .limit(_handlers[first.kind][1]).with_for_update(skip_locked=True)).all()
        taken = [(job.id, job.payload) for job in rows]
        session.execute(update(Job).where(Job.id.in_([i for i, _ in taken]))
                        .values(run_at=at + CLAIM, attempts=Job.attempts + 1), execution_options={"synchronize_session": False})
        return first.kind, taken


def work_once() -> int:
    """Do one batch that is due. Returns how many jobs it held; 0 when nothing is due."""
    claimed = _claim(clock.now())
    if claimed is None:
        return 0
    kind, rows = claimed
    ids = [i for i, _ in rows]
    try:
        _handlers[kind][0]([payload for _, payload in rows])
    except Exception as problem:
        db.session.rollback()
        log.exception("job %s failed: %s", kind, ids)
        with db.transaction() as session:
            for job in session.scalars(select(Job).where(Job.id.in_(ids))):
                job.problem = f"{type(problem).__name__}: {problem}"[:500]
                job.run_at = clock.now() + timedelta(seconds=2 ** job.attempts)
    else:
        with db.transaction() as session:
            session.execute(delete(Job).where(Job.id.in_(ids)))
    finally:
        db.session.remove()
    return len(rows)


def work_until_idle() -> int:
    """Do everything that is due now and return how many jobs that was (for commands and tests)."""
    done = 0
    while batch := work_once():
        done += batch
    return done


def work(stop: threading.Event) -> None:
    """Do jobs until `stop` is set; the job at hand is finished first."""
    for starter in _starters:
        try:
            starter()
        except Exception:
            log.exception("the jobs worker goes on without %s.%s", starter.__module__, starter.__name__)
        finally:
            db.session.remove()
    while not stop.is_set():
        try:
            if not work_once():
                stop.wait(IDLE_SECONDS)
        except Exception:
            log.exception("the jobs worker could not reach the database; trying again in a second")
            db.session.remove()
            stop.wait(1)


def counts() -> dict[str, int]:
    """For the health page: jobs waiting and jobs given up on."""
    attempts = db.session.scalars(select(Job.attempts)).all()
    return {"waiting": sum(a < ATTEMPTS for a in attempts), "given up": sum(a >= ATTEMPTS for a in attempts)}
