"""Placing, moving, swapping and taking off; everything that is refused, and in which words."""

import pytest
from sqlalchemy import func, select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import Role
from app.grid import actions, queries
from app.grid.models import GridChange, Session
from app.infra import db, live
from app.infra.jobs import Job
from app.pitches.models import MERGED, WITHDRAWN
from tests.grid.arrange import LATER, cell, do, move, now_seen, place, replayed, stands, take_off


@pytest.fixture
def bins(world, event):
    return world.pitch(event, "Bins")


@pytest.fixture
def boxes(world, event):
    return world.pitch(event, "Boxes")


def changes(event):
    return [(c.version, c.by.name, c.verb, c.said)
            for c in db.session.scalars(select(GridChange).where(GridChange.event_id == event.id).order_by(GridChange.version))]


def told(kind):
    """Ids that search was told of."""
    return [j.payload["id"] for j in db.session.scalars(select(Job).where(Job.kind == "search.index")) if j.payload["kind"] == kind]


# ---- what they do ----------------------------------------------------------------------------------------------


def test_placing_makes_a_session_and_writes_history(event, ann, bins):
    session = place(ann, event, bins, 3, 1, seen=0)
    assert stands(event) == {(3, 1): "Bins"}
    assert (queries.code_of(session), queries.where_of(session)) == ("s1r3", "Turing at 11:00")
    assert changes(event) == [(1, "Ann", "placed", "placed “Bins” in Turing at 11:00")]
    assert set(told("session")) == {session.id}


def test_moving(event, ann, ben, bins):
    session = place(ann, event, bins, 3, 1)
    assert move(ben, event, session, 2, 3, seen=1) is session
    assert stands(event) == {(2, 3): "Bins"}
    assert changes(event)[1] == (2, "Ben", "moved", "moved “Bins” from Turing at 11:00 to Seacole at 14:00")


def test_swapping(event, ann, bins, boxes):
    first, second = place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 2)
    move(ann, event, first, 2, 2, seen=2)
    assert stands(event) == {(2, 2): "Bins", (1, 1): "Boxes"}
    assert changes(event)[2][2:] == ("swapped", "swapped “Bins” in Main hall at 11:00 with “Boxes” in Seacole at 12:00")
    assert set(told("session")) == {first.id, second.id}


def test_taking_off_keeps_the_session(event, ann, bins):
    session = place(ann, event, bins, 1, 1)
    take_off(ann, event, session, seen=1)
    assert stands(event) == {}
    assert (queries.code_of(session), queries.where_of(session)) == ("", "")
    assert changes(event)[1][2:] == ("taken off", "took “Bins” off the grid; it was in Main hall at 11:00")
    assert place(ann, event, bins, 2, 1, seen=2) is session, "the same session, at the same address"


def test_placing_where_another_stands_puts_that_back_when_asked_to(event, ann, bins, boxes):
    there = place(ann, event, bins, 1, 1)
    place(ann, event, boxes, 1, 1, seen=1, replace=True)
    assert stands(event) == {(1, 1): "Boxes"}
    assert there.placement is None
    assert changes(event)[1][3] == "placed “Boxes” in Main hall at 11:00 and put “Bins” back among those not placed yet"


def test_asking_for_what_is_so_already_changes_nothing(event, ann, bins):
    session = place(ann, event, bins, 1, 1, seen=0)
    assert place(ann, event, bins, 1, 1, seen=0) is session  # the answer was lost on the way, the press was repeated
    assert move(ann, event, session, 1, 1, seen=0) is session
    take_off(ann, event, session, seen=1)
    take_off(ann, event, session, seen=0)
    assert len(changes(event)) == 2


def test_a_session_can_be_opened_without_a_place(event, ann, bins):
    session = do(event, actions.open_session, ann, bins)
    assert do(event, actions.open_session, ann, bins) is session
    assert (session.placement, stands(event), told("session")) == (None, {}, [session.id])


def test_every_change_nudges_open_pages_with_its_version(event, ann, bins):
    before = event.version
    with live.relay.listen(f"grid:{event.id}") as inbox:
        session = place(ann, event, bins, 1, 1)
        move(ann, event, session, 2, 1)
        take_off(ann, event, session)
        assert [inbox.get(1) for _ in range(3)] == [(f"grid:{event.id}", before + n) for n in (1, 2, 3)]
    assert event.version == before + 3


