"""Conversations that begin with an idea or a pledge: one tap, the same panel as a session's, and nothing of what is private."""

import pytest
from sqlalchemy import select

from app.boards import ideas_actions, pledges_actions
from app.boards.idea_models import PUBLIC_PLEDGE, TO_GROUP, Pledge
from app.boards.ideas_sources import NOWHERE, Source
from app.errors import Conflict, Forbidden
from app.events.models import NAMED, Role
from app.followups import actions, lists_queries, policy, queries
from app.followups.lists_queries import STATES, Chosen
from app.followups.models import HOST, POSTED, FollowUp
from app.infra import db, findable
from app.infra.jobs import Job
from app.search import jobs as search_jobs
from app.search.models import SearchEntry
from tests.followups.kinds import kinds_of, those_who
from tests.pages import parsed, text_of
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(attribution=NAMED)


@pytest.fixture
def ada(world, event):
    return world.holder(event, name="Ada")


def put_up(ada, event, name="A street each", source=NOWHERE):
    with db.transaction():
        return ideas_actions.put_up(ada, event, source, name=name, at=AT)


@pytest.fixture
def idea(ada, event):
    return put_up(ada, event)


def make(ada, event, text="By March I will walk it", **more):
    with db.transaction():
        return pledges_actions.make(ada, event, key=text[:30], text=text, at=AT, **more)


def do(action, actor, source, *more, **named):
    with db.transaction():
        return action(actor, source, *more, **named, at=AT)


def page(client, path, status=200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return text_of(parsed(response.text)[0])


def listed(event) -> list[str]:
    return [one.title for state in STATES for one in lists_queries.of_event(event, None, Chosen(state=state)).items]


def test_an_idea_is_carried_on_with_one_tap(client, world, ada, event, idea):
    at = f"/e/{event.slug}/ideas/{idea.id}"
    client.sign_in(ada)
    assert "Nobody has asked yet for this idea to be carried on" in page(client, at)
    for button, says in (("ask", "Somebody is looked for to carry it on"), ("keep-posted", "You asked to be kept posted."),
                         ("host", "You are a host of this conversation."), ("leave", "Somebody is looked for to carry it on")):
        assert client.send(f"{at}/follow-up/{button}").location.startswith(f"/e/{event.slug}/follow-ups/")
        assert says in page(client, at)
    followup = db.session.scalar(select(FollowUp))
    assert (followup.idea_id, followup.session_id, followup.pledge_id, followup.people) == (idea.id, None, None, [])
    told = {(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))}
    assert {("idea", idea.id), ("followup", followup.id)} <= told


def test_a_campmaker_names_a_host_for_an_idea_and_stops_looking(client, world, event, idea):
    client.sign_in(world.holder(event, Role.CAMPMAKER))
    at = f"/e/{event.slug}/ideas/{idea.id}"
    assert "A street each" in page(client, f"{at}/follow-up/hosts")
    assert client.send(f"{at}/follow-up/hosts", name="Sarah Slack").location == at
    assert "Take off Sarah Slack" in page(client, at)
    host = db.session.scalar(select(FollowUp)).hosts[0].id
    client.send(f"{at}/follow-up/hosts/{host}/remove")
    client.send(f"{at}/follow-up/stop-looking")
    assert db.session.scalar(select(FollowUp.id)) is None


def test_the_lists_show_them_with_where_they_lead(client, world, ada, event):
    session = world.session(event, "Bins", topics=["Waste"])
    of_session, alone = put_up(ada, event, "A street each", Source(session=session)), put_up(ada, event, "Ring a bell")
    pledge = make(ada, event, idea=alone, shown=PUBLIC_PLEDGE)
    for source in (session, of_session, alone, pledge):
        do(actions.ask_for_host, ada, source)
    path = f"/e/{event.slug}/follow-ups"
    said = page(client, path)
    assert "Looking for a host 4" in said
    assert "From an idea of “Bins”" in said
    assert "From a pledge of Ada" in said
    client.sign_in(ada)
    tree, _ = parsed(client.get(path).text)
    links, forms = {a.get("href") for a in tree.iter("a")}, {f.get("action") for f in tree.iter("form")}
    for where in (f"sessions/{session.id}", f"ideas/{of_session.id}", f"ideas/{alone.id}", f"pledges/{pledge.id}"):
        assert f"/e/{event.slug}/{where}/follow-up/host" in forms
    talks = {f"{path}/{one.id}" for one in db.session.scalars(select(FollowUp))}
    assert len(talks) == 4
    assert talks <= links
    assert "Ring a bell" in page(client, f"/s/{event.series.slug}/follow-ups")
    found = lists_queries.of_series(event.series, ada, Chosen(topic="waste"))
    assert {one.title for one in found.items} == {"Bins", "A street each"}
    assert "A street each" in page(client, f"/e/{event.slug}")
    assert "Looking for someone to carry it on" in page(client, f"/e/{event.slug}/ideas")


