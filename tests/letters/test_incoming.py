"""Mail comes in over real SMTP: answers, unsubscribing, bounces; what is said to be taken is, and nothing else is let in."""

import asyncio
import smtplib
import socket
import threading
from email.message import EmailMessage

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.errors import Forbidden
from app.infra import clock, db, mail
from app.infra.mail import Draft, Mail
from app.letters import bounces, incoming, listening, replies, wishes, wording
from app.letters.models import CONVERSATION, Incoming, MailStop, MailWishes
from tests.letters.conftest import write
from tests.servers import free_port


@pytest.fixture
def door(app, reply_domain):
    """The listener, in a thread of its own; gives its port."""
    port, loop, ready = free_port(), asyncio.new_event_loop(), threading.Event()
    running = []

    def run():
        asyncio.set_event_loop(loop)
        running.append(loop.run_until_complete(listening.start(app, "127.0.0.1", port)))
        ready.set()
        loop.run_forever()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    assert ready.wait(5)
    yield port

    async def end():
        running[0].close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    asyncio.run_coroutine_threadsafe(end(), loop).result(5)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)
    loop.close()


@pytest.fixture
def taken(monkeypatch):
    """What answers were handed on; `taken.problem` is raised instead, if set."""
    class Taken(list):
        problem = None

    got = Taken()

    def take(person, thing_id, text, digest, at):
        if got.problem:
            raise got.problem
        got.append((person.name, thing_id, text))
        assert len(digest) == 64

    monkeypatch.setitem(replies._takers, "conversation", take)
    return got


@pytest.fixture
def leila(world):
    return world.person("Leila", email="leila@example.org")


def address_of(person):
    with db.transaction():
        return f"{replies.address(person, 7)}@reply.example.org"


def post(port, to, content=None, sender="leila@example.org", text="Count me in.", **headers):
    """Send a mail; (code, words) of the answer that ended it."""
    if content is None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"], message["Message-ID"] = sender, to, "Re: New post", "<1@example.org>"
        for name, value in headers.items():
            del message[name.replace("_", "-")]
            message[name.replace("_", "-")] = value
        message.set_content(text)
        content = message.as_bytes()
    with smtplib.SMTP("127.0.0.1", port, timeout=10) as server:
        try:
            server.sendmail(sender, [to], content)
        except smtplib.SMTPRecipientsRefused as refused:
            return refused.recipients[to]
        except (smtplib.SMTPDataError, smtplib.SMTPSenderRefused) as refused:
            return refused.smtp_code, refused.smtp_error
        return 250, b""


def test_an_answer_is_taken_once_whatever_the_case_of_its_address(door, taken, leila):
    to = address_of(leila)
    quoted = "Count me in.\n\nOn Monday, Folkmoot <camp@example.org> wrote:\n> Hello\n> https://camp.example.org/mail/stop/x\n"
    assert post(door, to.upper(), text=quoted)[0] == 250
    assert post(door, to, text=quoted)[0] == 250  # the sending server did not hear us
    assert taken == [("Leila", 7, "Count me in.")]
    assert [(one.what, len(one.digest)) for one in db.session.scalars(select(Incoming))] == [("reply", 64)]


def test_the_log_says_neither_who_answered_nor_to_which_address(door, taken, leila, caplog):
    caplog.set_level("INFO")
    to = address_of(leila)
    assert post(door, to)[0] == 250
    assert post(door, "nobody@reply.example.org")[0] == 550
    assert taken
    said = caplog.text.lower()
    assert not [words for words in ("leila@", "example.org", to.partition("@")[0]) if words in said]


def test_only_addresses_that_we_made_are_let_in(door, taken, leila, world):
    to = address_of(leila)
    local = to.partition("@")[0]
    other = address_of(world.person("Tom", email="tom@example.org"))
    for wrong in ("root@reply.example.org", f"{local}@example.org", f"{local[:-1]}@reply.example.org", "postmaster@reply.example.org",
                  local.replace("-7-", "-8-") + "@reply.example.org", local.replace("conversation", "event") + "@reply.example.org",
                  f"{local.rpartition('-')[0]}-{other.partition('@')[0].rpartition('-')[2]}@reply.example.org", "bounce-1-" + "a" * 20 + "@reply.example.org"):
        assert post(door, wrong)[0] == 550
    with db.transaction():
        wishes.of(leila).secret = "renewed"
    assert post(door, to)[0] == 550
    assert taken == []


def test_what_is_not_from_the_person_is_refused_with_a_sentence(door, taken, leila):
    to = address_of(leila)
    for sender in ("eve@example.org", "leila@example.org, eve@example.org", "Leila <leila@example.com>"):
        code, words = post(door, to, From=sender)
        assert code == 550
        assert b"only from the address that we wrote to" in words
    assert post(door, to, text="> only\n> this\n")[0] == 550
    assert post(door, to, text="word " * 5_000)[0] == 550
    assert b"leila" not in words
    assert taken == []


def test_a_refusal_of_the_room_goes_back_to_the_writer_and_leaves_nothing(door, taken, leila):
    to = address_of(leila)
    taken.problem = Forbidden("This conversation “rests”: reopen it to post.")
    assert post(door, to) == (550, b'5.7.1 This conversation "rests": reopen it to post.')
    assert db.session.scalar(select(func.count(Incoming.id))) == 0
    taken.problem = None
    assert post(door, to)[0] == 250
    assert len(taken) == 1


def test_while_the_database_is_away_it_is_to_come_again(door, taken, leila, monkeypatch):
    to = address_of(leila)

    def away(*_):
        raise OperationalError("select", {}, Exception("gone"))

    monkeypatch.setattr(incoming, "target_of", away)
    assert post(door, to)[0] == 451
    monkeypatch.undo()
    monkeypatch.setitem(replies._takers, "conversation", away)
    assert post(door, to)[0] == 451
    assert db.session.scalar(select(func.count(Incoming.id))) == 0


