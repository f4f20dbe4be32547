"""The history of notes made one under the Chatham House Rule, and what a change of the rule takes away."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.documents import queries as documents
from app.documents.models import DocumentUpdate, Revision
from app.events.actions import edit_event
from app.events.models import CHATHAM_HOUSE, NAMED, Role
from app.infra import clock, db, jobs
from app.notes import actions, history_actions, queries, squashing, states
from app.notes.models import WasThere
from tests.world import AT

LATER = AT + timedelta(days=9)


@pytest.fixture
def session(world):
    return world.session(world.event(), room=1, slot=1)


def write(world, session, *texts, at=AT + timedelta(minutes=21)):
    """Revisions by as many people; the note."""
    for text in texts:
        person, draft = world.holder(session.event), queries.draft_of(session)
        with db.transaction():
            actions.save(person, session, text=text, base_revision=draft.base, at=at)
    return queries.note_of(session)


def revisions(note):
    return list(db.session.scalars(select(Revision).where(Revision.document_id == note.document_id).order_by(Revision.number)))


def updates(note) -> int:
    return db.session.scalar(select(func.count()).where(DocumentUpdate.document_id == note.document_id))


def work(at, monkeypatch, note):
    monkeypatch.setattr(clock, "now", lambda: at)
    squashing.begin()
    jobs.work_until_idle()
    db.session.add(note)
    db.session.add(note.session)


def test_only_the_template_and_the_text_are_left(world, session):
    note = write(world, session, "one", "one\ntwo", "one\ntwo\nthree")
    somebody = world.holder(session.event)
    with db.transaction():
        history_actions.name_version(somebody, session, number=3, name="Before lunch", at=AT)
    with db.transaction():
        assert squashing.squash(session.event, note, at=LATER)
    first, newest = revisions(note)
    assert (first.number, first.text) == (1, session.event.note_template)
    assert (newest.number, newest.text, newest.name, newest.remark) == (5, "one\ntwo\nthree", "", "")
    assert {first.at, newest.at, note.created_at, note.document.created_at} == {AT.replace(minute=0)}
    assert (updates(note), note.document.epoch, note.squashed_at) == (1, 2, LATER)
    assert documents.text_of(note.document) == "one\ntwo\nthree"
    with db.transaction():
        assert not squashing.squash(session.event, note, at=LATER)
    assert note.document.epoch == 2
    written = queries.written_of(session)
    assert (written.text, written.saved_at) == ("one\ntwo\nthree", AT.replace(minute=0))


def test_where_people_are_named_nothing_is_made_one(world, session):
    with db.transaction():
        session.event.attribution = NAMED
    note = write(world, session, "one", "two")
    with db.transaction():
        assert not squashing.squash(session.event, note, at=LATER)
    assert len(revisions(note)) == 3


@pytest.mark.parametrize("closes", [False, True])
def test_it_is_due_when_the_time_to_tidy_is_over_or_writing_closes(world, session, monkeypatch, closes):
    note = write(world, session, "one", "two")
    due = squashing.due_at(session.event)
    assert due > AT + timedelta(hours=48)
    if closes:
        with db.transaction():
            session.event.notes_close_at = due = AT + timedelta(hours=3)
    work(due - timedelta(seconds=1), monkeypatch, note)
    assert updates(note) == 3
    work(due, monkeypatch, note)
    assert (updates(note), len(revisions(note)), note.squashed_at) == (1, 2, due)
    assert squashing.due_now(due + timedelta(days=1)) == []


def test_what_is_written_later_is_made_one_when_people_have_been_still(world, session, monkeypatch):
    note = write(world, session, "one", "two")
    with db.transaction():
        squashing.squash(session.event, note, at=LATER)
    write(world, session, "two\nand three", at=LATER + timedelta(minutes=50))
    work(LATER + timedelta(minutes=70), monkeypatch, note)
    assert updates(note) == 2
    work(LATER + timedelta(hours=3), monkeypatch, note)
    assert updates(note) == 1


def test_each_note_is_looked_at_by_itself(world, session):
    """With several notes of an event, what one has says nothing of the others."""
    many, few = write(world, session, "one", "two", "three", "four"), write(world, world.session(session.event, room=2, slot=1), "one")
    assert {note.session_id for _event, note in squashing.due_now(LATER)} == {many.session_id, few.session_id}
    with db.transaction():
        assert squashing.squash_all(session.event, [many, few], at=LATER) == 2
    assert squashing.due_now(LATER + timedelta(days=1)) == []
    write(world, session, "five", at=LATER + timedelta(minutes=10))
    assert [note.session_id for _event, note in squashing.due_now(LATER + timedelta(days=1))] == [many.session_id]


def test_one_job_waits_however_often_workers_start(world, session, monkeypatch):
    note = write(world, session, "one")
    for _ in range(3):
        work(AT, monkeypatch, note)
    waiting = db.session.scalars(select(jobs.Job.run_at).where(jobs.Job.kind == squashing.JOB)).all()
    assert waiting == [AT + squashing.EVERY]


def test_publishing_makes_it_one(world, session):
    note = write(world, session, "one", "two")
    helper = world.holder(session.event, Role.CAMPMAKER)
    with db.transaction():
        states.publish(helper, session, at=LATER)
    assert updates(note) == 1
    assert queries.written_of(session).text == "two"


def test_switching_the_rule_off_reveals_nothing_earlier(world, session):
    organiser = world.holder(session.event, Role.ORGANISER)
    note = write(world, session, "one", "one\ntwo")
    with db.transaction():
        edit_event(organiser, session.event, attribution=NAMED, at=LATER)
    assert [r.text for r in revisions(note)] == [session.event.note_template, "one\ntwo"]
    assert {r.by_id for r in revisions(note)} == {None}
    later = write(world, session, "one\ntwo\nthree", at=LATER)
    assert revisions(later)[-1].by_id is not None
    assert revisions(later)[-1].at == LATER


def test_switching_it_on_strips_names_and_moments(world, session):
    organiser = world.holder(session.event, Role.ORGANISER)
    with db.transaction():
        session.event.attribution = NAMED
    note = write(world, session, "one", "one\ntwo")
    world.save(WasThere(session_id=session.id, person_id=organiser.id, since=AT))
    with db.transaction():
        note.present = ["Priya"]
        edit_event(organiser, session.event, attribution=CHATHAM_HOUSE, at=LATER)
    assert [r.text for r in revisions(note)] == [session.event.note_template, "one", "one\ntwo", "one\ntwo"]
    assert {(r.by_id, r.at) for r in revisions(note)} == {(None, AT.replace(minute=0))}
    assert {(u.by_id, u.at) for u in db.session.scalars(select(DocumentUpdate))} == {(None, AT.replace(minute=0))}
    assert (note.present, note.created_at, updates(note)) == ([], AT.replace(minute=0), 1)
    assert db.session.scalar(select(func.count()).select_from(WasThere)) == 0


def test_other_changes_of_the_set_up_leave_the_history_alone(world, session):
    organiser = world.holder(session.event, Role.ORGANISER)
    note = write(world, session, "one", "two")
    with db.transaction():
        edit_event(organiser, session.event, venue="Elsewhere", at=LATER)
    assert updates(note) == 3
