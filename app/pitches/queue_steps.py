"""What clerks do with the queue, one step after another: each counts in the stage's version, is told by name, and most can be
undone, the newest first. A step keeps how the entries it touched were before and after."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import Conflict
from app.events.models import Event
from app.infra import clock, db
from app.pitches.queue_models import QueueChange, QueueEntry, Stage
from app.pitches.queue_news import queue_changed, stage_changed

NOTHING_TO_UNDO = "There is nothing to undo."


def as_seen(event: Event, seen: int) -> Stage:
    """The stage, if `seen` is its version (0: nobody has touched it yet). Raises Conflict that says who did what since."""
    stage = stage_of(event)
    if stage.version != seen:
        last = last_change(event)
        did = f"{told(last, event)}. " if last is not None else ""
        raise Conflict(f"{did}Somebody else was quicker, so nothing of yours was done: look again.")
    return stage


def stage_of(event: Event) -> Stage:
    """The event's stage, made if need be. Inside a transaction."""
    stage = db.session.get(Stage, event.id)
    if stage is None:
        stage = Stage(event_id=event.id, open=False, version=0)
        db.session.add(stage)
        db.session.flush()
    return stage


def last_change(event: Event, *, can_be_undone: bool = False) -> QueueChange | None:
    """The newest step, or the one that undo would undo (1 statement)."""
    wanted = select(QueueChange).where(QueueChange.event_id == event.id).options(joinedload(QueueChange.by))
    if can_be_undone:
        wanted = wanted.where(QueueChange.before.is_not(None), QueueChange.undone.is_(False))
    return db.session.scalar(wanted.order_by(QueueChange.version.desc(), QueueChange.id.desc()).limit(1))


def told(change: QueueChange, event: Event) -> str:
    """A step in words: "Priya Raman called “Bins” at 10:31"."""
    who = change.by.name if change.by else "Somebody"
    return f"{who} {change.said} at {clock.local(change.at, event.time_zone):%H:%M}"


@contextmanager
def step(actor: Person, stage: Stage, entries: Iterable[QueueEntry], said: str, at: datetime) -> Iterator[None]:
    """Do inside it what changes the stage and these entries: it is counted, told, and can be undone."""
    touched = list(entries)
    before = _picture(stage, touched)
    yield
    _count(actor, stage, said, at, before, _picture(stage, touched))


def tell(actor: Person, stage: Stage, said: str, at: datetime) -> None:
    """Count and tell a step that has been done and that undo passes over, such as starting the countdown."""
    _count(actor, stage, said, at, None, None)


def _count(actor: Person, stage: Stage, said: str, at: datetime, before: dict | None, after: dict | None) -> None:
    stage.version += 1
    db.session.add(QueueChange(event_id=stage.event_id, version=stage.version, by_id=actor.id, at=at, said=said,
                               before=before, after=after))
    db.session.flush()
    stage_changed(stage.event_id, stage.version)
    queue_changed(stage.event_id)


def take_back(actor: Person, event: Event, stage: Stage, at: datetime) -> str:
    """Undo the newest step that can be undone. Gives what was undone, in words. Raises Conflict when somebody it concerns has
    left or come back since."""
    change = last_change(event, can_be_undone=True)
    if change is None:
        raise Conflict(NOTHING_TO_UNDO)
    entries = {e.id: e for e in db.session.scalars(
        select(QueueEntry).where(QueueEntry.event_id == event.id, QueueEntry.id.in_([int(i) for i in change.before["entries"]]))
        .options(joinedload(QueueEntry.pitch)))}
    for entry_id, was in change.before["entries"].items():
        entry, then = entries.get(int(entry_id)), change.after["entries"][entry_id]
        if entry is not None and entry.pitch.merged_into is not None:
            raise Conflict(f"“{entry.pitch.title}” is part of “{entry.pitch.merged_into.title}” now: undo that merge first.")
        if entry is None or entry.state != then["state"]:
            name = f"“{entry.pitch.title}”" if entry is not None else "One of the pitches"
            raise Conflict(f"{name} has left the queue or come back since, so this cannot be undone any more.")
        entry.state, entry.position, entry.round = was["state"], was["position"], was["round"]
        entry.called_at, entry.ended_at = _moment(was["called_at"]), _moment(was["ended_at"])
    if change.before["up"] != change.after["up"]:
        stage.entry_id, stage.started_at = change.before["up"], None
    change.undone = True
    said = told(change, event)
    _count(actor, stage, f"undid what {change.by.name if change.by else 'somebody'} did ({change.said})", at, None, None)
    return said


def _picture(stage: Stage, entries: Iterable[QueueEntry]) -> dict:
    return {"up": stage.entry_id, "entries": {str(e.id): {
        "state": e.state, "position": e.position, "round": e.round,
        "called_at": e.called_at.isoformat() if e.called_at else None, "ended_at": e.ended_at.isoformat() if e.ended_at else None,
    } for e in entries}}


def _moment(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None
