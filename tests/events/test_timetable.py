"""Timetables made from a few numbers, moved with the event, copied to the next."""

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Conflict, Forbidden, Invalid
from app.events import timetable
from app.events.models import Role
from app.events.timetable import Plan, moved
from app.infra import clock
from app.infra.db import transaction


def on_the_wall(event) -> list[str]:
    return [" ".join([*(clock.local(m, event.time_zone).strftime("%d %H:%M") for m in (s.starts_at, s.ends_at) if m), s.kind, s.label]).strip()
            for s in event.slots]


def made(world, plan, **event):
    event = world.event(slots=0, **event)
    organiser = world.holder(event, Role.ORGANISER)
    with transaction(event):
        timetable.make_slots(organiser, event, plan)
    return event, organiser


def test_the_usual_day(world):
    event, _ = made(world, timetable.USUAL)
    assert on_the_wall(event) == [
        "23 10:00 23 11:00 plenary Welcome and pitches", "23 11:00 23 11:45 session", "23 12:00 23 12:45 session",
        "23 12:45 23 13:45 break Lunch", "23 13:45 23 14:30 session", "23 14:45 23 15:30 session", "23 15:45 23 16:30 session"]
    assert [s.number for s in event.slots] == [None, 1, 2, None, 3, 4, 5]


def test_two_days_without_lunch_or_welcome(world):
    event, _ = made(world, Plan(first=time(9), minutes=60, gap=0, count=2, lunch_after=0), ends_on=date(2027, 1, 24))
    assert on_the_wall(event) == ["23 09:00 23 10:00 session", "23 10:00 23 11:00 session", "24 09:00 24 10:00 session", "24 10:00 24 11:00 session"]
    assert [s.number for s in event.slots] == [1, 2, 3, 4]


def test_lunch_after_the_last_session_is_left_out(world):
    event, _ = made(world, Plan(first=time(9), count=2, lunch_after=2))
    assert [s.kind for s in event.slots] == ["session", "session"]


@pytest.mark.parametrize(("plan", "field"), [
    (Plan(first=time(22), count=5), "count"), (Plan(first=time(10), welcome=time(10)), "welcome"), (Plan(first=time(10), welcome=time(11)), "welcome")])
def test_plans_that_do_not_fit(world, plan, field):
    with pytest.raises(Invalid) as refused:
        made(world, plan)
    assert refused.value.field == field


def test_a_timetable_that_is_there_stays(world):
    event, organiser = made(world, timetable.USUAL)
    with pytest.raises(Conflict), transaction(event):
        timetable.make_slots(organiser, event, timetable.USUAL)
    attendee = world.holder(event)
    with pytest.raises(Forbidden), transaction(event):
        timetable.make_slots(attendee, event, timetable.USUAL)
    assert len(event.slots) == 7


ZONES = st.sampled_from(["Europe/London", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "UTC", "Australia/Lord_Howe"])
DAYS = st.dates(date(2020, 1, 1), date(2035, 1, 1))


@given(first=DAYS, then=DAYS, zone=ZONES, other=ZONES, day=st.integers(0, 3), at=st.times().map(lambda t: t.replace(microsecond=0, second=0)))
def test_the_wall_clock_and_the_day_of_the_event_stay(first, then, zone, other, day, at):
    """Whatever the clocks do in between, unless that very time is skipped on the new day."""
    moment = clock.instant(first + timedelta(days=day), at, zone)
    if clock.local(moment, zone).time() != at:
        return  # the old day skipped it
    wall = clock.local(moved(moment, (first, zone), (then, other)), other)
    target = clock.local(clock.instant(then + timedelta(days=day), at, other), other)
    assert wall == target
    if target.time() == at:
        assert (wall.date() - then).days == day


def test_no_time_stays_no_time():
    assert moved(None, (date(2026, 1, 1), "UTC"), (date(2027, 1, 1), "UTC")) is None
