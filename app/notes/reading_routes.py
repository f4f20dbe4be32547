"""Pages that show notes and change nothing: one note alone, live while it is written; what is marked in all notes of an event."""

from flask import render_template, request

from app.errors import require
from app.events.following import follow
from app.grid.models import Session
from app.grid.queries import code_of, session_in, where_of
from app.infra import clock
from app.notes import policy, queries
from app.notes.blueprint import blueprint
from app.notes.marks import KINDS, counted
from app.notes.marks_queries import marks_in
from app.notes.reading import reading
from app.web.guard import READER, allow, person
from app.web.panels import panels_of

NOTES = "/e/<event_slug>/sessions/<int:session_id>/notes"
HELD_BACK = "These notes are not for everybody to read yet. Join the event to read them."


@blueprint.get(NOTES)
@allow(READER)
def read(event, session_id: int):
    """A note alone: to read, to print, to take along."""
    session = _readable(event, session_id)
    return render_template(
        "notes/read.html", active="notes", **_shown(session), where=where_of(session), code=code_of(session),
        leaders=[leader.name for leader in session.pitch.leaders], takers=queries.note_takers_of(session),
        can_write=policy.can_write(person(), session, clock.now()), panels=panels_of("note", session, person()))


@blueprint.get(f"{NOTES}/fragment")
@allow(READER)
def note_fragment(event, session_id: int):
    """The same again after a nudge: of the page above, or of the panel on the session's page."""
    session = _readable(event, session_id)
    part = "notes/_panel_text.html" if request.args.get("of") == "panel" else "notes/_text.html"
    shown = _shown(session, "notes-" if request.args.get("of") == "panel" else "note-")
    return render_template(part, panel=shown, **shown)


@blueprint.get(f"{NOTES}/stream")
@allow(READER)
def note_stream(event, session_id: int):
    """Nudges while people write, and when what stands above the notes changes."""
    session = _readable(event, session_id)
    return follow(event, f"note:{session.id}", f"grid:{event.id}", f"head:{session.id}")


@blueprint.get("/e/<event_slug>/notes/marked")
@allow(READER)
def marked(event):
    """What is marked in all the notes that the reader may read: actions, questions, ideas, quotes, summaries."""
    everything = marks_in(event, person())
    kind = request.args.get("kind", "")
    there = {mark.kind for one in everything for mark in one.marks}
    kinds = [k for k in ("action", "question", "idea", "quote", "summary") if k in there]
    chosen = kind if kind in KINDS else ""
    shown = [(one, marks) for one in everything if (marks := [m for m in one.marks if chosen in ("", m.kind)])]
    return render_template("notes/marked.html", active="notes", shown=shown, kinds=kinds, chosen=chosen,
                           said=counted(m for one in everything for m in one.marks))


def _readable(event, session_id: int) -> Session:
    session = session_in(event, session_id)
    require(policy.can_read(person(), session), HELD_BACK)
    return session


def _shown(session: Session, prefix: str = "note-") -> dict:
    written = queries.written_of(session)
    named = policy.names_people(session.event)
    return {"session": session, "written": written, "present": written.present if named else [], "names_people": named,
            **reading(written.text, prefix)}
