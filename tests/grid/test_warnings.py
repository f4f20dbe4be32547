"""What is wrong with a grid, said calmly and most pressing first; what would mend it, and what that costs."""

from datetime import UTC, datetime

import pytest

from app.events.models import Pass, RoomClosing
from app.grid.advice import Adviser, expected_of
from app.grid.advice_model import situation_of
from app.grid.queries import grid_of
from app.grid.screens_day import day_of
from app.grid.warnings import troubles_of, unwritten
from app.grid.warnings_mends import mends_of, repair_of
from app.infra import db
from app.pitches.models import LeaderAway, PitchRule
from tests.grid.arrange import cell

BEFORE_THE_DAY = datetime(2027, 1, 20, 12, tzinfo=UTC)


@pytest.fixture
def people(world, event):
    """Twenty attendees."""
    found = [world.holder(event) for _ in range(20)]
    db.session.rollback()
    return found


def adviser(event, at=BEFORE_THE_DAY) -> Adviser:
    return Adviser(situation_of(event, at))


def said(event, at=BEFORE_THE_DAY) -> list[str]:
    return [trouble.says for trouble in troubles_of(situation_of(event, at))]


def test_a_good_grid_has_nothing_wrong(event, world, people):
    world.session(event, "Bins", room=1, slot=1, leaders=["Ann"], interested=people[:5])
    world.session(event, "Boxes", room=2, slot=2, leaders=["Ann"], interested=people[:5])
    assert said(event) == []


def test_each_thing_that_can_be_wrong_most_pressing_first(event, world, people):
    with db.transaction():
        event.rooms[1].step_free = False
    closed = world.session(event, "Closed", room=1, slot=1, leaders=["Ann"])
    world.session(event, "One", room=2, slot=2, leaders=["Wen Li"], interested=people[:6])
    world.session(event, "Two", room=3, slot=2, leaders=["Wen Li"], interested=people[2:8])
    steps = world.session(event, "Steps", room=2, slot=3, leaders=["Eve"], step_free=True)
    world.session(event, "Asked", room=2, slot=1, leaders=["Cy"], interested=people[:3])
    room, slot = cell(event, 1, 1)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because="Flooded."),
               PitchRule(event_id=event.id, kind="before", first_id=steps.pitch_id, second_id=closed.pitch_id),
               LeaderAway(event_id=event.id, slot_id=cell(event, 2, 3)[1].id, key="eve"))
    with db.transaction():
        db.session.get(Pass, world.pass_of(event, people[0]).id).step_free = True
    assert said(event) == [
        "“Closed” is in Main hall at 11:00, and the room is closed then: Flooded.",
        "Wen Li leads two sessions at 12:00: “One” in Seacole and “Two” in Turing.",
        "Eve, who leads “Steps”, is away at 14:00.",
        "“Steps” should come before “Closed”, and does not.",
        "“Steps” needs a step-free room, and Seacole is not step-free.",
        "“One” is in Seacole, which is not step-free, and 1 person who wants to come needs that.",
        "“Asked” is in Seacole, which is not step-free, and 1 person who wants to come needs that.",
        "4 people want both “One” and “Two”, which are at the same time (at 12:00).",
    ]
    assert unwritten({}) == []
    assert [trouble.says for trouble in unwritten({7: "Bins", 8: "Boxes"})] == ["2 sessions have no note-taker yet."]


def test_the_second_half_of_a_double_counts_like_the_first(event, world, people):
    """Leaders, audiences, closed rooms, stairs, seats, who is away, and what must be apart: all at 12:00, where it goes on."""
    double = world.session(event, "Double", room=2, slot=1, length=2, leaders=["Wen Li", "Eve"], interested=people[:12], step_free=True)
    world.session(event, "Two", room=3, slot=2, leaders=["Wen Li"], interested=people[:8])
    far = world.session(event, "Apart", room=1, slot=2, leaders=["Cy"])
    room, slot = cell(event, 2, 2)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because="Flooded"),
               PitchRule(event_id=event.id, kind="apart", first_id=double.pitch_id, second_id=far.pitch_id),
               LeaderAway(event_id=event.id, slot_id=slot.id, key="eve"))
    with db.transaction():
        event.rooms[1].step_free, event.rooms[1].seats = False, 7
    assert said(event) == [
        "“Double” is in Seacole at 12:00, and the room is closed then: Flooded.",
        "Wen Li leads two sessions at 12:00: “Double” in Seacole and “Two” in Turing.",
        "Eve, who leads “Double”, is away at 12:00.",
        "“Double” and “Apart” must not be at the same time, and both are at 12:00.",
        "“Double” needs a step-free room, and Seacole is not step-free.",
        "8 people want both “Double” and “Two”, which are at the same time (at 12:00).",
        "“Double” expects 6–11 people in Seacole, which has 7 seats.",
    ]
    half_over = datetime(2027, 1, 23, 11, 50, tzinfo=UTC)
    assert len(said(event, half_over)) == 6, "the first half is over, the second is still to be put right; pairs are only to come"


