"""What the page of the note editor carries for the shared editor (static/src/note_together.ts)."""

import secrets

from flask import Response, make_response, url_for
from sqlalchemy import select

from app.documents.models import TEXT_BYTES, Document
from app.events.models import Event
from app.grid.models import Session
from app.infra import db
from app.notes import policy
from app.notes.models import Note, NoteTaker
from app.pitches.models import Leader, Pitch
from app.web.headers import with_style_nonce

MOST_NAMES = 500  # pointed out where the rule is to name nobody; an event with more people than that names some of them


def live_facts(session: Session) -> dict:
    """How the shared editor connects and what it may offer (2 statements).

    Where the event's rule is not to name people, `names` are those its pages show anyway: who leads and who takes notes.
    """
    event, at = session.event, {"event_slug": session.event.slug, "session_id": session.id}
    named = policy.names_people(event)
    epoch = db.session.scalar(
        select(Document.epoch).join(Note, Note.document_id == Document.id).where(Note.session_id == session.id))
    return {
        "socket": f"/ws/notes/{session.id}", "epoch": epoch or 1, "limit": TEXT_BYTES, "named": named,
        "names": [] if named else _names_shown(event), "style_nonce": secrets.token_urlsafe(16),
        "pictures_url": url_for("notes.pictures_of_note", **at),
        "off_record_url": url_for("notes.take_off_record", **at)}


def page_with(html: str, live: dict | None) -> Response:
    """The page, allowing the styles that CodeMirror writes into it and no others."""
    return with_style_nonce(make_response(html), live["style_nonce"]) if live else make_response(html)


def _names_shown(event: Event) -> list[str]:
    leaders = select(Leader.name).join(Pitch, Pitch.id == Leader.pitch_id).where(Pitch.event_id == event.id)
    takers = select(NoteTaker.name).join(Session, Session.id == NoteTaker.session_id).where(Session.event_id == event.id)
    return sorted(db.session.scalars(leaders.union(takers)))[:MOST_NAMES]
