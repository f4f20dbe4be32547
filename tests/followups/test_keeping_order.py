"""One tap makes anybody a host: that alone shows nobody more than before, hides nothing, and takes away nobody's offer."""

import pytest

from app.errors import Invalid
from app.followups import actions, policy, settings_actions
from app.followups.models import READ_ALL, READ_PASS, READ_PEOPLE, FollowUp, Offer, Post
from app.infra import db
from tests.followups.test_posts import say
from tests.world import AT


@pytest.fixture
def closed(world):
    """A conversation between few, with a post; and a stranger who took to hosting it."""
    session = world.session(world.event(), "Bins")
    ada = world.holder(session.event, name="Ada")
    followup = world.followup(session, hosts=[ada], offers=[(ada, "Two days")])
    with db.transaction():
        followup.readers = READ_PEOPLE
    say(ada, followup, "Between us")
    stranger = world.person(name="Anybody")
    with db.transaction():
        actions.offer_to_host(stranger, session, at=AT)
    return followup, ada, stranger


def widen(actor, followup: FollowUp, to: str) -> None:
    with db.transaction():
        was = settings_actions.as_fields(followup)
        settings_actions.change(actor, followup, was | {"readers": to}, was, at=AT)


def test_a_host_without_a_pass_lets_nobody_else_read(closed):
    followup, ada, stranger = closed
    for to in (READ_ALL, READ_PASS):
        with pytest.raises(Invalid, match="pass") as problem:
            widen(stranger, followup, to)
        assert problem.value.field == "readers"
        assert not policy.can_read_posts(None, followup)
    widen(ada, followup, READ_ALL)
    assert policy.can_read_posts(None, followup)
    widen(stranger, followup, READ_PEOPLE)  # fewer readers harm nobody
    assert followup.readers == READ_PEOPLE


def test_a_host_without_a_pass_hides_and_takes_away_nothing(client, closed):
    followup, ada, stranger = closed
    post, number = db.session.query(Post).one(), db.session.query(Offer).one().id
    at = f"/e/{followup.event.slug}/follow-ups/{followup.id}"
    client.sign_in(stranger)
    page = client.get(at).text
    assert "Between us" in page  # as everybody who came into the conversation
    assert f"/posts/{post.id}/hide" not in page
    assert f"/offers/{number}/remove" not in page
    assert client.send(f"{at}/posts/{post.id}/hide", on="1").status_code == 403
    assert client.send(f"{at}/offers/{number}/remove").status_code == 403
    client.sign_in(ada)
    assert client.send(f"{at}/posts/{post.id}/hide", on="1").status_code == 303
    client.sign_in(stranger)
    assert "Between us" not in client.get(at).text
    assert client.get(f"{at}/posts/{post.id}").status_code == 404
