"""Handing mails to a server that says no, not now, or nothing: none lost, none twice, none that holds up the others."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.infra import clock, db, jobs, mail, mail_sending
from app.infra.mail import Draft, Mail
from tests.post_office import HANG_UP, post_office

pytestmark = pytest.mark.once


@pytest.fixture
def post(context):
    with post_office() as server:
        mail.configure(server.url, "camp@example.org")
        yield server
    mail.configure("outbox:", "camp@example.org")


def write(*names):
    with db.transaction():
        mail.write([Draft(f"{name}@example.org", f"To {name}", "Hello", key=name) for name in names], at=clock.now())


def later():
    """Time passes: everything that waits is due."""
    with db.transaction() as session:
        session.execute(update(jobs.Job).values(run_at=clock.now() - timedelta(seconds=1)))
    return jobs.work_until_idle()


def taken(post):
    return [one.recipient.split("@")[0] for one in post.taken]


def test_a_batch_goes_over_one_connection_and_nothing_of_it_is_kept(post):
    write("ann", "bob", "cai")
    jobs.work_until_idle()
    assert taken(post) == ["ann", "bob", "cai"]
    assert post.connections == 1
    assert [(m.recipient, m.subject, m.body, m.html, m.headers, m.problem, bool(m.sent_at)) for m in mail.outbox()] == [
        ("", "", "", "", {}, "", True)] * 3
    assert mail.counts() == {"waiting": 0, "sent": 3, "refused": 0}
    write("ann")  # its key is still known
    jobs.work_until_idle()
    assert len(post.taken) == 3


@pytest.mark.parametrize("step", ["rcpt", "data", "content"])
def test_what_is_refused_for_good_is_not_tried_again(post, step):
    post.answers = lambda at, to: "550 5.1.1 <bob@example.org> is nobody here" if at == step and to.startswith("bob") else None
    write("ann", "bob", "cai")
    jobs.work_until_idle()
    assert taken(post) == ["ann", "cai"]
    assert db.session.scalar(select(jobs.Job)) is None
    [bob] = mail.refusals()
    assert (bob.recipient, bob.body, bob.sent_at) == ("", "", None)
    assert bob.problem == "550 5.1.1 <this address> is nobody here"


@pytest.mark.parametrize(("step", "answer"), [("rcpt", "451 4.7.1 later"), ("data", "421 4.3.2 closing"), ("content", "451 4.3.0 later"),
                                              ("content", HANG_UP)])
def test_what_is_put_off_goes_later_and_holds_up_nobody(post, step, answer):
    post.answers = lambda at, to: answer if at == step and to.startswith("bob") else None
    write("ann", "bob", "cai")
    jobs.work_until_idle()
    assert taken(post) == ["ann", "cai"]
    waits = []
    for _ in range(3):
        waits.append(db.session.scalar(select(jobs.Job.run_at)) - clock.now())
        later()
    assert waits == sorted(waits)
    assert waits[0] > timedelta(seconds=3)
    post.answers = lambda at, to: None
    later()
    assert taken(post) == ["ann", "cai", "bob"]


@pytest.mark.parametrize(("step", "answer"), [("connect", HANG_UP), ("connect", "554 go away"), ("mail", "550 not you"), ("mail", "421 no")])
def test_a_server_that_takes_nothing_from_us_loses_us_nothing(post, step, answer):
    post.answers = lambda at, to: answer if at == step else None
    write("ann", "bob")
    assert jobs.work_until_idle() == 2
    assert jobs.counts() == {"waiting": 2, "given up": 0}
    post.answers = lambda at, to: None
    later()
    assert taken(post) == ["ann", "bob"]


def test_a_password_that_cannot_be_said_is_for_the_keepers_to_mend_and_loses_nothing(post, monkeypatch):
    monkeypatch.setattr(mail_sending.smtplib.SMTP, "starttls", lambda *_a, **_k: None)
    mail.configure(post.url.replace("//", "//camp:p%C3%A4ss@"), "camp@example.org")
    write("ann")
    assert jobs.work_once() == 1
    [job] = db.session.scalars(select(jobs.Job))
    assert (job.problem, job.payload["tries"], mail.refusals()) == (None, 1, [])
    mail.configure(post.url, "camp@example.org")
    later()
    assert taken(post) == ["ann"]


def test_a_connection_that_ends_between_two_mails_is_opened_again(post):
    post.answers = lambda at, to: HANG_UP if at == "taken" else None
    write("ann", "bob", "cai")
    jobs.work_until_idle()
    assert taken(post) == ["ann", "bob", "cai"]
    assert post.connections == 3


@pytest.mark.parametrize(("step", "answer"), [("rcpt", "451 4.2.2 <ann@example.org> full"), ("connect", HANG_UP), ("mail", "550 not you")])
def test_after_five_days_a_mail_is_given_up_and_says_so_and_that_is_nobodys_fault(post, monkeypatch, step, answer):
    monkeypatch.setattr(mail_sending, "_rooms", mail_sending.Rooms(refused=lambda *_said: pytest.fail("held against its person")))
    post.answers = lambda at, to: answer if at == step else None
    write("ann")
    jobs.work_until_idle()
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=5, minutes=1))
    later()
    assert db.session.scalar(select(jobs.Job)) is None
    assert mail.refusals()[0].problem.startswith("given up after five days")
    assert "ann@" not in mail.refusals()[0].problem


def test_a_mail_that_cannot_be_made_holds_up_nobody(post):
    write("ann", "bob")
    with db.transaction() as session:
        session.execute(update(Mail).where(Mail.key == "ann").values(recipient="ann@example.org, eve@example.org"))
    jobs.work_until_idle()
    assert taken(post) == ["bob"]
    assert mail.refusals()[0].problem.startswith("could not be made")
    assert "@" not in mail.refusals()[0].problem


def test_a_sign_in_link_comes_before_a_thousand_others(post):
    write(*(f"p{n}" for n in range(5)))
    with db.transaction():
        mail.send("leila@example.org", "Your link", "https://camp.example.org/x")
    jobs.work_once()
    assert taken(post)[0] == "leila"


def test_a_worker_that_is_told_to_stop_leaves_the_rest_of_its_batch(post, monkeypatch):
    write("ann", "bob", "cai")
    monkeypatch.setattr(jobs, "stopping", lambda: True)
    jobs.work_once()
    assert taken(post) == ["ann"]
    monkeypatch.undo()
    mail.configure(post.url, "camp@example.org")
    jobs.work_until_idle()
    assert taken(post) == ["ann", "bob", "cai"]


def test_while_the_database_is_away_after_the_250_the_worker_waits_for_it(post, monkeypatch):
    from app.errors import Busy
    calls, real = [], mail.over

    def over(*args, **more):
        calls.append(args)
        if len(calls) < 3:
            raise Busy()
        real(*args, **more)

    monkeypatch.setattr(mail, "over", over)
    monkeypatch.setattr(mail_sending.time, "sleep", lambda _s: None)
    write("ann")
    jobs.work_until_idle()
    assert taken(post) == ["ann"]
    assert len(calls) == 3
    assert mail.counts()["sent"] == 1