def test_programs_are_not_posted_and_not_answered(door, taken, leila):
    to = address_of(leila)
    assert post(door, to, Auto_Submitted="auto-replied")[0] == 250
    assert post(door, to, Precedence="bulk", Message_ID="<2@x>")[0] == 250
    with smtplib.SMTP("127.0.0.1", door) as server:
        server.ehlo()
        server.mail("")  # the empty sender of a report
        assert server.rcpt(to)[0] == 550
    loop = b"".join(b"Received: from x\r\n" for _ in range(60)) + b"From: leila@example.org\r\nMessage-ID: <3@x>\r\n\r\nHello"
    assert post(door, to, loop)[0] == 554
    assert taken == []


def test_attachments_are_left_out_and_their_sender_is_told(door, taken, leila):
    message = EmailMessage()
    message["From"], message["Message-ID"] = "leila@example.org", "<9@example.org>"
    message.set_content("See the plan.")
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="The *plan*.pdf")
    assert post(door, address_of(leila), message.as_bytes())[0] == 250
    assert taken == [("Leila", 7, "See the plan.")]
    [told] = mail.outbox()
    assert told.recipient == "leila@example.org"
    assert "“The *plan*.pdf”" in told.body


def test_limits_of_size_recipients_and_connections(door, taken, leila, monkeypatch):
    to = address_of(leila)
    assert post(door, to, b"From: leila@example.org\r\n\r\n" + b"x" * 78 + (b"\r\n" + b"x" * 78) * (listening.LARGEST // 80))[0] == 552
    with smtplib.SMTP("127.0.0.1", door) as server:
        server.ehlo()
        server.mail("leila@example.org")
        assert server.rcpt(to)[0] == 250
        assert server.rcpt(to)[0] == 452
    monkeypatch.setattr(listening, "MOST_CONNECTIONS", 1)
    with socket.create_connection(("127.0.0.1", door)) as first:
        assert first.recv(100).startswith(b"220")
        with socket.create_connection(("127.0.0.1", door)) as second:
            assert second.recv(100).startswith(b"421")
    assert taken == []


def test_unsubscribing_by_mail_needs_no_sender_of_ours(door, leila, reply_domain):
    assert write(leila)
    to = wording.stop_local(db.session.get(MailWishes, leila.id), CONVERSATION, 7) + "@reply.example.org"
    assert to in mail.outbox()[0].headers["List-Unsubscribe"]
    assert post(door, to, sender="other@example.org")[0] == 250
    db.session.rollback()
    assert db.session.scalar(select(MailStop.thing_id)) == 7
    with db.transaction():
        everything = wording.stop_all_address(wishes.of(leila))
    assert post(door, everything)[0] == 250
    assert not write(leila, key="after", about=(CONVERSATION, 8))


def sent_to(person, number):
    """A mail that was handed on; its return address."""
    with db.transaction() as session:
        mail.write([Draft(person.email, "Hello", "Hello", person_id=person.id, kind="followup", key=f"k{number}")], at=clock.now())
        one = session.scalar(select(Mail).where(Mail.key == f"k{number}"))
        mail.over(one)
        return bounces.address(one)


def dsn(action="failed", status="5.1.1", said="smtp; 550 5.1.1 <leila@example.org> unknown"):
    return (f"From: MAILER-DAEMON@mx.example.org\r\nMessage-ID: <{action}{status}@mx>\r\nAuto-Submitted: auto-replied\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\nMIME-Version: 1.0\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
            "Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; leila@example.org\r\n"
            f"Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: {said}\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
            "Subject: Hello\r\n\r\nHello\r\n--b--\r\n").encode()


def row_of(person):
    db.session.rollback()
    return db.session.get(MailWishes, person.id)


def test_no_such_mailbox_stops_mail_at_once(door, leila):
    assert post(door, sent_to(leila, 1), dsn(), sender="")[0] == 250
    row = row_of(leila)
    assert row.stopped_at is not None
    assert row.stopped_because == "5.1.1 550 5.1.1 <an address> unknown"
    assert not write(leila)


def test_three_failures_in_a_row_stop_mail_and_an_arrival_between_them_does_not(door, leila):
    full = dsn(status="5.2.2", said="smtp; mailbox full")
    addresses = [sent_to(leila, n) for n in range(6)]
    for n in (0, 1, 3, 4):
        assert post(door, addresses[n], full, sender="")[0] == 250
        assert row_of(leila).stopped_at is None
    assert row_of(leila).soft_bounces == 2
    assert post(door, addresses[5], full, sender="")[0] == 250
    assert row_of(leila).stopped_at is not None


@pytest.mark.parametrize("content", [dsn("delayed", "4.4.1"), dsn("delivered", "2.0.0"), dsn(status="5.7.1", said="smtp; looks like spam"),
                                     b"From: leila@example.org\r\nSubject: I am away\r\n\r\nUntil Monday"], ids=range(4))
def test_other_reports_stop_nothing(door, leila, content):
    for n in range(3):
        assert post(door, sent_to(leila, n), content.replace(b"<", f"<{n}".encode(), 1), sender="")[0] == 250
    assert row_of(leila) is None or row_of(leila).stopped_at is None


def test_what_comes_back_from_an_address_they_left_says_nothing_of_the_new_one(door, leila):
    to = sent_to(leila, 1)
    with db.transaction() as session:
        session.merge(leila).email = "new@example.org"
    assert post(door, to, dsn(), sender="")[0] == 550
    assert row_of(leila) is None
