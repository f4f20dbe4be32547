"""Schedules from elsewhere, of every format: the real files as they are, and what each format can say."""

import io
import json
import time
import zipfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange.plain_html import to_markdown
from app.exchange.schedule_reader import read_schedule
from app.exchange.schedule_shape import MOST_ENTRIES, BadSchedule, kind_of, length_in, moment
from tests.pace import usual

REAL = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "schedules"
DAYS = [date(2027, 1, 23), date(2027, 1, 24)]


def read(data, zone="Europe/London"):
    return read_schedule(data.encode() if isinstance(data, str) else data, zone, DAYS)


def real(name: str) -> bytes:
    if not (REAL / name).exists():
        pytest.skip(f"the real schedules are not here: {REAL / name}")
    return (REAL / name).read_bytes()


def brief(schedule):
    return [(e.title, e.room, f"{e.starts:%d %H:%M}" if e.starts else "", f"{e.ends:%H:%M}" if e.ends else "", e.leaders)
            for e in schedule.entries]


@pytest.mark.parametrize(("name", "sessions", "rooms", "first_day", "last_day"), [
    ("emf-2018/schedule.frab", 214, 8, "2018-08-31", "2018-09-02"), ("emf-2018/schedule.json", 355, 26, "2016-08-05", "2018-09-02"),
    ("emf-2018/schedule.ics", 355, 26, "2016-08-05", "2018-09-02"), ("emf-2024/schedule.frab", 482, 44, "2024-05-30", "2024-06-02"),
    ("emf-2024/schedule.json", 482, 44, "2024-05-30", "2024-06-02"), ("emf-2024/schedule.ics", 482, 44, "2024-05-30", "2024-06-02"),
    ("fosdem/fosdem-2024.xml", 874, 29, "2024-02-03", "2024-02-04"), ("voc/frab-camp2019.json", 79, 2, "2019-08-21", "2019-08-25"),
    ("voc/pretalx-democon.json", 36, 2, "2020-12-14", "2020-12-16"),
])
def test_the_real_files(name, sessions, rooms, first_day, last_day):
    found = read(real(name))
    assert len(found.entries) == sessions
    assert len({e.room for e in found.entries}) == rooms
    assert all(e.title and e.starts and e.ends and e.guid for e in found.entries)
    assert len({e.guid for e in found.entries}) == sessions
    days = sorted(e.starts.date().isoformat() for e in found.entries)
    assert (days[0], days[-1]) == (first_day, last_day)


def test_a_header_of_another_year_is_said_and_the_sessions_believed():
    assert "The header says 2020-07-24 to 2020-07-26" in read(real("emf-2018/schedule.frab")).remarks[0]


def test_the_three_files_of_one_camp_agree():
    frab, listed, calendar = (read(real(f"emf-2024/schedule.{kind}")) for kind in ("frab", "json", "ics"))
    said = [sorted((e.title, e.room, e.starts, e.ends) for e in one.entries) for one in (frab, listed, calendar)]
    assert said[1] == said[2]
    assert {(title, starts) for title, _, starts, _ in said[0]} == {(title, starts) for title, _, starts, _ in said[1]}


def test_the_invalid_one_is_refused_with_the_reasons():
    with pytest.raises(BadSchedule, match=r"“rooms” stands in “schedule”.*“2814” is text"):
        read(real("voc/invalid-example.json"))


XML = """<?xml version="1.0"?><schedule><conference><title>Camp</title><day_change>04:00:00</day_change>
<time_zone_name>Europe/Brussels</time_zone_name></conference><day date="2027-01-23" index="1"><room name="Attic">
<event id="1"><start>10:00</start><duration>0:30</duration><room>Attic</room><title>Bins</title><persons><person>Ada Osei</person>
<person>Ben Li</person></persons><abstract>&lt;p&gt;On &lt;a href="https://e.org/x"&gt;bins&lt;/a&gt;.&lt;/p&gt;</abstract>
<track>Waste</track><url>https://e.org/bins</url></event>
<event id="2"><start>01:00</start><duration>00:45:00</duration><title>Night</title></event></room>
<room name="Hall"><event id="2"><title>Twice</title><date>2027-01-23T12:00:00+00:00</date></event><event><title>When</title></event>
</room></day></schedule>"""


