"""What goes out: calendars, schedule.xml and schedule.json, to whom, and when it is sent anew."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import jsonschema
import pytest
from icalendar import Calendar
from lxml import etree

from app.events import actions as events
from app.events.models import ATTENDEES_ONLY, DRAFT, Role
from app.exchange.schedule_reader import read_schedule
from app.grid import actions as grid
from app.grid.models import CANCELLED
from app.grid.standings import change, standing_of
from app.infra.db import transaction
from app.infra.ics import folded
from app.pitches import actions as pitches
from tests.world import AT

pytestmark = pytest.mark.once  # test_bringing_schedule.py tries what goes out on every kind of database
VOC = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "schedules" / "voc"
NASTY = "Bins; forms, \\ “quotes”\n<b>&amp; "


@pytest.fixture
def event(world):
    return world.event(venue="Town hall", name="GovCamp North 2027", slug="gcn-2027")


@pytest.fixture
def bins(world, event):
    return world.session(event, "Bins & “more”", room=1, slot=1, about=NASTY + "ä" * 90, leaders=("Ada Osei", "Ben <Li>"), topics=("Waste",))


def calendar_at(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    assert response.mimetype == "text/calendar"
    assert all(len(line) <= 75 for line in response.data.split(b"\r\n"))
    return Calendar.from_ical(response.data)


def sessions_at(client, path):
    return {str(one["summary"]): one for one in calendar_at(client, path).walk("VEVENT")}


def test_the_events_calendar(client, world, event, bins):
    world.session(event, "No place")
    [one] = sessions_at(client, "/e/gcn-2027/grid.ics").values()
    assert (str(one["uid"]), str(one["status"]), str(one["location"])) == (bins.guid, "CONFIRMED", "Main hall, Ground, Town hall")
    assert (one["dtstart"].dt.isoformat(), one["dtend"].dt.isoformat()) == ("2027-01-23T11:00:00+00:00", "2027-01-23T11:45:00+00:00")
    assert str(one["dtstart"].dt.tzinfo) == "Europe/London"
    assert str(one["summary"]) == "Bins & “more”"
    said = str(one["description"])
    assert said.startswith("Bins; forms, \\ “quotes”\n<b>&amp;")
    assert said.endswith(f"Led by Ada Osei, Ben <Li>\nSession: https://camp.example.org/e/gcn-2027/sessions/{bins.id}\n"
                         f"Notes: https://camp.example.org/e/gcn-2027/sessions/{bins.id}/note")
    assert [str(zone["tzid"]) for zone in calendar_at(client, "/e/gcn-2027/grid.ics").walk("VTIMEZONE")] == ["Europe/London"]


def test_a_room_and_one_session(client, world, event, bins):
    other = world.session(event, "Forms", room=2, slot=1)
    assert list(sessions_at(client, f"/e/gcn-2027/rooms/{event.rooms[1].id}.ics")) == ["Forms"]
    assert list(sessions_at(client, f"/e/gcn-2027/sessions/{bins.id}.ics")) == ["Bins & “more”"]
    assert f'href="/e/gcn-2027/sessions/{bins.id}.ics"' in client.get(f"/e/gcn-2027/sessions/{bins.id}").text
    unplaced = world.session(event, "Later")
    elsewhere = world.event()
    for path in (f"sessions/{unplaced.id}.ics", "sessions/99999999999999999999.ics", f"rooms/{elsewhere.rooms[0].id}.ics"):
        assert client.get(f"/e/gcn-2027/{path}").status_code == 404
    assert client.get(f"/e/{elsewhere.slug}/sessions/{other.id}.ics").status_code == 404


def test_the_sequence_grows_only_for_what_changed_and_the_uid_stays(client, world, event, organiser, bins):
    world.session(event, "Forms", room=2, slot=1)
    before = sessions_at(client, "/e/gcn-2027/grid.ics")
    with transaction(event):
        grid.move(organiser, event, bins, event.rooms[2], event.slots[1], seen=None, at=AT + timedelta(hours=1))
    moved = sessions_at(client, "/e/gcn-2027/grid.ics")
    assert moved["Forms"].to_ical() == before["Forms"].to_ical()
    with transaction(event):
        pitches.edit(organiser, bins.pitch, title="Waste", about="", leaders=["Ada Osei"], topics=[], seen=1, at=AT + timedelta(hours=2))
    renamed = sessions_at(client, "/e/gcn-2027/grid.ics")
    with transaction(event):
        events.edit_event(organiser, event, time_zone="Europe/Paris")
    shifted = sessions_at(client, "/e/gcn-2027/grid.ics")
    one = [before["Bins & “more”"], moved["Bins & “more”"], renamed["Waste"], shifted["Waste"]]
    assert len({str(x["uid"]) for x in one}) == 1
    assert [x["sequence"] for x in one] == sorted({x["sequence"] for x in one})
    assert one[1]["dtstamp"].dt == AT + timedelta(hours=1)
    assert str(one[3]["dtstart"].dt.tzinfo) == "Europe/Paris"
    assert one[3]["dtstart"].dt.strftime("%H:%M") == "12:00"


def test_a_double_session_lasts_over_both_slots_and_a_cancelled_one_says_so(client, world, event, organiser, bins):
    with transaction(event):
        change(organiser, event, "resized", {bins: standing_of(bins)._replace(length=2)}, "made it longer", AT)
    [one] = sessions_at(client, "/e/gcn-2027/grid.ics").values()
    assert one["dtend"].dt - one["dtstart"].dt == timedelta(minutes=105)
    assert "<duration>01:45</duration>" in client.get("/e/gcn-2027/schedule.xml").text
    with transaction(event):
        change(organiser, event, CANCELLED, {bins: standing_of(bins)._replace(cancelled="Ada is ill")}, "cancelled it", AT)
    [one] = sessions_at(client, "/e/gcn-2027/grid.ics").values()
    assert str(one["status"]) == "CANCELLED"
    assert str(one["description"]).startswith("Cancelled: Ada is ill\n")
    assert "<event " not in client.get("/e/gcn-2027/schedule.xml").text


def validated(client, slug="gcn-2027"):
    """Both formats, checked against the published schemas."""
    if not VOC.exists():
        pytest.skip(f"the published schemas are not here: {VOC}")
    xml, data = client.get(f"/e/{slug}/schedule.xml"), client.get(f"/e/{slug}/schedule.json")
    etree.XMLSchema(etree.parse(VOC / "schedule.xml.xsd")).assertValid(etree.fromstring(xml.data))
    jsonschema.validate(data.json, json.loads((VOC / "schema.json").read_text()), format_checker=jsonschema.FormatChecker())
    return etree.fromstring(xml.data), data.json["schedule"]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "UTC", "Etc/GMT+5", "Asia/Kolkata"])
def test_both_conference_formats_are_valid(client, world, zone):
    event = world.event(slug="x", time_zone=zone, rooms=3)
    world.session(event, "É" * 100, room=1, slot=1, about="\x0b" + NASTY, leaders=(), topics=("Waste",))
    world.session(event, "Two", room=2, slot=1)
    xml, data = validated(client, "x")
    assert len(xml.findall(".//event")) == 2
    assert [len(rooms) for rooms in (day["rooms"] for day in data["conference"]["days"])] == [2]


def test_an_empty_grid_is_valid_too(client, event):
    xml, data = validated(client)
    assert xml.findall(".//event") == []
    assert data["conference"]["daysCount"] == 1


def test_what_goes_out_is_read_back_the_same(client, world, event, bins):
    world.session(event, "Forms", room=2, slot=3)
    read = [read_schedule(client.get(f"/e/gcn-2027/{name}").data, "Asia/Tokyo", []) for name in ("schedule.xml", "schedule.json", "grid.ics")]
    said = [{(e.guid, e.title, e.starts, e.ends, e.topics) for e in one.entries} for one in read]
    assert said[0] == said[1] == said[2]
    assert [sorted({e.room for e in one.entries}) for one in read[:2]] == [["Main hall", "Seacole"]] * 2
    assert [e.leaders for e in read[0].entries][0] == ("Ada Osei", "Ben <Li>")
    assert bins.guid in {e.guid for e in read[0].entries}


def test_whoever_has_it_is_told_so_and_a_change_is_sent_at_once(client, event, organiser, bins):
    for path in ("grid.ics", "schedule.xml", "schedule.json"):
        first = client.get(f"/e/gcn-2027/{path}")
        tag = first.headers["ETag"]
        assert client.get(f"/e/gcn-2027/{path}", headers={"If-None-Match": '""'}).status_code == 200
        for seen in (tag, f"W/{tag}", tag[:-1] + ':gzip"', f'"x", {tag}'):
            again = client.get(f"/e/gcn-2027/{path}", headers={"If-None-Match": seen})
            assert (again.status_code, again.data) == (304, b"")
        assert first.headers["Cache-Control"] == "public, no-cache"
    with transaction(event):
        grid.take_off(organiser, event, bins, seen=None, at=AT)
    for path in ("grid.ics", "schedule.xml", "schedule.json"):
        assert "Bins" not in client.get(f"/e/gcn-2027/{path}", headers={"If-None-Match": tag}).text


def test_a_change_of_something_else_leaves_the_answer_as_it_is(client, world, event, bins):
    tag = client.get("/e/gcn-2027/schedule.xml").headers["ETag"]
    somebody = world.holder(event)
    with transaction(event):
        pitches.mark_interest(somebody, bins.pitch, at=AT)
    assert client.get("/e/gcn-2027/schedule.xml", headers={"If-None-Match": tag}).status_code == 304


def test_nothing_is_asked_of_the_database_twice(client, world, event, bins, statements):
    client.get("/e/gcn-2027/schedule.xml")
    with statements() as said:
        client.get("/e/gcn-2027/schedule.xml")
    assert len(said) == 1  # the event, with its version
    for title in ("Forms", "Maps"):
        world.session(event, title, room=2 if title == "Forms" else 3, slot=1)
    with transaction(event):
        event.version += 1
    with statements() as said:
        client.get("/e/gcn-2027/schedule.xml")
    assert len(said) == 9


def test_a_draft_goes_out_to_those_who_arrange_it_only(client, world, event, organiser, bins):
    helper = world.holder(event, Role.CAMPMAKER)
    bins_id = bins.id
    assert "Bins" in client.get("/e/gcn-2027/grid.ics").text
    with transaction(event):
        event.grid_state = DRAFT
    paths = ("grid.ics", "schedule.xml", "schedule.json", f"sessions/{bins_id}.ics")
    for who in (None, helper, organiser, None):
        client.sign_out()
        if who:
            client.sign_in(who)
        for path in paths:
            assert ("Bins" in client.get(f"/e/gcn-2027/{path}").text) == (who is organiser), (who, path)


def test_an_event_for_attendees_only_has_no_public_feed(client, world, event, bins):
    holder = world.holder(event)
    client.get("/e/gcn-2027/grid.ics")  # kept while it is public
    with transaction(event):
        event.visibility = ATTENDEES_ONLY
    for path in ("grid.ics", "schedule.xml", "schedule.json", f"rooms/{event.rooms[0].id}.ics", f"sessions/{bins.id}.ics", "feeds"):
        response = client.get(f"/e/gcn-2027/{path}")
        assert response.status_code == 302
        assert "Bins" not in response.text
    client.sign_in(holder)
    response = client.get("/e/gcn-2027/grid.ics")
    assert "Bins" in response.text
    assert response.headers["Cache-Control"] == "private, no-cache"


def own_links(client):
    return re.findall(r'value="https://camp.example.org(/calendar/[^"]+)"', client.get("/e/gcn-2027/feeds").text)


def test_my_day_by_a_secret_link_that_can_be_renewed_and_dies_with_the_pass(client, world, event, organiser, bins):
    with transaction(event):
        event.visibility = ATTENDEES_ONLY
    holder = world.holder(event, email="a@example.org")
    world.session(event, "Forms", room=2, slot=1, interested=(holder,))
    world.session(event, "Mine", room=3, slot=1, leaders=(holder,))
    client.sign_in(holder)
    assert own_links(client) == []
    assert client.send("/e/gcn-2027/feeds/secret").status_code == 303
    my_day, whole = own_links(client)
    client.sign_out()
    assert set(sessions_at(client, my_day)) == {"Forms", "Mine"}
    assert set(sessions_at(client, whole)) == {"Forms", "Mine", "Bins & “more”"}
    assert client.get(my_day).headers["Cache-Control"] == "private, no-cache"
    assert client.get(whole.replace("grid", "elsewhere")).status_code == 404
    client.sign_in(holder).send("/e/gcn-2027/feeds/secret")
    newer = own_links(client)[0]
    client.sign_out()
    assert newer != my_day
    assert client.get(my_day).status_code == 404
    with transaction(event):
        event.grid_state = DRAFT
    assert sessions_at(client, newer) == {}
    client.sign_in(organiser).send("/e/gcn-2027/feeds/secret")
    theirs = own_links(client)[1]
    client.sign_out()
    assert "Forms" in sessions_at(client, theirs)
    with transaction(event):
        events.take_pass_away(organiser, event, world.pass_of(event, holder))
    assert client.get(newer).status_code == 404


def test_an_owner_without_a_pass_is_told_to_take_one(client, world, event):
    client.sign_in(world.owner(event.series))
    response = client.send("/e/gcn-2027/feeds/secret")
    assert response.status_code == 409
    assert "Join the event first" in response.text


def test_a_guid_from_a_file_is_a_uuid_in_feeds_and_its_own_in_calendars(client, world, event, bins):
    other = world.session(event, "Forms", room=2, slot=1)
    with transaction(event):
        bins.guid, other.guid = "2024-146", "abc@example.org"
    uids = {name: str(one["uid"]) for name, one in sessions_at(client, "/e/gcn-2027/grid.ics").items()}
    assert uids["Forms"] == "abc@example.org"
    xml, _ = validated(client)
    guids = {one.findtext("title"): one.get("guid") for one in xml.findall(".//event")}
    assert guids["Bins & “more”"] == uids["Bins & “more”"]


def test_lines_are_folded_between_letters():
    line = "SUMMARY:" + "é€😀" * 40
    pieces = folded(line)
    assert pieces.replace("\r\n ", "") == line
    assert all(len(piece.encode()) <= 75 for piece in pieces.split("\r\n"))


def test_years_of_summer_time_are_in_the_calendar(client, world):
    event = world.event(slug="y", day=datetime(2027, 7, 3, tzinfo=UTC).date(), rooms=1, slots=1)
    world.session(event, "Summer", room=1, slot=1)
    [one] = sessions_at(client, "/e/y/grid.ics").values()
    assert one["dtstart"].dt.astimezone(UTC).strftime("%H:%M") == "10:00"