def test_a_withdrawn_idea_is_not_listed_and_begins_nothing(world, ada, event, idea):
    other = put_up(ada, event, "Another")
    do(actions.keep_me_posted, ada, idea)
    with db.transaction():
        ideas_actions.withdraw(ada, idea)
        ideas_actions.withdraw(ada, other)
    assert listed(event) == []
    with pytest.raises(Conflict, match="withdrawn"):
        do(actions.ask_for_host, ada, other)
    do(actions.leave, ada, idea)
    assert queries.followup_of(idea).people == []


def test_a_pitch_that_was_withdrawn_hides_its_own_conversation_and_not_its_ideas(world, ada, event):
    session = world.session(event, "Bins")
    do(actions.ask_for_host, ada, session)
    do(actions.ask_for_host, ada, put_up(ada, event, "A street each", Source(session=session)))
    with db.transaction():
        session.pitch.state = "withdrawn"
    assert listed(event) == ["A street each"]


# ---- pledges -------------------------------------------------------------------------------------------------------------------


def may_volunteer(people, pledge, *more, seats=frozenset()):
    return those_who(people, lambda one: policy.can_volunteer(one, pledge)) + "".join(
        "+" if policy.can_volunteer(one, pledge, seats) else "-" for one in more)


def test_who_may_carry_a_pledge_on_is_who_sees_it(world, ada, event, idea):
    people, joiner, member = kinds_of(world, event), world.holder(event), world.holder(event)
    with db.transaction():
        ideas_actions.join(joiner, idea, at=AT)
    group = world.board(event, groups=1).seatings[0].groups[0]
    seats = frozenset({group.id})
    private, joined, public = make(ada, event, "a"), make(ada, event, "b", idea=idea, shown=TO_GROUP), make(ada, event, "c", shown=PUBLIC_PLEDGE)
    grouped = make(ada, event, "d", group=group, shown=TO_GROUP, seats=seats)
    assert may_volunteer(people, private, ada, joiner) == "-------" "+-"
    assert may_volunteer(people, joined, ada, joiner) == "-------" "++"
    assert may_volunteer(people, grouped, ada) == "-------" "+"
    assert may_volunteer(people, grouped, member, seats=seats) == "-------" "+"
    assert may_volunteer(people, public, ada, joiner) == "-++++++" "++"


@pytest.mark.parametrize("action", [actions.offer_to_host, actions.keep_me_posted, actions.ask_for_host, actions.leave,
                                    actions.remove_host, actions.stop_looking, actions.name_host], ids=lambda a: a.__name__)
def test_nobody_else_does_anything_with_a_private_pledge(world, ada, event, action):
    pledge = make(ada, event)
    do(actions.keep_me_posted, ada, pledge)
    more = {actions.remove_host: (1,), actions.name_host: ("Jo",)}.get(action, ())
    for person in (world.holder(event), world.holder(event, Role.ORGANISER), world.owner(event.series)):
        with pytest.raises(Forbidden):
            do(action, person, pledge, *more)
    assert [(one.name, one.part) for one in queries.followup_of(pledge).people] == [("Ada", POSTED)]


