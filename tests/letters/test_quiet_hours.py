"""Quiet hours and the day of the digest, in each person's own time, also when the clocks change."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.infra import clock, db, jobs, mail, mail_sending
from app.letters import digests, wishes
from app.letters.models import EVENT, MailWishes
from tests.letters.conftest import NOON, write
from tests.letters.test_writing import wish


def row(**values):
    return MailWishes(**{**wishes.DEFAULTS, "person_id": 1, "secret": "", **values})


def utc(*when):
    return datetime(*when, tzinfo=UTC)


@pytest.mark.parametrize(("at", "until", "zone"), [
    (utc(2027, 1, 23, 20, 59), utc(2027, 1, 23, 20, 59), "Europe/London"),
    (utc(2027, 1, 23, 21, 0), utc(2027, 1, 24, 8, 0), "Europe/London"),
    (utc(2027, 1, 24, 7, 59), utc(2027, 1, 24, 8, 0), "Europe/London"),
    (utc(2027, 3, 27, 23, 0), utc(2027, 3, 28, 7, 0), "Europe/London"),  # the night that summer time begins
    (utc(2026, 10, 24, 22, 0), utc(2026, 10, 25, 8, 0), "Europe/London"),  # and ends
    (utc(2027, 1, 23, 12, 0), utc(2027, 1, 23, 23, 0), "Asia/Tokyo"),
    (utc(2027, 1, 23, 12, 0), utc(2027, 1, 23, 13, 0), "America/New_York")])
def test_mail_waits_for_the_end_of_quiet_hours_where_its_person_is(at, until, zone):
    assert wishes.after_quiet(row(), at, zone) == until
    assert wishes.after_quiet(row(time_zone=zone), at, "Pacific/Auckland") == until
    assert wishes.after_quiet(row(quiet_from=0, quiet_until=0), at, zone) == at


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(0, 23), st.integers(0, 23),
       st.sampled_from(["Europe/London", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca", "UTC"]))
def test_whenever_it_is_the_wait_ends_within_a_day_and_outside_quiet_hours(at, begin, end, zone):
    at, who = at.replace(tzinfo=UTC), row(quiet_from=begin, quiet_until=end, time_zone=zone)
    then = wishes.after_quiet(who, at)
    assert at <= then <= at + timedelta(hours=25)
    assert wishes.after_quiet(who, then) == then


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)), st.integers(0, 23), st.integers(0, 6),
       st.sampled_from(["Europe/London", "Australia/Lord_Howe", "America/St_Johns"]))
def test_a_digest_is_due_within_eight_days_on_its_day(since, until, day, zone):
    since, who = since.replace(tzinfo=UTC), row(quiet_until=until, weekly_day=day, time_zone=zone)
    due = digests.due_at(who, since)
    assert since < due <= since + timedelta(days=7, hours=2)
    assert clock.local(due, zone).weekday() == day
    assert wishes.after_quiet(who, due) == due


def test_a_letter_at_night_waits_for_the_morning_and_signing_in_does_not(world, monkeypatch):
    mail.configure("smtp://127.0.0.1:1", "camp@example.org")
    try:
        night = NOON.replace(hour=23)
        monkeypatch.setattr(clock, "now", lambda: night)
        assert write(world.person("Leila", email="leila@example.org"), at=night, urgent=True)
        with db.transaction():
            mail.send("leila@example.org", "Your link", "https://camp.example.org/x")
        times = dict(db.session.execute(select(mail.Mail.kind, jobs.Job.run_at).where(
            jobs.Job.payload["mail"].as_integer() == mail.Mail.id)).all())
        assert times["followup"] == utc(2027, 1, 24, 8, 0)
        assert times[""] <= night
    finally:
        mail.configure("outbox:", "camp@example.org")


def test_what_was_not_sent_in_the_evening_is_not_sent_at_night_and_not_when_it_is_wanted_no_more(world, monkeypatch):
    event = world.event()
    people = [world.holder(event, name=name, email=f"{name}@example.org") for name in ("sleeps", "left", "wakes")]
    mail.configure("smtp://127.0.0.1:1", "camp@example.org")
    try:
        for person in people:
            assert write(person, key=person.name, about=(EVENT, event.id))
        wish(people[1], how="none")
        wish(people[2], quiet_until=21)
        monkeypatch.setattr(clock, "now", lambda: NOON.replace(hour=23))
        sent = []
        monkeypatch.setattr(mail_sending, "_one", lambda number, connection: sent.append(number))
        numbers = [one.id for one in reversed(mail.outbox())]
        again = list(mail_sending.deliver([{"mail": number} for number in numbers]))
        assert [(one.index, one.run_at) for one in again] == [(0, utc(2027, 1, 24, 8, 0))]
        assert sent == [numbers[2]]
        assert [(one.problem, one.body) for one in mail.outbox() if one.problem] == [(mail.UNWANTED, "")]
        assert mail.refusals() == []
    finally:
        mail.configure("outbox:", "camp@example.org")
