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
    """The notes to be read, their summary apart, by who may read them; how far they are; who was there.

    2 statements, and 2 more where names are kept or what somebody may depends on the note or on who takes notes.
    """
    written, at = queries.written_of(session), clock.now()
    state, something = written.state, bool(written.text)
    may = policy.rights(person, session, at)
    named = policy.names_people(session.event) and may.read
    there = queries.present_in(session) if named else {}
    if not may.read:
        written = replace(written, text="", present=[])
    return Panel("notes/_session_panel.html", {
        "session": session, "event": session.event, "written": written, "held_back": something and not may.read, "state": state,
        "something": something, "may": may, "can_write": may.write, "who_writes": policy.who_writes(session.event, at),
        "present": list(dict.fromkeys((*there.values(), *written.present))) if named else [],
        "was_there": person is not None and person.id in there, **reading(written.text, "notes-"),
    })


def note_takers_panel(session: Session, person: Person | None) -> Panel | None:
    """Who takes notes, the button to do so, and asking for somebody (2 statements, 3 without a note-taker).

    Nobody is looked for where the session was cancelled.
    """
    takers, may = queries.note_takers_of(session), policy.rights(person, session, clock.now())
    if session.cancelled and not takers:
        return None
    wanted = not takers and queries.is_wanted(session)
    return Panel("notes/_note_takers_panel.html", {
        "session": session, "event": session.event, "takers": takers, "can_take": may.take_notes,
        "taking": person is not None and any(taker.person_id == person.id for taker in takers),
        "wanted": wanted, "may_ask": not takers and may.manage,
    }, aside=not wanted)  # who comes from the chip on the grid shall not have to look for the button


def cell_facts(event: Event) -> Mapping[int, Mapping[str, bool | str]]:
    """Which sessions on the grid lack a note-taker, and for which one is asked ("wanted"), for its cells (1 statement)."""
    return {session_id: {"needs_notes": "wanted" if asked else True}
            for session_id, asked in queries.needing_note_takers(event).items()}
