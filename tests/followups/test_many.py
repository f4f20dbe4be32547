"""Conversations with many people in them, and in which much was said: what that costs."""

import pytest

from app.accounts.models import Person
from app.events.models import ATTENDEES_ONLY, PUBLIC
from app.followups import posts_letters
from app.followups.models import FollowUpPerson, Post
from app.infra import db
from app.letters.names import allowed
from app.search import gather_followups
from tests.followups.test_posts import say
from tests.world import AT


def letters(post_id: int) -> int:
    with db.transaction() as session:
        return posts_letters.tell_of(session.get(Post, post_id), AT)


@pytest.mark.parametrize("visibility", [PUBLIC, ATTENDEES_ONLY])
def test_whom_to_write_to_is_asked_in_a_constant_number_of_statements(world, statements, visibility):
    asked = []
    for many in (3, 12):
        session = world.session(world.event(visibility=visibility), "Bins")
        ada, owner = world.holder(session.event, name="Ada", email=f"ada{many}@example.org"), world.owner(session.event.series)
        people = [world.holder(session.event, email=f"p{many}{n}@example.org") for n in range(many)]
        without = world.person(email=f"without{many}@example.org")
        number = say(ada, world.followup(session, hosts=[ada], posted=[*people, without, owner], question="Q"), "Hello")
        with statements() as seen:
            written = letters(number)
        assert written == many + (visibility == PUBLIC), "who has no pass reads only what everybody sees; the owner has no address"
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_whether_a_letter_is_wanted_still_is_not_asked_of_everybody(world, statements):
    session = world.session(world.event(visibility=ATTENDEES_ONLY), "Bins")
    ada, without = world.holder(session.event, name="Ada", email="ada@example.org"), world.person()
    people = [world.holder(session.event) for _ in range(12)]
    followup = world.followup(session, hosts=[ada], posted=[*people, without], question="Q")
    other = world.followup(world.session(session.event, "Bees"), hosts=people[:1])
    me, them, wanted = ada.id, without.id, [("conversation", followup.id), ("conversation", other.id)]
    db.session.expunge_all()
    with statements() as seen:
        assert allowed(db.session.get(Person, me), wanted) == {wanted[0]}
    assert len(seen) <= 5
    assert not any(isinstance(one, FollowUpPerson) for one in db.session), "not one of all who are in it"
    assert allowed(db.session.get(Person, them), wanted) == set(), "in it, and without a pass"


def test_the_page_names_the_first_fifty_who_are_kept_posted_and_counts_the_others(client, world):
    session = world.session(world.event(), "Bins")
    ada = world.holder(session.event, name="Ada")
    followup = world.followup(session, hosts=[ada], posted=[world.person(name=f"Kept {n:03}") for n in range(53)], question="Q")
    client.sign_in(ada)
    page = client.get(f"/e/{session.event.slug}/follow-ups/{followup.id}").text
    assert "Kept 049 and 3 more" in page
    assert "Kept 050" not in page
    assert page.count(" to host it") == 50


def test_of_much_that_was_said_the_newest_is_found(world, monkeypatch):
    monkeypatch.setattr(gather_followups, "MOST_POSTS", 4)
    monkeypatch.setattr(gather_followups, "MOST_SAID", 50)
    event = world.event()
    talks = [world.followup(world.session(event, title), hosts=[world.person()]) for title in ("Bins", "Bees")]
    world.save(*(Post(followup_id=talk.id, name="Ada", text=f"word{n} {'x' * length}", key=f"key-{n:08}", at=AT)
                 for talk, length in zip(talks, (1, 30), strict=True) for n in range(6)))
    said = {row.followup_id: row.body for row in gather_followups.rows({"followup": [one.id for one in talks], "offer": [], "ask": []})
            if "word5" in row.body}
    many, long = (said[one.id] for one in talks)
    assert [n for n in range(6) if f"word{n}" in many] == [2, 3, 4, 5]
    assert many.index("word4") < many.index("word5")
    assert [n for n in range(6) if f"word{n}" in long] == [4, 5]
