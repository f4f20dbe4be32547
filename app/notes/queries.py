"""Reading notes. Each asks a fixed number of SQL statements, given here, however many sessions there are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload

from app.accounts.models import Person
from app.documents import queries as documents
from app.documents.models import Document, Revision
from app.errors import NotFound
from app.events.models import Event, Room, Slot
from app.grid import places
from app.grid.announcing import also_concerned
from app.grid.models import Placement, Session
from app.infra import db
from app.notes.heads import head_of, heads_of
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note, NoteTaker, NoteTakerWanted, WasThere
from app.pitches import queries as pitches
from app.pitches.models import OPEN, Pitch

__all__ = ["head_of", "heads_of"]  # what stands above every note and in front of every export

FIRST = 1  # the revision that is the event's template
_first = aliased(Revision)


def note_of(session: Session) -> Note | None:
    """The session's note with its document, if anybody has changed the template yet (1 statement)."""
    return db.session.scalar(select(Note).where(Note.session_id == session.id).options(joinedload(Note.document)))


def existing_note(session: Session) -> Note:
    """The session's note with its document. Raises NotFound when there is none (1 statement)."""
    note = note_of(session)
    if note is None:
        raise NotFound("Nobody has written notes for this session yet.")
    return note


def note_takers_of(session: Session) -> list[NoteTaker]:
    """Who takes notes, in the order they said so (1 statement)."""
    return list(db.session.scalars(TAKERS_OF, {"session": session.id}))


