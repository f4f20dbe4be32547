"""Pledges: whose they are, who sees them, and that a private one is nowhere for anybody else."""

from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.merging import merge
from app.boards import ideas_actions, marks, policy
from app.boards import pledges_actions as actions
from app.boards import pledges_queries as queries
from app.boards.bazaar_policy import reads_pledges
from app.boards.idea_models import KEPT, MADE, NOT_KEPT, PRIVATE, PUBLIC_PLEDGE, TO_GROUP, Pledge
from app.boards.ideas_queries import Chosen, bazaar
from app.boards.models import Member
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import ATTENDEES_ONLY, Role
from app.infra import db
from tests.followups.kinds import kinds_of, those_who
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def ada(world, event):
    return world.holder(event, name="Ada")


@pytest.fixture
def idea(ada, event):
    with db.transaction():
        return ideas_actions.put_up(ada, event, name="A street each", offers=True, at=AT)


@pytest.fixture
def group(world, event):
    return world.board(event, groups=2).seatings[0].groups[0]


def make(actor, event, text="By March I will walk it", key="k1", **more):
    with db.transaction():
        return actions.make(actor, event, key=key, text=text, at=AT, **more)


def do(action, *args, **named):
    with db.transaction():
        return action(*args, **named)


def sit(app, world, group, person):
    mark = marks.of_person(app.secret_key, marks.SEAT, group.board_id, person.id)
    world.save(Member(seating_id=group.seating_id, mark=mark, group_id=group.id))


def test_a_pledge_is_private_unless_said(ada, event):
    pledge = make(ada, event, "  By March\tI will walk it ", by_day=date(2027, 3, 1))
    assert (pledge.text, pledge.by_day, pledge.shown, pledge.state) == ("By March I will walk it", date(2027, 3, 1), PRIVATE, MADE)


def test_the_same_key_is_the_same_pledge(world, ada, event):
    first = make(ada, event)
    assert make(ada, event, "Something else").id == first.id
    assert make(ada, event, key="k2").id != first.id
    assert make(world.holder(event), event).id != first.id
    assert len(list(db.session.scalars(select(Pledge)))) == 3


@pytest.mark.parametrize(("named", "field"), [
    ({"text": " "}, "text"), ({"text": "x" * 301}, "text"), ({"shown": "friends"}, "shown"), ({"shown": TO_GROUP}, "shown"),
    ({"by_day": date(2027, 1, 22)}, "by_day"), ({"by_day": date(2099, 1, 1)}, "by_day"), ({"key": ""}, None)])
def test_what_cannot_be_pledged_is_refused(ada, event, named, field):
    with pytest.raises(Invalid) as refusal:
        make(ada, event, **named)
    assert refusal.value.field == field
    assert db.session.scalar(select(Pledge.id)) is None


def test_a_group_that_one_does_not_sit_in_is_refused(ada, event, idea, group):
    for seats, shown in ((frozenset(), TO_GROUP), (frozenset({group.id}), PUBLIC_PLEDGE)):
        with pytest.raises(Invalid):
            make(ada, event, idea=idea, group=group, shown=shown, seats=seats)


def test_a_withdrawn_idea_is_not_pledged_for(ada, event, idea):
    do(ideas_actions.withdraw, ada, idea)
    with pytest.raises(Conflict, match="withdrawn"):
        make(ada, event, idea=idea)


def test_only_who_made_it_changes_it(world, ada, event, idea):
    pledge = make(ada, event, idea=idea, shown=PUBLIC_PLEDGE)
    for person in (world.holder(event), world.holder(event, Role.ORGANISER), world.owner(event.series)):
        for action, named in ((actions.edit, {"text": "x", "by_day": None, "shown": PRIVATE}),
                              (actions.say_what_came, {"state": KEPT, "came_of": ""}), (actions.take_back, {})):
            with pytest.raises(Forbidden):
                do(action, person, pledge, **named)
    do(actions.edit, ada, pledge, text="By May", by_day=None, shown=PRIVATE)
    do(actions.say_what_came, ada, pledge, state=NOT_KEPT, came_of=" It  rained ")
    assert (pledge.text, pledge.shown, pledge.state, pledge.came_of) == ("By May", PRIVATE, NOT_KEPT, "It rained")
    with pytest.raises(Invalid):
        do(actions.say_what_came, ada, pledge, state="perhaps", came_of="")
    do(actions.take_back, ada, pledge)
    assert db.session.scalar(select(Pledge.id)) is None


# ---- who sees it: by role, by having joined, by sitting in the group; the policy and the lists' condition say the same ------------

