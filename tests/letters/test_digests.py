"""The weekly digest: everything that waited, once, grouped by what it is about, on its person's day."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.events.models import Pass, Role, SeriesOwner
from app.infra import clock, db, jobs, mail
from app.letters import actions, digests, sending
from app.letters.models import CONVERSATION, EVENT, SERIES, WaitingLetter
from app.letters.names import _allowers, _namers, names
from tests.letters.conftest import NOON, write
from tests.letters.test_writing import wish

FRIDAY = NOON.replace(day=29, hour=8)  # the first after NOON, a Saturday


@pytest.fixture
def leila(world, monkeypatch):
    person = world.person("Leila", email="leila@example.org")
    wish(person, how="weekly")
    monkeypatch.setitem(_namers, CONVERSATION, None)
    monkeypatch.delitem(_allowers, CONVERSATION, raising=False)
    names(CONVERSATION)(lambda person, ids: {number: (f"Bins & buses {number}", f"/c/{number}") for number in ids})
    return person


@pytest.fixture
def at(monkeypatch):
    def set_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)
        digests.send_digests([{}])
        return mail.outbox()

    return set_to


def waiting():
    return db.session.scalar(select(func.count(WaitingLetter.id)))


def test_all_that_waited_comes_in_one_mail_on_the_day(leila, at):
    write(leila, key="a", subject="A new post", body="Tom: **hello**")
    write(leila, key="b", about=(CONVERSATION, 8), subject="A [host]", body="Ann hosts it.")
    write(leila, key="c", subject="Another post", body="Cai: yes", at=NOON + timedelta(days=2))
    assert at(FRIDAY - timedelta(minutes=1)) == []
    [one] = at(FRIDAY)
    assert waiting() == 0
    assert one.subject == "Your week: 3 things, “A new post” first"
    positions = [one.body.index(words) for words in ("Bins & buses 7", "https://camp.example.org/c/7", "Tom: hello", "Cai: yes",
                                                     "No more mail about this conversation: https://camp.example.org/mail/stop/conversation.",
                                                     "Bins & buses 8", "A [host]", "You get this because you chose one mail a week.")]
    assert positions == sorted(positions)
    assert one.headers["List-Unsubscribe"].startswith("<https://camp.example.org/mail/stop-all/")
    assert "<h2" in one.html
    assert at(FRIDAY) == [one]  # a job that is repeated
    assert not write(leila, key="a")  # and a writer


def test_the_next_week_is_another_digest(leila, at):
    write(leila, key="a")
    at(FRIDAY)
    assert write(leila, key="d", at=FRIDAY + timedelta(minutes=1))
    assert len(at(FRIDAY + timedelta(days=6))) == 1
    assert len(at(FRIDAY + timedelta(days=7))) == 2


def test_what_was_stopped_meanwhile_is_not_in_it(leila, at, world):
    event = world.event()
    world.save(Pass(event_id=event.id, person_id=leila.id, role=Role.ATTENDEE, joined_at=NOON))
    write(leila, key="a")
    write(leila, key="b", about=(EVENT, event.id), body="About the event.")
    with db.transaction():
        actions.stop(leila, leila, CONVERSATION, 7, at=NOON)
    assert waiting() == 1
    body = at(FRIDAY)[0].body
    assert "About the event." in body
    assert "Hello.\n" not in body


@pytest.mark.parametrize("owns", [True, False])
@pytest.mark.parametrize("about", [EVENT, SERIES])
def test_of_an_event_or_its_series_only_who_takes_part_is_told_or_owns_it(leila, at, world, about, owns):
    event = world.event()
    one = world.save(Pass(event_id=event.id, person_id=leila.id, role=Role.ATTENDEE, joined_at=NOON))
    things = {EVENT: event.id, SERIES: event.series_id}
    write(leila, key="a", about=(about, things[about]))
    with db.transaction() as session:
        session.delete(session.merge(one))
        if owns:
            session.add(SeriesOwner(series_id=event.series_id, person_id=leila.id))
    assert len(at(FRIDAY)) == owns
    assert waiting() == 0


@pytest.mark.parametrize(("how", "mails"), [("each", 1), ("none", 0)])
def test_who_wants_no_digest_any_more_gets_what_waits_at_once_or_never(leila, how, mails):
    write(leila)
    with db.transaction():
        actions.change_wishes(leila, leila, how=how, time_zone="", quiet_from=0, quiet_until=0, weekly_day=0, at=clock.now())
    jobs.work_until_idle()
    assert waiting() == 0
    assert len(mail.outbox()) == mails


def test_the_job_sees_to_its_next_look_once(context):
    for _ in range(3):
        digests.plan()
    digests.send_digests([{}])
    assert len(db.session.scalars(select(jobs.Job.id).where(jobs.Job.kind == actions.DIGESTS)).all()) == 1


def test_who_may_no_longer_know_is_told_nothing(leila, at, monkeypatch):
    write(leila, key="a")
    monkeypatch.setitem(_allowers, CONVERSATION, lambda person, ids: set())
    assert at(FRIDAY) == []
    assert waiting() == 0
    monkeypatch.setitem(_allowers, CONVERSATION, lambda person, ids: set(ids))
    write(leila, key="b")
    assert len(at(FRIDAY + timedelta(days=7))) == 1


def test_one_letter_of_which_nobody_knows_holds_up_no_other(leila, world, monkeypatch):
    tom = world.person("Tom", email="tom@example.org")
    leila_id = leila.id

    def allower(person, ids):
        if person.id == leila_id:
            db.session.execute(text("SELECT nothing FROM nowhere"))  # spoils the transaction on PostgreSQL
        db.session.execute(text("SELECT 1"))
        return set(ids)

    monkeypatch.setitem(_allowers, CONVERSATION, allower)
    wish(leila, how="each", quiet_from=0, quiet_until=0)
    wish(tom, quiet_from=0, quiet_until=0)
    assert write(leila, key="a")
    assert write(tom, key="b")
    first, second = db.session.scalars(select(mail.Mail).order_by(mail.Mail.id))
    waits = sending.ask([(first, ""), (second, "")])
    assert list(waits) == [first.id]
    assert waits[first.id] is not None
