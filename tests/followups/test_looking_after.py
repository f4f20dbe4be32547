"""Conversations in which nothing happens: one question, once more, then they rest; and the page where one tap answers."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.followups import looking_after
from app.followups.beginning import moved
from app.followups.looking_after import AGAIN, ASK, JOB, QUIET, REST, due
from app.followups.models import CAME, HOST, OPEN, RESTED, FollowUp, FollowUpPerson
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.infra.jobs import Job
from app.infra.mail import Mail
from app.letters.quoting import own_words
from tests.world import AT

DAY = timedelta(days=1)


@pytest.fixture
def followup(world):
    session = world.session(world.event(), "Bins and what they tell us", room=1, slot=1)
    host, posted = world.person(name="Ada", email="ada@example.org"), world.person(name="Ben", email="ben@example.org")
    return world.followup(session, hosts=[host], posted=[posted], question="What next for bins?", moved_at=AT)


def look(number: int, at) -> int:
    with transaction() as store:
        return looking_after.look_after(store.get_one(FollowUp, number), at)


def mails() -> list[Mail]:
    return db.session.query(Mail).order_by(Mail.id).all()


def stands(number: int) -> tuple[str, int]:
    there = db.session.get(FollowUp, number)
    return there.state, there.asked


def test_one_question_once_more_and_then_it_rests_and_nobody_is_nagged(followup):
    number, sent = followup.id, []
    for days in range(200):
        if look(number, AT + days * DAY):
            sent.append(days)
    assert sent == [42, 56, 70]
    assert stands(number) == (RESTED, 2)
    assert [(mail.recipient, mail.kind) for mail in mails()] == [
        ("ada@example.org", "question"), ("ada@example.org", "question"), ("ada@example.org", "followup"), ("ben@example.org", "followup")]
    assert "asked once more" in mails()[0].body
    assert "not asked again" in mails()[1].body
    assert "rests now" in mails()[3].body


def test_an_end_that_has_passed_is_asked_about_once(followup):
    number = followup.id
    with transaction() as store:
        store.get_one(FollowUp, number).ends_on = date(2027, 2, 1)
    assert look(number, AT + 9 * DAY) == 0  # the first of February itself
    assert look(number, AT + 10 * DAY) == 1
    assert "Its end, Monday 1 February 2027, has passed." in mails()[0].body
    with transaction() as store:
        moved(store.get_one(FollowUp, number), AT + 11 * DAY)
    assert [look(number, AT + days * DAY) for days in (12, 40, 52, 53)] == [0, 0, 0, 1]


def test_a_date_that_is_set_is_something_happening(followup):
    number = followup.id
    with transaction() as store:
        store.get_one(FollowUp, number).next_at = AT + 90 * DAY
    assert [days for days in range(140) if look(number, AT + days * DAY)] == [132]


def test_without_somebody_to_ask_nobody_is_asked(followup):
    number = followup.id
    with transaction() as store:
        store.get_one(FollowUp, number).people = [FollowUpPerson(name="Somebody", part=HOST, since=AT)]
    assert look(number, AT + 100 * DAY) == 0
    assert looking_after.candidates(AT + 100 * DAY) == []


@given(days=st.integers(0, 100), asked=st.integers(0, 2), ago=st.integers(0, 40))
def test_what_is_due(days, asked, ago):
    person = FollowUpPerson(name="Ada", part=HOST, person_id=1, since=AT)
    one = FollowUp(state=OPEN, people=[person], moved_at=AT - days * DAY, asked=asked, asked_at=AT - ago * DAY if asked else None)
    expected = (ASK if days * DAY >= QUIET else None) if not asked else None if ago * DAY < AGAIN else ASK if asked < 2 else REST
    assert due(one, AT) == expected


def test_every_one_that_is_due_is_looked_at(world, followup):
    event = followup.event
    some = [world.followup(world.session(event), hosts=[world.person()], moved_at=AT - days * DAY, asked=asked, state=state,
                           asked_at=AT - ago * DAY if asked else None)
            for days, asked, ago, state in ((41, 0, 0, OPEN), (42, 0, 0, OPEN), (60, 1, 13, OPEN), (60, 1, 14, OPEN), (80, 2, 14, OPEN),
                                            (80, 0, 0, CAME))]
    wanted = {one.id for one in some if due(one, AT)}
    assert len(wanted) == 3
    assert wanted <= set(looking_after.candidates(AT))


def test_the_job_runs_every_day_and_again_asks_nobody_twice(followup, monkeypatch):
    at = [AT + 42 * DAY]
    monkeypatch.setattr(clock, "now", lambda: at[0])
    looking_after.begin()
    looking_after.begin()
    assert [job.run_at for job in db.session.query(Job).filter_by(kind=JOB)] == [at[0] + DAY]
    for _ in range(2):  # killed after the first time, before it was forgotten
        looking_after.look([{}])
    assert db.session.query(Job).filter_by(kind=JOB).count() == 1
    assert [mail.kind for mail in mails()] == ["question"]
    at[0] += 30 * DAY
    jobs.work_until_idle()
    assert [job.run_at for job in db.session.query(Job).filter_by(kind=JOB)] == [at[0] + DAY]
    assert [mail.kind for mail in mails()] == ["question", "question"]


def test_what_goes_wrong_with_one_is_said_and_the_others_are_asked(world, followup, monkeypatch):
    other = world.followup(world.session(followup.event), hosts=[world.person(email="cem@example.org")], moved_at=AT)
    first = followup.id
    monkeypatch.setattr(clock, "now", lambda: AT + 42 * DAY)
    there = looking_after.look_after
    monkeypatch.setattr(looking_after, "look_after", lambda one, at: there(one, at) if one.id != first else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        looking_after.look([{}])
    assert other is not None
    assert [mail.recipient for mail in mails()] == ["cem@example.org"]
    assert db.session.query(Job).filter_by(kind=JOB).count() == 1


def links(mail: Mail) -> dict[str, str]:
    return {answer: path for path, answer in re.findall(r"https://camp\.example\.org(/mail/still/\S+\?answer=(\w+))", mail.body)}


@pytest.mark.parametrize(("answer", "state"), [("going", OPEN), ("came", CAME), ("rest", RESTED)])
def test_one_tap_from_the_mail_answers_and_opening_it_does_not(client, followup, answer, state):
    number = followup.id
    look(number, AT + 42 * DAY)
    path = links(mails()[0])[answer]
    page = client.get(path)
    assert page.status_code == 200
    assert (page.headers["Cache-Control"], page.headers["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    assert own_words(f"It does.\n\nhttps://camp.example.org{path}", "https://camp.example.org/mail/") == "It does."
    assert stands(number) == (OPEN, 1)
    more = {"came_of": "Two councils share a lorry."} if answer == "came" else {}
    assert client.send(path, answer=answer, **more).status_code == 200
    assert stands(number) == (state, 0)
    if answer == "came":
        assert db.session.get(FollowUp, number).came_of == "Two councils share a lorry."


@pytest.mark.once
def test_what_it_came_to_is_said(client, followup):
    look(followup.id, AT + 42 * DAY)
    assert client.send(links(mails()[0])["came"], answer="came", came_of=" ").status_code == 422


@pytest.mark.once
def test_going_on_after_all_once_it_rested(client, followup):
    number = followup.id
    for days in (42, 56, 70):
        look(number, AT + days * DAY)
    path = links(mails()[1])["going"]
    assert "opened again" in client.get(path).text
    client.send(path, answer="going")
    assert stands(number) == (OPEN, 0)


@pytest.mark.once
def test_links_of_others_and_of_who_hosts_no_longer(client, followup):
    number = followup.id
    look(number, AT + 42 * DAY)
    path = links(mails()[0])["rest"]
    assert client.get(path.replace("still/", "still/9")).status_code == 410
    with transaction() as store:
        store.delete(store.get_one(FollowUp, number).people[0])
    assert client.get(path).status_code == 403
    assert client.send(path, answer="rest").status_code == 403
    assert stands(number)[0] == OPEN
