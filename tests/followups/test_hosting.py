"""What hosts do: what a conversation is about, what it came to, resting, stepping down, handing over; leaving."""

import pytest
from sqlalchemy import delete, select

from app.accounts.models import Person
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import ATTENDEES_ONLY, Role
from app.followups import actions, hosts_actions, policy, queries, settings_actions, states_actions
from app.followups.clashing import Clash, settled
from app.followups.models import (
    CAME,
    GOING,
    HOST,
    LOOKING,
    OPEN,
    POSTED,
    READ_PEOPLE,
    RESTED,
    FollowUp,
    FollowUpPerson,
    Offer,
    Post,
)
from app.infra import db
from app.infra.mail import Mail
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def ada(world):
    return world.person(name="Ada", email="ada@example.org")


@pytest.fixture
def followup(world, ada):
    return world.followup(world.session(world.event(), "Bins"), hosts=[ada])


def do(action, actor, *given, **named):
    with db.transaction():
        return action(actor, *given, **named)


def parts(followup) -> dict[str, str]:
    return {one.name: one.part for one in queries.followup_in(followup.event, followup.id).people}


def test_side_by_side_only_what_somebody_changed_is_changed():
    now, was = {"a": "theirs", "b": "old"}, {"a": "old", "b": "old"}
    assert settled(now, was, {"a": "old", "b": "mine"}) == {"a": "theirs", "b": "mine"}
    assert settled(now, was, {"a": "theirs", "b": "old"}) == now
    with pytest.raises(Clash) as clash:
        settled(now, was, {"a": "mine", "b": "mine"})
    assert (clash.value.fields, clash.value.theirs) == ({"a"}, now)


def test_hosts_and_campmakers_say_what_it_is_about(world, ada, followup):
    wanted = {"question": "What  next?", "goal": "A form\r\n", "ends_on": "2027-06-30", "readers": READ_PEOPLE}
    was = settings_actions.as_fields(followup)
    for nobody in (None, world.person(), world.holder(followup.event)):
        with pytest.raises(Forbidden):
            do(settings_actions.change, nobody, followup, wanted, was, at=AT)
    assert do(settings_actions.change, ada, followup, wanted, was, at=AT)
    assert settings_actions.as_fields(followup) == {
        "question": "What next?", "goal": "A form", "ends_on": "2027-06-30", "readers": READ_PEOPLE}
    version = followup.version
    assert not do(settings_actions.change, ada, followup, {}, was, at=AT)
    assert followup.version == version
    helper = world.holder(followup.event, Role.CAMPMAKER)
    assert do(settings_actions.change, helper, followup, {"question": ""}, settings_actions.as_fields(followup), at=AT)
    assert followup.called == "Bins"


@pytest.mark.parametrize(("wanted", "field"), [({"question": "Ring 0113 496 0000"}, "question"), ({"question": "x" * 301}, "question"),
                                               ({"goal": "x" * 1001}, "goal"), ({"readers": "nobody"}, "readers"),
                                               ({"ends_on": "soon"}, "ends_on")])
def test_what_it_cannot_be_about(ada, followup, wanted, field):
    with pytest.raises(Invalid) as problem:
        do(settings_actions.change, ada, followup, wanted, settings_actions.as_fields(followup), at=AT)
    assert problem.value.field == field


def test_two_who_change_the_same_words_lose_nothing(client, world, ada, followup):
    client.sign_in(ada)
    path = f"/e/{followup.event.slug}/follow-ups/{followup.id}/about"
    assert client.get(path).status_code == 200
    was = {"was_question": "", "was_goal": "", "was_ends_on": "", "was_readers": "pass"}
    first = client.send(path, question="Theirs?", goal="A goal", ends_on="", readers="pass", **was)
    assert first.status_code == 303
    second = client.send(path, question="Mine?", goal="", ends_on="2027-03-31", readers="pass", **was)
    assert second.status_code == 409
    tree, _ = parsed(second.text)
    values = {one.get("name"): one.get("value") for one in tree.iter("input")}
    assert (values["question"], values["was_question"], values["ends_on"]) == ("Mine?", "Theirs?", "2027-03-31")
    assert "What somebody else saved meanwhile:Theirs?" in text_of(tree)
    assert next(tree.iter("textarea")).text.strip() == "A goal", "what they changed alone is taken over"
    again = {name: values[name] for name in was} | {"was_goal": "A goal"}
    assert client.send(path, question="Both?", goal="A goal", ends_on="2027-03-31", readers="pass", **again).status_code == 303
    assert settings_actions.as_fields(db.session.get(FollowUp, followup.id)) == {
        "question": "Both?", "goal": "A goal", "ends_on": "2027-03-31", "readers": "pass"}


