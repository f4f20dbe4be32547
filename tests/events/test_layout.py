"""Rooms, slots and topics: saved all at once, numbers kept once they are said, nothing taken from under a session."""

from datetime import date, time

import pytest

from app.errors import Conflict, Forbidden, Invalid
from app.events import actions, layout
from app.events.layout import RoomRow, SlotRow, TopicRow
from app.events.models import Role
from app.grid.models import Placement
from app.infra import clock, db, live
from app.infra.db import transaction
from app.infra.jobs import Job

DAY = date(2027, 1, 23)


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER)


def room_rows(event, **changes) -> list[RoomRow]:
    """The event's rooms as the form sends them, with changes by name."""
    return [RoomRow(**({"id": r.id, "order": i, "name": r.name, "seats": r.seats, "floor": r.floor, "step_free": r.step_free}
                       | changes.get(r.name.replace(" ", "_"), {}))) for i, r in enumerate(event.rooms, 1)]


def slot_rows(event, changes=()) -> list[SlotRow]:
    rows = []
    for i, s in enumerate(event.slots):
        a, b = (clock.local(m, event.time_zone) if m else None for m in (s.starts_at, s.ends_at))
        rows.append(SlotRow(**({"id": s.id, "kind": s.kind, "day": a.date() if a else event.starts_on, "starts": a.time() if a else None,
                                "ends": b.time() if b else None, "label": s.label} | dict(changes).get(i, {}))))
    return rows


def save_rooms(organiser, event, rows, **more):
    with transaction(event):
        layout.save_rooms(organiser, event, rows, **more)
    return [(r.number, r.name) for r in event.rooms]


def save_slots(organiser, event, rows, **more):
    with transaction(event):
        layout.save_slots(organiser, event, rows, **more)
    return [(s.number, s.kind, clock.local(s.starts_at, event.time_zone).strftime("%H:%M") if s.starts_at else "") for s in event.slots]


# ---- rooms

def test_rooms_are_changed_added_and_removed_at_once(organiser, event):
    rows = room_rows(event, Main_hall={"seats": 150, "equipment": "Stage"}, Turing={"remove": True})
    rows.append(RoomRow(None, None, "Garrett", seats=20, step_free=True))
    assert save_rooms(organiser, event, rows) == [(1, "Main hall"), (2, "Seacole"), (3, "Garrett")]
    assert (event.rooms[0].seats, event.rooms[0].equipment) == (150, "Stage")


def test_rooms_not_for_sessions_have_no_number(organiser, event):
    rows = room_rows(event, Seacole={"for_sessions": False})
    assert save_rooms(organiser, event, rows) == [(1, "Main hall"), (None, "Seacole"), (2, "Turing")]
    assert save_rooms(organiser, event, room_rows(event)) == [(1, "Main hall"), (2, "Seacole"), (3, "Turing")]


def test_before_anything_is_placed_numbers_follow_the_order(organiser, event):
    rows = room_rows(event, Turing={"order": 1})
    assert save_rooms(organiser, event, rows) == [(1, "Turing"), (2, "Main hall"), (3, "Seacole")]


def test_once_something_is_placed_numbers_stay_and_new_ones_come_next(organiser, event, world):
    world.session(event, room=2, slot=1)
    rows = room_rows(event, Turing={"order": 1}, Main_hall={"remove": True})
    rows.append(RoomRow(None, 0, "Garrett"))
    assert save_rooms(organiser, event, rows) == [(4, "Garrett"), (3, "Turing"), (2, "Seacole")]


def test_names_can_be_swapped(organiser, event, world):
    world.session(event, room=1, slot=1)
    rows = room_rows(event, Main_hall={"name": "Seacole"}, Seacole={"name": "Main hall"})
    assert save_rooms(organiser, event, rows) == [(1, "Seacole"), (2, "Main hall"), (3, "Turing")]


def test_a_room_of_the_same_name_can_take_the_place_of_one_removed(organiser, event):
    rows = [*room_rows(event, Turing={"remove": True}), RoomRow(None, None, "Turing", seats=99)]
    assert save_rooms(organiser, event, rows)[2] == (3, "Turing")
    assert event.rooms[2].seats == 99


def test_rooms_that_no_row_speaks_of_stay(organiser, event):
    assert save_rooms(organiser, event, []) == [(1, "Main hall"), (2, "Seacole"), (3, "Turing")]


