"""Each letter of a mailing once: to whom, when, and whatever is killed or stopped meanwhile."""

import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Pass, Role
from app.infra import clock, db, jobs, mail
from app.infra.jobs import Job
from app.infra.mail import Mail
from app.letters.models import EACH, EVENT, NONE, WEEKLY, MailStop, MailWishes, WaitingLetter
from app.mailings import actions, queries, sending
from app.mailings.models import DRAFT, EVERYBODY, HELPERS, LEADERS, SENDING, SENT, STOPPED, TAKERS, WAITING, Mailing
from tests.pages import apart
from tests.world import AT

ALL = ["ann@example.org", "ben@example.org", "cat@example.org", "olu@example.org"]


def written() -> list[str]:
    return sorted(db.session.scalars(select(Mail.recipient).where(Mail.kind == queries.KIND)))


def state(mailing) -> tuple[str, int]:
    db.session.expire_all()
    found = db.session.get(Mailing, mailing.id)
    return found.state, found.written


def wishes(world, person, **more):
    world.save(MailWishes(person_id=person.id, **{"how": EACH} | more))


def test_to_everybody_once_whatever_is_repeated(evening):
    mailing = evening.sent(evening.draft())
    assert (written(), mailing.state) == ([], WAITING)
    for _ in range(3):
        sending.send_due([{"mailing": mailing.id}, {"mailing": mailing.id}])
    assert (written(), state(mailing)) == (ALL, (SENT, 4))
    [ann] = db.session.scalars(select(Mail).where(Mail.recipient == "ann@example.org"))
    assert "Hello Ann" in ann.body
    assert "/e/north/sessions/" in ann.body
    assert "List-Unsubscribe" in ann.headers


@pytest.mark.parametrize("breaks", [1, 2, 3, 4])
def test_killed_anywhere_it_is_written_once(evening, monkeypatch, breaks):
    """The process ends after so many lots: what was written stays, and the rest follows."""
    monkeypatch.setattr(sending, "TOGETHER", 1)
    mailing, real, count = evening.sent(evening.draft()), sending.letters.write_all, iter(range(1, 99))

    def dies(letters, **more):
        made = real(letters, **more)
        if next(count) == breaks:
            raise SystemExit
        return made

    monkeypatch.setattr(sending.letters, "write_all", dies)
    with pytest.raises(SystemExit):
        sending.send(mailing.id, clock.now())
    assert state(mailing) == (SENDING, breaks - 1), "letters and their number are one transaction"
    db.session.remove()
    with db.transaction():
        db.session.query(Job).delete()
    sending.resume()  # what a worker does when it starts
    jobs.work_until_idle()
    assert (written(), state(mailing)) == (ALL, (SENT, 4))


def test_who_is_not_written_to(evening):
    world, event = evening.world, evening.event
    world.save(MailStop(person_id=evening.ann.id, about=EVENT, thing_id=event.id, at=AT))
    wishes(world, evening.ben, how=NONE)
    wishes(world, evening.cat, how=WEEKLY)
    world.holder(event, name="No address")
    gone = world.holder(event, email="gone@example.org")
    bounced = world.holder(event, email="bounced@example.org")
    wishes(world, bounced, stopped_at=AT, stopped_because="No such user")
    mailing = evening.sent(evening.draft())
    with db.transaction():
        db.session.delete(world.pass_of(event, gone))
    sending.send(mailing.id, clock.now())
    assert written() == ["olu@example.org"]
    assert [one.person_id for one in db.session.scalars(select(WaitingLetter))] == [evening.cat.id]
    assert state(mailing) == (SENT, 2)
    numbers = queries.numbers_of(db.session.get(Mailing, mailing.id))
    assert (numbers.mails, numbers.in_digests, numbers.handed_on, numbers.refused) == (1, 1, 0, 0)


def test_somebody_taken_out_while_it_is_written_gets_nothing(evening, monkeypatch):
    monkeypatch.setattr(sending, "TOGETHER", 1)
    mailing, real = evening.sent(evening.draft()), sending._write

    def write(mailing_id, some, texts):
        if some == [evening_cat]:
            with db.transaction():
                db.session.delete(db.session.scalar(select(Pass).where(Pass.person_id == evening_cat)))
        return real(mailing_id, some, texts)

    evening_cat = evening.cat.id
    monkeypatch.setattr(sending, "_write", write)
    sending.send(mailing.id, clock.now())
    assert "cat@example.org" not in written()
    assert state(mailing) == (SENT, 3)


