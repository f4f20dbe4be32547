"""What this room shows on a session's page and on the grid. Each asks a fixed number of SQL statements."""

from collections.abc import Mapping
from dataclasses import replace

from app.accounts.models import Person
from app.events.models import Event
from app.grid.models import Session
from app.infra import clock
from app.notes import policy, queries
from app.notes.reading import reading
from app.web.panels import Panel


def session_panel(session: Session, person: Person | None) -> Panel:
    """The notes to be read, their summary apart, by who may read them (3 statements, one or two more where the event says who)."""
    written = queries.written_of(session)
    held_back = bool(written.text) and not policy.can_read(person, session)
    if held_back:
        written = replace(written, text="", present=[])
    return Panel("notes/_session_panel.html", {
        "session": session, "event": session.event, "written": written, "held_back": held_back,
        "can_write": policy.can_write(person, session, clock.now()),
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