def test_it_comes_to_something_rests_and_is_opened_again(world, ada, followup):
    for action in (states_actions.rest, states_actions.reopen):
        with pytest.raises(Forbidden):
            do(action, world.holder(followup.event), followup, at=AT)
    with pytest.raises(Invalid, match="Say what it came to"):
        do(states_actions.come_to, ada, followup, " ", "", at=AT)
    do(states_actions.come_to, ada, followup, "A form in Welsh.", "", at=AT)
    assert (followup.stands, followup.came_of, followup.state_at) == (CAME, "A form in Welsh.", AT)
    with pytest.raises(Clash):
        do(states_actions.come_to, ada, followup, "Nothing.", "", at=AT)
    do(states_actions.come_to, ada, followup, "Two forms.", "A form in Welsh.", at=AT)
    do(states_actions.rest, ada, followup, at=AT)
    assert followup.stands == RESTED
    do(states_actions.reopen, ada, followup, at=AT)
    assert (followup.stands, followup.came_of) == (GOING, "Two forms.")


def test_what_rests_is_taken_up_by_whoever_hosts_it(world, ada, followup):
    with db.transaction():
        followup.state, followup.asked = RESTED, 2
    do(actions.keep_me_posted, world.person(), followup.session, at=AT)
    assert followup.state == RESTED
    do(actions.offer_to_host, ada, followup.session, at=AT)
    assert (followup.state, followup.asked, len(followup.people)) == (OPEN, 0, 2)


def test_it_comes_to_rest_by_itself_without_having_moved(followup):
    with db.transaction():
        followup.asked, before = 2, followup.moved_at
        states_actions.comes_to_rest(followup, AT)
    assert (followup.stands, followup.asked, followup.moved_at) == (RESTED, 2, before)


def test_a_host_steps_down_and_it_looks_for_one_again(world, ada, followup):
    with pytest.raises(Forbidden):
        do(hosts_actions.step_down, world.holder(followup.event, Role.ORGANISER), followup, at=AT)
    do(hosts_actions.step_down, ada, followup, at=AT)
    assert (parts(followup), followup.stands) == ({"Ada": POSTED}, LOOKING)


@pytest.mark.parametrize(("yes", "after"), [(True, {"Ada": POSTED, "Ben": HOST}), (False, {"Ada": HOST, "Ben": POSTED})])
def test_hosting_is_handed_over_when_the_other_accepts(world, followup, yes, after):
    event = followup.event
    ada = next(one.person for one in followup.people)
    ben = world.holder(event, name="Ben", email="ben@example.org")
    part = world.save(FollowUpPerson(followup_id=followup.id, person_id=ben.id, name="Ben", part=POSTED, since=AT))
    with pytest.raises(Forbidden):
        do(hosts_actions.hand_over, ada, followup, part.id, link="https://x.example", at=AT)
    world.save(*[world.holder(world.event(event.series))])
    with db.transaction():
        db.session.add(type(world.pass_of(event, ben))(event_id=event.id, person_id=ada.id, role=Role.ATTENDEE, joined_at=AT))
    for _twice in range(2):
        do(hosts_actions.hand_over, ada, followup, part.id, link="https://x.example/talk", at=AT)
    mail, = db.session.scalars(select(Mail).where(Mail.recipient == "ben@example.org"))
    assert "Will you host “Bins”?" in mail.subject
    assert "https://x.example/talk" in mail.body
    assert parts(followup) == {"Ada": HOST, "Ben": POSTED}, "nothing changes until they answer"
    for nobody in (ada, world.holder(event, Role.ORGANISER), None):
        with pytest.raises(Forbidden):
            do(hosts_actions.answer, nobody, followup, True, at=AT)
    do(hosts_actions.answer, ben, followup, yes, at=AT)
    assert parts(followup) == after
    assert part.asked_at is None
    with pytest.raises(Forbidden):
        do(hosts_actions.answer, ben, followup, True, at=AT)


def test_who_was_asked_can_be_asked_no_longer(world, followup):
    helper, ben = world.holder(followup.event, Role.CAMPMAKER), world.person(name="Ben")
    part = world.save(FollowUpPerson(followup_id=followup.id, person_id=ben.id, name="Ben", part=POSTED, since=AT))
    named = world.save(FollowUpPerson(followup_id=followup.id, name="Cy", part=HOST, since=AT))
    for wrong, problem in ((named.id, NotFound), (10**6, NotFound), (followup.people[0].id, Conflict)):
        with pytest.raises(problem):
            do(hosts_actions.hand_over, helper, followup, wrong, link="", at=AT)
    do(hosts_actions.hand_over, helper, followup, part.id, link="", at=AT)
    assert policy.can_be_handed(ben, followup)
    do(hosts_actions.take_back, helper, followup, part.id)
    assert not policy.can_be_handed(ben, followup)


