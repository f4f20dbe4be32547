"""Truth tables: the seven kinds of people against every question, and lists against single answers."""

from datetime import date

import pytest
from sqlalchemy import select

from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, PUBLIC, UNLISTED, Event, Role
from app.followups import policy
from app.followups.models import HOST, POSTED, FollowUp, FollowUpPerson
from app.infra import db
from tests.followups.kinds import KINDS, kinds_of, those_who
from tests.world import AT


def test_whoever_is_signed_in_volunteers_and_campmakers_help(world):
    session = world.session(world.event())
    people = kinds_of(world, session.event)
    assert those_who(people, lambda p: policy.can_volunteer(p, session)) == "-++++++"
    assert those_who(people, lambda p: policy.can_help(p, session)) == "---+++-"


def test_who_is_kept_posted_is_seen_by_helpers_and_by_the_hosts(world):
    session = world.session(world.event())
    people = kinds_of(world, session.event)
    host, other = world.holder(session.event), world.holder(session.event)
    followup = world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=[
        FollowUpPerson(person_id=host.id, name=host.name, part=HOST, since=AT),
        FollowUpPerson(person_id=other.id, name=other.name, part=POSTED, since=AT),
        FollowUpPerson(person_id=None, name="Only a name", part=HOST, since=AT)]))

    def sees(person):
        return policy.can_see_people(person, followup)

    assert those_who(people, sees) == "---+++-"
    assert those_who(people, lambda p: policy.can_keep_order(p, followup)) == "---+++-"
    assert sees(host)
    assert not sees(other)


def test_a_host_without_a_pass_any_longer_sees_no_names(world):
    session = world.session(world.event())
    gone = world.person()
    followup = world.save(FollowUp(event_id=session.event_id, session_id=session.id, created_at=AT, people=[
        FollowUpPerson(person_id=gone.id, name=gone.name, part=HOST, since=AT)]))
    assert not policy.can_see_people(gone, followup)


@pytest.mark.parametrize(("visibility", "marks"), [(PUBLIC, "--++++-"), (UNLISTED, "--++++-"), (ATTENDEES_ONLY, "-----+-")])
def test_taking_a_conversation_on_needs_a_pass_there_and_reading_here(world, visibility, marks):
    series = world.series()
    source = world.event(series, day=date(2027, 1, 23), visibility=visibility)
    later = world.event(series, day=date(2028, 1, 22))
    session = world.session(source)
    assert those_who(kinds_of(world, later), lambda p: policy.can_pitch_again(p, session, later)) == marks


def test_taking_a_conversation_on_needs_a_later_event_of_the_same_series(world):
    series = world.series()
    source = world.event(series, day=date(2027, 1, 23))
    session = world.session(source)
    owner = world.owner(series)
    same_day, earlier = world.event(series, day=date(2027, 1, 23)), world.event(series, day=date(2026, 1, 24))
    elsewhere = world.event(day=date(2028, 1, 22))
    organiser = world.holder(elsewhere, Role.ORGANISER)
    assert not policy.can_pitch_again(owner, session, source)
    assert not policy.can_pitch_again(owner, session, same_day)
    assert not policy.can_pitch_again(owner, session, earlier)
    assert not policy.can_pitch_again(organiser, session, elsewhere)


@pytest.mark.parametrize("visibility", [PUBLIC, UNLISTED, ATTENDEES_ONLY])
def test_lists_answer_as_single_questions_do(world, visibility):
    """`may_find` and `takes_part` in SQL are `can_find` and `can_take_part`, for each kind of person."""
    event = world.event(visibility=visibility)
    people = kinds_of(world, event)
    for kind in KINDS:
        person = people[kind]
        for condition, single in ((policy.may_find, events_policy.can_find), (policy.takes_part, events_policy.can_take_part)):
            listed = db.session.scalar(select(Event.id).where(Event.id == event.id, condition(person))) is not None
            assert listed == single(person, event), (kind, single.__name__)
