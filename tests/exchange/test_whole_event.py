"""The zip of a whole event, brought into an empty one, makes an event whose zip is the same to the byte.

But for what cannot be: addresses (`source`, `notesUrl`), which say where a thing is read, are those of the new event.
"""

import io
import json
import re
import zipfile
from datetime import timedelta
from itertools import zip_longest

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.events.models import CHATHAM_HOUSE, NAMED, Role
from app.exchange import event_file, importing, queries, written
from app.exchange.bundles import Found, from_upload
from app.exchange.event_file_actions import NAME, event_file_of
from app.exchange.notes_zip import zip_of
from app.exchange.reports import FAILED, NEW, SAME, SKIPPED
from app.grid import actions as grid
from app.grid.standings import Standing, change, standing_of
from app.infra import db, pictures
from app.infra.db import transaction
from app.notes import actions as notes
from app.notes import picture_actions, picture_queries, states
from app.notes.history_actions import name_version
from app.notes.models import Note
from app.pitches import actions as pitches
from tests.infra.test_pictures import photo
from tests.world import AT

THEN = AT.replace(year=2025)  # nothing is kept as saved later than now

ADDRESSES = re.compile(rb'(?m)^source: ".*"$|https://x\.example/e/[^,"\r\n]*')


def packed(event, person) -> bytes:
    """As `out_routes.notes_zip` gives it."""
    db.session.rollback()
    return zip_of(event, written.notes_out(event, person, versions=True), queries.grid_csv_of(event, "https://x.example"),
                  lambda note: f"https://x.example/e/{event.slug}/sessions/{note.head.session_id}/notes",
                  more={NAME: event_file_of(event)})


def entries(data: bytes) -> dict[str, bytes]:
    """The files of a zip, without addresses."""
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return {name: ADDRESSES.sub(b"ADDRESS", opened.read(name)) for name in opened.namelist()}


def differences(one: bytes, other: bytes) -> list[tuple]:
    """The lines of two zips that are not the same."""
    first, second = entries(one), entries(other)
    return [(name, *pair) for name in {**first, **second} if first.get(name) != second.get(name)
            for pair in zip_longest(first.get(name, b"").split(b"\n"), second.get(name, b"").split(b"\n")) if pair[0] != pair[1]]


def brought_into(event, organiser, data: bytes) -> list:
    return [*importing.import_notes(organiser, event, from_upload("event.zip", data))]


def moved_away(event) -> None:
    """As if the event had been on another server: no picture here has the names of its pictures."""
    with transaction():
        db.session.execute(text("update note_picture set name = 'x' || name where session_id in (select id from session where event_id = :e)"),
                           {"e": event.id})


def fill(world, event, organiser, *, chance=None) -> None:
    """Rooms, slots, pitches and notes in most of the ways there are."""
    titles = ['Bins: "full" or not?', "Ŵyau a llaeth — café", "--- #1 =cmd|' /C calc'!A0", "Not placed"]
    bins, eggs, calc, loose = (world.pitch(event, title, leaders=["Ada Byron", "Ŵyn ap Siôn"], topics=["Data", "café"], about="**What**\n\nand why")
                               for title in titles)
    rooms, slots = {r.number: r for r in event.rooms}, {s.number: s for s in event.slots}
    made = pictures.make(photo())
    with transaction():
        loose.hands, loose.step_free = 12, True
        sessions = [grid.place(organiser, event, one, rooms[n], slots[1], seen=None, at=AT) for n, one in enumerate((bins, eggs, calc), 1)]
        grid.resize(organiser, event, sessions[0], 2, seen=None, at=AT)
        again = grid.repeat(organiser, event, sessions[1], rooms[3], slots[3], seen=None, at=AT)
        again.pinned = True
        change(organiser, event, "cancelled", {sessions[2]: standing_of(sessions[2])._replace(cancelled="Its leader, ill")}, "x", AT)
        off = grid.open_session(organiser, world_pitch(event, organiser), fresh=True, at=AT)
        shown = picture_actions.add_picture(organiser, sessions[0], made=made, alt="Flip chart [1]", at=AT)
        line = picture_queries.markdown_of(event, shown)
        for n, (session, words) in enumerate([(sessions[0], "first"), (sessions[0], f"second\n\n{line}"), (sessions[0], "third"),
                                              (again, f"---\n# Again\n\n- a\ttab  \n\n{line}\n---\n\nNo line end"), (off, "off the grid")]):
            saved = notes.bring_in(organiser, session, text=words, note_takers=["Nia Tudor"], present=["Bob"], remark="x",
                                   at=THEN + timedelta(minutes=n))
            if words != "third":
                name_version(organiser, session, number=saved.revision, name=f"After {words.split()[0]} “tea”", at=AT)
        states.written_up(organiser, sessions[0], at=AT)
        states.publish(organiser, again, at=AT)