@pytest.mark.parametrize(("names", "name"), [(True, "Ada"), (False, "")])
def test_leaving_keeps_posts_with_the_name_or_without(world, ada, followup, names, name):
    ben = world.person(name="Ben")
    world.save(*[Post(followup_id=followup.id, person_id=one.id, name=one.name, text="Said", key=f"key-{one.id}", at=AT) for one in (ada, ben)],
               Offer(followup_id=followup.id, person_id=ada.id, kind="offer", text="A day", key="k", at=AT))
    do(actions.leave, ada, followup.session, names=names, at=AT)
    assert [(post.name, post.person_id is None) for post in db.session.scalars(select(Post).order_by(Post.id))] == [
        (name, not names), ("Ben", False)]
    assert parts(followup) == {}
    assert db.session.scalar(select(Offer.id)) is None
    do(actions.leave, ada, followup.session, at=AT)
    with pytest.raises(Forbidden):
        do(actions.leave_it, ada, followup, at=AT)


def test_a_conversation_in_which_something_was_said_is_not_taken_off(world, ada, followup):
    helper = world.holder(followup.event, Role.CAMPMAKER)
    world.save(Post(followup_id=followup.id, person_id=ada.id, name="Ada", text="Said", key="k" * 8, at=AT))
    do(actions.leave, ada, followup.session, names=False, at=AT)
    with pytest.raises(Conflict, match="Let it rest instead"):
        do(actions.stop_looking, helper, followup.session, at=AT)


def test_what_an_account_was_goes_with_it_and_its_posts_stay(world, ada, followup):
    ben = world.person(name="Ben")
    world.save(FollowUpPerson(followup_id=followup.id, person_id=ben.id, name="Ben", part=POSTED, since=AT, asked_at=AT,
                              asked_by_id=ada.id),
               Post(followup_id=followup.id, person_id=ada.id, name="", text="Said", key="k" * 8, at=AT),
               Offer(followup_id=followup.id, person_id=ada.id, kind="offer", text="A day", key="k", at=AT))
    with db.transaction():
        db.session.execute(delete(Person).where(Person.id == ada.id))
    assert parts(followup) == {"Ben": POSTED}
    assert queries.followup_in(followup.event, followup.id).stands == LOOKING
    assert (db.session.scalar(select(Post.person_id)), db.session.scalar(select(Offer.id))) == (None, None)
    do(hosts_actions.answer, ben, followup, True, at=AT)
    assert parts(followup) == {"Ben": HOST}


def test_leaving_asks_about_the_name_who_said_something(client, world, ada, followup):
    at = f"/e/{followup.event.slug}/sessions/{followup.session_id}/follow-up/leave"
    client.sign_in(ada)
    assert "Shall your name stay" not in client.get(at).text
    world.save(Post(followup_id=followup.id, person_id=ada.id, name="Ada", text="Said", key="k" * 8, at=AT))
    assert "You said something here once" in client.get(at).text
    client.send(at, names="0")
    assert db.session.scalar(select(Post.name)) == ""


def test_by_buttons_on_the_page(client, world, ada, followup):
    talk = f"/e/{followup.event.slug}/follow-ups/{followup.id}"
    ben = world.person(name="Ben")
    world.save(FollowUpPerson(followup_id=followup.id, person_id=ben.id, name="Ben", part=POSTED, since=AT, asked_at=AT,
                              asked_by_id=ada.id))
    client.sign_in(ada)
    assert client.send(f"{talk}/outcome", came_of="A form.", was="").location == talk
    assert client.send(f"{talk}/outcome", came_of="None.", was="").status_code == 409
    for button, says in (("rest", "Resting"), ("reopen", "Going on"), ("step-down", "You stepped down")):
        assert client.send(f"{talk}/{button}").location == talk
        assert says in text_of(parsed(client.get(talk).text)[0])
    client.sign_in(ben)
    assert "Ada asks whether you would carry this on." in text_of(parsed(client.get(talk).text)[0])
    assert "Ada asks whether you would carry it on." in text_of(parsed(client.get("/follow-ups").text)[0])
    client.send(f"{talk}/answer", yes="1")
    assert "You host this" in text_of(parsed(client.get(talk).text)[0])
    assert client.send(f"{talk}/answer", yes="1").status_code == 403


def test_who_lost_sight_of_a_conversation_can_leave_it(client, world, ada, followup):
    client.sign_in(ada)
    with db.transaction():
        db.session.merge(followup).event.visibility = ATTENDEES_ONLY
    said = client.get("/follow-ups").text
    assert "A conversation that you do not see any more" in said
    assert "Bins" not in said
    assert "Bins" not in client.get(f"/follow-ups/{followup.id}/leave").text
    assert client.send(f"/follow-ups/{followup.id}/leave").location == "/follow-ups"
    assert parts(followup) == {}
    assert client.get(f"/follow-ups/{followup.id}/leave").status_code == 404