@pytest.mark.parametrize("change", [{"remove": True}, {"for_sessions": False}])
def test_a_room_with_a_session_cannot_go_and_nothing_else_is_saved(organiser, event, world, change):
    world.session(event, room=2, slot=1)
    rows = room_rows(event, Seacole=change, Main_hall={"seats": 1}, Turing={"remove": True})
    with pytest.raises(Invalid, match="Seacole") as refused:
        save_rooms(organiser, event, rows)
    assert "Turing" not in refused.value.message
    assert [(r.number, r.name, r.seats) for r in event.rooms] == [(1, "Main hall", 140), (2, "Seacole", 40), (3, "Turing", 36)]


def test_a_room_whose_session_was_taken_off_can_go(organiser, event, world):
    session = world.session(event, room=2, slot=1)
    with transaction() as session_:
        session_.delete(db.session.get(Placement, session.placement.id))
    assert save_rooms(organiser, event, room_rows(event, Seacole={"remove": True})) == [(1, "Main hall"), (2, "Turing")]


@pytest.mark.parametrize("name", ["Seacole", "seacole", "SEACOLE"])
def test_two_rooms_of_one_name_are_refused(organiser, event, name):
    with pytest.raises(Invalid, match="both be called"):
        save_rooms(organiser, event, [*room_rows(event), RoomRow(None, None, name)])


def test_a_room_of_another_event_is_out_of_reach(organiser, event, world):
    other = world.event()
    with pytest.raises(Conflict):
        save_rooms(organiser, event, [RoomRow(other.rooms[0].id, 1, "Mine now")])
    assert other.rooms[0].name == "Main hall"


def test_nobody_saves_over_another_unaware(organiser, event):
    seen = event.set_up_version
    save_rooms(organiser, event, room_rows(event, Seacole={"seats": 41}), seen=seen)
    with pytest.raises(Conflict, match="Somebody else"):
        save_rooms(organiser, event, room_rows(event, Seacole={"seats": 99}), seen=seen)
    assert event.rooms[1].seats == 41


# ---- slots

def test_slots_stand_in_order_of_time_and_are_numbered_by_it(organiser, event):
    rows = [*slot_rows(event), SlotRow(None, "session", DAY, time(9, 30), time(10)), SlotRow(None, "plenary", DAY, time(9), time(9, 30), "Welcome")]
    assert save_slots(organiser, event, rows) == [
        (None, "plenary", "09:00"), (1, "session", "09:30"), (2, "session", "11:00"), (3, "session", "12:00"), (None, "break", "13:00"),
        (4, "session", "14:00")]


def test_once_placed_slot_numbers_stay(organiser, event, world):
    world.session(event, room=1, slot=2)
    rows = [*slot_rows(event, [(0, {"starts": time(16), "ends": time(16, 45)})]), SlotRow(None, "session", DAY, time(9), time(9, 45))]
    assert [(n, t) for n, k, t in save_slots(organiser, event, rows) if k == "session"] == [
        (4, "09:00"), (2, "12:00"), (3, "14:00"), (1, "16:00")]


def test_a_slot_becomes_a_break_and_a_session_again(organiser, event):
    assert save_slots(organiser, event, slot_rows(event, [(0, {"kind": "break", "label": "Coffee"})]))[0] == (None, "break", "11:00")
    assert [s.number for s in event.slots] == [None, 1, None, 2]
    save_slots(organiser, event, slot_rows(event, [(0, {"kind": "session"})]))
    assert [s.number for s in event.slots] == [1, 2, None, 3]


@pytest.mark.parametrize("change", [{"remove": True}, {"kind": "break"}, {"kind": "plenary"}])
def test_a_slot_with_a_session_cannot_go(organiser, event, world, change):
    world.session(event, room=1, slot=2)
    with pytest.raises(Invalid, match="Session 2"):
        save_slots(organiser, event, slot_rows(event, [(1, change), (0, {"label": "Changed"})]))
    assert [s.label for s in event.slots] == ["", "", "Lunch", ""]


@pytest.mark.parametrize(("change", "said"), [
    ({"starts": time(12), "ends": time(12)}, "cannot end"), ({"starts": time(12), "ends": time(11)}, "cannot end"),
    ({"starts": None, "ends": time(11)}, "needs a start"), ({"day": date(2027, 1, 24)}, "not a day"), ({"day": date(2027, 1, 22)}, "not a day")])
def test_times_that_cannot_be_are_refused(organiser, event, change, said):
    before = [s.starts_at for s in event.slots]
    with pytest.raises(Invalid, match=said):
        save_slots(organiser, event, slot_rows(event, [(0, change)]))
    assert [s.starts_at for s in event.slots] == before


