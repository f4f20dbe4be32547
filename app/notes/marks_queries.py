"""The marked lines of all notes of an event."""

from dataclasses import dataclass

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.documents.models import Document
from app.events.models import Event
from app.grid.models import Session
from app.infra import db
from app.notes import policy
from app.notes.marks import Mark, marks_of
from app.notes.models import PUBLISHED, Note
from app.pitches.models import Pitch


@dataclass(frozen=True)
class Marked:
    """A session, and what is marked in its notes."""

    session_id: int
    title: str
    marks: list[Mark]


def marks_in(event: Event, person: Person | None) -> list[Marked]:
    """The marked lines of the notes that `person` may read, session by session as they were pitched (at most 3 statements)."""
    readable = [] if policy.can_read_all(person, event) else [Note.state == PUBLISHED]
    rows = db.session.execute(
        select(Session, Pitch.title, Document.text).join(Note, Note.session_id == Session.id)
        .join(Document, Document.id == Note.document_id).join(Pitch, Pitch.id == Session.pitch_id)
        .where(Session.event_id == event.id, or_(Document.text.contains("**"), Document.text.contains("__")), *readable)
        .order_by(Session.id)).all()
    if not policy.can_read_all(person, event):
        rows = [row for row in rows if policy.can_read(person, row[0])]
    return [Marked(session.id, title, marks) for session, title, text in rows if (marks := marks_of(text))]