@pytest.mark.parametrize(("whom", "people"), [
    (EVERYBODY, ALL), (LEADERS, ["ann@example.org"]), (TAKERS, ["ben@example.org"]), (HELPERS, ["olu@example.org"])])
def test_to_whom(evening, whom, people):
    mailing = evening.draft("Hello", kind="words", recipients=whom)
    reach = queries.reach(evening.event, whom)
    assert (reach.people, reach.addresses) == (len(people), len(people))
    sending.send(evening.sent(mailing).id, clock.now())
    assert written() == people


def test_at_its_time_and_not_before(evening):
    later = clock.now() + timedelta(hours=5)
    mailing = evening.sent(evening.draft(), at=clock.now(), when=later)
    assert [job.run_at for job in db.session.scalars(select(Job).where(Job.kind == actions.JOB))] == [later]
    sending.send(mailing.id, later - timedelta(seconds=1))
    assert state(mailing) == (WAITING, 0)
    sending.send(mailing.id, later)
    assert state(mailing) == (SENT, 4)


def test_what_waits_goes_out_whatever_became_of_its_job(evening, monkeypatch):
    mailing, at = evening.sent(evening.draft()), clock.now()
    monkeypatch.setattr(clock, "now", lambda: at)
    set_back = at - timedelta(seconds=1)
    sending.send(mailing.id, set_back)  # its job was taken, and is forgotten after that
    with db.transaction():
        db.session.query(Job).delete()
    sending.send(mailing.id, set_back)
    sending.send(mailing.id, set_back)
    assert db.session.query(Job).count() == 1
    with db.transaction():
        db.session.query(Job).update({"attempts": jobs.ATTEMPTS})  # given up on
    apart(jobs.work_until_idle)
    assert state(mailing) == (WAITING, 0)
    sending.resume()
    apart(jobs.work_until_idle)
    assert state(mailing) == (SENT, 4)


