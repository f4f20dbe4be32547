"""What is said in a conversation: on its page, by whom it is read, whom it is mailed to, and what comes back by mail."""

import uuid
from datetime import timedelta

import pytest

from app.accounts.models import Person
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.followups import posts_actions, posts_letters, posts_queries
from app.followups.models import BY_MAIL, POSTED, READ_ALL, READ_PEOPLE, FollowUp, Post
from app.infra import db, jobs
from app.infra.db import transaction
from app.infra.mail import Mail
from app.letters import replies
from app.letters.models import CONVERSATION, MailStop
from tests.pages import parsed
from tests.world import AT


@pytest.fixture
def session(world):
    return world.session(world.event(), "Bins and what they tell us", room=1, slot=1)


@pytest.fixture
def host(world, session):
    return world.holder(session.event, name="Ada", email="ada@example.org")


@pytest.fixture
def posted(world, session):
    return world.holder(session.event, name="Ben", email="ben@example.org")


@pytest.fixture
def followup(world, session, host, posted):
    return world.followup(session, hosts=[host], posted=[posted], question="What next for bins?")


def key() -> str:
    return str(uuid.uuid4())


def say(person: Person, followup: FollowUp, text: str, **more) -> int:
    with transaction():
        return posts_actions.post(db.session.get_one(Person, person.id), db.session.get_one(FollowUp, followup.id), text=text,
                                  **({"key": key(), "at": AT} | more)).id


def at(followup, tail: str = "") -> str:
    return f"/e/{followup.event.slug}/follow-ups/{followup.id}{tail}"


def mails() -> list[Mail]:
    return db.session.query(Mail).order_by(Mail.id).all()


def posts_on(client, followup) -> str:
    response = client.get(at(followup))
    assert response.status_code == 200
    tree, _ = parsed(response.text)
    return " ".join(" ".join(next(e for e in tree.iter() if e.get("id") == "posts").itertext()).split())


def test_posting_on_the_page(client, followup, posted):
    client.sign_in(posted)
    response = client.send(at(followup, "/post"), text="I have **two** lorries.", key=key())
    assert response.status_code == 303
    post = db.session.query(Post).one()
    assert response.location == f"{at(followup)}#post-{post.id}"
    page = client.get(at(followup))
    assert "<strong>two</strong> lorries" in page.text
    assert (post.name, post.via, post.person_id) == ("Ben", "web", posted.id)


def test_a_post_sent_twice_is_there_once(client, followup, host):
    client.sign_in(host)
    sent = key()
    for _ in range(2):
        assert client.send(at(followup, "/post"), text="Once", key=sent).status_code == 303
    again = client.send(at(followup, "/post"), text="Something else", key=sent)
    assert again.status_code == 422
    assert "Something else" in again.text
    assert sent not in again.text
    assert [post.text for post in db.session.query(Post)] == ["Once"]


@pytest.mark.once
def test_a_preview_is_what_will_be_shown_and_posts_nothing(client, followup, host):
    client.sign_in(host)
    page = client.send(at(followup, "/post"), text="# Heading\n- one", key=key(), preview="1")
    assert page.status_code == 200
    assert "Not posted yet" in page.text
    assert "<li>one</li>" in page.text
    assert db.session.query(Post).count() == 0


def test_who_says_something_is_kept_posted_from_then_on(world, followup):
    other = world.holder(followup.event, name="Cem")
    say(other, followup, "Me too")
    assert [(one.name, one.part) for one in db.session.get(FollowUp, followup.id).people][-1] == ("Cem", POSTED)