def test_pentabarf_by_day_and_start_with_nights_in_the_files_own_zone():
    found = read(XML)
    assert brief(found) == [
        ("Bins", "Attic", "23 09:00", "09:30", ("Ada Osei", "Ben Li")), ("Night", "Attic", "24 00:00", "00:45", ()),
        ("Twice", "Hall", "23 12:00", "", ()), ("When", "Hall", "", "", ())]
    bins, _, twice, when = found.entries
    assert (bins.about, bins.topics, bins.links) == (
        "On [bins](https://e.org/x).", ("Waste",), (("Its page elsewhere", "https://e.org/bins"),))
    assert (bins.guid, twice.guid) == ("1", "")
    assert "another session of the file" in twice.remarks[-1]
    assert when.remarks == ("It does not say when it begins.",)


@pytest.mark.parametrize(("data", "says"), [
    ('<!DOCTYPE s [<!ENTITY a "b">]><schedule><day/></schedule>', "document type"),
    ('<!DOCTYPE schedule SYSTEM "http://e.org/x.dtd"><schedule><day/></schedule>', "document type"),
    ("<schedule><day>", "not well-formed"), ("<rss><day/></rss>", "no schedule"), ("<!doctype html><p>", "web page"),
    ("<schedule>" + "<day>" * 40 + "</day>" * 40 + "</schedule>", "deeper"), ("{", "line 1"), ("[" * 9_000, "deeper"), ("[1, 2]", "no schedule"),
    ("[" + "[]," * 200_000 + "[]]", "far more"), ('{"schedule": {}}', "conference"), ('{"schedule": {"conference": {}}}', "days"),
    ('{"schedule": {"conference": {"days": []}, "rooms": []}}', "belongs into"), ("", "empty"), (b"PK\x03\x04junk", "packed"),
    ("milk,1\neggs,2\n", "names no column"), (b"\x00\x01\x02" * 99, "not a CSV"), (b"x" * (8 * 1024 * 1024 + 1), "larger than 8 MB"),
])
def test_what_is_no_schedule_is_refused_in_words(data, says):
    with pytest.raises(BadSchedule, match=says):
        read(data)


def test_too_many_sessions_are_refused():
    with pytest.raises(BadSchedule, match="more than 3,000 sessions"):
        read(json.dumps([{"title": "A"}] * (MOST_ENTRIES + 1)))


def test_a_frab_json_whose_header_is_wrong_and_whose_parts_are_odd():
    event = {"id": 7, "guid": "a0a0fcfe-b7fb-46e3-84b6-97a5406016b4", "title": "Bins", "start": "11:00", "duration": "0:45", "persons": [
        {"public_name": "Ada"}, {"name": "Ben"}, "Cy"], "links": [{"url": "javascript:alert(1)"}, {"url": "https://e.org/a", "title": "A"}]}
    conference = {"start": "2020-01-01", "end": "2020-01-02", "days": [{"date": "2027-01-23", "rooms": {"Attic": [event, 5]}}, "x"],
                  "rooms": [{"name": "Attic", "capacity": 40}, {"name": "Empty"}]}
    found = read(json.dumps({"schedule": {"conference": conference}}))
    assert brief(found) == [("Bins", "Attic", "23 11:00", "11:45", ("Ada", "Ben", "Cy"))]
    assert found.entries[0].links == (("A", "https://e.org/a"),)
    assert [(room.name, room.seats) for room in found.rooms] == [("Attic", 40)]
    assert "believed" in found.remarks[0]


CALENDAR = """BEGIN:VCALENDAR\r
X-WR-TIMEZONE:Europe/Paris\r
BEGIN:VTIMEZONE\r
TZID:Own\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
UID:a@example.org\r
SUMMARY:Bins\\, and\r
  more\r
DTSTART;TZID="GMT Standard Time":20270123T110000\r
DURATION:PT45M\r
LOCATION:Attic\r
ORGANIZER;CN="Osei, Ada":mailto:ada@example.org\r
STATUS:CANCELLED\r
COMMENT:Ill\r
RRULE:FREQ=DAILY\r
BEGIN:VALARM\r
SUMMARY:Alarm\r
END:VALARM\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:b\r
SUMMARY:Lunch\r
DTSTART:20270123T130000\r
DTEND:20270123T120000\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:c\r
SUMMARY:Zone\r
DTSTART;TZID=Own:20270123T130000\r
a line that is none\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:d\r
SUMMARY:All day\r
DTSTART;VALUE=DATE:20270123\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:e\r
"""


