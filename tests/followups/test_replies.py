"""A conversation by e-mail: the letter of a post is answered from a mail program, and the answer is a post."""

import pytest

from app.events.models import ATTENDEES_ONLY
from app.followups import looking_after
from app.followups.models import FollowUp, Post
from app.infra import db, jobs
from app.infra.db import transaction
from app.infra.mail import Mail
from app.letters import desk, incoming, names
from app.letters.models import CONVERSATION
from tests.followups.test_posts import say
from tests.world import AT


@pytest.fixture
def reply_domain(app, settings):
    """The site takes mail for reply.example.org."""
    desk.configure(base_url=settings.base_url, secret_key=settings.secret_key, reply_domain="reply.example.org")
    yield
    desk.configure(base_url=settings.base_url, secret_key=settings.secret_key)


@pytest.fixture
def followup(world, reply_domain):
    session = world.session(world.event(), "Bins and what they tell us", room=1, slot=1)
    ada, ben = world.person(name="Ada", email="ada@example.org"), world.person(name="Ben", email="ben@example.org")
    return world.followup(session, hosts=[ada], posted=[ben], question="What next for bins?")


def letters_to(address: str) -> list[Mail]:
    return db.session.query(Mail).filter_by(recipient=address).order_by(Mail.id).all()


def answer_to(mail: Mail, words: str, number: int = 1, sender: str | None = None) -> tuple[str, bytes]:
    """The local part that a mail program writes to, and what it sends."""
    local, _, domain = mail.headers["Reply-To"].partition("@")
    assert domain == "reply.example.org"
    quoted = "\n".join(f"> {line}" for line in mail.body.splitlines())
    return local, (f"From: Ben <{sender or mail.recipient}>\r\nTo: {local}@{domain}\r\nSubject: Re: {mail.subject}\r\n"
                   f"Message-ID: <{number}@mail.example.org>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
                   f"{words}\n\nOn Saturday, Folkmoot wrote:\n{quoted}\n").encode()


def test_a_letter_is_answered_and_the_answer_reaches_the_others(followup):
    number, host = followup.id, followup.people[0].person
    say(host, followup, "Who has a lorry?")
    jobs.work_until_idle()
    (mail,) = letters_to("ben@example.org")
    assert "reply to this mail. It is posted in the conversation under your name, and read by" in mail.body
    local, content = answer_to(mail, "I have *two*.")
    thread, subject = mail.headers["References"], mail.subject
    for _ in range(2):  # the server crashed before it could say that it was taken
        assert incoming.take(local, content, at=AT).code == 250
    assert [(post.text, post.via, post.name) for post in db.session.query(Post).order_by(Post.id)] == [
        ("Who has a lorry?", "web", "Ada"), ("I have *two*.", "mail", "Ben")]
    jobs.work_until_idle()
    (to_host,) = letters_to("ada@example.org")
    assert "two" in to_host.body
    assert "ben@example.org" not in to_host.body + to_host.html + str(to_host.headers)
    assert (to_host.headers["References"], to_host.subject) == (thread, subject)
    assert db.session.get(FollowUp, number).moved_at == AT


def test_what_is_refused_says_why_and_can_be_sent_again_once_it_may(followup):
    number, host = followup.id, followup.people[0].person
    say(host, followup, "Who has a lorry?")
    jobs.work_until_idle()
    local, content = answer_to(letters_to("ben@example.org")[0], "Me")
    with transaction() as store:
        store.get_one(FollowUp, number).state = "rested"
    refused = incoming.take(local, content, at=AT)
    assert (refused.code, "rests" in refused.words) == (550, True)
    with transaction() as store:
        store.get_one(FollowUp, number).event.visibility = ATTENDEES_ONLY
        store.get_one(FollowUp, number).state = "open"
    assert incoming.take(local, content, at=AT).code == 550
    with transaction() as store:
        store.get_one(FollowUp, number).event.visibility = "public"
    assert incoming.take(local, answer_to(letters_to("ben@example.org")[0], "Me", 2, "cem@example.org")[1], at=AT).code == 550
    assert db.session.query(Post).count() == 1
    assert incoming.take(local, content, at=AT).code == 250
    assert db.session.query(Post).count() == 2


def test_a_conversation_is_named_only_to_who_sees_it(world, followup):
    ben, stranger, about = followup.people[1].person, world.person(), (CONVERSATION, followup.id)
    path = f"/e/{followup.event.slug}/follow-ups/{followup.id}"
    assert names.called(ben, [about])[about] == ("What next for bins?", path)
    with transaction() as store:
        store.get_one(FollowUp, followup.id).event.visibility = ATTENDEES_ONLY
    assert about not in names.called(stranger, [about])


def test_what_waits_is_not_sent_to_who_left_or_may_no_longer_read(world, followup):
    ben, about, number = followup.people[1].person, (CONVERSATION, followup.id), followup.id
    assert names.allowed(ben, [about]) == {about}
    assert names.allowed(world.person(), [about]) == set()
    with transaction() as store:
        store.get_one(FollowUp, number).event.visibility = ATTENDEES_ONLY
    assert names.allowed(ben, [about]) == set()
    with transaction() as store:
        store.get_one(FollowUp, number).event.visibility = "public"
        store.delete(store.get_one(FollowUp, number).people[1])
    assert names.allowed(ben, [about]) == set()


def test_a_host_who_answers_the_one_question_by_mail_has_answered_it(followup):
    number, later = followup.id, followup.moved_at + looking_after.QUIET
    with transaction():
        assert looking_after.look_after(db.session.get(FollowUp, number), later) == 1
    asked = db.session.query(Mail).filter_by(kind="question").one()
    assert "and so is a reply to this mail" in asked.body
    assert asked.headers["From"] == db.session.get(FollowUp, number).event.name
    local, content = answer_to(asked, "Yes, it does.")
    assert incoming.take(local, content, at=later).code == 250
    found = db.session.get(FollowUp, number)
    assert (found.asked, [post.text for post in db.session.query(Post)]) == (0, ["Yes, it does."])