def _written(text: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a document says anything beyond the template it began as; wants `_first` joined."""
    white = " \t\n\u00a0"
    return and_(text != _first.text, func.ltrim(func.rtrim(text, white), white) != "")


_newest = aliased(Revision)
# Made once, both: putting them together takes longer than the database does to answer, and every session's page asks them.
TAKERS_OF = select(NoteTaker).where(NoteTaker.session_id == bindparam("session")).order_by(NoteTaker.since, NoteTaker.id)
WRITTEN_OF = (select(Document.text, Document.revision, _newest.at, Note.present, Note.state, _written(Document.text))
              .select_from(Note).join(Document, Document.id == Note.document_id)
              .join(_first, and_(_first.document_id == Document.id, _first.number == FIRST))
              .join(_newest, and_(_newest.document_id == Document.id, _newest.number == Document.revision))
              .where(Note.session_id == bindparam("session")))


@dataclass(frozen=True)
class Written:
    """What there is to read of a session's notes. `text` is empty when nobody has written any."""

    text: str
    revision: int
    saved_at: datetime | None
    present: list[str]
    state: str = DRAFT


def written_of(session: Session) -> Written:
    """The session's notes to be read (1 statement)."""
    row = db.session.execute(WRITTEN_OF, {"session": session.id}).one_or_none()
    if row is None:
        return Written("", 0, None, [])
    text, revision, saved_at, present, state, written = row
    return Written(text if written else "", revision, saved_at if written else None, present, state)


@dataclass(frozen=True)
class Draft:
    """What the editor begins with: a text, what to call it when saving, and when it was saved (0 and None for the template)."""

    text: str
    base: int | str
    saved_at: datetime | None


def draft_of(session: Session) -> Draft:
    """What the session's note says now, or the event's template (at most 2 statements)."""
    note = note_of(session)
    if note is None:
        return Draft(session.event.note_template.replace("\r\n", "\n").replace("\r", "\n"), 0, None)
    newest = documents.newest_revision(note.document)
    return Draft(note.document.text, documents.base_of(note.document, newest), newest.at)


@also_concerned
def note_takers_concerned(session_ids: Iterable[int]) -> list[tuple[int, int]]:
    """Session and person id of who takes notes in these sessions: they are told when one moves (1 statement)."""
    return [(session_id, person_id) for session_id, person_id in db.session.execute(
        select(NoteTaker.session_id, NoteTaker.person_id).where(NoteTaker.session_id.in_(list(session_ids)),
                                                                NoteTaker.person_id.is_not(None)))]


def says_something(notes: Select) -> Select:
    """`notes`, a statement that reads `Note`, narrowed to those that say anything beyond the template they began as."""
    return (notes.join(Document, Document.id == Note.document_id)
            .join(_first, and_(_first.document_id == Document.id, _first.number == FIRST)).where(_written(Document.text)))


def written_sessions(event: Event, session_id: int | None = None) -> set[int]:
    """The ids of the event's sessions, or whether this one is among them, whose notes say anything (1 statement)."""
    wanted = [Session.event_id == event.id] if session_id is None else [Session.id == session_id]
    return set(db.session.scalars(
        says_something(select(Note.session_id).join(Session, Session.id == Note.session_id)).where(*wanted)))


def present_in(session: Session) -> dict[int, str]:
    """Who said that they were in the session, names by person id, in the order they said so (1 statement)."""
    return dict(db.session.execute(
        select(WasThere.person_id, Person.name).join(Person, Person.id == WasThere.person_id)
        .where(WasThere.session_id == session.id).order_by(WasThere.since, Person.name)).all())


def is_wanted(session: Session) -> bool:
    """Whether a note-taker of this session is asked for (1 statement)."""
    return db.session.get(NoteTakerWanted, session.id) is not None


def needing_note_takers(event: Event) -> dict[int, bool]:
    """The ids of sessions on the grid that nobody takes notes of and nobody has written notes of, and whether one is asked for
    (1 statement)."""
    written = (select(Note.session_id).join(Document, Document.id == Note.document_id)
               .join(_first, and_(_first.document_id == Document.id, _first.number == FIRST))
               .where(Note.session_id == Placement.session_id, _written(Document.text)))
    taken = select(NoteTaker.id).where(NoteTaker.session_id == Placement.session_id)
    return {session_id: asked is not None for session_id, asked in db.session.execute(
        select(Placement.session_id, NoteTakerWanted.session_id)
        .outerjoin(NoteTakerWanted, NoteTakerWanted.session_id == Placement.session_id)
        .where(Placement.event_id == event.id, Placement.part == 1, ~written.exists(), ~taken.exists()))}


# What the list of an event's notes shows of all.
SHOWN = {"": "All sessions", "empty": "Without notes", DRAFT: "Draft", WRITTEN_UP: "Written up", PUBLISHED: "Published"}


@dataclass(frozen=True)
class Entry:
    """A session in the list of an event's notes. `saved_at` is None while nobody has written any."""

    session_id: int
    title: str
    leaders: tuple[str, ...]
    note_takers: tuple[str, ...]
    room: Room | None
    code: str
    saved_at: datetime | None
    state: str = DRAFT
    wanted: bool = False

    def fits(self, asked: str) -> bool:
        """Whether a choice of `SHOWN` shows it."""
        return asked == "" or (self.saved_at is None if asked == "empty" else self.saved_at is not None and self.state == asked)


@dataclass(frozen=True)
class Part:
    """The sessions of one slot, those without notes first; `slot` is None for those not on the grid."""

    slot: Slot | None
    when: str
    entries: list[Entry]


def listing_of(event: Event) -> list[Part]:
    """The sessions of the event by slot, with what there is of their notes (5 statements).

    A session that is not on the grid any more is listed as long as it has notes or its pitch is open.
    """
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    leaders, takers = pitches.leaders_by_pitch(event), note_takers_by_session(event)
    newest = aliased(Revision)
    rows = db.session.execute(
        select(Session.id, Pitch.id, Pitch.title, Pitch.state, Placement.room_id, Placement.slot_id, newest.at,
               _written(Document.text), Note.state, NoteTakerWanted.session_id)
        .select_from(Session).join(Pitch, Pitch.id == Session.pitch_id)
        .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .outerjoin(Note, Note.session_id == Session.id).outerjoin(Document, Document.id == Note.document_id)
        .outerjoin(_first, and_(_first.document_id == Document.id, _first.number == FIRST))
        .outerjoin(newest, and_(newest.document_id == Document.id, newest.number == Document.revision))
        .outerjoin(NoteTakerWanted, NoteTakerWanted.session_id == Session.id).where(Session.event_id == event.id))
    by_slot: dict[int | None, list[Entry]] = {}
    for session_id, pitch_id, title, state, room_id, slot_id, saved_at, written, note_state, asked in rows:
        if slot_id is None and not written and state != OPEN:
            continue
        room, slot = rooms.get(room_id), slots.get(slot_id)
        by_slot.setdefault(slot_id, []).append(Entry(
            session_id, title, tuple(led.name for led in leaders.get(pitch_id, ())), takers.get(session_id, ()), room,
            places.code(room, slot), saved_at if written else None,
            note_state or DRAFT, asked is not None))
    for entries in by_slot.values():
        entries.sort(key=lambda e: (e.saved_at is not None, e.room is None, e.room.position if e.room else 0, e.session_id))
    parts = [Part(slot, places.when_of(slot, event), by_slot[slot.id]) for slot in event.slots if slot.id in by_slot]
    return [*parts, Part(None, "Not on the grid", by_slot[None])] if None in by_slot else parts


def note_takers_by_session(event: Event) -> dict[int, tuple[str, ...]]:
    """The names of who takes notes, by session id, in the order they said so (1 statement)."""
    found: dict[int, tuple[str, ...]] = {}
    for session_id, name in db.session.execute(
            select(NoteTaker.session_id, NoteTaker.name).join(Session, Session.id == NoteTaker.session_id)
            .where(Session.event_id == event.id).order_by(NoteTaker.since, NoteTaker.id)):
        found[session_id] = (*found.get(session_id, ()), name)
    return found


def session_ids_of(event: Event) -> set[int]:
    """The ids of the event's sessions, on the grid or not (1 statement)."""
    return set(db.session.scalars(select(Session.id).where(Session.event_id == event.id)))
