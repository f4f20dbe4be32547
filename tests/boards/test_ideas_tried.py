"""Whether an idea was tried, and what came of it: said by those who joined it, on its page."""

from datetime import timedelta

import pytest

from app.boards import ideas_actions as actions
from app.boards import ideas_record as record
from app.boards.idea_models import Idea, IdeaJoiner
from app.errors import Forbidden, Invalid
from app.events.models import CHATHAM_HOUSE, Role
from app.infra import db
from tests.boards.test_ideas import do, put_up
from tests.pages import parsed, text_of
from tests.world import AT

LATER = AT + timedelta(days=90, minutes=7)


def tried(actor, idea, came_of="Twelve streets", *, tried=True, seen=None):
    return do(actions.say_tried, actor, idea, tried=tried, came_of=came_of, seen=seen or idea.version, at=LATER)


def test_said_by_those_who_joined_offered_or_help_and_by_nobody_else(world, event, ada):
    idea = put_up(ada, event, offers=True)
    joined, other, helper = world.holder(event), world.holder(event), world.holder(event, Role.CAMPMAKER)
    do(actions.join, joined, idea, at=AT)
    world.save(IdeaJoiner(idea_id=idea.id, person_id=(gone := world.person()).id, since=AT))  # their pass was taken away
    for somebody in (other, gone, None):
        with pytest.raises(Forbidden):
            tried(somebody, idea)
    for somebody in (joined, ada, helper):
        tried(somebody, idea)
        assert (idea.tried_at, idea.came_of) == (LATER, "Twelve streets")
        tried(somebody, idea, "", tried=False)
        assert (idea.tried_at, idea.came_of) == (None, "")


def test_since_when_stays_and_two_at_once_lose_no_words(world, event, ada):
    idea = put_up(ada, event)
    tried(ada, idea, "")
    first = idea.version
    assert do(actions.say_tried, ada, idea, tried=True, came_of=" Two\n streets ", seen=first, at=LATER + timedelta(days=9)).tried_at == LATER
    assert idea.came_of == "Two streets"
    with pytest.raises(actions.Changed):
        tried(ada, idea, "Three", seen=first)
    for bad, was in (("x" * 301, True), ("Words alone", False)):
        with pytest.raises(Invalid) as problem:
            tried(ada, idea, bad, tried=was)
        assert problem.value.field == "came_of"
    again = idea.version
    tried(ada, idea, "Two streets")
    assert idea.version == again, "saying the same again changes nothing"


def test_where_nobody_is_named_only_the_hour_is_kept(world):
    event = world.event(attribution=CHATHAM_HOUSE)
    ada = world.holder(event)
    idea = put_up(ada, event, offers=True)
    assert tried(ada, idea).tried_at == LATER.replace(minute=0)


def test_words_off_the_record_go_from_it_too(world, event, ada):
    session = world.session(event)
    idea = world.save(Idea(event_id=event.id, session_id=session.id, name="Buses", created_at=AT, tried_at=AT, came_of="As Ann of the depot said"))
    with db.transaction():
        record.take_out_of_lines(session, "Ann of the depot")
    assert "Ann" not in db.session.get(Idea, idea.id).came_of


def test_on_its_page(world, event, ada, client):
    idea = put_up(ada, event)
    at, joined = f"/e/{event.slug}/ideas/{idea.id}", world.holder(event)
    do(actions.join, joined, idea, at=AT)
    client.sign_in(joined)
    page = client.get(at).text
    assert "It was tried" in page
    sent = {"tried": "y", "came_of": "Twelve streets", "version": str(idea.version)}
    assert client.send(at + "/tried", **sent).status_code == 303
    page = client.get(at).text
    assert "Twelve streets" in text_of(parsed(page)[0])
    late = client.send(at + "/tried", **sent | {"came_of": "Thirteen"})
    assert late.status_code == 409
    assert "Twelve streets" in late.text
    assert "Thirteen" in late.text
    assert client.send(at + "/tried", **sent | {"came_of": "x" * 301}).status_code == 422
    client.sign_in(world.holder(event))
    assert "It was tried" not in client.get(at).text
    assert "Twelve streets" in client.get(at).text