AUDIENCES = {  # stranger, signed in, attendee, campmaker, organiser, owner, organiser elsewhere · joiner · member · who made it
    "private": "-------" "-" "-" "+",
    "joiners": "-------" "+" "-" "+",
    "group": "-------" "-" "+" "+",
    "group of an idea": "-------" "-" "+" "+",
    "public": "+++++++" "+" "+" "+",
}


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("visibility", ["public", ATTENDEES_ONLY])
def test_who_sees_a_pledge(world, audience, visibility):
    event = world.event(visibility=visibility)
    ada, joiner, member = world.holder(event), world.holder(event), world.holder(event)
    with db.transaction():
        idea = ideas_actions.put_up(ada, event, name="A street each", at=AT)
        ideas_actions.join(joiner, idea, at=AT)
    group = world.board(event, groups=1).seatings[0].groups[0]
    seats = frozenset({group.id})
    pledge = make(ada, event, seats=seats, **{
        "private": {"idea": idea}, "joiners": {"idea": idea, "shown": TO_GROUP}, "group": {"group": group, "shown": TO_GROUP},
        "group of an idea": {"idea": idea, "group": group, "shown": TO_GROUP}, "public": {"shown": PUBLIC_PLEDGE}}[audience])
    people = kinds_of(world, event)

    def by_policy(person):
        return policy.can_read_pledge(person, pledge, seats if person is member else frozenset())

    def by_list(person):
        return db.session.scalar(select(Pledge.id).where(
            reads_pledges(person, event, seats if person is member else frozenset()))) is not None

    expected = AUDIENCES[audience]
    if visibility == ATTENDEES_ONLY and audience == "public":  # the guard lets nobody else near it
        assert those_who(people, by_policy) == "--++++-"
        return
    for sees in (by_policy, by_list):
        found = those_who(people, sees) + "".join("+" if sees(one) else "-" for one in (joiner, member, ada))
        assert found == expected


def test_without_a_pass_a_seat_and_a_joining_are_worth_nothing(world, ada, event, idea, group):
    gone = world.person()
    do(ideas_actions.join, ada, idea, at=AT)
    seats = frozenset({group.id})
    one = make(ada, event, idea=idea, shown=TO_GROUP)
    two = make(ada, event, key="k2", group=group, shown=TO_GROUP, seats=seats)
    with db.transaction() as session:
        session.execute(select(Pledge))
        idea.joiners[0].person_id = gone.id
    assert not policy.can_read_pledge(gone, one, seats)
    assert not policy.can_read_pledge(gone, two, seats)
    for pledge in (one, two):
        with pytest.raises(NotFound):
            queries.pledge_in(event, gone, pledge.id, seats)


def test_a_group_that_goes_leaves_its_pledges_to_their_person_alone(world, ada, event, idea, group):
    """Otherwise those who joined the idea would see from now on what was never for them."""
    joiner = world.holder(event)
    do(ideas_actions.join, joiner, idea, at=AT)
    pledge = make(ada, event, idea=idea, group=group, shown=TO_GROUP, seats=frozenset({group.id}))
    with db.transaction() as session:
        session.delete(session.get(type(group), group.id))
    assert db.session.get(Pledge, pledge.id).shown == PRIVATE
    assert not policy.can_read_pledge(joiner, db.session.get(Pledge, pledge.id))


def test_two_accounts_of_one_person_have_each_pledge_once(world, ada, event):
    also = world.holder(event)
    make(ada, event)
    make(also, event)
    make(also, event, "By May", key="k2")
    with db.transaction():
        merge(also, into=ada)
    assert sorted(db.session.scalars(select(Pledge.key).where(Pledge.person_id == ada.id))) == ["k1", "k2"]
    assert db.session.scalar(select(Pledge.id).where(Pledge.person_id != ada.id)) is None


# ---- the pages -----------------------------------------------------------------------------------------------------------------


def test_a_private_pledge_is_on_no_page_of_anybody_else(client, world, ada, event, idea):
    pledge = make(ada, event, "Tell my manager the truth", idea=idea)
    base = f"/e/{event.slug}"
    paths = [base, f"{base}/ideas", f"{base}/ideas/{idea.id}", f"{base}/ideas/screen", f"{base}/pledges", f"{base}/learned",
             f"{base}/follow-ups", f"/s/{event.series.slug}/follow-ups", "/search?q=manager", f"{base}/pledges/{pledge.id}"]
    for somebody in (None, world.holder(event, Role.ORGANISER)):  # who else sees one is asked of the policy and the lists above
        if somebody:
            client.sign_in(somebody)
        for path in paths:
            said = client.get(path)
            assert "manager the truth" not in said.text, path
            assert "1 pledge" not in said.text, path
        assert said.status_code == 404
    for button in ("edit", "take-back"):
        assert client.get(f"{base}/pledges/{pledge.id}/{button}").status_code == 404
    for button in ("edit", "came-of", "take-back", "follow-up/host", "follow-up/keep-posted", "follow-up/ask", "follow-up/leave"):
        assert client.send(f"{base}/pledges/{pledge.id}/{button}", text="x").status_code == 404
    assert bazaar(event, ada, Chosen()).cards[0].pledges == 0
    client.sign_in(ada)
    assert "manager the truth" in client.get(paths[-1]).text
    assert "manager the truth" in client.get(f"{base}/pledges").text


