"""Schedules from elsewhere put into an event: what is made, found again, changed, left out; all of it or nothing."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.errors import Conflict
from app.events.models import Role
from app.exchange import bringing_schedule, slot_planning
from app.exchange.models import SessionLink
from app.exchange.reports import CHANGED, FAILED, NEW, SAME, SKIPPED
from app.grid import actions as grid
from app.grid.models import GridChange, Placement, Session
from app.infra import db
from app.infra.db import transaction
from app.pitches import actions as pitches
from app.pitches.models import Pitch
from tests.exchange.bringing import bring, rows
from tests.world import AT

REAL = Path(__file__).resolve().parent.parent.parent.parent / "shared" / "data" / "schedules"

def talk(title, start="11:00", end="11:45", room="Attic", day="2027-01-23", **more):
    return {"title": title, "start_date": f"{day} {start}:00", "end_date": f"{day} {end}:00", "venue": room} | more


def standing(event):
    """Every session: room, start, how many slots, guid."""
    db.session.rollback()
    return {s.pitch.title: (s.placement.room.name, f"{s.placement.slot.starts_at:%d %H:%M}", len(s.placements)) if s.placement else None
            for s in db.session.scalars(select(Session).where(Session.event_id == event.id).order_by(Session.id))}


def outcomes(reports):
    return {r.title: r.outcome for r in reports if r.name != "the file"}


DAY = [talk("Bins", id="1", speaker="Ada Osei", description="<p>Why?</p>", link="https://e.org/1"), talk("Forms", room="Hall", id="2"),
       talk("Maps", "12:00", "12:45", id="3"), talk("Long", "11:00", "12:45", "Garden", id="4"), talk("Short", "11:10", "11:20", "Hall", id="5")]


def test_a_day_comes_in_with_doubles_and_links_and_in_one_step_of_history(event, organiser):
    reports = bring(organiser, event, DAY)
    assert {r.outcome for r in reports} == {NEW}
    assert standing(event) == {"Bins": ("Attic", "23 11:00", 1), "Forms": ("Hall", "23 11:00", 1), "Maps": ("Attic", "23 12:00", 1),
                               "Long": ("Garden", "23 11:00", 1), "Short": ("Hall", "23 11:10", 1)}
    assert [(f"{s.starts_at:%H:%M}", f"{s.ends_at:%H:%M}") for s in event.slots] == [
        ("11:00", "11:45"), ("11:00", "12:45"), ("11:10", "11:20"), ("12:00", "12:45")]
    bins = db.session.scalar(select(Session).where(Session.guid == "1"))
    assert (bins.pitch.about, [one.name for one in bins.pitch.leaders]) == ("Why?", ["Ada Osei"])
    assert db.session.scalars(select(SessionLink.url)).all() == ["https://e.org/1"]
    assert db.session.scalar(select(func.count()).select_from(GridChange)) == 1
    assert any("same room at the same time" in line for r in reports for line in r.unsure if r.title == "Short")


@pytest.mark.once
def test_a_session_of_two_slots_in_a_row_is_a_double(event, organiser):
    bring(organiser, event, [one for one in DAY if one["title"] != "Short"])
    assert standing(event)["Long"] == ("Garden", "23 11:00", 2)
    assert len(event.slots) == 2


@pytest.mark.parametrize("again", [DAY, [one for one in DAY if one["title"] != "Short"]])
def test_the_same_again_changes_nothing(event, organiser, again):
    bring(organiser, event, again)
    before, version = rows(), event.version
    assert set(outcomes(bring(organiser, event, again)).values()) == {SAME}
    assert (rows(), event.version) == (before, version)


def test_what_changed_in_the_file_changes_here_by_identifier_and_by_title(event, organiser):
    bring(organiser, event, DAY)
    kept = {s.guid: s.id for s in db.session.scalars(select(Session))}
    changed = [talk("Bins and boxes", "12:00", "12:45", "Hall", id="1", speaker="Ada Osei, Ben Li"), talk("Forms", "12:00", "12:45", "Den"),
               *DAY[2:]]
    found = outcomes(bring(organiser, event, changed))
    assert found == {"Bins and boxes": CHANGED, "Forms": CHANGED, "Maps": SAME, "Long": SAME, "Short": SAME}
    assert standing(event)["Bins and boxes"] == ("Hall", "23 12:00", 1)
    assert standing(event)["Forms"] == ("Den", "23 12:00", 1)
    assert {s.guid: s.id for s in db.session.scalars(select(Session))} == kept
    bins = db.session.scalar(select(Session).where(Session.guid == "1"))
    assert ([one.name for one in bins.pitch.leaders], bins.pitch.about) == (["Ada Osei", "Ben Li"], "Why?")
    assert set(outcomes(bring(organiser, event, changed)).values()) == {SAME}


@pytest.mark.once
def test_sessions_may_swap_their_places(event, organiser):
    bring(organiser, event, [talk("Bins", id="1"), talk("Forms", room="Hall", id="2")])
    bring(organiser, event, [talk("Bins", room="Hall", id="1"), talk("Forms", id="2")])
    assert standing(event) == {"Bins": ("Hall", "23 11:00", 1), "Forms": ("Attic", "23 11:00", 1)}


@pytest.mark.once
def test_two_of_one_title_are_told_apart_by_time(event, organiser):
    twice = [talk("Bins", room="Hall"), talk("Bins", "12:00", "12:45", "Hall")]
    bring(organiser, event, twice)
    assert db.session.scalar(select(func.count()).select_from(Session)) == 2
    assert [r.outcome for r in bring(organiser, event, twice)] == [SAME, SAME]


@pytest.mark.once
def test_what_stands_here_and_not_in_the_file_stays_and_is_in_the_way(event, organiser, world):
    bring(organiser, event, DAY)
    reports = bring(organiser, event, [talk("Phones"), talk("Bins", room="Hall", id="1")])
    said = {r.title: r.unsure for r in reports}
    assert said["Bins"][0] == "“Forms” is in Hall in that slot already, so this session stays where it is."
    assert said["Phones"][0] == "“Bins” is in Attic in that slot already, so this session has no place yet."
    assert standing(event)["Phones"] is None
    assert standing(event)["Bins"] == ("Attic", "23 11:00", 1)


@pytest.mark.once
def test_two_for_one_cell_the_first_has_it(event, organiser):
    reports = bring(organiser, event, [talk("Bins"), talk("Forms")])
    assert standing(event) == {"Bins": ("Attic", "23 11:00", 1), "Forms": None}
    assert "“Bins” is in Attic" in reports[-1].unsure[0]


@pytest.mark.once
def test_an_open_pitch_of_that_title_is_the_session(event, organiser, world):
    pitch = world.pitch(event, "Bins!", about="Here first")
    assert outcomes(bring(organiser, event, [talk("Bins")])) == {"Bins": NEW}
    assert db.session.scalar(select(Session)).pitch_id == pitch.id
    assert db.session.scalar(select(func.count()).select_from(Pitch)) == 1


@pytest.mark.once
def test_one_that_was_withdrawn_here_is_left_as_it_is(event, organiser):
    bring(organiser, event, [talk("Bins", id="1")])
    with transaction(event):
        grid.withdraw(organiser, db.session.scalar(select(Pitch)), at=AT)
    reports = bring(organiser, event, [talk("Bins again", id="1")])
    assert "withdrawn here" in reports[-1].unsure[0]
    assert db.session.scalar(select(Pitch.title)) == "Bins"


@pytest.mark.once
def test_a_timetable_that_is_there_is_used_and_added_to(world):
    event = world.event()
    reports = bring(world.holder(event, Role.ORGANISER), event, [talk("Bins", room="Seacole"), talk("Late", "19:00", "20:00", "Seacole")])
    assert standing(event) == {"Bins": ("Seacole", "23 11:00", 1), "Late": ("Seacole", "23 19:00", 1)}
    assert [slot.number for slot in event.slots if slot.number] == [1, 2, 3, 4]
    assert len(event.rooms) == 3
    assert reports[0].recognised[-1] == "A time of the day was added to the timetable."


@pytest.mark.once
def test_days_that_are_not_the_events_are_said_and_what_is_on_them_has_no_place(world):
    event = world.event()
    boss = world.holder(event, Role.ORGANISER)
    reports = bring(boss, event, [talk("Bins", day="2026-01-24"), talk("Night", "23:30", "23:45", "Seacole")])
    assert standing(event) == {"Bins": None, "Night": ("Seacole", "23 23:30", 1)}
    assert "2026-01-24 is not a day of the event" in next(r for r in reports if r.title == "Bins").unsure[0]
    assert (event.starts_on, event.ends_on) == (date(2027, 1, 23), date(2027, 1, 23))


@pytest.mark.once
def test_an_event_without_a_timetable_takes_the_days_on_which_most_is(event, organiser):
    reports = bring(organiser, event, [talk("Old", day="2016-08-05"), talk("One", day="2018-08-31"), talk("Two", day="2018-09-02")])
    assert (event.starts_on, event.ends_on) == (date(2018, 8, 31), date(2018, 9, 2))
    assert reports[0].warnings == ["The event had no timetable, so its dates were taken from the file: 2018-08-31 to 2018-09-02."]
    assert standing(event)["Old"] is None


@pytest.mark.once
def test_what_is_cancelled_there_is_cancelled_here_and_a_new_one_left_out(event, organiser):
    bring(organiser, event, DAY)
    found = outcomes(bring(organiser, event, [DAY[0] | {"cancelled": True}, talk("Gone", cancelled=True)]))
    assert found == {"Bins": CHANGED, "Gone": SKIPPED}
    bins = db.session.scalar(select(Session).where(Session.guid == "1"))
    assert bins.cancelled == "Cancelled"
    assert bins.placement


@pytest.mark.once
def test_breaks_stand_in_the_timetable(event, organiser):
    data = "time,room,title\n11:00,Attic,Bins\n12:00,,Lunch\n13:00,Attic,Forms\n"
    bring(organiser, event, data)
    assert [(s.kind, s.label, s.number) for s in event.slots] == [("session", "", 1), ("break", "Lunch", None), ("session", "", 2)]
    assert set(outcomes(bring(organiser, event, data)).values()) == {SAME}


def test_one_bad_line_and_nothing_comes_in(event, organiser, monkeypatch):
    def refuse(actor, event, *, title, **more):
        if title == "Maps":
            raise Conflict("No maps here.")
        return real(actor, event, title=title, **more)

    real = pitches.pitch
    monkeypatch.setattr(pitches, "pitch", refuse)
    before = rows()
    [report] = bring(organiser, event, DAY)
    assert (report.outcome, report.warnings) == (FAILED, ["Entry 3: No maps here. Nothing of the file was brought in."])
    assert rows() == before
    monkeypatch.setattr(bringing_schedule.grid, "open_session", lambda *a, **k: 1 / 0)
    [report] = bring(organiser, event, [talk("Bins")])
    assert report.outcome == FAILED
    assert rows() == before


@pytest.mark.once
def test_only_organisers_and_only_trying(event, organiser, world):
    [report] = bring(world.holder(event, Role.CAMPMAKER), event, DAY)
    assert (report.outcome, report.warnings) == (FAILED, ["Only organisers bring files in."])
    before = rows()
    assert {r.outcome for r in bring(organiser, event, DAY, only_try=True)} == {NEW}
    assert rows() == before


@pytest.mark.once
def test_long_things_are_cut_and_said(event, organiser):
    reports = bring(organiser, event, [talk("T" * 300, description="a" * 9000, speaker=", ".join(f"Ada Osei{n}" for n in range(30)),
                                            track="topic " * 20, venue="R" * 90)])
    assert [line[:30] for line in reports[-1].unsure] == [
        "The title is longer than 120 c", "Its description is longer than", "Only the first 20 of its 30 le"]
    assert db.session.scalar(select(func.length(Pitch.title))) == 120
    assert [len(topic.name) for topic in event.topics] == [40]


def test_what_goes_out_of_one_event_comes_into_another_in_every_format(client, world, event, organiser):
    bring(organiser, event, [one for one in DAY if one["title"] != "Short"])
    here = standing(event)
    for path in (f"/e/{event.slug}/schedule.xml", f"/e/{event.slug}/schedule.json", f"/api/v1/events/{event.slug}/sessions"):
        other = world.event(rooms=0, slots=0)
        boss = world.holder(other, Role.ORGANISER)
        data = client.get(path).data
        assert NEW in {r.outcome for r in bring(boss, other, data)}
        assert standing(other) == here
        assert set(outcomes(bring(boss, other, data)).values()) == {SAME}
        assert set(outcomes(bring(organiser, event, data)).values()) == {SAME}


@pytest.mark.once
def test_it_comes_in_through_the_page(client, world, event, organiser):
    from io import BytesIO

    from app.infra import jobs

    client.sign_in(organiser)
    page = client.get(f"/e/{event.slug}/import").text
    assert "schedule.xml" in page
    assert ".xlsx" in page
    response = client.send(f"/e/{event.slug}/import", kind="grid", file=(BytesIO(json.dumps(DAY).encode()), "schedule.json"))
    jobs.work_until_idle()
    assert "Brought in" in client.get(response.location).text
    assert db.session.scalar(select(func.count()).select_from(Session)) == 5


@pytest.mark.parametrize(("name", "sessions", "placed"), [
    pytest.param("emf-2018/schedule.frab", 214, 214, marks=pytest.mark.long), ("voc/frab-camp2019.json", 79, 79), ("voc/pretalx-democon.json", 36, 36),
    pytest.param("emf-2018/schedule.ics", 355, 331, marks=pytest.mark.long),
    pytest.param("emf-2024/schedule.frab", 482, 480, marks=pytest.mark.long),
    pytest.param("fosdem/fosdem-2024.xml", 874, 874, marks=pytest.mark.long),
])
@pytest.mark.once
def test_the_real_files_come_in_twice_as_once(event, organiser, name, sessions, placed):
    if not (REAL / name).exists():
        pytest.skip(f"the real schedules are not here: {REAL / name}")
    data = (REAL / name).read_bytes()
    bring(organiser, event, data)
    assert db.session.scalar(select(func.count()).select_from(Session)) == sessions
    assert db.session.scalar(select(func.count()).select_from(Placement).where(Placement.part == 1)) == placed
    before = rows()
    assert set(outcomes(bring(organiser, event, data)).values()) == {SAME}
    assert rows() == before


def at(hour, minute=0):
    return datetime(2027, 1, 23, hour, minute, tzinfo=UTC)


def test_planning_of_slots():
    one, two, both = (at(11), at(11, 45)), (at(12), at(12, 45)), (at(11), at(12, 45))
    assert slot_planning.needed([both, one, two, (at(12), None)]) == [one, two]
    assert slot_planning.needed([both, one]) == [one, both]
    assert slot_planning.needed([both, one, two, (at(11, 50), at(11, 55))]) == [one, both, (at(11, 50), at(11, 55)), two]
    assert slot_planning.needed([both], there=[one, two]) == []
    assert slot_planning.needed([one, (at(14), None)], there=[(at(11), None)]) == [one, (at(14), None)]
    assert slot_planning.needed([]) == []


def test_the_days_that_hold_most():
    days = [date(2016, 8, 5), *[date(2018, 8, 31)] * 2, date(2018, 9, 2)]
    assert slot_planning.best_days(days, 14) == (date(2018, 8, 31), date(2018, 9, 2))
    assert slot_planning.best_days([], 14) is None


@pytest.mark.once
def test_doubles_and_cancelled_sessions_go_out_as_csv_and_come_back(client, world, event, organiser):
    bring(organiser, event, [one for one in DAY if one["title"] != "Short"])
    bring(organiser, event, [DAY[0] | {"cancelled": True}])
    other = world.event(rooms=0, slots=0)
    boss = world.holder(other, Role.ORGANISER)
    data = client.get(f"/e/{event.slug}/grid.csv").data
    reports = bring(boss, other, data)
    assert {r.title: r.outcome for r in reports if r.title} == {"Bins": SKIPPED, "Forms": NEW, "Maps": NEW, "Long": NEW}
    assert {k: v for k, v in standing(event).items() if k != "Bins"} == standing(other)
    assert set(outcomes(bring(organiser, event, data)).values()) == {SAME}


@pytest.mark.once
def test_a_numbered_slot_on_another_day(world):
    event = world.event()
    data = "day,time,session,room,title\n2027-02-06,1100,9,Seacole,Bins\n2027-01-23,1100,1,Seacole,Forms\n"
    reports = bring(world.holder(event, Role.ORGANISER), event, data)
    assert standing(event) == {"Bins": None, "Forms": ("Seacole", "23 11:00", 1)}
    assert "2027-02-06 is not a day of the event" in reports[0].unsure[0]
