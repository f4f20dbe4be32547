"""Work for later, as rows written in the same transaction as the change that asks for it, so that none is lost.

`enqueue` in an action; `@handles(kind)` in a room's `jobs.py`; `flask jobs work` (started beside the web server) does them.
A handler is given a batch of rows of its kind. It may run twice for the same row (a crash between doing and forgetting),
so it must be safe to repeat. It may also say that some are to be done again, and when (`Again`).
"""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import JSON, Index, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.infra import clock, db

log = logging.getLogger(__name__)

CLAIM = timedelta(seconds=30)  # a worker that died holds its rows no longer than this; one that works claims them again
RENEWED_SECONDS = 8
ATTEMPTS = 8
IDLE_SECONDS = 0.25
LONGEST_PAUSE = 3600  # seconds before what failed is tried again


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


class Again(NamedTuple):
    """The payload at `index` of a batch is not done: it is to come again at `run_at`, as `payload`."""

    index: int
    payload: dict
    run_at: datetime


Handler = Callable[[list[dict]], Iterable[Again] | None]
_handlers: dict[str, tuple[Handler, int]] = {}
_patient: set[str] = set()
_starters: list[Callable[[], None]] = []
_stop = threading.Event()  # replaced by that of the worker


def handles(kind: str, batch: int = 1, *, patient: bool = False) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of `kind`; it gets up to `batch` payloads, oldest first.

    Jobs of a `patient` kind are never given up here, however often a worker died of them: their handler does that.
    """

    def register(handler: Handler) -> Handler:
        _handlers[kind] = (handler, batch)
        (_patient.add if patient else _patient.discard)(kind)
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


def stopping() -> bool:
    """Whether the worker was told to stop: a handler with a long batch leaves the rest for later."""
    return _stop.is_set()


def _claim(at: datetime) -> tuple[str, list[tuple[int, dict]]] | None:
    """Take the oldest due job and those of its kind that may go with it, so that no other worker does."""
    due = (Job.run_at <= at) & ((Job.attempts < ATTEMPTS) | Job.kind.in_(_patient)) & Job.kind.in_(_handlers)
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
        with _held(ids):
            again = list(_handlers[kind][0]([payload for _, payload in rows]) or ())
    except Exception as problem:
        db.session.rollback()
        log.exception("job %s failed: %s", kind, ids)
        with db.transaction() as session:
            for job in session.scalars(select(Job).where(Job.id.in_(ids))):
                job.problem = f"{type(problem).__name__}: {problem}"[:500]
                job.run_at = clock.now() + timedelta(seconds=min(LONGEST_PAUSE, 2 ** min(job.attempts, 12)))
    else:
        with db.transaction() as session:
            later = {ids[one.index] for one in again}
            session.execute(delete(Job).where(Job.id.in_([i for i in ids if i not in later])))
            if again:
                session.execute(update(Job), [{"id": ids[one.index], "payload": one.payload, "run_at": one.run_at, "attempts": 0}
                                              for one in again])
    finally:
        db.session.remove()
    return len(rows)


@contextmanager
def _held(ids: list[int]) -> Iterator[None]:
    """While a batch is worked on longer than a few seconds, claim its rows again and again."""
    done = threading.Event()

    def renew() -> None:
        while not done.wait(RENEWED_SECONDS):
            try:
                with db.transaction() as session:
                    session.execute(update(Job).where(Job.id.in_(ids)).values(run_at=clock.now() + CLAIM),
                                    execution_options={"synchronize_session": False})
            except Exception:
                log.exception("jobs could not be claimed again: %s", ids)
            finally:
                db.session.remove()

    keeper = threading.Thread(target=renew, daemon=True, name="claim")
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()


def work_until_idle() -> int:
    """Do everything that is due now and return how many jobs that was (for commands and tests)."""
    done = 0
    while batch := work_once():
        done += batch
    return done


def work(stop: threading.Event) -> None:
    """Do jobs until `stop` is set; the job at hand is finished first."""
    global _stop
    _stop = stop
    try:
        _work(stop)
    finally:
        _stop = threading.Event()


def _work(stop: threading.Event) -> None:
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
    given_up = [a >= ATTEMPTS and kind not in _patient for a, kind in db.session.execute(select(Job.attempts, Job.kind))]
    return {"waiting": len(given_up) - sum(given_up), "given up": sum(given_up)}
