"""Letters: written once, as their person wishes, with a way out of each."""

import pytest
from sqlalchemy import func, select, update

from app.accounts.models import Person
from app.infra import db, mail
from app.letters import actions, replies, tokens, wishes
from app.letters.models import CONVERSATION, EVENT, REPORTS, MailStop, MailWishes, WaitingLetter
from tests.letters.conftest import NOON, write


def wish(person, **values):
    with db.transaction() as session:
        wishes.of(person)
        session.execute(update(MailWishes).where(MailWishes.person_id == person.id).values(**values))


def test_a_letter_is_a_mail_in_words_and_html_with_a_way_out(world, reply_domain):
    leila = world.person("Leila", email="leila@example.org")
    with db.transaction():
        answer = replies.address(leila, 7)
    assert write(leila, body="**Tom** wrote:\n\n[The page](/e/camp/follow-ups/7)", reply_to=answer, subject="New:\u2028Bcc: x@example.org")
    [one] = mail.outbox()
    assert (one.recipient, one.person_id, one.kind, one.key) == ("leila@example.org", leila.id, "followup", "post:1")
    assert one.subject == "New: Bcc: x@example.org"
    assert "Tom wrote:\n\nThe page: https://camp.example.org/e/camp/follow-ups/7\n" in one.body
    assert '<strong>Tom</strong>' in one.html
    assert 'href="https://camp.example.org/e/camp/follow-ups/7"' in one.html
    assert one.headers["Reply-To"] == f"{answer}@reply.example.org"
    assert one.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert one.headers["List-Unsubscribe"].startswith("<https://camp.example.org/mail/stop/conversation.")
    assert one.headers["Auto-Submitted"] == "auto-generated"
    assert replies.whose(answer.upper()) == ("conversation", leila, 7)


def test_the_same_key_is_written_once(world):
    leila = world.person("Leila", email="leila@example.org")
    assert write(leila)
    assert not write(leila)
    assert len(mail.outbox()) == 1


def test_nobody_is_written_to_against_their_wish(world):
    nobody, stopped, left, bounced = (world.person(name, email=f"{name}@example.org" if n else None)
                                      for n, name in enumerate(["nobody", "stopped", "left", "bounced"]))
    wish(stopped, how="none")
    wish(bounced, stopped_at=NOON)
    with db.transaction() as session:
        session.add(MailStop(person_id=left.id, about=CONVERSATION, thing_id=7, at=NOON))
    assert [write(person, key=str(person.id)) for person in (nobody, stopped, left, bounced)] == [False] * 4
    assert write(left, about=(CONVERSATION, 8), key="other")


def test_who_wants_a_digest_gets_single_mails_of_what_is_urgent_only(world):
    leila = world.person("Leila", email="leila@example.org")
    wish(leila, how="weekly")
    assert write(leila)
    assert not write(leila)
    assert mail.outbox() == []
    assert db.session.scalar(select(func.count(WaitingLetter.id))) == 1
    assert write(leila, key="r", urgent=True)
    assert len(mail.outbox()) == 1


def test_many_are_written_to_in_a_few_statements(world, statements):
    people = [world.person(f"P{n}", email=f"p{n}@example.org") for n in range(40)]

    def letters(some, key):
        return [actions.Letter(p, "mailing", (EVENT, 1), "Tonight", "Hello", f"{key}:{p.id}") for p in some]

    with db.transaction():
        assert actions.write_all(letters(people, "first"), at=NOON) == 40
    counts = []
    for some in (3, 40):
        with db.transaction() as session:
            again = session.scalars(select(Person).where(Person.email.in_([f"p{n}@example.org" for n in range(some)]))).all()
            assert len(again) == some
            with statements() as counted:
                actions.write_all(letters(again, some), at=NOON)
            counts.append(len(counted))
    assert counts[0] == counts[1] <= 6


def test_links_are_for_one_person_one_use_and_until_the_secret_changes(world):
    leila, tom = (world.person(n, email=f"{n}@example.org") for n in ("leila", "tom"))
    with db.transaction():
        good = tokens.token(leila, "answer", 5, 3)
        old = tokens.token(leila, "answer", 5, -1)
    assert tokens.read(good, "answer") == (leila, 5)
    for bad, what in ((good, "other"), (old, "answer"), (good.replace(str(leila.id), str(tom.id), 1), "answer"), (good[:-1], "answer"),
                      ("", "answer"), ("1.2.3.é", "answer"), ("9" * 15 + ".1.1.x", "answer")):
        with pytest.raises(tokens.Spent):
            tokens.read(bad, what)
    wish(leila, secret="new")
    with pytest.raises(tokens.Spent):
        tokens.read(good, "answer")


def test_a_letter_of_a_duty_cannot_be_stopped_by_itself_and_comes_from_the_event(world):
    person = world.person("Leila", email="leila@example.org")
    with db.transaction():
        actions.stop(person, person, EVENT, 3, at=NOON)
    assert not write(person, about=(EVENT, 3), key="a")
    assert write(person, about=(REPORTS, 3), key="b", from_name="GovCamp North")
    [one] = mail.outbox()
    assert one.headers["From"] == "GovCamp North"
    assert "List-Unsubscribe" not in one.headers
    assert "No more mail" not in one.body + one.html
    assert "All your mail" in one.body


def test_what_becomes_of_an_answer_is_said_in_single_mails_only(world, reply_domain):
    person = world.person("Leila", email="leila@example.org")
    note = "It is posted under your name."
    assert write(person, reply_to="conversation-7-1-x", reply_note=note)
    assert write(person, key="b", reply_note=note)
    without, with_address = mail.outbox()
    assert f"reply to this mail. {note}" in with_address.body
    assert f"reply to this mail. {note}" in with_address.html
    assert note not in without.body + without.html
    assert "Replies to this mail are not read." in without.body
    assert with_address.headers["From"] == "Folkmoot"