def test_a_pledge_from_the_form_to_what_came_of_it(client, ada, event, idea):
    base = f"/e/{event.slug}"
    client.sign_in(ada)
    form = client.get(f"{base}/pledges/new?idea={idea.id}")
    assert "Those who join the idea" in form.text
    sent = {"text": "By March I will walk it", "by_day": "2027-03-01", "shown": "public", "key": "abc"}
    answer = client.send(f"{base}/pledges/new?idea={idea.id}", **sent)
    assert answer.status_code == 303
    assert client.send(f"{base}/pledges/new?idea={idea.id}", **sent).location == answer.location
    pledge = db.session.scalar(select(Pledge))
    assert (pledge.shown, pledge.by_day, pledge.idea_id) == (PUBLIC_PLEDGE, date(2027, 3, 1), idea.id)
    assert "1 pledge" in client.get(f"{base}/ideas").text
    assert client.send(f"{answer.location}/came-of", state="kept", came_of="Twice").status_code == 303
    client.sign_out()
    said = client.get(answer.location).text
    assert "Pledged by Ada, by Monday 1 March 2027." in said
    assert "Twice" in said
    assert "Edit, or change who sees it" not in said
    client.sign_in(ada)
    assert client.send(f"{answer.location}/edit", text="By May", by_day="", shown="private").status_code == 303
    client.sign_out()
    assert client.get(answer.location).status_code == 404
    client.sign_in(ada)
    assert "Take your pledge back?" in client.get(f"{answer.location}/take-back").text
    assert client.send(f"{answer.location}/take-back").location == f"{base}/pledges"
    assert client.get(answer.location).status_code == 404


@pytest.mark.parametrize(("sent", "said"), [
    ({"text": ""}, "Say what you will do."), ({"text": "x", "by_day": "tomorrow"}, "Not a valid date"),
    ({"text": "x", "by_day": "2020-01-01"}, "Give a day after the event"), ({"text": "x", "shown": "group-1"}, "Choose who sees it"),
    ({"text": "x", "shown": "nobody"}, "Choose who sees it")])
def test_what_is_wrong_with_a_pledge_is_said(client, ada, event, sent, said):
    client.sign_in(ada)
    answer = client.send(f"/e/{event.slug}/pledges/new", key="k", **{"shown": "private"} | sent)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(select(Pledge.id)) is None


def test_a_pledge_for_ones_breakout_group(app, client, world, ada, event, group):
    ben, cy = world.holder(event, name="Ben"), world.holder(event, name="Cy")
    for person in (ada, ben):
        sit(app, world, group, person)
    client.sign_in(ada)
    base, value = f"/e/{event.slug}", f"group-{group.id}"
    assert f"My group: {group.name}" in client.get(f"{base}/pledges/new").text
    at = client.send(f"{base}/pledges/new", text="Walk it", shown=value, key="k").location
    assert client.get(at).status_code == 200
    client.sign_in(ben)
    assert "Walk it" in client.get(f"{base}/pledges").text
    assert client.get(at).status_code == 200
    client.sign_in(cy)
    assert "Walk it" not in client.get(f"{base}/pledges").text
    assert client.get(at).status_code == 404
    assert client.send(f"{base}/pledges/new", text="Mine", shown=value, key="k").status_code == 422
    client.sign_out()
    assert client.get(at).status_code == 404


def test_many_pledges_are_pages_with_as_many_statements(client, world, ada, event, idea, statements):
    for number in range(2):
        make(world.holder(event), event, f"Number {number}", idea=idea, shown=PUBLIC_PLEDGE)
    client.sign_in(ada)

    def counts() -> list[int]:
        found = []
        for path in ("pledges", f"ideas/{idea.id}"):
            with statements() as said:
                assert client.get(f"/e/{event.slug}/{path}").status_code == 200
            found.append(len(said))
        return found

    counts()
    at_two = counts()
    people = [world.holder(event) for _ in range(4)]
    world.save(*[Pledge(event_id=event.id, person_id=people[i % 4].id, key=f"n{i}", text=f"More {i}", shown=PUBLIC_PLEDGE, created_at=AT)
                 for i in range(60)])
    assert counts() == at_two
    assert client.get(f"/e/{event.slug}/pledges?page=2").status_code == 200
    assert client.get(f"/e/{event.slug}/pledges?page=3").status_code == 404
    assert queries.pledges_of(event, ada).total == 62
