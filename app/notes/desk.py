"""The coverage desk: which sessions have note-takers, which notes are empty, who is typing, and how far each note is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from app.documents.models import Document
from app.events.models import Event
from app.grid import places
from app.grid.models import Placement, Session
from app.infra import db
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note, NoteTakerWanted
from app.notes.queries import note_takers_by_session, written_sessions
from app.pitches.models import OPEN, Pitch
from app.web.kept import kept

NOW, NEXT, PAST, LATER, OFF = places.NOW, places.NEXT, places.PAST, "later", "off"
HEADINGS = {NOW: "Now", NEXT: "Next", LATER: "Later", PAST: "Earlier", OFF: "Not on the grid"}
# What is shown of all: the filters of the page.
FILTERS = {"": "All", "missing": "Nobody takes notes", "empty": "Nothing written", DRAFT: "Draft", WRITTEN_UP: "Written up",
           PUBLISHED: "Published"}
LOOK_AGAIN = timedelta(seconds=15)  # on the day: what people type does not nudge the desk
AROUND = timedelta(hours=3)  # before and after the event's slots that people may be typing


@dataclass(frozen=True)
class Watched:
    """A session as the desk shows it. `words` are those beyond the template; `typing` of `editors` wrote in the last seconds."""

    session_id: int
    title: str
    room: str
    code: str
    takers: tuple[str, ...]
    wanted: bool
    written: bool
    words: int
    state: str
    editors: int = 0
    typing: int = 0
    names: tuple[str, ...] = ()

    @property
    def missing(self) -> bool:
        """Nobody takes notes, nobody has written any, and nobody has them open to write."""
        return not self.takers and not self.written and not self.editors

    def fits(self, asked: str) -> bool:
        """Whether a filter of `FILTERS` leaves it."""
        return {"": True, "missing": self.missing, "empty": not self.written}.get(asked, self.written and self.state == asked)


@dataclass(frozen=True)
class Watch:
    """The sessions of one slot: when it is, in words, and whether that is NOW, NEXT, LATER, PAST or OFF the grid."""

    key: str
    slot_id: int | None
    when: str
    sessions: list[Watched]

    @property
    def missing(self) -> int:
        """How many have nobody to take notes."""
        return sum(one.missing for one in self.sessions)


@dataclass(frozen=True)
class Desk:
    """All of it, what matters now first. `again_at` is when it should be looked at again although nobody said anything."""

    parts: list[Watch]
    again_at: datetime | None
    counts: dict[str, int] = field(default_factory=dict)

    def only(self, asked: str) -> list[Watch]:
        """The parts that a filter leaves."""
        found = [replace(part, sessions=[one for one in part.sessions if one.fits(asked)]) for part in self.parts]
        return [part for part in found if part.sessions]

    def missing(self, key: str) -> int:
        """How many sessions of this time have nobody to take notes."""
        return sum(part.missing for part in self.parts if part.key == key)

    def has(self, key: str) -> bool:
        """Whether any session stands at this time."""
        return any(part.key == key for part in self.parts)


def desk_of(event: Event, at: datetime, editing: Mapping[int, object] | None = None) -> Desk:
    """The desk at this moment (5 statements, one more where a text changed since its words were counted).

    `editing` says who has which notes open (`live.editors_of`). Under the Chatham House Rule it holds numbers and no names.
    """
    editing = editing or {}
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    timing, over = places.timing(event.slots, at, event.time_zone), places.over(event, at)
    takers, written = note_takers_by_session(event), written_sessions(event)
    rows = db.session.execute(
        select(Session.id, Pitch.title, Pitch.state, Placement.room_id, Placement.slot_id, Note.state, Note.document_id,
               Document.text_seq, Document.epoch, NoteTakerWanted.session_id)
        .select_from(Session).join(Pitch, Pitch.id == Session.pitch_id)
        .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .outerjoin(Note, Note.session_id == Session.id).outerjoin(Document, Document.id == Note.document_id)
        .outerjoin(NoteTakerWanted, NoteTakerWanted.session_id == Session.id)
        .where(Session.event_id == event.id, Session.cancelled == "").order_by(Session.id)).all()
    words = _words((row[6], row[7], row[8]) for row in rows if row[0] in written)
    beyond = len(event.note_template.split())
    by_slot: dict[int | None, list[Watched]] = {}
    for session_id, title, pitch_state, room_id, slot_id, state, document_id, _, _, asked in rows:
        if slot_id is None and session_id not in written and pitch_state != OPEN:
            continue
        room, slot, there = rooms.get(room_id), slots.get(slot_id), editing.get(session_id)
        own = max(1, words.get(document_id, 0) - beyond) if session_id in written else 0
        by_slot.setdefault(slot_id, []).append(Watched(
            session_id, title, room.name if room else "", places.code(room, slot), takers.get(session_id, ()),
            asked is not None, session_id in written, own,
            state or DRAFT, *((there.count, there.typing, tuple(there.names)) if there else ())))
    for sessions in by_slot.values():
        sessions.sort(key=lambda one: (not one.missing, one.room, one.session_id))
    parts = [Watch(_key(slot.id, timing.states, over), slot.id, places.when_of(slot, event), by_slot[slot.id])
             for slot in event.slots if slot.id in by_slot]
    parts += [Watch(OFF, None, HEADINGS[OFF], by_slot[None])] if None in by_slot else []
    order = list(HEADINGS)
    parts.sort(key=lambda part: order.index(part.key))  # stable: within a heading by time
    everything = [one for part in parts for one in part.sessions]
    counts = {asked: sum(one.fits(asked) for one in everything) for asked in FILTERS}
    return Desk(parts, _again(event, at, timing.changes_at), counts)


def _key(slot_id: int, states: Mapping[int, str], over: set[int]) -> str:
    if slot_id in over:
        return PAST
    return states.get(slot_id, LATER)


def _again(event: Event, at: datetime, changes_at: datetime | None) -> datetime | None:
    """While people may be typing: soon; before that: when the first of them may; afterwards never."""
    starts = [slot.starts_at for slot in event.slots if slot.starts_at]
    if not starts:
        return None
    first, last = min(starts) - AROUND, max(places.ends_of(event.slots).values()) + AROUND
    if first <= at <= last:
        return min(at + LOOK_AGAIN, changes_at or at + LOOK_AGAIN)
    return first if at < first else None


def _words(documents: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """How many words each of these documents holds, counted once for each state of its text."""
    versions = {document_id: (text_seq, epoch) for document_id, text_seq, epoch in documents}
    texts: dict[int, str] = {}

    def of(document_id: int) -> int:
        if not texts:  # one statement for all that changed; what did not is not asked for again
            texts.update(db.session.execute(select(Document.id, Document.text).where(Document.id.in_(versions))).all())
        return len(texts.get(document_id, "").split())

    return {document_id: kept(("words", document_id), version, lambda document_id=document_id: of(document_id))
            for document_id, version in versions.items()}