def test_slots_without_times_come_last_in_the_order_they_had(organiser, event):
    rows = [*slot_rows(event), SlotRow(None, "session", DAY, label="Late one"), SlotRow(None, "session", DAY, label="Later one")]
    save_slots(organiser, event, rows)
    assert [s.label for s in event.slots][-2:] == ["Late one", "Later one"]
    save_slots(organiser, event, slot_rows(event))
    assert [s.label for s in event.slots][-2:] == ["Late one", "Later one"]


def test_times_are_the_events_own(organiser, world):
    event = world.event(day=date(2027, 7, 3), time_zone="America/New_York", slots=0)
    organiser = world.holder(event, Role.ORGANISER)
    with transaction(event):
        layout.save_slots(organiser, event, [SlotRow(None, "session", date(2027, 7, 3), time(9), time(10))])
    assert event.slots[0].starts_at.hour == 13


# ---- topics

def test_topics_are_renamed_swapped_added_and_removed(organiser, event):
    with transaction(event):
        actions.topics_called(event, ["Data", "Design", "Old"])
    data, design, old = event.topics
    with transaction(event):
        layout.save_topics(organiser, event, [TopicRow(data.id, "Design"), TopicRow(design.id, "Data"), TopicRow(old.id, "Old", remove=True),
                                              TopicRow(None, "New")])
    assert [(t.name, t.key) for t in event.topics] == [("Design", "design"), ("Data", "data"), ("New", "new")]
    with pytest.raises(Invalid), transaction(event):
        layout.save_topics(organiser, event, [TopicRow(None, "DATA")])


def test_a_topic_taken_away_leaves_its_pitches(organiser, event, world):
    pitch = world.pitch(event, topics=["Data"])
    with transaction(event):
        layout.save_topics(organiser, event, [TopicRow(event.topics[0].id, "Data", remove=True)])
    db.session.expire_all()
    assert pitch.topics == []


def test_topics_called_finds_or_makes_each_once(event):
    with transaction(event):
        first = actions.topics_called(event, ["Open Data", "open  data", "Skills", ""])
        again = actions.topics_called(event, ["skills", "OPEN DATA"])
    assert [t.name for t in first] == ["Open Data", "Skills"]
    assert [t.id for t in again] == [first[1].id, first[0].id]
    with pytest.raises(Invalid), transaction(event):
        actions.topics_called(event, ["x" * 41])


# ---- one at a time, for imports

def test_adding_one_room_and_one_slot(organiser, event):
    with transaction(event):
        room = actions.add_room(organiser, event, name="M69", seats=30)
        quiet = actions.add_room(organiser, event, name="Quiet room", for_sessions=False)
        numbered = actions.add_room(organiser, event, name="Nine", number=9)
        slot = actions.add_slot(organiser, event, kind="session", starts_at=clock.instant(DAY, time(10), "Europe/London"))
        bare = actions.add_slot(organiser, event, kind="session", number=8)
    assert (room.number, quiet.number, numbered.number) == (4, None, 9)
    assert [r.position for r in event.rooms] == [1, 2, 3, 4, 5, 6]
    assert (slot.number, bare.number) == (4, 8)
    assert event.slots[0].id == slot.id
    assert event.slots[-1].id == bare.id


# ---- who, and what else happens

@pytest.mark.parametrize("role", [None, Role.STRANGER, Role.ATTENDEE, Role.CAMPMAKER])
def test_nobody_but_organisers(world, event, role):
    actor = None if role is None else world.holder(event, role) if role else world.person()
    elsewhere = world.holder(world.event(), Role.ORGANISER)
    for who in (actor, elsewhere):
        for attempt in (lambda a: layout.save_rooms(a, event, []), lambda a: layout.save_slots(a, event, []),
                        lambda a: layout.save_topics(a, event, []), lambda a: actions.add_room(a, event, name="X"),
                        lambda a: actions.add_slot(a, event, kind="break")):
            with pytest.raises(Forbidden), transaction(event):
                attempt(who)
    assert len(event.rooms) == 3


def test_a_change_is_counted_searched_again_and_told_to_open_pages(organiser, event):
    version = event.set_up_version
    with live.relay.listen(f"set-up:{event.id}") as inbox:
        save_rooms(organiser, event, room_rows(event))
        assert inbox.get(1) == (f"set-up:{event.id}", version + 1)
    assert event.set_up_version == version + 1
    assert {"kind": "whole event", "id": event.id} in [j.payload for j in db.session.query(Job)]