def test_in_the_night_mail_waits_for_the_morning(evening, monkeypatch):
    night = datetime(2027, 1, 23, 23, 30, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    monkeypatch.setattr("app.infra.mail._url", "smtp://127.0.0.1:9")
    sending.send(evening.sent(evening.draft(), at=night).id, night)
    due = set(db.session.scalars(select(Job.run_at).where(Job.kind != actions.JOB)))
    assert datetime(2027, 1, 24, 8, tzinfo=UTC) in due
    assert all(one >= datetime(2027, 1, 24, 8, tzinfo=UTC) for one in due)


def test_stopped_while_it_waits_or_is_written(evening, monkeypatch):
    mailing = evening.sent(evening.draft())
    with db.transaction():
        actions.stop(evening.boss, mailing)
    sending.send(mailing.id, clock.now())
    assert (written(), state(mailing)) == ([], (STOPPED, 0))
    with db.transaction():
        changed = actions.change(evening.boss, mailing, recipients=EVERYBODY, subject="Another", body="Words", seen=mailing.version)
    assert changed.state == DRAFT
    again = evening.sent(mailing)
    monkeypatch.setattr(sending, "TOGETHER", 2)
    real = sending._write

    def once(*args):
        made = real(*args)
        with db.transaction():
            actions.stop(evening.boss, db.session.get(Mailing, again.id))
        return made

    monkeypatch.setattr(sending, "_write", once)
    sending.send(again.id, clock.now())
    assert state(again) == (STOPPED, 2)
    assert len(written()) == 2
    with pytest.raises(Conflict):
        evening.sent(again)  # those who have it already keep it; it does not go out a second time


def test_stopped_at_the_moment_it_begins_nobody_is_written_to(evening, app):
    number, boss, stopping = evening.sent(evening.draft()).id, evening.boss.id, threading.Event()

    def stops():
        with app.app_context():
            try:
                with db.transaction() as session:
                    actions.stop(session.get(Person, boss), session.get(Mailing, number))
                    session.flush()
                    stopping.set()
                    time.sleep(0.2)
            finally:
                db.session.remove()

    thread = threading.Thread(target=stops)
    thread.start()
    assert stopping.wait(5)
    sending.send(number, clock.now())
    thread.join()
    db.session.rollback()
    assert db.session.get(Mailing, number).state == STOPPED
    assert written() == []


def test_only_organisers(evening):
    world, event, mailing = evening.world, evening.event, evening.draft()
    helper, elsewhere = world.holder(event, Role.CAMPMAKER), world.holder(world.event(), Role.ORGANISER)
    for somebody in (evening.ann, helper, elsewhere):
        for act in (
                lambda who: actions.draft(who, event, kind="words", recipients=EVERYBODY, subject="S", body="B", at=AT),
                lambda who: actions.change(who, mailing, recipients=EVERYBODY, subject="S", body="B", seen=1),
                lambda who: actions.send(who, mailing, seen=1, at=AT), lambda who: actions.stop(who, mailing),
                lambda who: actions.may_try(who, mailing), lambda who: actions.remove(who, mailing)):
            with pytest.raises(Forbidden), db.transaction():
                act(somebody)


def test_three_a_day_by_the_events_clock_and_no_more(evening):
    event, at = evening.event, datetime(2027, 6, 1, 12, tzinfo=UTC)
    with db.transaction():
        event.time_zone = "Pacific/Auckland"  # 12 hours ahead in June: midnight there
    for _ in range(3):
        evening.sent(evening.draft(), at=at)
    with pytest.raises(Conflict) as problem:
        evening.sent(evening.draft(), at=at, when=at + timedelta(hours=23, minutes=59))
    assert "too much" in problem.value.message
    evening.sent(evening.draft(), at=at, when=at + timedelta(hours=24))
    evening.sent(evening.draft(), at=at - timedelta(minutes=1))
    stopped = db.session.scalars(select(Mailing).where(Mailing.send_at == at)).first()
    with db.transaction():
        actions.stop(evening.boss, stopped)
    evening.sent(evening.draft(), at=at)


def test_what_cannot_be_sent(evening):
    now = clock.now()
    mailing = evening.draft()
    for when in (now, now - timedelta(days=1), now + timedelta(days=400)):
        with pytest.raises(Invalid):
            evening.sent(mailing, at=now, when=when)
    for field, said in (("subject", {"subject": " \n "}), ("subject", {"subject": "x" * 151}), ("body", {"body": "{name}"}),
                        ("body", {"body": "x" * 10_001}), ("recipients", {"recipients": "enemies"}), ("kind", {"kind": "spam"})):
        with pytest.raises(Invalid) as problem, db.transaction():
            actions.draft(evening.boss, evening.event, at=AT, **{"kind": "words", "recipients": EVERYBODY, "subject": "S", "body": "B"} | said)
        assert problem.value.field == field
    with pytest.raises(actions.Changed), db.transaction():
        actions.send(evening.boss, mailing, seen=mailing.version + 1, at=now)
    assert evening.draft(subject="One\r\nBcc: all@example.org").subject == "One Bcc: all@example.org"


def test_numbers_of_mails_that_are_not_kept_are_not_shown(evening, client, monkeypatch):
    one = evening.sent(evening.draft())
    sending.send(one.id, clock.now())
    later = clock.now() + timedelta(days=91)
    monkeypatch.setattr(clock, "now", lambda: later)
    with db.transaction():
        mail.forget(later)
    numbers = queries.numbers_of(db.session.get(Mailing, one.id))
    assert (numbers.mailing.written, numbers.mails, numbers.handed_on, numbers.refused, numbers.in_digests) == (4, *[None] * 4)
    client.sign_in(evening.boss, entered=int(later.timestamp()))
    assert "Not kept" in client.get("/e/north/mailings").text
    page = client.get(f"/e/north/mailings/{one.id}").text
    assert "in a weekly digest" not in page
    assert "mails are not kept for long" in page


def test_numbers_are_counted_for_each_mailing(evening):
    one, other = evening.sent(evening.draft()), evening.draft("Words", kind="words")
    sending.send(one.id, clock.now())
    with db.transaction():
        first, second, *_ = db.session.scalars(select(Mail).where(Mail.key.like(f"mailing:{one.id}:%")).order_by(Mail.id)).all()
        first.sent_at, second.problem = AT, "550 no such user"
    listed = {sent.mailing.id: (sent.mailing.written, sent.mails, sent.handed_on, sent.refused) for sent in queries.mailings_of(evening.event)}
    assert listed == {one.id: (4, 4, 1, 1), other.id: (0, 0, 0, 0)}