# ---- what they refuse ------------------------------------------------------------------------------------------


def test_only_organisers_arrange(event, ann, world, bins, boxes):
    session = place(ann, event, bins, 1, 1)
    for person in (world.person(), world.holder(event, Role.CAMPMAKER), world.holder(world.event(), Role.ORGANISER)):
        for attempt in (lambda p=person: place(p, event, boxes, 2, 1), lambda p=person: move(p, event, session, 2, 1),
                        lambda p=person: take_off(p, event, session), lambda p=person: do(event, actions.open_session, p, boxes)):
            with pytest.raises(Forbidden):
                attempt()
    assert stands(event) == {(1, 1): "Bins"}


def test_nothing_of_another_event(event, ann, world, bins):
    other = world.event()
    foreign = world.session(other, room=1, slot=1)
    session = place(ann, event, bins, 1, 1)
    for attempt in (
        lambda: do(event, actions.place, ann, event, foreign.pitch, *cell(event, 2, 1), seen=None),
        lambda: do(event, actions.place, ann, event, world.pitch(event), *cell(other, 2, 1), seen=None),
        lambda: do(event, actions.move, ann, event, session, cell(event, 2, 2)[0], cell(other, 2, 2)[1], seen=None),
        lambda: do(event, actions.move, ann, event, foreign, *cell(event, 2, 2), seen=None),
        lambda: do(event, actions.take_off, ann, event, foreign, seen=None),
    ):
        with pytest.raises((NotFound, Forbidden)):
            attempt()
    assert stands(event) == {(1, 1): "Bins"}
    assert stands(other) == {(1, 1): foreign.pitch.title}


def test_a_taken_cell_names_who_put_what_there(event, ann, ben, bins, boxes):
    place(ben, event, bins, 3, 1)
    with pytest.raises(actions.Occupied) as refused:
        place(ann, event, boxes, 3, 1, seen=1)
    assert refused.value.message == "“Bins” is in Turing at 11:00: Ben put it there at 11:52. Nothing was changed."
    assert db.session.scalar(select(func.count()).select_from(Session)) == 1, "nor was a session made of it"


def test_a_cell_taken_since_the_page_was_shown(event, ann, ben, bins, boxes):
    place(ben, event, bins, 3, 1, seen=0)
    for how in ({}, {"replace": True}):
        with pytest.raises(Conflict) as refused:
            place(ann, event, boxes, 3, 1, seen=0, **how)
        assert refused.value.message == "Ben put “Bins” there at 11:52. Your change was not made: look at the grid and try again."


def test_a_swap_with_what_the_page_did_not_show(event, ann, ben, bins, boxes, world):
    mine, theirs = place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 1)
    bags = place(ann, event, world.pitch(event, "Bags"), 3, 1)
    seen = now_seen(event)
    move(ben, event, theirs, 3, 1, seen=seen)  # swaps Boxes and Bags
    with pytest.raises(Conflict, match="Ben put “Bags” there at 11:52"):
        move(ann, event, mine, 2, 1, seen=seen)
    with pytest.raises(Conflict, match="Ben put “Boxes” there at 11:52"):
        move(ann, event, mine, 3, 1, seen=seen)
    with pytest.raises(Conflict, match="At 11:52 Ben swapped “Boxes” in Seacole at 11:00 with “Bags” in Turing at 11:00"):
        move(ann, event, bags, 3, 2, seen=seen)


def test_a_cell_emptied_since(event, ann, ben, bins, boxes):
    mine, theirs = place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 1)
    take_off(ben, event, theirs, seen=2)
    with pytest.raises(Conflict, match="Ben took “Boxes” away from there at 11:52"):
        move(ann, event, mine, 2, 1, seen=2)