@pytest.mark.parametrize(("readers", "stranger", "elsewhere"), [(READ_ALL, True, True), ("pass", False, True), (READ_PEOPLE, False, False)])
def test_who_reads_posts(client, world, followup, host, readers, stranger, elsewhere):
    say(host, followup, "Between us")
    with transaction():
        db.session.get(FollowUp, followup.id).readers = readers
    assert ("Between us" in posts_on(client, followup)) == stranger
    client.sign_in(world.holder(world.event(followup.event.series)))
    assert ("Between us" in posts_on(client, followup)) == elsewhere
    if not elsewhere:
        assert client.send(at(followup, "/post"), text="Hello", key=key()).status_code == 403
        assert client.get(at(followup, "/posts/1")).status_code == 403
    client.sign_in(host)
    assert "Between us" in posts_on(client, followup)


@pytest.mark.once
def test_nothing_to_say_and_too_much(followup, host):
    for text in ("", " \n ", "x" * 20_001, "a\0b"):
        with pytest.raises(Invalid):
            say(host, followup, text)
    with pytest.raises(Invalid):
        say(host, followup, "fine", key="x")


def test_a_flood_is_held_back_with_words(client, followup, host):
    with transaction() as store:
        store.add_all(Post(followup_id=followup.id, person_id=host.id, name="Ada", text="…", key=key(), at=AT)
                      for _ in range(posts_actions.AN_HOUR))
    with pytest.raises(posts_actions.TooMany, match="within an hour"):
        say(host, followup, "One more", at=AT + timedelta(minutes=59))
    say(host, followup, "Later", at=AT + timedelta(minutes=61))


def test_a_conversation_that_rests_takes_no_posts(client, followup, host):
    with transaction():
        db.session.get(FollowUp, followup.id).state = "rested"
    with pytest.raises(Conflict, match="rests"):
        say(host, followup, "Hello?")
    client.sign_in(host)
    page = client.send(at(followup, "/post"), text="What I typed", key=key())
    assert page.status_code == 409
    assert "What I typed" in page.text


@pytest.mark.once
def test_changing_and_taking_away_ones_own(client, followup, host, posted):
    number = say(posted, followup, "Frist")
    client.sign_in(host)
    assert client.get(at(followup, f"/posts/{number}/edit")).status_code == 403
    assert client.send(at(followup, f"/posts/{number}/remove")).status_code == 403
    client.sign_in(posted)
    assert client.send(at(followup, f"/posts/{number}/edit"), text="First", key=key()).status_code == 303
    assert "First" in posts_on(client, followup)
    assert "changed" in posts_on(client, followup)
    assert client.send(at(followup, f"/posts/{number}/remove")).status_code == 303
    assert db.session.query(Post).count() == 0
    assert client.get(at(followup, f"/posts/{number}")).status_code == 404


@pytest.mark.once
def test_hiding_a_post_and_showing_it_again(client, world, followup, host, posted):
    post = say(posted, followup, "Buy my bins")
    other = world.holder(followup.event)
    client.sign_in(posted)
    assert client.send(at(followup, f"/posts/{post}/hide"), on="1").status_code == 403
    client.sign_in(host)
    assert client.send(at(followup, f"/posts/{post}/hide"), on="1").status_code == 303
    assert "Hidden" in posts_on(client, followup)
    client.sign_in(posted)
    assert "Buy my bins" in posts_on(client, followup)
    assert "Only you, hosts" in posts_on(client, followup)
    client.sign_in(other)
    assert "Buy my bins" not in posts_on(client, followup)
    assert client.get(at(followup, f"/posts/{post}")).status_code == 404
    client.sign_in(world.holder(followup.event, Role.CAMPMAKER))
    assert client.send(at(followup, f"/posts/{post}/hide"), on="0").status_code == 303
    client.sign_in(other)
    assert "Buy my bins" in posts_on(client, followup)


@pytest.mark.once
def test_a_post_without_a_name_stays(client, followup, posted, host):
    say(posted, followup, "I was here")
    with transaction() as store:
        post = store.query(Post).one()
        post.name, post.person_id = "", None
    client.sign_in(host)
    assert "Somebody who has left" in posts_on(client, followup)
    assert "I was here" in posts_on(client, followup)


