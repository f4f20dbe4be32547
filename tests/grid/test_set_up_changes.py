"""A room that is renamed, a slot whose time moves: nobody moved a session, and those it concerns have to know all the same."""

from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import delete, select

from app.errors import Conflict
from app.events import actions as events
from app.events import layout
from app.events.models import Notice
from app.grid import actions, publishing, queries, undoing
from app.infra import clock, db, jobs
from app.infra.mail import Mail
from tests.events.test_layout import room_rows, slot_rows
from tests.grid.arrange import LATER, do, move, now_seen, place, replayed
from tests.grid.reading import page
from tests.grid.test_announcing import said, wish
from tests.pages import parsed


@pytest.fixture
def fan(world, event):
    return world.holder(event, name="Fay", email="fay@example.org")


@pytest.fixture
def session(world, event, ann, fan):
    """In Turing at 12:00: at the moment of the tests, 11:52, the slot before that is over."""
    return place(ann, event, world.pitch(event, "Bins", leaders=["Leila"], interested=[fan]), 3, 2)


def rename(event, actor, was, now):
    do(event, layout.save_rooms, actor, event, [replace(row, name=now if row.name == was else row.name) for row in room_rows(event)])


def retime(event, actor, number, starts, ends=None, *, at=LATER):
    """Let the slot of this number begin, and end, at other times: "12:15"."""
    index = next(i for i, slot in enumerate(event.slots) if slot.number == number)
    new = {"starts": time.fromisoformat(starts)} | ({"ends": time.fromisoformat(ends)} if ends else {})
    do(event, layout.save_slots, actor, event, slot_rows(event, {index: new}), at=at)


def newest(event):
    """What the history says of its newest change."""
    said = queries.changes_of(event)[0][0].said
    db.session.rollback()
    return said


def test_a_renamed_room_is_told_to_those_who_are_in_it_and_to_nobody_else(world, event, ann, fan, session):
    other = world.holder(event, name="Una")
    place(ann, event, world.pitch(event, "Boxes", interested=[other]), 2, 2)
    rename(event, ann, "Turing", "Babbage")
    assert said(fan) == ["“Bins” was in Turing at 12:00, now Babbage at 12:00."]
    assert said(other) == []
    assert newest(event) == "renamed Turing to Babbage"
    rename(event, ann, "Babbage", "Turing")
    assert said(fan) == [], "before anybody looked it had its old name again"


def test_a_slot_that_begins_later_is_told_and_one_that_only_ends_later_stands_in_the_log(event, ann, fan, session):
    retime(event, ann, 2, "12:15")
    assert said(fan) == ["“Bins” was in Turing at 12:00, now Turing at 12:15."]
    assert newest(event) == "moved the slot at 12:00 to 12:15"
    retime(event, ann, 2, "12:15", "12:55")
    assert said(fan) == ["“Bins” was in Turing at 12:00, now Turing at 12:15."]
    assert newest(event) == "let the slot at 12:15 end at 12:55"


def test_the_second_half_of_a_double_counts(event, ann, fan, session):
    do(event, actions.move, ann, event, session, session.placement.room, next(s for s in event.slots if s.number == 1), seen=None)
    do(event, actions.resize, ann, event, session, 2, seen=None)
    with db.transaction() as writing:
        writing.execute(delete(Notice))
    retime(event, ann, 2, "12:10")
    assert said(fan) == ["“Bins” was in Turing at 11:00 and 12:00, now Turing at 11:00 and 12:10."]


def test_a_move_and_a_renaming_before_somebody_looks_are_one_notice(event, ann, fan, session):
    move(ann, event, session, 2, 2)
    rename(event, ann, "Seacole", "Mary Seacole")
    assert said(fan) == ["“Bins” was in Turing at 12:00, now Mary Seacole at 12:00."]


def test_what_concerns_no_session_is_told_nowhere(event, ann, fan, session):
    before = now_seen(event)
    rename(event, ann, "Main hall", "Great hall")
    retime(event, ann, 3, "14:10")
    do(event, layout.save_rooms, ann, event, [replace(row, seats=99) for row in room_rows(event)])
    assert (said(fan), now_seen(event)) == ([], before)


def test_another_date_or_time_zone_leaves_the_clock_on_the_wall_and_tells_nothing(event, ann, fan, session):
    before = now_seen(event)
    do(event, events.edit_event, ann, event, starts_on=event.starts_on + timedelta(days=7), ends_on=event.ends_on + timedelta(days=7))
    do(event, events.edit_event, ann, event, time_zone="Europe/Paris")
    assert (said(fan), now_seen(event)) == ([], before)


def test_of_a_draft_nobody_is_told(event, ann, fan, session):
    do(event, publishing.hide, ann, event)
    rename(event, ann, "Turing", "Babbage")
    do(event, publishing.publish, ann, event)
    assert said(fan) == []


def test_a_slot_that_is_over_is_put_right_without_a_word(event, ann, fan, session):
    retime(event, ann, 2, "12:05", at=LATER + timedelta(days=1))
    assert said(fan) == []
    assert newest(event) == "moved the slot at 12:00 to 12:05"


def test_undo_and_redo_pass_over_it_and_a_page_from_before_may_still_move(event, ann, ben, session):
    seen = now_seen(event)
    rename(event, ann, "Turing", "Babbage")
    move(ben, event, session, 3, 3, seen=seen)
    with pytest.raises(Conflict, match="changed back in the set-up"):
        do(event, undoing.undo, ann, event, seen + 1)
    undone = do(event, undoing.undo, ann, event, seen + 2, newest=True).version
    rename(event, ann, "Babbage", "Bell")
    assert undoing.redoable(event).version == undone
    db.session.rollback()
    do(event, undoing.undo, ann, event, 1, newest=True)
    assert replayed(event) == {}


def test_many_changes_are_said_shortly(world, event, ann):
    for room in (1, 2, 3):
        for slot in (1, 2, 3):
            place(ann, event, world.pitch(event, f"Pitch {room}{slot}"), room, slot)
    do(event, layout.save_rooms, ann, event, [replace(row, name=f"{row.name} B") for row in room_rows(event)])
    assert newest(event) == "renamed Main hall to Main hall B, renamed Seacole to Seacole B and renamed Turing to Turing B"


def test_through_the_pages_with_a_mail_and_in_the_public_log(client, monkeypatch, event, ann, fan, session):
    wish(event, fan)
    monkeypatch.setattr(clock, "now", lambda: LATER)
    tree, _ = parsed(client.sign_in(ann).get("/e/camp/set-up/rooms").get_data(as_text=True))
    boxes = [box for box in tree.iter("input") if box.get("name") and box.get("type") != "submit"]
    fields = {box.get("name"): box.get("value") or "" for box in boxes if box.get("type") != "checkbox" or box.get("checked") is not None}
    fields |= {name: "Babbage" for name, value in fields.items() if value == "Turing"}
    del fields["csrf_token"]
    assert client.send("/e/camp/set-up/rooms", **fields).status_code == 303
    assert said(fan) == ["“Bins” was in Turing at 12:00, now Babbage at 12:00."]
    history = page(client.get("/e/camp/grid/history"))
    assert "Ann renamed Turing to Babbage" in history
    assert "Renamed Turing to Babbage." in page(client.sign_out().get("/e/camp/grid/changes"))
    monkeypatch.setattr(clock, "now", lambda: LATER + timedelta(seconds=61))
    jobs.work_until_idle()
    assert "“Bins” was in Turing at 12:00, now Babbage at 12:00." in db.session.scalar(select(Mail.body))
