"""A session's note comes into being from the event's template: when somebody first writes, brings notes in, or is reminded to."""

from datetime import datetime

from app.documents import actions as documents
from app.grid.models import Session
from app.infra import db
from app.notes.models import Note
from app.notes.policy import kept_moment


def begun(session: Session, at: datetime) -> Note:
    """A new note of the session, which has none; its revision 1 is the template. Its caller has asked whether that may be."""
    at = kept_moment(session.event, at)
    document = documents.create(session.event.note_template, at, remark="The event’s template")
    note = Note(session_id=session.id, document=document, present=[], created_at=at)
    db.session.add(note)
    db.session.flush()
    return note
