"""What is next in a conversation: who says it, what calendars are told of it, and that people are reminded once."""

import uuid
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from app.accounts.models import Person
from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Role
from app.followups import dates_actions, dates_letters
from app.followups.clashing import Clash
from app.followups.dates_calendar import CANCEL, PUBLISH, Date, calendar_file
from app.followups.models import READ_ALL, READ_PASS, FollowUp
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.infra.mail import Mail
from app.letters.models import MailStop
from tests.world import AT

ZONES = ["Europe/London", "America/New_York", "Pacific/Chatham", "Asia/Kolkata", "UTC"]
CHANGES = [datetime(2027, 3, 28, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 0, tzinfo=UTC)]
WORDS = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=90)
NONE = {"step": "", "day": "", "time": "", "minutes": "", "where": ""}


def dates():
    return st.builds(
        Date, guid=st.uuids().map(str), version=st.integers(1, 99), changed_at=st.just(AT), title=WORDS, step=WORDS,
        at=st.sampled_from(CHANGES) | st.datetimes(datetime(2027, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC)).map(
            lambda at: at.replace(second=0, microsecond=0)),
        minutes=st.none() | st.integers(1, 1440), where=WORDS, zone=st.sampled_from(ZONES), url=st.just("https://camp.example.org/x"),
        cancelled=st.booleans())


@given(st.lists(dates(), min_size=1, max_size=3))
@example([Date("g", 1, AT, "T", "", CHANGES[1], 90, "", "Europe/London", "u")])
def test_calendars_read_what_was_written(made):
    read = Calendar.from_ical(calendar_file(made, name="Mine"))
    events = read.walk("VEVENT")
    assert len(events) == len(made)
    for said, date_ in zip(events, made, strict=True):
        start = said["DTSTART"].dt
        assert (str(said["UID"]), said["SEQUENCE"]) == (date_.guid, date_.version)
        assert str(said["SUMMARY"]) == (date_.step or date_.title)
        assert str(said.get("LOCATION", "")) == date_.where
        assert str(said["STATUS"]) == ("CANCELLED" if date_.cancelled else "CONFIRMED")
        if date_.minutes is None:
            assert start == clock.local(date_.at, date_.zone).date()
            assert said["DTEND"].dt - start == timedelta(days=1)
        else:
            assert clock.local(start.astimezone(UTC), date_.zone).replace(tzinfo=None) == clock.local(
                date_.at, date_.zone).replace(tzinfo=None)  # an hour that comes twice is read as the first, as it is typed
            assert said["DURATION"].dt == timedelta(minutes=date_.minutes)
    assert {str(zone["TZID"]) for zone in read.walk("VTIMEZONE")} == {
        d.zone for d in made if d.minutes is not None and d.zone != "UTC"}


def test_days_of_23_and_25_hours_are_over_at_midnight():
    for at, hours in ((CHANGES[0], 23), (CHANGES[1], 25)):
        day = Date("g", 1, AT, "T", "", clock.instant(at.date(), time(0), "Europe/London"), None, "", "Europe/London", "u")
        assert day.ends_at - day.at == timedelta(hours=hours)


@pytest.fixture
def host(world):
    return world.person(name="Ada", email="ada@example.org")


@pytest.fixture
def posted(world):
    return world.person(name="Ben", email="ben@example.org")


@pytest.fixture
def followup(world, host, posted):
    session = world.session(world.event(), "Bins and what they tell us", room=1, slot=1)
    return world.followup(session, hosts=[host], posted=[posted], question="What next for bins?")


def set_next(person, followup, at=AT, **wanted) -> bool:
    with transaction():
        there = db.session.get_one(FollowUp, followup.id)
        return dates_actions.set_next(db.session.get_one(Person, person.id), there, NONE | wanted, dates_actions.as_fields(there), at=at)


def letters() -> list[Mail]:
    return db.session.query(Mail).order_by(Mail.id).all()


def calendars() -> list[Calendar]:
    return [Calendar.from_ical(mail.calendar) for mail in letters() if mail.calendar]


def tell(number: int, at=AT, **more) -> int:
    with transaction() as store:
        return dates_letters.tell_of(store.get_one(FollowUp, number), at, **more)


