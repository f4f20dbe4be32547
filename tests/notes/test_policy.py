"""Who may do what with notes, for the seven kinds of people."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.documents.models import Document
from app.events.models import (
    ATTENDEES_ONLY,
    CHATHAM_HOUSE,
    NAMED,
    PUBLIC,
    READ_ALL,
    READ_ATTENDEES,
    READ_PUBLISHED,
    UNLISTED,
    WRITE_ATTENDEES,
    WRITE_CAMPMAKERS,
    WRITE_TAKERS,
    Event,
)
from app.grid.models import Session
from app.infra import db
from app.notes import policy
from app.notes.models import DRAFT, PUBLISHED, WRITTEN_UP, Note, NoteTaker
from tests.followups.kinds import KINDS, kinds_of, those_who
from tests.world import AT

assert KINDS == ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")


@pytest.mark.parametrize(("visibility", "may", "row"), [
    (PUBLIC, policy.can_read, "+++++++"),
    (UNLISTED, policy.can_read, "+++++++"),
    (ATTENDEES_ONLY, policy.can_read, "--++++-"),
    (PUBLIC, policy.can_see_history, "--++++-"),
    (ATTENDEES_ONLY, policy.can_see_history, "--++++-"),
    (PUBLIC, policy.can_take_notes, "--++++-"),
    (ATTENDEES_ONLY, policy.can_take_notes, "--++++-"),
    (PUBLIC, policy.can_bring_in, "----++-"),
    (ATTENDEES_ONLY, policy.can_bring_in, "----++-"),
])
def test_truth_table(world, visibility, may, row):
    session = world.session(world.event(visibility=visibility))
    people = kinds_of(world, session.event)
    assert those_who(people, lambda person: may(person, session)) == row


def test_people_are_named_only_where_the_event_says_so(world):
    assert policy.names_people(world.event(attribution=NAMED))
    assert not policy.names_people(world.event(attribution=CHATHAM_HOUSE))
    assert not policy.names_people(world.event())


# ---- what the event has set

HOUR = timedelta(hours=1)
NO, HOLDERS, HELPERS, ALL = "-------", "--++++-", "---+++-", "+++++++"


@pytest.mark.parametrize("state", [None, DRAFT, WRITTEN_UP, PUBLISHED])
@pytest.mark.parametrize("visibility", [PUBLIC, UNLISTED, ATTENDEES_ONLY])
@pytest.mark.parametrize("readers", [READ_ALL, READ_PUBLISHED, READ_ATTENDEES])
def test_who_reads(world, readers, visibility, state):
    session = world.session(world.event(notes_readers=readers, visibility=visibility))
    if state:
        document = world.save(Document(text="- bins", created_at=AT))
        world.save(Note(session_id=session.id, document_id=document.id, state=state, created_at=AT))
    row = ALL if readers == READ_ALL or (readers == READ_PUBLISHED and state == PUBLISHED) else HOLDERS
    people = kinds_of(world, session.event)
    row = HOLDERS if visibility == ATTENDEES_ONLY else row
    assert those_who(people, lambda person: policy.can_read(person, session)) == row
    # What lists ask the database is the same, for those who may read the event.
    if visibility != ATTENDEES_ONLY and state:
        asked = select(Event.id).join(Session, Session.event_id == Event.id).join(Note, Note.session_id == Session.id)
        assert those_who(people, lambda person: db.session.scalar(
            asked.where(policy.reads_all(person) | policy.open_to_all(), Event.id == session.event_id)) is not None) == row
    if readers != READ_ALL:
        assert those_who(people, lambda person: policy.can_read_all(person, session.event)) == HOLDERS


@pytest.mark.parametrize("closes", [None, AT - HOUR, AT, AT + HOUR])
@pytest.mark.parametrize(("writers", "row", "taking", "takers"), [
    (WRITE_ATTENDEES, HOLDERS, HOLDERS, HOLDERS), (WRITE_TAKERS, HELPERS, HOLDERS, HOLDERS), (WRITE_CAMPMAKERS, HELPERS, HELPERS, HELPERS)])
def test_who_writes_and_until_when(world, writers, row, taking, takers, closes):
    session = world.session(world.event(notes_writers=writers, notes_close_at=closes))
    people = kinds_of(world, session.event)
    open_ = closes is None or closes > AT
    assert those_who(people, lambda person: policy.can_write(person, session, AT)) == (row if open_ else NO)
    assert (policy.who_writes(session.event, AT) == policy.CLOSED) == (not open_)
    assert those_who(people, lambda person: policy.can_take_notes(person, session)) == taking
    assert those_who(people, lambda person: policy.can_see_history(person, session)) == HOLDERS
    assert those_who(people, lambda person: policy.can_say_written_up(person, session, AT)) == (row if open_ else HELPERS)
    # Once everybody takes notes in it, whoever may is a note-taker, and nobody else.
    world.save(*[NoteTaker(session_id=session.id, person_id=p.id, name=p.name, since=AT) for p in people.values() if p])
    assert those_who(people, lambda person: policy.can_write(person, session, AT)) == (takers if open_ else NO)
    assert those_who(people, lambda person: policy.can_say_written_up(person, session, AT)) == HOLDERS


def test_a_note_taker_of_one_session_writes_in_no_other(world):
    event = world.event(notes_writers=WRITE_TAKERS)
    session, other = world.session(event), world.session(event)
    taker = world.holder(event)
    world.save(NoteTaker(session_id=session.id, person_id=taker.id, name=taker.name, since=AT))
    assert policy.can_write(taker, session, AT)
    assert not policy.can_write(taker, other, AT)


def test_who_manages_and_who_says_that_they_were_there(world):
    named, silent = world.session(world.event(attribution=NAMED)), world.session(world.event())
    people = kinds_of(world, named.event)
    assert those_who(people, lambda person: policy.can_manage(person, named.event)) == HELPERS
    assert those_who(people, lambda person: policy.can_say_present(person, named)) == HOLDERS
    assert those_who(kinds_of(world, silent.event), lambda person: policy.can_say_present(person, silent)) == NO


def test_only_the_hour_is_kept_where_nobody_is_named(world):
    at = AT.replace(minute=52, second=7, microsecond=3)
    assert policy.kept_moment(world.event(), at) == AT.replace(minute=0)
    assert policy.kept_moment(world.event(attribution=NAMED), at) == at