def test_a_calendar_of_many_programs():
    found = read(CALENDAR)
    assert brief(found) == [
        ("Bins, and more", "Attic", "23 11:00", "11:45", ("Osei, Ada",)), ("Lunch", "", "23 12:00", "", ()),
        ("Zone", "", "23 12:00", "", ()), ("All day", "", "", "", ())]
    bins, lunch, zone, whole = found.entries
    assert (bins.guid, bins.cancelled, lunch.kind) == ("a@example.org", "Ill", "break")
    assert "repeats" in bins.remarks[0]
    assert "end before it begins" in lunch.remarks[0]
    assert "“Own” is not known" in zone.remarks[0]
    assert "a day and no time" in whole.remarks[0]
    assert [line[:11] for line in found.remarks] == ["A line coul", "The last ev"]


def sheet(*rows, name="Grid", more=()):
    book = openpyxl.Workbook()
    for title, lines in [(name, rows), *more]:
        page = book.active if title == name else book.create_sheet(title)
        page.title = title
        for line in lines:
            page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


WALL = [("UKGovCamp", "", ""), ("Time", "Main hall (120)", "Attic"), ("11:00-11:45", "Bins (Ada Osei)", "Forms\nBen Sutcliffe & Marta Nowak"),
        ("12:00 – 12:45", "", "Phones"), ("12:45", "Lunch", "")]
WALL_SAID = [("Bins", "Main hall", "23 11:00", "11:45", ("Ada Osei",)), ("Forms", "Attic", "23 11:00", "11:45", ("Ben Sutcliffe", "Marta Nowak")),
             ("Phones", "Attic", "23 12:00", "12:45", ()), ("Lunch", "", "23 12:45", "", ())]


def as_csv(rows):
    return "\n".join(",".join('"' + cell + '"' for cell in row) for row in rows)


@pytest.mark.parametrize("data", [as_csv(WALL), sheet(*WALL)], ids=["csv", "xlsx"])
def test_a_grid_like_the_wall(data):
    found = read(data)
    assert brief(found) == WALL_SAID
    assert [entry.kind for entry in found.entries] == ["session", "session", "session", "break"]
    assert [(room.name, room.seats) for room in found.rooms] == [("Main hall", 120)]
    assert found.entries[1].where == "row 3, Attic"


def test_the_wall_turned_by_session_number():
    found = read("Room,Session 1 11:00,Session 2 12:00\nMain hall,Bins,Forms\nAttic,,Phones\n")
    assert [(e.title, e.room, e.slot, f"{e.starts:%H:%M}") for e in found.entries] == [
        ("Bins", "Main hall", 1, "11:00"), ("Forms", "Main hall", 2, "12:00"), ("Phones", "Attic", 2, "12:00")]


def test_a_plain_table_below_a_title_with_days_by_name_and_number():
    found = read("GovCamp grid,,,,\nday,time,room,title,leaders\nSunday,11:00,Attic,Bins,Ada Osei and Ben Li\nDay 1,9:00,,Welcome,\n"
                 "2027-01-24,1pm,Attic,Forms,\n")
    assert brief(found) == [("Bins", "Attic", "24 11:00", "", ("Ada Osei", "Ben Li")), ("Welcome", "", "23 09:00", "", ()),
                            ("Forms", "Attic", "24 13:00", "", ())]
    assert [e.kind for e in found.entries] == ["session", "plenary", "session"]
    assert [e.where for e in found.entries] == ["row 3", "row 4", "row 5"]


def test_a_spreadsheet_of_several_sheets_where_formulas_are_only_what_they_gave():
    found = read(sheet(("time", "room", "title"), ("11:00", "Attic", "=HYPERLINK(1)"), ("12:00", "Attic", "'=1+1"), name="Saturday",
                       more=[("Sunday", [("time", "room", "title"), ("11:00", "Hall", "Forms")]), ("Sums", [("a", "b"), (1, 2)])]))
    assert [(e.title, e.where) for e in found.entries] == [("", "row 2 of Saturday"), ("=1+1", "row 3 of Saturday"), ("Forms", "row 2 of Sunday")]
    assert found.entries[2].starts == datetime(2027, 1, 24, 11, tzinfo=UTC)
    assert "The sheet “Sums” was left out." in found.remarks[-1]


@pytest.mark.parametrize(("text", "minutes"), [("0:30", 30), ("00:30", 30), ("16:00", 960), ("00:05:00", 5), ("45", 45), ("PT1H30M", 90),
                                               ("0:00", None), ("soon", None), ("", None), (None, None)])
def test_lengths(text, minutes):
    assert length_in(text) == (timedelta(minutes=minutes) if minutes else None)


