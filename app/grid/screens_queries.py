"""What the screens and a person's day need beyond the grid itself. A fixed number of SQL statements each."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person
from app.events import notices
from app.events.models import DRAFT, Event, Notice
from app.events.queries import closings_of
from app.grid import places
from app.grid.gone import was_at
from app.grid.models import Session
from app.grid.queries import Grid
from app.grid.screens import Empty
from app.infra import db
from app.pitches import queries as pitches
from app.pitches.models import OPEN, Pitch


def for_everybody(event: Event, grid: Grid) -> Grid:
    """`grid` as a hall may see it, whoever opened the screen: of a draft only rooms and times."""
    if event.grid_state == DRAFT:
        for row in grid.rows:
            row.cells = None if row.cells is None else [None] * len(row.cells)
        grid.gone = {}
    return grid


def why_empty(event: Event, grid: Grid) -> Empty:
    """Closed rooms (1 statement), and what was cancelled of `grid`."""
    return Empty(closings_of(event), grid.gone)


@dataclass(frozen=True, slots=True)
class Lost:
    """A session of somebody's that was cancelled; `where` it was to be, if it had a place."""

    session_id: int
    title: str
    because: str
    where: str


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A pitch of somebody's that has no place."""

    pitch_id: int
    title: str


def cancelled_of(event: Event, person: Person) -> list[Lost]:
    """The cancelled sessions that `person` leads or marked (2 statements)."""
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    was = {session_id: places.place_of(rooms[room_id], slots[slot_id], event)
           for session_id, (room_id, slot_id) in was_at(event).items() if room_id in rooms and slot_id in slots}
    rows = db.session.execute(
        select(Session.id, Pitch.title, Session.cancelled).join(Pitch, Pitch.id == Session.pitch_id)
        .where(Session.event_id == event.id, Session.cancelled != "", pitches.led_or_marked_by(person)).order_by(Session.id))
    return [Lost(session_id, title, because, was.get(session_id, "")) for session_id, title, because in rows]


def unplaced_of(event: Event, person: Person, placed: Iterable[int], lost: Iterable[Lost]) -> list[Unplaced]:
    """The open pitches that `person` leads or marked and that are not among the `placed` ids of pitches, nor cancelled
    (1 statement)."""
    gone = {one.session_id for one in lost}
    rows = db.session.execute(
        select(Pitch.id, Pitch.title, Session.id).outerjoin(Session, (Session.pitch_id == Pitch.id) & (Session.run == 1))
        .where(Pitch.event_id == event.id, Pitch.state == OPEN, pitches.led_or_marked_by(person)).order_by(Pitch.id))
    away = set(placed)
    return [Unplaced(pitch_id, title) for pitch_id, title, session_id in rows if pitch_id not in away and session_id not in gone]


def moves_of(event: Event, person: Person) -> dict[int, Notice]:
    """The newest notice of a changed place that `person` was given, by session id (1 statement). Of a draft none."""
    found = db.session.scalars(select(Notice).where(*notices.theirs(event, person), Notice.about == "session", Notice.was != "")
                               .order_by(Notice.at, Notice.id))
    return {notice.thing_id: notice for notice in found}
