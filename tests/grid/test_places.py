"""What places and times are called, and what the clock says of slots."""

from datetime import UTC, date, datetime, timedelta

import pytest

from app.events.models import Event, Room, Slot
from app.grid import places
from app.grid.places import NEXT, NOW, PAST

LONDON = {"time_zone": "Europe/London"}


def slot(i, starts=None, ends=None, number=None, label=""):
    return Slot(id=i, position=i, number=number or i, kind="session", label=label,
                starts_at=starts and datetime.fromisoformat(starts).replace(tzinfo=UTC),
                ends_at=ends and datetime.fromisoformat(ends).replace(tzinfo=UTC))


@pytest.fixture
def summer():
    return Event(starts_on=date(2027, 7, 3), ends_on=date(2027, 7, 3), **LONDON)


def test_times_are_the_events_own(summer):
    room = Room(name="Turing", number=3)
    assert places.place_of(room, slot(1, "2027-07-03T10:00", "2027-07-03T10:45"), summer) == "Turing at 11:00"
    two_days = Event(starts_on=date(2027, 7, 3), ends_on=date(2027, 7, 4), **LONDON)
    assert places.place_of(room, slot(1, "2027-07-03T10:00"), two_days) == "Turing at 11:00 on Saturday"


def test_slots_without_times_have_names_too(summer):
    room = Room(name="Turing", number=3)
    assert places.place_of(room, slot(2), summer) == "Turing in session 2"
    assert places.place_of(room, slot(2, label="After lunch"), summer) == "Turing in After lunch"


def test_codes():
    assert places.code(Room(number=3), slot(1)) == "s1r3"
    assert places.code(Room(number=None), slot(1)) == places.code(None, None) == ""


DAY = [slot(1, "2027-01-23T11:00", "2027-01-23T11:45"), slot(2, "2027-01-23T12:00", "2027-01-23T12:45"),
       slot(3, "2027-01-23T13:45"), slot(4)]


@pytest.mark.parametrize(("at", "states", "changes"), [
    ("2027-01-22T23:59", {}, "2027-01-23T11:00"),
    ("2027-01-23T09:00", {1: NEXT}, "2027-01-23T11:00"),
    ("2027-01-23T11:00", {1: NOW, 2: NEXT}, "2027-01-23T11:45"),
    ("2027-01-23T11:45", {1: PAST, 2: NEXT}, "2027-01-23T12:00"),
    ("2027-01-23T13:50", {1: PAST, 2: PAST, 3: NOW}, "2027-01-23T14:45"),
    ("2027-01-23T14:45", {}, None),
    ("2031-01-01T00:00", {}, None),
])
def test_what_is_on(at, states, changes):
    says = places.timing(DAY, datetime.fromisoformat(at).replace(tzinfo=UTC), "Europe/London")
    assert says.states == states
    assert says.changes_at == (datetime.fromisoformat(changes).replace(tzinfo=UTC) if changes else None)


def test_a_grid_without_times_says_nothing():
    assert places.timing([slot(1), slot(2)], datetime(2027, 1, 23, tzinfo=UTC), "Europe/London") == places.Timing({}, None)


def test_nothing_is_next_before_the_day_dawns_there():
    auckland = [slot(1, "2027-01-22T21:00", "2027-01-22T22:00")]  # 10:00 on the 23rd
    before, after = (datetime(2027, 1, 22, 10, 59, tzinfo=UTC), datetime(2027, 1, 22, 11, 0, tzinfo=UTC))
    assert places.timing(auckland, before, "Pacific/Auckland").states == {}
    assert places.timing(auckland, after, "Pacific/Auckland").states == {1: NEXT}


def test_a_break_is_on_but_never_next():
    lunch = slot(2, "2027-01-23T11:45", "2027-01-23T12:45")
    lunch.number = None
    slots = [DAY[0], lunch, slot(3, "2027-01-23T12:45", "2027-01-23T13:30")]
    at = datetime(2027, 1, 23, 11, 30, tzinfo=UTC)
    assert places.timing(slots, at, "Europe/London").states == {1: NOW, 3: NEXT}
    assert places.timing(slots, at + timedelta(minutes=20), "Europe/London").states == {1: PAST, 2: NOW, 3: NEXT}


def test_what_is_over():
    event = Event(starts_on=date(2027, 1, 23), ends_on=date(2027, 1, 23), slots=list(DAY), **LONDON)
    at = datetime(2027, 1, 23, 12, 45, tzinfo=UTC)
    assert places.over(event, at) == {1, 2}
    assert places.over(event, at + timedelta(hours=11)) == {1, 2, 3}
    assert places.over(event, at + timedelta(hours=12)) == {1, 2, 3, 4}


def test_overlapping_slots_share_their_people():
    slots = [slot(1, "2027-01-23T11:00", "2027-01-23T12:45"), slot(2, "2027-01-23T12:00", "2027-01-23T12:45"),
             slot(3, "2027-01-23T12:45"), slot(4)]
    assert places.overlapping(slots) == {1: {1, 2}, 2: {1, 2}, 3: {3}, 4: {4}}