def world_pitch(event, organiser):
    made = pitches.pitch(organiser, event, title="Off the grid", leaders=[], at=AT)
    db.session.flush()
    return made


@pytest.mark.parametrize("rule", [NAMED, CHATHAM_HOUSE])
def test_a_whole_event_comes_back_identically(world, rule):
    event = world.event(attribution=rule, venue="Neuadd y Ddinas", about="# About", hue=20, rooms=5)
    organiser = world.holder(event, Role.ORGANISER)
    fill(world, event, organiser)
    data = packed(event, organiser)
    assert {name.partition("/")[0] for name in entries(data)} == {"README.txt", "grid.csv", "event.json", "notes", "versions", "pictures"}
    moved_away(event)
    other = world.event(attribution=rule, rooms=1, slots=1)
    chief = world.holder(other, Role.ORGANISER)
    reports = brought_into(other, chief, data)
    assert [r.outcome for r in reports if r.outcome != SKIPPED] == [NEW] * 4
    assert [r.warnings + r.unsure for r in reports if r.outcome != SKIPPED] == [[]] * 4
    again = packed(other, chief)
    assert differences(data, again) == []
    assert list(entries(data)) == list(second := entries(again))
    assert {r.outcome for r in brought_into(other, chief, data)} == {SKIPPED, SAME}
    if rule == CHATHAM_HOUSE:
        assert b"After first" in second[next(name for name in second if name.startswith("versions/"))]
        assert not any(note.present for note in db.session.query(Note))


names = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn", "Zl", "Zp"]), min_size=1, max_size=12).filter(str.strip)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_grid_comes_back_identically(world, data):
    """Whatever stands where: repeats, cancelled, off the grid, in rooms of any names."""
    event = world.event(rooms=data.draw(st.integers(1, 4)), slots=data.draw(st.integers(1, 4)))
    organiser = world.holder(event, Role.ORGANISER)
    with transaction():
        for number, room in enumerate(event.rooms):
            room.name = f"{number} {' '.join(data.draw(names).split())}".strip()
            room.floor, room.seats, room.step_free = data.draw(names).strip(), data.draw(st.none() | st.integers(1, 500)), data.draw(st.booleans())
    free = [(room, slot) for room in event.rooms for slot in event.slots if slot.kind == "session"]
    for _ in range(data.draw(st.integers(0, 4))):
        pitch = world.pitch(event, " ".join(data.draw(names).split()) or "x", leaders=[], about=data.draw(st.sampled_from(["", "Why"])))
        with transaction():
            for run in range(1, data.draw(st.integers(0, 2)) + 1):
                session = grid.open_session(organiser, pitch, fresh=True, run=run, at=AT)
                cancelled = data.draw(st.sampled_from(["", "Because"]))
                at = free.pop(data.draw(st.integers(0, len(free) - 1))) if free and data.draw(st.booleans()) else (None, None)
                change(organiser, event, "arranged", {session: Standing(*at, 1, cancelled)}, "x", AT)
                if data.draw(st.booleans()):
                    notes.bring_in(organiser, session, text=data.draw(names), note_takers=[], present=[], remark="x", at=THEN)
    first = packed(event, organiser)
    other = world.event(rooms=0, slots=0)
    chief = world.holder(other, Role.ORGANISER)
    brought_into(other, chief, first)
    assert differences(first, packed(other, chief)) == []


def test_a_draft_is_told_only_to_those_who_see_it(world):
    event = world.event()
    world.session(event, "Bins", room=1, slot=1)
    assert b'"room": "Main hall"' in event_file_of(event)
    with transaction():
        event.grid_state = "draft"
    db.session.rollback()
    assert b'"room": "Main hall"' not in event_file_of(event)


def test_versions_are_for_those_who_may_see_the_history(world):
    event = world.event()
    organiser = world.holder(event, Role.ORGANISER)
    fill(world, event, organiser)
    assert any(name.startswith("versions/") for name in entries(packed(event, world.holder(event))))
    strangers = entries(packed(event, None))
    assert not any(name.startswith("versions/") for name in strangers)
    assert len([name for name in strangers if name.startswith("pictures/")]) == 1


