"""What people offer to a conversation and ask for: who says it, who changes it, who sees it, what search is told."""

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import Role
from app.followups import offers_actions, policy, queries
from app.followups.models import ASK, MET, OFFER, POSTED, READ_PEOPLE, STANDING, Offer
from app.infra import db, findable
from app.infra.jobs import Job
from tests.followups.kinds import kinds_of, those_who
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins")


def do(action, actor, *given, **named):
    with db.transaction():
        return action(actor, *given, **named)


def add(actor, source, text="Two days", kind=OFFER, key="key-00001"):
    return do(offers_actions.add, actor, source, kind, text, key=key, at=AT)


def test_who_offers_something_is_kept_posted_and_found(world, session):
    ada = world.person(name="Ada")
    offer = add(ada, session)
    followup = queries.followup_of(session)
    assert [(one.name, one.part) for one in followup.people] == [("Ada", POSTED)]
    assert add(ada, session, "Said again").id == offer.id
    assert [one.text for one in db.session.scalars(select(Offer))] == ["Two days"]
    told = {(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))}
    assert {("offer", offer.id), ("followup", followup.id), ("session", session.id)} <= told


@pytest.mark.parametrize(("text", "kind", "key", "says"), [
    ("", OFFER, "key-00001", "Say what you can offer"), (" ", ASK, "key-00001", "Say what you are looking for"),
    ("x" * 301, OFFER, "key-00001", "300 characters"), ("Ring 0113 496 0000", OFFER, "key-00001", "Leave addresses"),
    ("ada@example.org", ASK, "key-00001", "Leave addresses"), ("A day", "gift", "key-00001", "whether you offer"),
    ("A day", OFFER, "?", "too old")])
def test_what_cannot_be_kept_is_refused(world, session, text, kind, key, says):
    with pytest.raises(Invalid, match=says):
        add(world.person(), session, text, kind, key)
    assert queries.followup_of(session) is None


def test_nobody_says_more_than_a_few_things(world, session):
    ada = world.person()
    for n in range(offers_actions.MOST):
        add(ada, session, key=f"key-{n:05d}")
    with pytest.raises(Conflict, match="Take one away first"):
        add(ada, session, key="one-more-key")
    add(world.person(), session, key="key-00001")


def test_who_may_change_an_offer_and_who_may_take_it_away(world, session):
    event = session.event
    ada, host = world.person(), world.holder(session.event)
    followup = world.followup(session, hosts=[host], posted=[ada], offers=[(ada, "Two days")])
    offer = db.session.scalar(select(Offer))
    people = kinds_of(world, event)
    assert those_who(people, lambda p: policy.can_change_offer(p, offer)) == "-------"
    assert those_who(people, lambda p: policy.can_take_away_offer(p, offer)) == "---+++-"
    assert (policy.can_change_offer(ada, offer), policy.can_take_away_offer(ada, offer)) == (True, True)
    assert (policy.can_change_offer(host, offer), policy.can_take_away_offer(host, offer)) == (False, True)
    with pytest.raises(Forbidden):
        do(offers_actions.change, host, offer, "Mine")
    with pytest.raises(Forbidden):
        do(offers_actions.say_met, world.holder(event, Role.ORGANISER), offer, True, at=AT)
    assert offers_actions.offer_in(followup, offer.id) is offer
    with pytest.raises(NotFound):
        offers_actions.offer_in(world.followup(world.session(event)), offer.id)


def test_changing_meeting_and_taking_away(world, session):
    ada = world.person()
    offer = add(ada, session)
    do(offers_actions.change, ada, offer, "Three days")
    do(offers_actions.say_met, ada, offer, True, at=AT)
    assert (offer.text, offer.state) == ("Three days", MET)
    do(offers_actions.say_met, ada, offer, False, at=AT)
    assert offer.state == STANDING
    do(offers_actions.take_away, ada, offer)
    assert db.session.scalar(select(Offer.id)) is None


def test_who_offers_is_told_to_who_reads_the_posts(client, world, session):
    ada = world.holder(session.event, name="Ada Allen")
    followup = world.followup(session, posted=[ada], offers=[(ada, "Two days of design")], asks=[(ada, "A room")])
    path = f"/e/{session.event.slug}/follow-ups/{followup.id}"

    def said() -> str:
        return text_of(parsed(client.get(path).text)[0])

    other = world.followup(world.session(session.event, "Trees"))
    assert "0 offered" not in client.get(f"/e/{session.event.slug}/follow-ups/{other.id}").text
    assert "1 offered, 1 asked for" in said()
    assert "Ada Allen" not in said()
    assert "Two days" not in said()
    client.sign_in(world.holder(session.event))
    assert "Two days of design Ada Allen" in said()
    with db.transaction():
        db.session.merge(followup).readers = READ_PEOPLE
    assert "Ada Allen" not in said()
    assert "Two days" not in client.get(f"/e/{session.event.slug}/follow-ups?offering=1").text
    client.sign_in(ada)
    assert "Two days of design You" in said()


def test_by_buttons_on_the_page(client, world, session):
    ada = world.person(name="Ada")
    followup = world.followup(session)
    at = f"/e/{session.event.slug}/sessions/{session.id}/follow-up"
    client.sign_in(ada)
    talk = f"/e/{session.event.slug}/follow-ups/{followup.id}"
    tree, _ = parsed(client.get(talk).text)
    form = next(f for f in tree.iter("form") if f.get("action") == f"{at}/offer")
    sent = {i.get("name"): i.get("value") for i in form.iter("input") if i.get("type") == "hidden"} | {"text": "A room in Leeds"}
    response = client.send(form.get("action"), **{name: value for name, value in sent.items() if name != "csrf_token"})
    assert (response.status_code, response.location) == (303, talk)
    offer = db.session.scalar(select(Offer))
    assert "What you can offer" in client.get(f"{talk}/offers/{offer.id}").text
    client.send(f"{talk}/offers/{offer.id}", text="A room in York")
    client.send(f"{talk}/offers/{offer.id}/met", met="1")
    assert "Met A room in York You" in text_of(parsed(client.get(talk).text)[0])
    response = client.send(f"{at}/offer", kind="ask", key="key-00001", text="ada@example.org")
    assert response.status_code == 422
    assert "Leave addresses and numbers out" in response.text
    assert "ada@example.org" in response.text, "what was typed is not lost"
    client.send(f"{talk}/offers/{offer.id}/remove")
    assert db.session.scalar(select(Offer.id)) is None