def test_a_private_pledges_conversation_is_on_no_list_until_it_is_made_public(client, world, ada, event):
    """And again on none when its person changes their mind, though others are in it by then."""
    pledge, ben = make(ada, event, "Tell my manager"), world.holder(event, name="Ben")
    at, lists = f"/e/{event.slug}/pledges/{pledge.id}", [f"/e/{event.slug}/follow-ups", f"/s/{event.series.slug}/follow-ups",
                                                         f"/e/{event.slug}", f"/e/{event.slug}/ideas"]
    client.sign_in(ada)
    client.send(f"{at}/follow-up/ask")
    assert "Whoever sees the pledge sees this, and nobody else" in page(client, at)

    def shown() -> set[str]:
        return {path for path in lists if "Tell my manager" in client.get(path).text}

    client.sign_in(ben)
    assert shown() == set()
    assert lists_queries.looking_at(event, None)[1] == 0
    assert "Looking for a host 0" in page(client, lists[0])
    page(client, at, 404)
    with db.transaction():
        pledges_actions.edit(ada, pledge, text=pledge.text, by_day=None, shown=PUBLIC_PLEDGE)
    assert shown() == set(lists[:3])
    client.send(f"{at}/follow-up/host")
    assert "Hosted by Ben" in page(client, at)
    with db.transaction():
        pledges_actions.edit(ada, pledge, text=pledge.text, by_day=None, shown="private")
    assert shown() == set()
    page(client, at, 404)
    assert client.send(f"{at}/follow-up/leave").status_code == 404
    assert listed(event) == []
    client.sign_in(ada)
    assert "Hosted by Ben" in page(client, at)


def test_a_private_pledge_and_its_conversation_are_not_indexed(app, world, ada, event):
    private, public = make(ada, event, "Quiet words"), make(ada, event, "Loud words", shown=PUBLIC_PLEDGE)
    for pledge in (private, public):
        do(actions.ask_for_host, ada, pledge)
    search_jobs.index_changed([job.payload for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))])
    entries = [(one.kind, one.title + one.body) for one in db.session.scalars(select(SearchEntry))]
    assert not [one for one in entries if "Quiet" in one[1]]
    assert {kind for kind, said in entries if "Loud" in said} == {"pledge", "followup"}
    with db.transaction():
        pledges_actions.edit(ada, public, text="Loud words", by_day=None, shown="private")
    assert not [one for one in db.session.scalars(select(SearchEntry)) if "Loud" in one.title + one.body], "at once"


def test_taking_a_pledge_back_says_what_goes_with_it(client, world, ada, event):
    pledge = make(ada, event, shown=PUBLIC_PLEDGE)
    do(actions.offer_to_host, world.holder(event, name="Ben"), pledge)
    do(actions.keep_me_posted, ada, pledge)
    followup_id, pledge_id = queries.followup_of(pledge).id, pledge.id
    at = f"/e/{event.slug}/pledges/{pledge.id}"
    client.sign_in(ada)
    assert "Its follow-up goes with it, with 1 other person who is in it." in page(client, f"{at}/take-back")
    client.send(f"{at}/take-back")
    assert db.session.scalar(select(FollowUp.id)) is None
    assert db.session.scalar(select(Pledge.id)) is None
    told = {(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == findable.JOB))}
    assert {("pledge", pledge_id), ("followup", followup_id)} <= told


@pytest.mark.parametrize("button", ["host", "keep-posted", "ask", "leave", "hosts", "hosts/1/remove", "stop-looking"])
def test_buttons_of_another_events_ideas_and_pledges_do_nothing(client, world, ada, event, idea, button):
    pledge = make(ada, event, shown=PUBLIC_PLEDGE)
    other = world.event()
    client.sign_in(world.holder(other, Role.ORGANISER))
    for where in (f"ideas/{idea.id}", f"pledges/{pledge.id}", f"ideas/{10**12}", f"pledges/{10**12}"):
        assert client.send(f"/e/{other.slug}/{where}/follow-up/{button}", name="Ada").status_code == 404
    assert db.session.scalar(select(FollowUp.id)) is None


def test_what_is_known_of_ideas_for_lists_is_one_statement(world, ada, event, idea, statements):
    hosted, asked = put_up(ada, event, "Hosted"), put_up(ada, event, "Asked")
    do(actions.offer_to_host, ada, hosted)
    do(actions.name_host, world.holder(event, Role.CAMPMAKER), hosted, "ADA")
    do(actions.ask_for_host, ada, asked)
    db.session.rollback()
    assert event.id  # read before it is counted
    with statements() as said:
        known = queries.of_ideas(event)
    assert len(said) == 1
    assert known == {hosted.id: ("going", ("Ada",)), asked.id: ("looking", ())}
    assert [one.part for one in queries.followup_of(hosted).people] == [HOST]
