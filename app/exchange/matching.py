"""Finding the session that a note or a row of a grid is about, and the room and slot it names; made where there is none."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.events import actions as events
from app.events.models import SESSION_SLOT, Event, Room, Slot
from app.exchange.models import ImportedFile
from app.grid.models import Session
from app.infra import clock, db
from app.pitches.models import OPEN, Pitch

ROOM_NAME_LENGTH = 60


def folded(text: str) -> str:
    """Text for comparing titles and names: letters and digits only, without accents and case."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return re.sub(r"\W+", " ", "".join(c for c in plain if not unicodedata.combining(c))).replace("_", " ").strip()


def room_called(actor: Person, event: Event, name: str, *, seats: int | None = None) -> Room:
    """The room with this name, or this number where the name is one ("3", "Room 3", "r3"); made if there is none."""
    name = " ".join(name.split())[:ROOM_NAME_LENGTH].rstrip()
    wanted = folded(name)
    for room in event.rooms:
        if folded(room.name) == wanted:
            return room
    digits = re.fullmatch(r"(?:room |r)?(\d{1,3})", wanted)
    number = int(digits[1]) if digits and int(digits[1]) > 0 else None
    for room in event.rooms:
        if number is not None and room.number == number:
            return room
    # A number in a room's name is its number on the grid only when it is small: "M69" and "Room 204" are just names.
    made = number if number is not None and number <= 40 else None
    return events.add_room(actor, event, name=f"Room {number}" if digits else name, number=made, seats=seats)


def slot_for(actor: Person, event: Event, number: int | None, at: time | None, day: date | None = None) -> Slot | None:
    """The session slot with this number, or else at this time; made for a number there is none of, None without either."""
    slots = [s for s in event.slots if s.kind == SESSION_SLOT]
    if number is not None:
        for slot in slots:
            if slot.number == number:
                return slot
    elif at is None:
        return None
    starts_at = clock.instant(day or event.starts_on, at, event.time_zone) if at else None
    if number is None:
        return next((s for s in slots if s.starts_at == starts_at), None)
    return events.add_slot(actor, event, kind=SESSION_SLOT, number=number, starts_at=starts_at)


@dataclass
class Sessions:
    """The sessions and open pitches of an event, looked up by place and by title; read once for a file."""

    event: Event

    def __post_init__(self):
        self._sessions = list(db.session.scalars(
            select(Session).where(Session.event_id == self.event.id)
            .options(joinedload(Session.pitch), joinedload(Session.placement))))

    def at(self, room: Room, slot: Slot) -> Session | None:
        """The session in this cell."""
        return next((s for s in self._sessions
                     if s.placement and (s.placement.room_id, s.placement.slot_id) == (room.id, slot.id)), None)

    def titled(self, title: str) -> Session | None:
        """The first session with this title, but for case and punctuation."""
        return next((s for s in self._sessions if folded(s.pitch.title) == folded(title)), None)

    def pitch_titled(self, title: str) -> Pitch | None:
        """An open pitch with this title that is no session yet."""
        taken = {s.pitch_id for s in self._sessions}
        pitches = db.session.scalars(select(Pitch).where(Pitch.event_id == self.event.id, Pitch.state == OPEN))
        found = [p for p in pitches if p.id not in taken and folded(p.title) == folded(title)]
        return found[0] if len(found) == 1 else None


def came_from_a_file(session: Session) -> bool:
    """Whether a file of notes was brought into this session before."""
    return db.session.scalar(select(ImportedFile.id).where(ImportedFile.session_id == session.id).limit(1)) is not None


def file_called(event: Event, name: str) -> ImportedFile | None:
    """What was kept of a file of this name."""
    return db.session.scalar(select(ImportedFile).where(ImportedFile.event_id == event.id, ImportedFile.name == name))


def file_holding(event: Event, key: str) -> ImportedFile | None:
    """A file with these bytes that became a session, whatever its name."""
    return db.session.scalar(select(ImportedFile).where(
        ImportedFile.event_id == event.id, ImportedFile.file_key == key, ImportedFile.session_id.is_not(None)).limit(1))