@pytest.mark.parametrize(("day", "at", "minutes", "when"), [
    ("2027-02-10", "14:00", "90", datetime(2027, 2, 10, 14, tzinfo=UTC)),
    ("2027-07-10", "14:00", "", datetime(2027, 7, 10, 13, tzinfo=UTC)),
    ("2027-03-28", "01:30", "30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # skipped by the clock: half past two
    ("2027-10-31", "01:30", "30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # comes twice: the first
])
def test_a_date_by_the_clock_on_the_wall(followup, host, day, at, minutes, when):
    assert set_next(host, followup, step="Call", day=day, time=at, minutes=minutes)
    there = db.session.get(FollowUp, followup.id)
    assert (there.next_at, there.next_minutes) == (when, int(minutes or 60))
    assert not set_next(host, followup, **dates_actions.as_fields(there))  # as it is shown it is kept


def test_a_whole_day_stays_that_day(followup, host):
    set_next(host, followup, day="2027-10-31")
    there = db.session.get(FollowUp, followup.id)
    assert clock.local(there.next_at, "Europe/London").date() == date(2027, 10, 31)
    assert dates_actions.as_fields(there) == NONE | {"day": "2027-10-31"}


@pytest.mark.once
@pytest.mark.parametrize("wanted", [
    {"time": "14:00"}, {"where": "The café"}, {"day": "2027-02-10", "minutes": "30"}, {"day": "2027-02-31"}, {"day": "soon"},
    {"day": "2027-02-10", "time": "25:00"}, {"day": "2027-02-10", "time": "10:00", "minutes": "0"}, {"day": "2026-12-31"},
    {"day": "2027-02-10", "time": "10:00", "minutes": "1.5"}, {"step": "x" * 301},
    {"day": "2027-02-10", "time": "10:00", "minutes": "99999"}])
def test_what_cannot_be_kept_is_refused(followup, host, wanted):
    with pytest.raises(Invalid):
        set_next(host, followup, **wanted)


def test_hosts_and_campmakers_say_what_is_next(world, followup, host, posted):
    with pytest.raises(Forbidden):
        set_next(posted, followup, step="Mine")
    assert set_next(world.holder(followup.event, Role.CAMPMAKER), followup, step="A visit")
    with transaction():
        db.session.get(FollowUp, followup.id).state = "rested"
    with pytest.raises(Conflict, match="closed"):
        set_next(host, followup, step="A call")


def test_two_hosts_side_by_side(followup, host):
    set_next(host, followup, step="Call", day="2027-02-10")
    was = NONE | {"step": "Call", "day": "2027-02-10"}
    set_next(host, followup, step="Visit", day="2027-02-10")
    with transaction() as store:
        me, there = store.get_one(Person, host.id), store.get_one(FollowUp, followup.id)
        dates_actions.set_next(me, there, was | {"day": "2027-02-11"}, was, at=AT)
        assert dates_actions.as_fields(there) == was | {"step": "Visit", "day": "2027-02-11"}  # each changed another thing
        with pytest.raises(Clash):
            dates_actions.set_next(me, there, was | {"step": "Lunch"}, was, at=AT)


def test_calendars_are_told_when_it_is_set_moved_and_taken_away(followup, host):
    number, guid, me = followup.id, followup.guid, host
    set_next(me, followup, step="Call", day="2027-02-10", time="14:00", minutes="45", where="https://call.example.org/x")
    assert tell(number) == 2
    assert tell(number) == 0  # a crash between doing and forgetting
    set_next(me, followup, step="Call", day="2027-02-12", time="14:00", minutes="45")
    assert tell(number, moved=True) == 2
    with transaction() as store:
        dates_actions.take_away(store.get_one(Person, me.id), store.get_one(FollowUp, number), at=AT)
        had = store.query(jobs.Job).filter_by(kind=dates_actions.LETTERS).order_by(jobs.Job.id.desc()).first().payload["cancelled"]
    assert tell(number, cancelled=had) == 2
    to_ada = [Calendar.from_ical(mail.calendar) for mail in letters() if mail.recipient == "ada@example.org"]
    assert [str(one["METHOD"]) for one in to_ada] == [PUBLISH, PUBLISH, CANCEL]
    events = [one.walk("VEVENT")[0] for one in to_ada]
    assert {str(event["UID"]) for event in events} == {guid}
    assert [event["SEQUENCE"] for event in events] == [1, 2, 3]
    assert [str(event["STATUS"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert events[2]["DTSTART"].dt == events[1]["DTSTART"].dt
    first = letters()[0]
    assert "Wednesday 10 February 2027, 14:00 to 14:45 (Europe/London time)" in first.body
    assert "https://call.example.org/x" in first.body
    assert "ada@" not in "".join(mail.calendar for mail in letters())


def test_only_the_last_of_many_changes_is_told(followup, host):
    for day in ("2027-02-10", "2027-02-11", "2027-02-12"):
        set_next(host, followup, day=day)
    jobs.work_until_idle()
    assert [one.walk("VEVENT")[0]["SEQUENCE"] for one in calendars()] == [3, 3]


def test_who_may_no_longer_read_is_not_told(world, followup, host):
    number = followup.id
    set_next(host, followup, day="2027-02-10")
    with transaction() as store:
        store.get_one(FollowUp, number).event.visibility = "attendees"
    assert tell(number) == 0


def test_a_reminder_the_day_before_once_for_each_version(followup, host):
    number = followup.id
    set_next(host, followup, step="Call", day="2027-02-10", time="09:00")
    planned = [job for job in db.session.query(jobs.Job) if job.kind == dates_actions.REMIND]
    assert [job.run_at for job in planned] == [datetime(2027, 2, 9, 16, tzinfo=UTC)]

    def remind(at):
        with transaction() as store:
            return dates_letters.remind_of(store.get_one(FollowUp, number), at)

    with transaction() as store:
        store.get_one(FollowUp, number).state = "rested"
    assert remind(planned[0].run_at) == 0
    with transaction() as store:
        store.get_one(FollowUp, number).state = "open"
    assert remind(planned[0].run_at) == 2
    assert remind(planned[0].run_at) == 0
    set_next(host, followup, step="Call", day="2027-02-17", time="09:00")
    assert remind(datetime(2027, 2, 16, 16, tzinfo=UTC)) == 2
    set_next(host, followup, step="Call", day="2027-02-24", time="09:00")
    assert remind(datetime(2027, 2, 24, 9, tzinfo=UTC)) == 0  # it has begun
    assert all("Coming up" in mail.body for mail in letters())


def test_no_reminder_of_what_was_set_after_its_time(followup, host):
    set_next(host, followup, at=datetime(2027, 2, 9, 17, tzinfo=UTC), day="2027-02-10", time="09:00")
    assert dates_actions.REMIND not in {job.kind for job in db.session.query(jobs.Job)}


def at(followup, tail: str = "") -> str:
    return f"/e/{followup.event.slug}/follow-ups/{followup.id}{tail}"


@pytest.mark.once
def test_through_the_pages(client, world, followup, host, posted):
    client.sign_in(host)
    day = (clock.now() + timedelta(days=10)).date()
    form = {"step": "Call the councils", "day": day.isoformat(), "time": "14:00", "minutes": "30", "where": "The Bell"}
    page = client.get(at(followup, "/next-step"))
    assert "2 people in the conversation get" in page.text
    assert "It is shown to who reads the posts here" in page.text
    with transaction() as store:
        followup.readers = READ_ALL
        store.add(MailStop(person_id=posted.id, about="conversation", thing_id=followup.id, at=AT))
    page = client.get(at(followup, "/next-step"))
    assert "1 person in the conversation gets" in page.text
    assert "It is shown to everybody, also without signing in." in page.text
    with transaction():
        followup.readers = READ_PASS
    assert client.send(at(followup, "/next-step"), **form).status_code == 303
    assert "Call the councils" in client.get(at(followup)).text
    file = client.get(at(followup, "/date.ics"))
    assert file.mimetype == "text/calendar"
    event = Calendar.from_ical(file.data).walk("VEVENT")[0]
    assert (str(event["UID"]), str(event["LOCATION"])) == (followup.guid, "The Bell")
    assert client.send(at(followup, "/next-step"), **form | {"step": "", "was_step": "Something else"}).status_code == 409
    client.sign_out()
    assert "Call the councils" not in client.get(at(followup)).text  # its readers hold a pass
    assert client.get(at(followup, "/date.ics")).status_code == 403
    client.sign_in(host)
    assert client.send(at(followup, "/next-step/take-away")).status_code == 303
    assert client.get(at(followup, "/date.ics")).status_code == 404


@pytest.mark.once
def test_ones_own_calendar_of_conversations(client, world, followup, host, posted):
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    set_next(host, followup, at=clock.now(), step="Call the councils", day=day)
    client.sign_in(posted)
    assert "There is no link yet" in client.get("/follow-ups/calendar").text
    assert client.send("/follow-ups/calendar").status_code == 303
    page = client.get("/follow-ups/calendar").text
    link = page.split("<code class=\"addr\">https://camp.example.org")[1].split("</code>")[0]
    client.sign_out()
    assert b"Call the councils" in client.get(link).data
    with transaction() as store:
        store.delete(store.get_one(FollowUp, followup.id).people[1])
    assert b"Call the councils" not in client.get(link).data
    assert client.get(link.replace("0.", "1.", 1)).status_code == 410
    client.sign_in(posted)
    assert client.send("/me/mail/new-links", next="/follow-ups/calendar").location == "/follow-ups/calendar"
    assert link not in client.get("/follow-ups/calendar").text
    assert client.get(link).status_code == 410


@pytest.mark.once
def test_ones_day_at_an_event_holds_the_dates_of_its_conversations(client, world, followup, host):
    event = followup.event
    attendee = world.holder(event)
    held = world.pass_of(event, attendee)
    secret = uuid.uuid4().hex
    with transaction() as store:
        store.get(type(held), held.id).feed_secret = secret
    mine = world.followup(world.session(event, "Trams"), hosts=[attendee])
    day = (clock.now() + timedelta(days=10)).date().isoformat()
    set_next(attendee, mine, at=clock.now(), step="Ride one", day=day, time="10:00")
    set_next(host, followup, at=clock.now(), step="Not mine", day=day, time="10:00")
    read = Calendar.from_ical(client.get(f"/calendar/{secret}/my-day.ics").data)
    assert [str(one["SUMMARY"]) for one in read.walk("VEVENT")] == ["Ride one"]
    assert len(read.walk("VTIMEZONE")) == 1
