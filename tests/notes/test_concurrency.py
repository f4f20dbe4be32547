"""Many people save at the same moment, on the real database: all their lines are there, none doubled, nobody is refused."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from app.accounts.models import Person
from app.documents import queries as documents
from app.documents.crdt import Shared
from app.events.models import DEFAULT_NOTE_TEMPLATE, Event
from app.grid.models import Session
from app.infra import db
from app.notes import actions, queries
from app.notes.models import Note, NoteTaker
from tests.world import AT

PEOPLE = 20


def all_at_once(act) -> list:
    """`act(number, wait)` in a thread of its own for each person; each calls `wait()` when it is ready to write."""
    together = threading.Barrier(PEOPLE)

    def run(number: int):
        try:
            return act(number, lambda: together.wait(30))
        finally:
            db.session.remove()

    with ThreadPoolExecutor(PEOPLE) as threads:
        return list(threads.map(run, range(PEOPLE)))


def test_twenty_people_begin_one_note_by_the_form(app, client, world):
    session = world.session(world.event(), room=1, slot=1)
    clients = [app.test_client().sign_in(world.holder(session.event)) for _ in range(PEOPLE)]
    path, session_id = f"/e/{session.event.slug}/sessions/{session.id}/note", session.id
    db.session.remove()

    def save(number: int, wait) -> int:
        text = DEFAULT_NOTE_TEMPLATE.replace("-\n", f"- point {number} of somebody\n- and more of {number}\n", 1)
        token = clients[number].token()
        wait()
        return clients[number].post(path, data={"csrf_token": token, "text": text, "base_revision": "0"}).status_code

    assert all_at_once(save) == [303] * PEOPLE
    assert db.session.scalar(select(func.count(Note.session_id))) == 1
    document = queries.note_of(db.session.get(Session, session_id)).document
    lines = document.text.split("\n")
    for number in range(PEOPLE):
        at = lines.index(f"- point {number} of somebody")
        assert lines[at + 1] == f"- and more of {number}"
    assert len(lines) == len(DEFAULT_NOTE_TEMPLATE.split("\n")) - 1 + 2 * PEOPLE
    assert (document.revision, document.seq) == (PEOPLE + 1, PEOPLE + 1)
    assert Shared(documents.updates_of(document)).text == document.text


def test_one_person_presses_the_button_twenty_times(world):
    session = world.session(world.event(), room=1, slot=1)
    event_id, session_id, person_id = session.event_id, session.id, world.holder(session.event).id
    db.session.remove()

    def take(_number: int, wait) -> None:
        event, here = db.session.get(Event, event_id), db.session.get(Session, session_id)
        person = db.session.get(Person, person_id)
        db.session.rollback()  # gives the connection back: there are fewer than people
        wait()
        with db.transaction(event):
            actions.take_notes(person, here, at=AT)

    all_at_once(take)
    assert db.session.scalar(select(func.count(NoteTaker.id))) == 1
