"""How far notes are: draft, then written up (a note-taker or writer says so), then published (a campmaker or organiser), and
back. Published notes can still be added to. These are actions: the acting person first, and whether they may."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import Conflict, require
from app.events.models import Event
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import db, findable, live
from app.notes import policy
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note
from app.notes.queries import note_of, written_sessions
from app.notes.squashing import squash_all

MEANS = {
    DRAFT: "Being written, or waiting to be tidied.",
    WRITTEN_UP: "A note-taker says that they can be read.",
    PUBLISHED: "A campmaker or organiser has put them out.",
}
WORDS = {DRAFT: "Draft", WRITTEN_UP: "Written up", PUBLISHED: "Published"}
ICONS = {DRAFT: "pencil", WRITTEN_UP: "check", PUBLISHED: "note"}
FOR_HELPERS = "Only campmakers and organisers publish notes."


def topic(event_id: int) -> str:
    """What the coverage desk listens for: the state of some note, or who is asked for, changed."""
    return f"notes:{event_id}"


def written_up(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Say that the notes are written up. Raises Conflict while there is nothing in them."""
    require(policy.can_say_written_up(actor, session, at), policy.who_writes(session.event, at))
    note = _something(session)
    if note.state == DRAFT:
        _set(session.event, [note], WRITTEN_UP, at)


def draft_again(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Say that they are not written up after all. Raises Conflict for notes that are published."""
    require(policy.can_say_written_up(actor, session, at), policy.who_writes(session.event, at))
    note = note_of(session)
    if note is not None and note.state == PUBLISHED:
        raise Conflict("These notes are published. A campmaker or organiser takes that back first.")
    if note is not None and note.state == WRITTEN_UP:
        _set(session.event, [note], DRAFT, at)


def publish(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Put the notes out, written up or not. Raises Conflict while there is nothing in them."""
    require(policy.can_manage(actor, session.event), FOR_HELPERS)
    note = _something(session)
    if note.state != PUBLISHED:
        _set(session.event, [note], PUBLISHED, at)
        squash_all(session.event, [note], at=at)


def unpublish(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Take the notes back: they are written up again, and read by who reads those."""
    require(policy.can_manage(actor, session.event), FOR_HELPERS)
    note = note_of(session)
    if note is not None and note.state == PUBLISHED:
        _set(session.event, [note], WRITTEN_UP, at)


def publish_all(actor: Person | None, event: Event, *, drafts: bool = False, at: datetime) -> int:
    """Put out all notes that are written up, and with `drafts` those as well that are not; how many that were."""
    require(policy.can_manage(actor, event), FOR_HELPERS)
    wanted = (WRITTEN_UP, DRAFT) if drafts else (WRITTEN_UP,)
    notes = list(db.session.scalars(
        select(Note).where(Note.session_id.in_(written_sessions(event)), Note.state.in_(wanted)).order_by(Note.session_id)
        .options(joinedload(Note.document))))
    if notes:
        _set(event, notes, PUBLISHED, at)
        squash_all(event, notes, at=at)
    return len(notes)


def _something(session: Session) -> Note:
    if session.id not in written_sessions(session.event, session.id):
        raise Conflict("There is nothing in these notes yet.")
    return note_of(session)


def _set(event: Event, notes: list[Note], state: str, at: datetime) -> None:
    taken_back = state != PUBLISHED and any(note.state == PUBLISHED for note in notes)
    for note in notes:
        note.state, note.state_at = state, at
        findable.changed("session", note.session_id)
    db.session.flush()
    version = count_change(event, nudge=False)
    told = [topic(event.id), *(f"head:{note.session_id}" for note in notes), *([f"access:{event.id}"] if taken_back else [])]
    db.after_commit(lambda: [live.publish(one, version) for one in told])
