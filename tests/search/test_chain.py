"""Through the rooms' own actions: what people do is found, and found no more once it is undone."""

from datetime import date

import pytest

from app.events import actions as events
from app.events import layout
from app.events.models import ATTENDEES_ONLY, Role
from app.followups import actions as followups
from app.grid import actions as grid
from app.grid.queries import session_in
from app.infra import db
from app.infra.db import transaction
from app.notes import actions as notes
from app.pitches import actions as pitches
from tests.search.rooms import keys, work
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(hashtag="gcn27")


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER, name="Olga")


def pitched(organiser, event, title="Bins", **more):
    with transaction(event):
        made = pitches.pitch(organiser, event, title=title, leaders=[organiser], at=AT, **more)
    work()
    return made


def placed(organiser, event, title="Bins", room=0, slot=0):
    pitch = pitched(organiser, event, title)
    rooms, slots = [r for r in event.rooms if r.number], [s for s in event.slots if s.number]
    with transaction(event):
        made = grid.place(organiser, event, pitch, rooms[room], slots[slot], seen=None, at=AT)
    work()
    return session_in(event, made.id)


def test_pitched_edited_withdrawn_reopened(organiser, event):
    pitch = pitched(organiser, event, about="About penguins", topics=["Waste"])
    assert keys("penguins") == keys("", topic="Waste") == [f"pitch:{pitch.id}"]
    with transaction(event):
        pitches.edit(organiser, pitch, title="Bicycles", about="", leaders=[organiser], topics=[], seen=pitch.version, at=AT)
    work()
    assert keys("bicycle") == [f"pitch:{pitch.id}"]
    assert keys("penguins") == []
    with transaction(event):
        grid.withdraw(organiser, pitch, at=AT)
    work()
    assert keys("bicycle") == []
    with transaction(event):
        pitches.reopen(organiser, pitch, at=AT)
    work()
    assert keys("bicycle") == [f"pitch:{pitch.id}"]


def test_placed_moved_taken_off(organiser, event):
    session = placed(organiser, event)
    key = f"session:{session.id}"
    assert keys("bins") == [key]
    assert keys("", room="Main hall") == keys("s1r1") == [key]
    with transaction(event):
        grid.move(organiser, event, session, event.rooms[1], event.slots[1], seen=None, at=AT)
    work()
    assert keys("", room="Main hall") == keys("s1r1") == []
    assert keys("", room="Seacole") == keys("s2r2") == [key]
    with transaction(event):
        grid.take_off(organiser, event, session, seen=None, at=AT)
    work()
    assert keys("", room="Seacole") == keys("s2r2") == []
    assert keys("bins") == [key]


def test_noted_and_carried_on(organiser, event):
    session = placed(organiser, event)
    key = f"session:{session.id}"
    with transaction(event):
        notes.save(organiser, session, text="They spoke of penguins", base_revision=0, at=AT)
        notes.take_notes(organiser, session, at=AT)
    work()
    assert keys("penguins") == keys("", note_taker="Olga") == [key]
    with transaction(event):
        conversation = followups.ask_for_host(organiser, session, at=AT)
    work()
    assert set(keys("", looking_for_host=True)) == {key, f"followup:{conversation.id}"}
    with transaction(event):
        followups.offer_to_host(organiser, session, at=AT)
    work()
    assert keys("", looking_for_host=True) == []
    assert keys("hosted by olga", kind="followup") == [f"followup:{conversation.id}"]
    with transaction(event):
        followups.leave(organiser, session, at=AT)
        followups.stop_looking(organiser, session, at=AT)
        notes.stop_taking_notes(organiser, session, at=AT)
    work()
    assert keys("", kind="followup") == keys("", note_taker="Olga") == []


def test_merged_and_unmerged(organiser, event):
    first, second = pitched(organiser, event, "Bins and penguins"), pitched(organiser, event, "Bins and bicycles")
    with transaction(event):
        whole = grid.merge(organiser, [first, second], title="Bins and all", about="", at=AT)
    work()
    assert keys("bins") == [f"pitch:{whole.id}"]
    with transaction(event):
        grid.unmerge(organiser, whole, at=AT)
    work()
    assert set(keys("bins")) == {f"pitch:{first.id}", f"pitch:{second.id}"}


def test_a_session_with_notes_that_becomes_part_of_another_keeps_being_found(organiser, event):
    first, second = placed(organiser, event, "Bins and penguins"), placed(organiser, event, "Bins and bicycles", room=1)
    for session in (first, second):
        with transaction(event):
            notes.save(organiser, session, text=f"Marmalade {session.id}", base_revision=0, at=AT)
    with transaction(event):
        grid.take_off(organiser, event, second, seen=None, at=AT)
    with transaction(event):
        grid.merge(organiser, [first.pitch, second.pitch], title="Bins and all", about="", at=AT)
    work()
    assert set(keys("marmalade")) == {f"session:{first.id}", f"session:{second.id}"}
    assert keys("", kind="pitch") == []


def test_a_renamed_room_and_a_changed_event(organiser, event):
    session = placed(organiser, event)
    with transaction(event):
        rows = [layout.RoomRow(id=room.id, order=room.number, name="Penguin room" if room.number == 1 else room.name)
                for room in event.rooms]
        layout.save_rooms(organiser, event, rows)
    work()
    assert keys("", room="Penguin room") == [f"session:{session.id}"]
    with transaction(event):
        events.edit_event(organiser, event, hashtag="icecamp", starts_on=date(2031, 1, 25), ends_on=date(2031, 1, 25))
    work()
    assert f"session:{session.id}" in keys("", year=2031)
    assert keys("", year=2027) == []
    assert keys("icecamps1r1") == [f"session:{session.id}"]


def test_a_closed_event_is_gone_from_strangers_searches_at_once(client, organiser, event):
    placed(organiser, event)
    assert "Bins" in client.get("/search?q=bins").text
    with transaction(event):
        events.edit_event(organiser, event, visibility=ATTENDEES_ONLY)
    assert "Nothing found" in client.get("/search?q=bins").text
    db.session.rollback()
