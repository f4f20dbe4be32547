"""Every action: what it does, what it does twice, what it refuses, and what search is told."""

from datetime import date

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import ATTENDEES_ONLY, Role
from app.followups import actions, queries
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson
from app.infra import db, findable
from app.infra.jobs import Job
from app.pitches.models import Pitch
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us")


def do(action, actor, session, *more, **named):
    with db.transaction(session.event):
        return action(actor, session, *more, **named, at=AT)


def parts(session) -> list[tuple[str, str]]:
    followup = queries.followup_of(session)
    return [(p.name, p.part) for p in followup.people] if followup else []


def told() -> set[tuple[str, int]]:
    """What search has been told of."""
    return {(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))}


def forget_told(world):
    with db.transaction() as current:
        current.query(Job).delete()


VOLUNTEERS = [actions.offer_to_host, actions.keep_me_posted, actions.ask_for_host, actions.leave]


@pytest.mark.parametrize("action", VOLUNTEERS, ids=lambda a: a.__name__)
def test_volunteering_needs_no_pass_but_the_event_must_be_read(world, action):
    session = world.session(world.event(visibility=ATTENDEES_ONLY))
    for nobody in (None, world.person()):
        with pytest.raises(Forbidden, match="Sign in first"):
            do(action, nobody, session)
    assert queries.followup_of(session) is None
    assert told() == set()
    do(action, world.person(), world.session(world.event()))


@pytest.mark.parametrize(("action", "more"), [(actions.name_host, ("Ada",)), (actions.remove_host, (1,)), (actions.stop_looking, ())],
                         ids=lambda a: getattr(a, "__name__", ""))
def test_helping_is_refused_to_attendees(world, session, action, more):
    with pytest.raises(Forbidden, match="Only campmakers and organisers"):
        do(action, world.holder(session.event), session, *more)


def test_offering_to_host_begins_the_conversation(world, session):
    ada = world.holder(session.event, name="Ada")
    followup = do(actions.offer_to_host, ada, session)
    assert parts(session) == [("Ada", HOST)]
    assert told() == {("session", session.id), ("followup", followup.id)}


def test_the_same_button_twice_changes_nothing(world, session):
    ada = world.holder(session.event, name="Ada")
    do(actions.offer_to_host, ada, session)
    forget_told(world)
    do(actions.offer_to_host, ada, session)
    do(actions.keep_me_posted, ada, session)
    do(actions.ask_for_host, ada, session)
    assert parts(session) == [("Ada", HOST)]
    assert told() == set()


def test_who_was_kept_posted_may_host_and_then_is_not_counted_twice(world, session):
    ada = world.holder(session.event, name="Ada")
    do(actions.keep_me_posted, ada, session)
    assert parts(session) == [("Ada", POSTED)]
    forget_told(world)
    do(actions.offer_to_host, ada, session)
    assert parts(session) == [("Ada", HOST)]
    assert len(told()) == 2


def test_asking_makes_the_conversation_exist_without_a_host(world, session):
    do(actions.ask_for_host, world.holder(session.event), session)
    assert queries.followup_of(session).people == []
    assert len(told()) == 2


def test_leaving_keeps_the_conversation_and_the_others(world, session):
    ada, ben = world.holder(session.event, name="Ada"), world.holder(session.event, name="Ben")
    do(actions.offer_to_host, ada, session)
    do(actions.keep_me_posted, ben, session)
    forget_told(world)
    do(actions.leave, ada, session)
    assert parts(session) == [("Ben", POSTED)]
    assert len(told()) == 2
    forget_told(world)
    do(actions.leave, ada, session)
    assert parts(session) == [("Ben", POSTED)]
    assert told() == set()


def test_leaving_what_does_not_exist_makes_nothing(world, session):
    do(actions.leave, world.holder(session.event), session)
    assert queries.followup_of(session) is None


def test_a_name_is_tidied_and_named_once(world, session):
    campmaker = world.holder(session.event, Role.CAMPMAKER)
    do(actions.name_host, campmaker, session, "  Sarah \t Slack ")
    forget_told(world)
    do(actions.name_host, campmaker, session, "sarah slack")
    assert parts(session) == [("Sarah Slack", HOST)]
    assert told() == set()
    ada = world.holder(session.event, name="Ada")
    do(actions.offer_to_host, ada, session)
    do(actions.name_host, campmaker, session, "ADA")
    assert parts(session) == [("Sarah Slack", HOST), ("Ada", HOST)]


def test_hosts_named_and_volunteered_under_one_name_are_shown_once(world, session):
    do(actions.name_host, world.holder(session.event, Role.CAMPMAKER), session, "Ada")
    do(actions.offer_to_host, world.holder(session.event, name="Ada"), session)
    followup = queries.followup_of(session)
    assert len(followup.hosts) == 2
    assert queries.host_names(followup) == ["Ada"]


@pytest.mark.parametrize(("name", "said"), [
    ("   ", "Give the host"), ("x" * 101, "100 characters"), ("Sarah sarah.slack@example.org", "a name only"),
    ("Sarah https://example.org", "a name only"), ("Sarah www.example.org", "a name only"), ("Sarah 07700 900 123", "a name only")])
def test_what_is_no_name_is_refused(world, session, name, said):
    with pytest.raises(Invalid, match=said) as refusal:
        do(actions.name_host, world.holder(session.event, Role.CAMPMAKER), session, name)
    assert refusal.value.field == "name"
    assert queries.followup_of(session) is None