def test_an_event_with_pitches_keeps_what_it_has(world):
    event = world.event()
    organiser = world.holder(event, Role.ORGANISER)
    fill(world, event, organiser)
    data, before = packed(event, organiser), event_file_of(event)
    [report] = [r for r in brought_into(event, organiser, data) if r.name.endswith(NAME)]
    assert report.outcome == SKIPPED
    assert event_file_of(event) == before


def test_who_may_read_and_write_never_comes_from_a_file(world):
    event = world.event(attribution=NAMED, visibility="public", notes_readers="all")
    organiser = world.holder(event, Role.ORGANISER)
    said = json.loads(event_file_of(event))
    said["event"] |= {"attribution": "named", "visibility": "public", "notes_readers": "all", "slug": "mine", "join_code": "X"}
    other = world.event(attribution=CHATHAM_HOUSE, visibility="attendees", notes_readers="attendees", slug="theirs")
    chief = world.holder(other, Role.ORGANISER)
    assert importing.import_one(chief, other, Found("event.zip/event.json", json.dumps(said).encode())).outcome == NEW
    db.session.refresh(other)
    assert (other.attribution, other.visibility, other.notes_readers, other.slug) == (CHATHAM_HOUSE, "attendees", "attendees", "theirs")
    assert organiser.id not in {held.person_id for held in db.session.query(type(world.pass_of(other, chief))).filter_by(event_id=other.id)}


GOOD = {"folkmoot": 1, "event": {"name": "X", "starts_on": "2027-01-23", "ends_on": "2027-01-23", "time_zone": "Europe/London"},
        "rooms": [{"name": "A", "for_sessions": True, "number": 1}], "slots": [{"kind": "session", "number": 1}],
        "pitches": [{"title": "P", "sessions": [{"guid": "g", "run": 1, "length": 1, "room": "A", "slot": 1}]}]}


@pytest.mark.parametrize("change_it", [
    lambda said: said["event"].update(starts_on="yesterday"), lambda said: said["event"].update(time_zone="Mars/Olympus"),
    lambda said: said["event"].update(ends_on="2099-01-01"), lambda said: said.update(rooms=[{"name": ["A"]}]),
    lambda said: said.update(rooms=said["rooms"] * 2), lambda said: said.update(rooms=said["rooms"] * 201),
    lambda said: said.update(slots=[{"kind": "nap"}]), lambda said: said["pitches"][0].update(leaders=[1]),
    lambda said: said["pitches"][0].update(title=" "), lambda said: said["pitches"][0]["sessions"][0].update(slot=7),
    lambda said: said["pitches"][0]["sessions"][0].update(length=2), lambda said: said.update(pitches=said["pitches"] * 2),
    lambda said: said["pitches"][0]["sessions"][0].update(room="B"), lambda said: said["pitches"][0].update(sessions="all"),
    lambda said: said.update(slots=[{"kind": "session", "number": 1, "starts_at": "2027-01-23T09:00:00"}]),
], ids=range(15))
def test_a_file_that_cannot_be_leaves_the_event_as_it_was(world, change_it):
    event = world.event(rooms=2, slots=2)
    chief = world.holder(event, Role.ORGANISER)
    before, said = event_file_of(event), json.loads(json.dumps(GOOD))
    change_it(said)
    report = importing.import_one(chief, event, Found("z.zip/event.json", json.dumps(said).encode()))
    assert report.outcome == FAILED
    assert report.warnings
    assert "our side" not in report.warnings[0], "said in words, not by a fault of ours"
    db.session.rollback()
    assert event_file_of(event) == before


def test_the_good_one_is_good(world):
    event = world.event(rooms=2, slots=2)
    report = importing.import_one(world.holder(event, Role.ORGANISER), event, Found("z.zip/event.json", json.dumps(GOOD).encode()))
    assert (report.outcome, report.warnings) == (NEW, [])


@given(st.binary(max_size=200))
def test_any_bytes_can_be_looked_at(data):
    assert event_file.read(data) is None


def test_a_file_of_somebody_else_of_that_name_is_passed_over(world):
    event = world.event()
    report = importing.import_one(world.holder(event, Role.ORGANISER), event, Found("z.zip/event.json", b'{"event": 1}'))
    assert report.outcome == SKIPPED
