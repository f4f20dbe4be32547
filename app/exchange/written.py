"""The notes of an event as they go out: what somebody may read of them, in the order of the day, each with its head."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.boards.models import Board
from app.documents import queries as documents
from app.documents.models import Document, Revision
from app.errors import NotFound, require
from app.events.models import Event, Pass, Room, Slot
from app.grid.models import Placement, Session
from app.infra import db
from app.notes import picture_queries, policy
from app.notes import queries as notes
from app.notes.heads import Head, head_of, heads_of
from app.notes.models import Note, Picture
from app.pitches.models import Pitch


@dataclass(frozen=True)
class WrittenNote:
    """A session's notes as they go out. `places` is its room and slots, empty off the grid; `pictures` are those of
    the event that the text shows."""

    head: Head
    text: str
    revision: int
    saved_at: datetime
    topics: tuple[str, ...]
    room: Room | None
    slots: tuple[Slot, ...]
    run: int
    pictures: tuple[Picture, ...]
    guid: str = ""
    versions: tuple["NamedVersion", ...] = ()


@dataclass(frozen=True)
class NamedVersion:
    """What the notes said when somebody gave that a name; nobody's name is with it. `pictures` are those that it shows."""

    name: str
    text: str
    saved_at: datetime
    pictures: tuple[Picture, ...]


def note_out(event: Event, session: Session, person: Person | None) -> WrittenNote:
    """This session's notes, for somebody who may read them. Raises Forbidden, and NotFound where none are written."""
    require(policy.can_read(person, session), "These notes are not for everybody to read.")
    written = notes.written_of(session)
    if not written.text:
        raise NotFound("Nobody has written notes for this session yet.")
    text = documents.text_of(notes.existing_note(session).document)
    known = picture_queries.pictures_called(event, picture_queries.names_in(text, event.slug))
    return _note(event, session, head_of(session), text, written.revision, written.saved_at, known)


def notes_out(event: Event, person: Person | None, *, everything: bool = False, versions: bool = False) -> list[WrittenNote]:
    """The notes of the event that somebody may read, by slot and room, those off the grid last (a fixed number of statements,
    and one for each note that is being typed in just now). With `everything`, all of them: for what is given only to who may.
    With `versions`, also those of their versions that have a name, for who may see the history of notes."""
    all_of_them = everything or policy.can_read_all(person, event)
    saved = {part.session_id: part.saved_at for whole in notes.listing_of(event) for part in whole.entries if part.saved_at}
    sessions = list(db.session.scalars(select(Session).where(Session.id.in_(saved)).options(
        joinedload(Session.pitch).options(selectinload(Pitch.leaders), selectinload(Pitch.topics)),
        selectinload(Session.placements).options(joinedload(Placement.room), joinedload(Placement.slot)))))
    if not all_of_them:
        sessions = [session for session in sessions if policy.can_read(person, session)]
    heads = heads_of(event, sessions)
    rows = dict(db.session.execute(
        select(Note.session_id, Document).join(Document, Document.id == Note.document_id)
        .where(Note.session_id.in_([s.id for s in sessions]))).all())
    texts = {session_id: documents.text_of(document) for session_id, document in rows.items()}
    named = _named(rows) if versions and policy.can_see_histories(person, event) else {}
    names = {name for text in [*texts.values(), *(one.text for some in named.values() for one in some)]
             for name in picture_queries.names_in(text, event.slug)}
    known = picture_queries.pictures_called(event, names)
    found = [_note(event, one, heads[one.id], texts[one.id], rows[one.id].revision, saved[one.id], known, named.get(one.id, ()))
             for one in sessions if one.id in texts]
    return sorted(found, key=_by_place)


def _named(documents_: dict[int, Document]) -> dict[int, list[Revision]]:
    """The revisions with a name, oldest first, by session id (1 statement)."""
    of, found = {document.id: session_id for session_id, document in documents_.items()}, {}
    for one in db.session.scalars(select(Revision).where(Revision.document_id.in_(of), Revision.name != "")
                                  .order_by(Revision.document_id, Revision.number)):
        found.setdefault(of[one.document_id], []).append(one)
    return found


def state_of(event: Event) -> str:
    """What changes whenever anything does that goes out of the event's notes and boards (3 statements)."""
    documents_ = db.session.execute(
        select(func.count(), func.sum(Document.seq), func.sum(Document.epoch), func.sum(Document.revision))
        .select_from(Note).join(Session, Session.id == Note.session_id).join(Document, Document.id == Note.document_id)
        .where(Session.event_id == event.id)).one()
    boards = [int(number or 0) for number in db.session.execute(
        select(func.count(), func.sum(Board.version), func.count(Board.recorded)).where(Board.event_id == event.id)).one()]
    said = (event.version, event.set_up_version, event.name, event.venue, event.notes_licence, event.attribution,
            event.notes_readers, [int(number or 0) for number in documents_], named_in(event), boards)
    return hashlib.blake2b(repr(said).encode(), digest_size=24).hexdigest()


def named_in(event: Event) -> list[str]:
    """Who agreed to be named in the proceedings, by name; nobody where notes name nobody (1 statement)."""
    if not policy.names_people(event):
        return []
    names = db.session.scalars(select(Person.name).join(Pass, Pass.person_id == Person.id)
                               .where(Pass.event_id == event.id, Pass.in_proceedings))
    return sorted(set(names), key=lambda name: (name.casefold(), name))


def _note(event: Event, session: Session, head: Head, text: str, revision: int, saved_at: datetime, known: dict,
          named: Sequence[Revision] = ()) -> WrittenNote:
    def shown_in(text: str) -> tuple[Picture, ...]:
        return tuple(known[name] for name in picture_queries.names_in(text, event.slug) if name in known)

    placements = sorted(session.placements, key=lambda one: one.part)
    return WrittenNote(
        head, text, revision, saved_at, tuple(topic.name for topic in session.pitch.topics),
        placements[0].room if placements else None, tuple(one.slot for one in placements), session.run,
        shown_in(text), session.guid, tuple(NamedVersion(one.name, one.text, one.at, shown_in(one.text)) for one in named))


def _by_place(note: WrittenNote) -> tuple:
    slot = note.slots[0] if note.slots else None
    return (slot is None, slot.position if slot else 0, note.room.position if note.room else 0, note.head.session_id)