def test_a_session_moved_since(event, ann, ben, bins):
    session = place(ann, event, bins, 1, 1)
    move(ben, event, session, 2, 2, seen=1)
    told_so = "At 11:52 Ben moved “Bins” from Main hall at 11:00 to Seacole at 12:00."
    for attempt in (lambda: move(ann, event, session, 3, 3, seen=1), lambda: take_off(ann, event, session, seen=1)):
        with pytest.raises(Conflict, match=told_so):
            attempt()
    with pytest.raises(Conflict, match="At 11:52 you moved “Bins”"):
        move(ben, event, session, 3, 3, seen=1)


def test_a_session_taken_off_since(event, ann, ben, bins):
    session = place(ann, event, bins, 1, 1)
    take_off(ben, event, session, seen=1)
    with pytest.raises(Conflict, match="At 11:52 Ben took “Bins” off the grid"):
        move(ann, event, session, 3, 3, seen=1)
    with pytest.raises(Conflict, match="“Bins” is not on the grid any more"):
        move(ann, event, session, 3, 3, seen=2)


def test_a_pitch_placed_since(event, ann, ben, bins):
    place(ben, event, bins, 1, 1, seen=0)
    with pytest.raises(Conflict, match="At 11:52 Ben placed “Bins” in Main hall at 11:00"):
        place(ann, event, bins, 2, 2, seen=0)
    with pytest.raises(Conflict, match="“Bins” is in Main hall at 11:00 already. Move it from there instead"):
        place(ann, event, bins, 2, 2, seen=1)


def test_changes_elsewhere_do_not_get_in_the_way(event, ann, ben, bins, boxes, world):
    bags = world.pitch(event, "Bags")
    session = place(ann, event, bins, 1, 1)
    place(ben, event, boxes, 2, 2)
    place(ben, event, bags, 3, 3)
    move(ann, event, session, 1, 2, seen=1)
    assert stands(event) == {(1, 2): "Bins", (2, 2): "Boxes", (3, 3): "Bags"}


def test_a_change_of_another_day_says_which(event, ann, ben, bins, boxes):
    from datetime import timedelta

    place(ben, event, bins, 1, 1)
    with pytest.raises(Conflict, match="at 11:52 on Saturday 23 January"):
        place(ann, event, boxes, 1, 1, seen=0, at=LATER + timedelta(days=1))


def test_somebody_erased_is_somebody(event, ann, ben, bins, boxes):
    place(ben, event, bins, 1, 1)
    with db.transaction(event) as session:
        session.delete(session.get_one(type(ben), ben.id))
    with pytest.raises(Conflict, match="Somebody put “Bins” there"):
        place(ann, event, boxes, 1, 1, seen=0)


def test_rooms_and_times_that_are_not_for_sessions(event, ann, bins, world):
    from app.events.models import Room

    quiet = world.save(Room(event_id=event.id, position=9, name="Quiet room", for_sessions=False))
    db.session.expire_all()
    lunch = next(s for s in event.slots if s.number is None)
    with pytest.raises(Invalid, match="Quiet room is not for sessions") as refused:
        do(event, actions.place, ann, event, bins, quiet, cell(event, 1, 1)[1], seen=None)
    assert refused.value.field == "room"
    with pytest.raises(Invalid, match="Lunch is not for sessions") as refused:
        do(event, actions.place, ann, event, bins, cell(event, 1, 1)[0], lunch, seen=None)
    assert refused.value.field == "slot"


@pytest.mark.parametrize("state", [WITHDRAWN, MERGED])
def test_only_an_open_pitch_gets_a_place(event, ann, bins, world, state):
    gone = world.pitch(event, "Gone", state=state, merged_into_id=bins.id if state == MERGED else None)
    with pytest.raises(Conflict, match="can have no place"):
        place(ann, event, gone, 1, 1)


# ---- the history is the grid -----------------------------------------------------------------------------------


def test_history_replays_to_the_grid(event, ann, bins, boxes, world):
    a, b = place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 1)
    move(ann, event, a, 2, 1)
    place(ann, event, world.pitch(event), 1, 1, replace=True)
    move(ann, event, a, 3, 3)
    take_off(ann, event, a)
    place(ann, event, boxes, 3, 3)
    expected = {(b.placement.room_id, b.placement.slot_id): b.id}
    assert replayed(event).items() >= expected.items()
    assert set(replayed(event)) == set(queries.taken_cells(event))
