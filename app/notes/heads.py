"""The head of a session's notes: what the grid knows of the session, so that nobody types it and it cannot be stale.

It stands above the editor and the reading view, and in front of whatever is exported; nothing of it is in the shared text.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.events.models import Event, Slot
from app.grid import places
from app.grid.models import Placement, Session
from app.infra import clock, db
from app.notes.models import DRAFT, Note, NoteTaker, WasThere
from app.notes.policy import names_people
from app.pitches.models import Pitch


@dataclass(frozen=True)
class Head:
    """What is said of a session above its notes. Empty is what nobody knows; off the grid there is no room, time or code.

    `present` is who was there, where the event's notes name people and they agreed to it; `state` is the notes' own.
    """

    session_id: int
    title: str
    event: str
    code: str
    tag: str
    room: str
    when: str
    leaders: tuple[str, ...]
    note_takers: tuple[str, ...]
    present: tuple[str, ...]
    cancelled: str
    state: str
    starts_at: datetime | None

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is known, as labels and values in the order people expect: for exports and for reading aloud."""
        said = [("Event", self.event), ("Session", self.code), ("Room", self.room), ("Time", self.when),
                ("Led by", ", ".join(self.leaders)), ("Notes by", ", ".join(self.note_takers)),
                ("Who was there", ", ".join(self.present)), ("Cancelled", self.cancelled)]
        return [(label, value) for label, value in said if value]


def head_of(session: Session) -> Head:
    """The head of this session's notes as the grid has it now (at most 8 statements, of what is not loaded yet)."""
    return heads_of(session.event, [session])[session.id]


def heads_of(event: Event, sessions: Iterable[Session] | None = None) -> dict[int, Head]:
    """The heads of these sessions, or of all of the event, by session id. A fixed number of statements (at most 8)."""
    if sessions is None:
        sessions = db.session.scalars(select(Session).where(Session.event_id == event.id).options(
            joinedload(Session.pitch).selectinload(Pitch.leaders),
            selectinload(Session.placements).options(joinedload(Placement.room), joinedload(Placement.slot))))
    sessions = list(sessions)
    ids = [session.id for session in sessions]
    takers = _grouped(select(NoteTaker.session_id, NoteTaker.name).where(NoteTaker.session_id.in_(ids))
                      .order_by(NoteTaker.since, NoteTaker.id))
    notes = {session_id: (state, present) for session_id, state, present in db.session.execute(
        select(Note.session_id, Note.state, Note.present).where(Note.session_id.in_(ids)))}
    there = _grouped(select(WasThere.session_id, Person.name).join(Person, Person.id == WasThere.person_id)
                     .where(WasThere.session_id.in_(ids)).order_by(WasThere.since, Person.name)) if names_people(event) else {}
    ends = places.ends_of(event.slots)
    return {session.id: _head(event, session, takers.get(session.id, ()), there.get(session.id, ()),
                              *notes.get(session.id, (DRAFT, [])), ends) for session in sessions}


def _head(event: Event, session: Session, takers: tuple, there: tuple, state: str, imported: list[str], ends: dict) -> Head:
    parts = sorted(session.placements, key=lambda one: one.part)
    room, slot = (parts[0].room, parts[0].slot) if parts else (None, None)
    code = places.code(room, slot)
    tag = f"#{event.hashtag.lstrip('#')}{code}" if event.hashtag and code else ""
    present = dict.fromkeys((*there, *imported)) if names_people(event) else ()
    return Head(
        session.id, session.pitch.title, event.name, code, tag,
        ", ".join(filter(None, (room.name, room.floor))) if room else "",
        _when(event, slot, parts[-1].slot, ends) if slot else "",
        tuple(leader.name for leader in session.pitch.leaders), tuple(takers), tuple(present), session.cancelled, state,
        slot.starts_at if slot else None)


def _when(event: Event, first: Slot, last: Slot, ends: dict[int, datetime]) -> str:
    """The time with its day, as people say it: 11:00 to 11:45 on Saturday 23 January 2027."""
    if first.starts_at is None:
        return places.when_of(first, event)
    start, end = (clock.local(moment, event.time_zone) for moment in (first.starts_at, ends.get(last.id, first.starts_at)))
    return f"{start:%H:%M} to {end:%H:%M} on {start:%A} {start.day} {start:%B %Y}"


def _grouped(statement) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for session_id, name in db.session.execute(statement):
        found[session_id] = (*found.get(session_id, ()), name)
    return found
