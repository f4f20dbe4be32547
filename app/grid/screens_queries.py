"""What the screens and a person's day need beyond the grid itself. A fixed number of SQL statements each."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import DRAFT, Event, Notice, Room, RoomClosing
from app.grid import places
from app.grid.gone import was_at
from app.grid.models import Session
from app.grid.queries import Grid
from app.grid.screens import Empty
from app.infra import db
from app.pitches.models import OPEN, Interest, Leader, Pitch


def room_in(event: Event, room_id: int) -> Room:
    """A room of this event, for sessions or not. Raises NotFound for any other."""
    room = next((room for room in event.rooms if room.id == room_id), None)
    if room is None:
        raise NotFound("There is no such room at this event.")
    return room


def for_everybody(event: Event, grid: Grid) -> Grid:
    """`grid` as a hall may see it, whoever opened the screen: of a draft only rooms and times."""
    if event.grid_state == DRAFT:
        for row in grid.rows:
            row.cells = None if row.cells is None else [None] * len(row.cells)
        grid.gone = {}
    return grid


def why_empty(event: Event, grid: Grid) -> Empty:
    """Closed rooms (1 statement), and what was cancelled of `grid`."""
    closed = {(room_id, slot_id): because for room_id, slot_id, because in db.session.execute(
        select(RoomClosing.room_id, RoomClosing.slot_id, RoomClosing.because).where(RoomClosing.event_id == event.id))}
    return Empty(closed, grid.gone)


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


def _ones_own(person: Person):
    """Of pitches: led or marked by `person`."""
    return or_(Pitch.id.in_(select(Leader.pitch_id).where(Leader.person_id == person.id)),
               Pitch.id.in_(select(Interest.pitch_id).where(Interest.person_id == person.id)))


def cancelled_of(event: Event, person: Person) -> list[Lost]:
    """The cancelled sessions that `person` leads or marked (2 statements)."""
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    was = {session_id: places.place_of(rooms[room_id], slots[slot_id], event)
           for session_id, (room_id, slot_id) in was_at(event).items() if room_id in rooms and slot_id in slots}
    rows = db.session.execute(
        select(Session.id, Pitch.title, Session.cancelled).join(Pitch, Pitch.id == Session.pitch_id)
        .where(Session.event_id == event.id, Session.cancelled != "", _ones_own(person)).order_by(Session.id))
    return [Lost(session_id, title, because, was.get(session_id, "")) for session_id, title, because in rows]


def unplaced_of(event: Event, person: Person, placed: Iterable[int], lost: Iterable[Lost]) -> list[Unplaced]:
    """The open pitches that `person` leads or marked and that are not among the `placed` ids of pitches, nor cancelled
    (1 statement)."""
    gone = {one.session_id for one in lost}
    rows = db.session.execute(
        select(Pitch.id, Pitch.title, Session.id).outerjoin(Session, (Session.pitch_id == Pitch.id) & (Session.run == 1))
        .where(Pitch.event_id == event.id, Pitch.state == OPEN, _ones_own(person)).order_by(Pitch.id))
    away = set(placed)
    return [Unplaced(pitch_id, title) for pitch_id, title, session_id in rows if pitch_id not in away and session_id not in gone]


def moves_of(event: Event, person: Person) -> dict[int, Notice]:
    """The newest notice of a changed place that `person` was given, by session id (1 statement). Of a draft none."""
    found = db.session.scalars(select(Notice).where(
        Notice.event_id == event.id, Notice.person_id == person.id, Notice.about == "session", Notice.was != "")
        .order_by(Notice.at, Notice.id))
    return {} if event.grid_state == DRAFT else {notice.thing_id: notice for notice in found}