def test_the_grid_marks_a_double_whose_second_half_clashes(event, world, ann):
    world.session(event, "Double", room=2, slot=1, length=2, leaders=["Wen Li"], interested=[ann])
    world.session(event, "Two", room=3, slot=2, leaders=["Wen Li"], interested=[ann])
    grid = grid_of(event, ann, at=BEFORE_THE_DAY)
    marked = {one.title: one.clash for one in grid.cells}
    assert marked == {"Double": "Wen Li also leads “Two” in Turing during its second half",
                      "Two": "Wen Li also leads “Double” in Seacole then"}
    assert [clash.when for clash in grid.clashes] == ["12:00"]
    [said_of_it] = [stop.clash for stop in day_of(event, grid, ann.id, BEFORE_THE_DAY, {}) if stop.clash]
    assert said_of_it == "“Double” and “Two” are at the same time.", "a double is not held again"


def test_nothing_is_said_of_what_is_over(event, world):
    world.session(event, "One", room=2, slot=1, leaders=["Wen Li"])
    world.session(event, "Two", room=3, slot=1, leaders=["Wen Li"])
    assert len(said(event, datetime(2027, 1, 23, 11, 30, tzinfo=UTC))) == 1
    assert said(event, datetime(2027, 1, 23, 11, 46, tzinfo=UTC)) == []


def test_how_many_come_is_a_range_and_says_what_it_is_taken_from(event, world, people):
    world.session(event, "Marked", interested=people, room=1, slot=1)
    world.session(event, "Counted", hands=40, interested=people[:2], room=2, slot=1)
    world.session(event, "Fewer hands", hands=3, interested=people, room=3, slot=1)
    world.session(event, "Nobody knows", room=1, slot=2)
    situation = situation_of(event, BEFORE_THE_DAY)
    found = {pitch.title: expected_of(situation, pitch) for pitch in situation.pitches.values()}
    assert (found["Marked"].says, found["Marked"].likely, found["Marked"].source) == ("10–18", 14, "20 interested")
    assert (found["Counted"].says, found["Counted"].likely, found["Counted"].source) == ("32–48", 40, "40 hands counted")
    assert found["Fewer hands"].source == "20 interested"
    assert found["Nobody knows"] is None


def test_a_repeat_halves_the_audience_and_takes_away_the_clash(event, world, people):
    from app.grid.models import Placement, Session
    from tests.world import AT

    one = world.session(event, "One", room=2, slot=1, leaders=["Ann"], interested=people[:10])
    world.session(event, "Two", room=3, slot=1, leaders=["Ben"], interested=people[:10])
    assert said(event) == ["10 people want both “One” and “Two”, which are at the same time (at 11:00)."]
    room, slot = cell(event, 2, 3)
    again = Session(event_id=event.id, pitch_id=one.pitch_id, run=2, created_at=AT)
    again.placements = [Placement(event_id=event.id, room_id=room.id, slot_id=slot.id)]
    world.save(again)
    assert said(event) == []
    situation = situation_of(event, BEFORE_THE_DAY)
    halved = expected_of(situation, situation.pitches[one.pitch_id])
    assert (halved.says, halved.likely, halved.source) == ("2–5", 4, "10 interested, shared between 2 runs")


def test_a_room_too_small_is_mended_by_a_swap_with_its_cost(event, world, people):
    world.session(event, "Big", hands=100, room=3, slot=1, leaders=["Ann"])
    world.session(event, "Small", hands=5, room=1, slot=1, leaders=["Ben"])
    advice = adviser(event)
    trouble, = troubles_of(advice.situation)
    assert trouble.says == "“Big” expects 80–120 people in Turing, which has 36 seats."
    assert trouble.why == "From 100 hands counted."
    offers = mends_of(advice, trouble)
    assert {offer.says for offer in offers} >= {"Swap “Big” with “Small” in Main hall at 11:00", "Move “Big” to Main hall at 12:00"}
    assert {offer.costs for offer in offers} == {"64 fewer without a seat."}