@pytest.mark.once
def test_pages_of_posts_and_the_lasting_address_of_one(client, followup, host):
    with transaction() as store:
        store.add_all(Post(followup_id=followup.id, person_id=host.id, name="Ada", text=f"Number {n}.", key=key(), at=AT)
                      for n in range(120))
    client.sign_in(host)
    first = db.session.query(Post).order_by(Post.id).first().id
    assert "Number 119." in posts_on(client, followup)
    assert "Number 69." not in posts_on(client, followup)
    assert client.get(at(followup, f"/posts/{first}")).location == f"{at(followup)}?posts=3#post-{first}"
    assert "Number 0." in client.get(at(followup, "?posts=3")).text
    assert posts_queries.posts_of(followup, host, 99).page == 3


def test_everybody_in_it_but_the_author_gets_a_letter(world, followup, host, posted):
    quiet = world.holder(followup.event, name="Quiet", email="quiet@example.org")
    without = world.holder(followup.event, name="No address")
    with transaction() as store:
        for one in (quiet, without):
            store.get(FollowUp, followup.id).people.append(type(followup.people[0])(
                person_id=one.id, name=one.name, part=POSTED, since=AT))
        store.add(MailStop(person_id=quiet.id, about=CONVERSATION, thing_id=followup.id, at=AT))
    post, page = say(posted, followup, "I have *two* lorries.\n```\nopen"), at(followup)
    jobs.work_until_idle()
    jobs.work_until_idle()
    with transaction():
        posts_letters.tell_of(db.session.get(Post, post), AT)  # a crash between doing and forgetting
    (mail,) = mails()
    assert mail.recipient == "ada@example.org"
    assert "lorries" in mail.body
    assert "Ben" in mail.body
    assert page in mail.body
    assert "whoever holds a pass to an event of" in mail.body
    assert "ben@example.org" not in str(mail.headers) + mail.body + mail.html
    assert mail.headers["In-Reply-To"] == mail.headers["References"]
    assert "List-Unsubscribe" in mail.headers
    assert "No more mail about this conversation" in mail.body


def test_who_may_no_longer_read_is_not_written_to(world, followup, host, posted):
    with transaction() as store:
        store.get(FollowUp, followup.id).event.visibility = "attendees"
        store.delete(world.pass_of(followup.event, host))
    say(posted, followup, "Who is left?")
    jobs.work_until_idle()
    assert mails() == []


def test_a_post_taken_away_is_not_mailed(followup, host, posted):
    first, second = say(posted, followup, "Slip"), say(posted, followup, "Another slip")
    with transaction():
        posts_actions.remove(db.session.get(Person, posted.id), db.session.get(Post, first))
    me = host.id
    jobs.work_until_idle()
    assert [mail.key for mail in mails()] == [f"post:{second}:{me}"]
    with transaction():
        posts_actions.hide(db.session.get(Person, me), db.session.get(Post, second))
    assert mails() == []  # it had not been sent


def answer(person, followup, text="By mail", digest="d" * 64, at=AT):
    with transaction():
        replies.taker_of("conversation")(db.session.get_one(Person, person.id), followup.id, text, digest, at)


def test_answering_by_mail_is_a_post_and_twice_is_once(followup, posted):
    for _ in range(2):
        answer(posted, followup)
    post = db.session.query(Post).one()
    assert (post.text, post.via, post.name) == ("By mail", BY_MAIL, "Ben")


def test_answers_are_refused_with_words(world, followup, host, posted):
    stranger = world.holder(followup.event)
    with pytest.raises(Forbidden, match="not in this conversation any more"):
        answer(stranger, followup)
    with transaction() as store:
        store.delete(store.get(FollowUp, followup.id).people[1])
    with pytest.raises(Forbidden, match="not in this conversation any more"):
        answer(posted, followup)
    with transaction():
        db.session.get(FollowUp, followup.id).state = "came"
    with pytest.raises(Conflict, match="came to something"):
        answer(host, followup)
    assert db.session.query(Post).count() == 0