@pytest.mark.parametrize(("text", "said"), [
    ("2024-05-31T17:20:00+01:00", "16:20"), ("2024-05-31 17:20:00", "16:20"), ("2024-01-31T17:20Z", "17:20"), ("2024-05-31T17:20:00.5+0200", "15:20"),
    ("2024-05-31", None), ("2024-13-31T17:20", None), ("0001-01-01T00:00:00+23:00", None), ("", None)])
def test_moments(text, said):
    at = moment(text, "Europe/London")
    assert (f"{at:%H:%M}" if at else None) == said


def test_what_is_a_break_by_its_name():
    assert [kind_of(t, "") for t in ("Lunch", "Tea and coffee break", "Welcome and pitches", "Closing", "Bins", "Coffee in the public sector", "")] == [
        "break", "break", "plenary", "plenary", "session", "session", "session"]
    assert kind_of("Lunch", "Attic") == "session"


def test_html_becomes_plain_markdown():
    assert to_markdown("<p>One &amp; two</p><ul><li>a<li>b</ul><script>x</script><a href='javascript:1'>c</a>") == "One & two\n\n- a\n- b\n\nc"
    assert to_markdown("2 < 3 & *x*") == "2 < 3 & *x*"


@settings(deadline=None, max_examples=50)
@given(st.one_of(
    st.binary(max_size=300), st.text(max_size=200).map(str.encode),
    st.lists(st.sampled_from(CALENDAR.split("\r\n") + ["END:VEVENT", "BEGIN:VEVENT", "DTSTART:99991231T235959", "DTSTART;TZID=x/y:00010101T000000"]),
             max_size=20).map(lambda lines: ("BEGIN:VCALENDAR\n" + "\n".join(lines)).encode()),
    st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=9),
                 lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                     st.sampled_from(["schedule", "conference", "days", "rooms", "title", "date", "start", "duration", "persons", "links", "url", "guid"]),
                     inner, max_size=6), max_leaves=25).map(lambda value: json.dumps({"schedule": {"conference": value}}).encode())))
def test_anything_is_read_or_refused(data):
    try:
        found = read(data)
    except BadSchedule:
        return
    assert all(e.starts is None or e.starts.tzinfo for e in found.entries)
    assert all(not (e.starts and e.ends) or e.starts < e.ends for e in found.entries)


def row_far_down() -> bytes:
    book = openpyxl.Workbook()
    for place, cell in {"A1": "time", "B1": "room", "C1": "title", "A2": "11:00", "B2": "Attic", "C2": "Bins", "A1048576": "x"}.items():
        book.active[place] = cell
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_doctype() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet(("time", "title"), ("11:00", "Bins")))) as clean, zipfile.ZipFile(out, "w") as packed:
        for name in clean.namelist():
            data = clean.read(name)
            packed.writestr(name, b"<!DOCTYPE x [<!ENTITY a 'b'>]>" + data if name.endswith("sheet1.xml") else data)
    return out.getvalue()


@pytest.mark.parametrize(("data", "sessions"), [
    (row_far_down(), 1), (with_doctype(), None), (sheet(("time", "title"), ("11:00", "Bins"))[:-900], None),
    ("BEGIN:VCALENDAR\nX" + ";A=b" * 1_500_000, 0), ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:" + "x\n " * 1_500_000 + "\nEND:VEVENT\n", 1),
    ("time,room,title,leaders\n" + ('11:00,A,T,"' + "a@b.c," * 3_200 + '"\n') * 100, 100),
    ("<schedule><day>" + ("<event><abstract>&lt;p&gt;" + "&lt;a href=\"" * 1_500 + "</abstract></event>") * 100 + "</day></schedule>", 100),
    ("<schedule><day>" + ("<event><abstract>&lt;p&gt;" + "&lt;!--" * 3_000 + "</abstract></event>") * 100 + "</day></schedule>", 100),
    ("<schedule><day>" + "<event/>" * 149_000 + "</day></schedule>", None), ("Time,A" + " " * 19_000 + "(1,B\n" + "11:00,x,y\n" * 2_000, 4_000),
], ids=lambda value: None if value is None or isinstance(value, int) else "recipe")
def test_what_is_made_to_hurt_is_read_or_refused_in_good_time(data, sessions):
    began = time.process_time()
    try:
        found = len(read(data).entries)
    except BadSchedule:
        found = None
    assert usual(time.process_time() - began, 3) < 3
    assert found == sessions or sessions == 4_000
