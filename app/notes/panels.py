"""What this room shows on a session's page and on the grid. Each asks a fixed number of SQL statements."""

from collections.abc import Mapping

from app.accounts.models import Person
from app.events.models import Event
from app.grid.models import Session
from app.infra import markdown
from app.notes import policy, queries
from app.web.panels import Panel


def session_panel(session: Session, person: Person | None) -> Panel:
    """The notes to be read, their summary apart (2 statements)."""
    written = queries.written_of(session)
    return Panel("notes/_session_panel.html", {
        "session": session, "event": session.event, "written": written, "can_write": policy.can_write(person, session),
        "present": written.present if policy.names_people(session.event) else [], **reading(written.text, "notes-"),
    })


def note_takers_panel(session: Session, person: Person | None) -> Panel:
    """Who takes notes, and the button to do so (2 statements)."""
    takers = queries.note_takers_of(session)
    return Panel("notes/_note_takers_panel.html", {
        "session": session, "event": session.event, "takers": takers, "can_take": policy.can_take_notes(person, session),
        "taking": person is not None and any(taker.person_id == person.id for taker in takers),
    }, aside=True)


def cell_facts(event: Event) -> Mapping[int, Mapping[str, bool]]:
    """Which sessions on the grid lack a note-taker, for its cells (1 statement)."""
    return {session_id: {"needs_notes": True} for session_id in queries.sessions_needing_note_takers(event)}


def reading(text: str, prefix: str) -> dict:
    """A note's text as `notes/_text.html` shows it: `body` and `summary` as HTML, ids beginning with `prefix`."""
    body, summary = markdown.split_summary(text)
    return {"body": markdown.render(body, prefix) if body.strip() else "",
            "summary": markdown.render(summary, f"{prefix}summary-") if summary.strip() else ""}