def test_a_named_host_is_taken_off(world, session):
    campmaker = world.holder(session.event, Role.CAMPMAKER)
    followup = do(actions.name_host, campmaker, session, "Sarah Slack")
    host_id = queries.followup_of(session).hosts[0].id
    forget_told(world)
    do(actions.remove_host, campmaker, session, host_id)
    assert parts(session) == []
    assert told() == {("session", session.id), ("followup", followup.id)}
    with pytest.raises(NotFound):
        do(actions.remove_host, campmaker, session, host_id)


def test_somebody_with_an_account_steps_down_themselves(world, session):
    campmaker = world.holder(session.event, Role.CAMPMAKER)
    do(actions.offer_to_host, world.holder(session.event, name="Ada"), session)
    with pytest.raises(Conflict, match="Ada volunteered"):
        do(actions.remove_host, campmaker, session, queries.followup_of(session).hosts[0].id)
    assert parts(session) == [("Ada", HOST)]


def test_a_host_of_another_session_is_not_found(world, session):
    other = world.session(session.event)
    campmaker = world.holder(session.event, Role.CAMPMAKER)
    do(actions.name_host, campmaker, other, "Sarah Slack")
    do(actions.ask_for_host, campmaker, session)
    with pytest.raises(NotFound):
        do(actions.remove_host, campmaker, session, queries.followup_of(other).hosts[0].id)
    with pytest.raises(NotFound):
        do(actions.remove_host, campmaker, world.session(session.event), queries.followup_of(other).hosts[0].id)


def test_who_is_kept_posted_is_not_removed_as_a_host(world, session):
    do(actions.keep_me_posted, world.holder(session.event), session)
    with pytest.raises(NotFound):
        do(actions.remove_host, world.holder(session.event, Role.CAMPMAKER), session, queries.followup_of(session).people[0].id)


def test_looking_stops_only_while_nobody_is_in(world, session):
    campmaker, ada = world.holder(session.event, Role.CAMPMAKER), world.holder(session.event)
    do(actions.stop_looking, campmaker, session)  # nothing to stop
    followup_id = do(actions.keep_me_posted, ada, session).id
    with pytest.raises(Conflict, match="so it stays"):
        do(actions.stop_looking, campmaker, session)
    do(actions.leave, ada, session)
    forget_told(world)
    do(actions.stop_looking, campmaker, session)
    assert queries.followup_of(session) is None
    assert told() == {("session", session.id), ("followup", followup_id)}


def test_people_leave_with_their_account_and_the_conversation_stays(world, session):
    ada = world.holder(session.event)
    do(actions.offer_to_host, ada, session)
    with db.transaction() as current:
        current.delete(current.get(type(ada), ada.id))
    assert parts(session) == []
    assert queries.followup_of(session) is not None


def test_the_better_part_stays_when_two_accounts_become_one():
    assert FollowUpPerson.__table__.info["best_first"] == ("part", (HOST, POSTED))


@pytest.fixture
def later(world, session):
    return world.event(session.event.series, day=date(2028, 1, 22))


def again(actor, session, later, **more):
    with db.transaction(later):
        return actions.pitch_again(actor, session, later, **{"title": "Carrying on: Bins", "about": "More of it", "at": AT} | more).id


def test_a_conversation_is_taken_on_as_a_pitch(world, session, later):
    ada = world.holder(later, name="Ada")
    pitch = db.session.get(Pitch, again(ada, session, later, topics=["Waste"]))
    assert (pitch.event_id, pitch.title, pitch.about) == (later.id, "Carrying on: Bins", "More of it")
    assert [(x.name, x.person_id) for x in pitch.leaders] == [("Ada", ada.id)]
    assert [t.name for t in pitch.topics] == ["Waste"]
    assert db.session.get(CarriedOn, pitch.id).session_id == session.id
    assert ("pitch", pitch.id) in told()


def test_a_conversation_may_be_taken_on_more_than_once(world, session, later):
    first, second = again(world.holder(later), session, later), again(world.holder(later), session, later, title="Bins, the other side")
    assert {row.pitch_id for row in db.session.scalars(select(CarriedOn))} == {first, second}


@pytest.mark.parametrize("who", ["no pass", "only there", "earlier"])
def test_taking_on_is_refused(world, session, later, who):
    actor, target = world.holder(session.event), later
    if who == "only there":
        with db.transaction():
            session.event.visibility = ATTENDEES_ONLY
        actor = world.holder(later)
    elif who == "earlier":
        target = world.event(session.event.series, day=date(2026, 1, 24))
        actor = world.holder(target, Role.ORGANISER)
    with pytest.raises(Forbidden, match="later event of the same series"):
        again(actor, session, target)
    assert db.session.scalar(select(Pitch.id).where(Pitch.event_id == target.id)) is None


def test_a_refused_pitch_leaves_nothing(world, session, later):
    with pytest.raises(Invalid) as refusal:
        again(world.holder(later), session, later, title=" ")
    assert refusal.value.field == "title"
    assert db.session.scalar(select(CarriedOn.pitch_id)) is None


def test_a_follow_up_goes_with_its_session(world, session):
    do(actions.ask_for_host, world.holder(session.event), session)
    with db.transaction() as current:
        current.delete(current.get(type(session.event), session.event_id))
    assert db.session.scalar(select(FollowUp.id)) is None