def test_a_pair_is_mended_by_moving_one_and_says_who_gains(event, world, people):
    world.session(event, "One", room=1, slot=1, leaders=["Ann"], interested=people[:10])
    world.session(event, "Two", room=2, slot=1, leaders=["Ben"], interested=people[:10])
    world.session(event, "Three", room=1, slot=2, leaders=["Cy"], interested=people[:9])
    advice = adviser(event)
    trouble, = troubles_of(advice.situation)
    best = mends_of(advice, trouble)[0]
    assert best.where.endswith("at 14:00")
    assert best.costs == "10 people gain one they want."
    assert 1 <= len(mends_of(advice, trouble)) <= 3


def test_a_mend_keeps_what_comes_before_what(event, world):
    first, second = (world.session(event, title, room=1, slot=slot, leaders=[title]) for title, slot in (("First", 3), ("Second", 2)))
    world.save(PitchRule(event_id=event.id, kind="before", first_id=first.pitch_id, second_id=second.pitch_id))
    advice = adviser(event)
    trouble, = troubles_of(advice.situation)
    offers = mends_of(advice, trouble)
    assert offers
    for offer in offers:
        slots = {"First": 3, "Second": 2}
        was = slots[offer.title]
        slots[offer.title] = next(s.number for s in event.slots if s.id == offer.slot_id)
        if offer.swaps:
            slots["First" if offer.title == "Second" else "Second"] = was
        assert slots["First"] < slots["Second"], offer.says


def test_pinned_sessions_are_offered_no_move_and_nobody_is_swapped_with_them(event, world):
    pinned = world.session(event, "Pinned", room=1, slot=1, leaders=["Wen Li"])
    with db.transaction():
        pinned.pinned = True
    other = world.session(event, "Other", room=2, slot=1, leaders=["Wen Li"])
    advice = adviser(event)
    trouble, = troubles_of(advice.situation)
    offers = mends_of(advice, trouble)
    assert offers
    assert {offer.session_id for offer in offers} == {other.id}
    assert not any(offer.swaps for offer in offers)


def test_a_lost_room_is_repaired_by_one_plan(event, world, people):
    for number in (1, 2, 3):
        world.session(event, f"Session {number}", room=1, slot=number, leaders=[f"Leader {number}"], interested=people[:number * 4])
        world.save(RoomClosing(event_id=event.id, room_id=cell(event, 1, 1)[0].id, slot_id=cell(event, 1, number)[1].id))
    world.session(event, "Other", room=2, slot=1, leaders=["Other"], interested=people)
    advice = adviser(event)
    troubles = troubles_of(advice.situation)
    assert sum(t.kind == "closed" for t in troubles) == 3
    repair = repair_of(advice, troubles)
    assert (len(repair.steps), repair.left) == (3, 0)
    assert all(step.room_id != cell(event, 1, 1)[0].id for step in repair.steps)
    assert len({(step.room_id, step.slot_id) for step in repair.steps}) == 3


def test_reading_takes_the_same_statements_for_one_session_and_for_many(event, world, people, statements):
    counts = []
    for number in range(1, 8):
        world.session(event, f"S{number}", room=number % 3 + 1, slot=number // 3 + 1, leaders=[people[number]], interested=people)
        _ = event.rooms, event.slots
        with statements() as asked:
            advice = adviser(event)
            for trouble in troubles_of(advice.situation):
                mends_of(advice, trouble)
        counts.append(len(asked))
    assert set(counts) == {9}, counts


def test_where_no_place_is_free_a_session_can_be_taken_off(event, world, people, organiser):
    for room in (1, 2, 3):
        for slot in (1, 2, 3):
            world.session(event, f"{room}.{slot}", room=room, slot=slot, leaders=[f"L{room}{slot}"], interested=people[:room + slot])
    room, slot = cell(event, 3, 3)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id))
    advice = adviser(event)
    trouble = troubles_of(advice.situation)[0]
    assert trouble.kind == "closed"
    offer, = mends_of(advice, trouble)
    assert (offer.says, offer.room_id) == ("Take “3.3” off the grid", 0)
    assert offer.costs == "1 person misses a session they want."
    assert repair_of(advice, troubles_of(advice.situation)) is None
    assert 'name="take_off" value="1"' in organiser.get("/e/camp/grid/arrange").text
