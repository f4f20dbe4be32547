"""What happened to a cell or a session since a page was shown, in words for whoever was too late."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.events.models import Event, Room, Slot
from app.grid.models import GridChange, GridStep, Session
from app.grid.standings import slot_after, slot_before
from app.infra import clock, db


def newest(event: Event, *, after: int, cells: Iterable[tuple[Room, Slot]] = (),
           sessions: Iterable[Session] = ()) -> GridChange | None:
    """The newest change with a version above `after` that touched one of `cells` or `sessions` (2 statements)."""
    touched = [GridStep.session_id == s.id for s in sessions]
    for room, slot in cells:
        before = slot_before(event, slot)
        for in_room, in_slot, length in ((GridStep.from_room_id, GridStep.from_slot_id, GridStep.from_length),
                                         (GridStep.to_room_id, GridStep.to_slot_id, GridStep.to_length)):
            touched.append(and_(in_room == room.id, in_slot == slot.id))
            if before:
                touched.append(and_(in_room == room.id, in_slot == before.id, length > 1))
    if not touched:
        return None
    return db.session.scalar(
        select(GridChange).where(GridChange.event_id == event.id, GridChange.version > after,
                                 GridChange.id.in_(select(GridStep.change_id).where(or_(*touched))))
        .order_by(GridChange.version.desc()).limit(1).options(joinedload(GridChange.by), selectinload(GridChange.steps)))


def newest_of_many(event: Event, *, after: int, cells: Iterable[tuple[Room, Slot]],
                   sessions: Iterable[Session]) -> GridChange | None:
    """As `newest`, for any number of cells and sessions: looks through what happened after `after` (2 statements)."""
    wanted, ids = {(room.id, slot.id) for room, slot in cells}, {session.id for session in sessions}
    goes_on = {slot.id: following.id for slot in event.slots if (following := slot_after(event, slot))}

    def touches(step: GridStep) -> bool:
        ends = ((step.from_room_id, step.from_slot_id, step.from_length), (step.to_room_id, step.to_slot_id, step.to_length))
        cells = [(r, s) for r, first, length in ends for s in (first, goes_on.get(first) if length > 1 else None) if r and s]
        return step.session_id in ids or not wanted.isdisjoint(cells)

    newer = db.session.scalars(
        select(GridChange).where(GridChange.event_id == event.id, GridChange.version > after)
        .order_by(GridChange.version.desc()).options(joinedload(GridChange.by), selectinload(GridChange.steps)))
    return next((change for change in newer if any(map(touches, change.steps))), None)


@dataclass(frozen=True, slots=True)
class Told:
    """A change as it is told to somebody: "Ben moved “Bins” from …", and when."""

    version: int
    who: str
    said: str
    when: str
    own: bool

    @classmethod
    def of(cls, change: GridChange, actor: Person, event: Event, at: datetime) -> "Told":
        return cls(change.version, who(change, actor), change.said, moment_of(change, event, at), change.by_id == actor.id)


def root(change: GridChange) -> GridChange:
    """The change that it is about in the end: what was undone, done again and undone once more."""
    while change.undoes is not None:
        change = change.undoes
    return change


def moment_of(change: GridChange, event: Event, at: datetime) -> str:
    """When a change was made: 11:52, with the day when that is not the day of `at`."""
    then, now = clock.local(change.at, event.time_zone), clock.local(at, event.time_zone)
    return f"{then:%H:%M}" if then.date() == now.date() else f"{then:%H:%M} on {then:%A} {then.day} {then:%B}"


def who(change: GridChange, actor: Person) -> str:
    """Who made it, as one says it to `actor`."""
    return "You" if change.by_id == actor.id else change.by.name if change.by else "Somebody"


def about_cell(change: GridChange, cell: tuple[Room, Slot], actor: Person, event: Event, at: datetime) -> str:
    """What a change did to `cell`: "Ben put “Bins” there at 11:52." """
    room, slot = cell
    before = slot_before(event, slot)

    def covers(room_id: int | None, slot_id: int | None, length: int) -> bool:
        return room_id == room.id and (slot_id == slot.id or (before is not None and slot_id == before.id and length > 1))

    arrived = next((step for step in change.steps if covers(step.to_room_id, step.to_slot_id, step.to_length)), None)
    gone = next((step for step in change.steps if covers(step.from_room_id, step.from_slot_id, step.from_length)), None)
    session = db.session.get(Session, (arrived or gone or change.steps[0]).session_id, options=[joinedload(Session.pitch)])
    did = f"put “{session.pitch.title}” there" if arrived else f"took “{session.pitch.title}” away from there"
    return f"{who(change, actor)} {did} at {moment_of(change, event, at)}."


def who_put_it_there(change: GridChange, actor: Person, event: Event, at: datetime) -> str:
    """How what stands in a cell came there, given the newest change of the cell: "Ben put it there at 11:52"."""
    return f"{_who_inside(change, actor)} put it there at {moment_of(change, event, at)}"


def about_session(change: GridChange, actor: Person, event: Event, at: datetime) -> str:
    """What a change did: "At 11:52 Ben moved “Bins” from Turing at 11:40 to Seacole at 12:35." """
    return f"At {moment_of(change, event, at)} {_who_inside(change, actor)} {change.said}."


def _who_inside(change: GridChange, actor: Person) -> str:
    """Who made it, in the middle of a sentence."""
    return "you" if change.by_id == actor.id else change.by.name if change.by else "somebody"
