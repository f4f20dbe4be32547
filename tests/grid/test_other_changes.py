"""Repeating, doubling, swapping doubles, cancelling, many moves at once, closed rooms, undo: what is done, refused and said."""

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.events.models import Role, RoomClosing
from app.grid import actions, cancelling, queries, undoing
from app.grid.models import GridChange, Session
from app.grid.standings import standing_of
from app.infra import db, jobs
from tests.grid.arrange import cell, do, move, now_seen, place, replayed, stands, take_off
from tests.grid.reading import page


def newest(event):
    change = db.session.scalar(select(GridChange).where(GridChange.event_id == event.id).order_by(GridChange.version.desc()))
    return change.verb, change.said


@pytest.fixture
def bins(world, event):
    return world.pitch(event, "Bins")


@pytest.fixture
def boxes(world, event):
    return world.pitch(event, "Boxes")


def double(ann, event, session, length=2, **how):
    return do(event, actions.resize, ann, event, session, length, **{"seen": None} | how)


# ---- doubles ----------------------------------------------------------------------------------------------------


def test_a_double_takes_the_slot_after_too(event, ann, bins, boxes):
    session = double(ann, event, place(ann, event, bins, 1, 1))
    assert stands(event) == {(1, 1): "Bins", (1, 2): "Bins"}
    assert newest(event) == ("resized", "made “Bins” in Main hall at 11:00 a double, on to 12:00")
    with pytest.raises(actions.Occupied, match="“Bins” is in Main hall at 11:00: you put it there at 11:52"):
        place(ann, event, boxes, 1, 2)
    double(ann, event, session, 1)
    assert stands(event) == {(1, 1): "Bins"}
    assert [cell.part for row in queries.grid_of(event, None).rows for cell in row.cells or () if cell] == [1]


def test_a_double_that_does_not_fit(event, ann, bins, boxes):
    session = place(ann, event, bins, 1, 2)  # lunch follows
    with pytest.raises(Conflict, match="needs another slot right after"):
        double(ann, event, session)
    move(ann, event, session, 1, 1)
    place(ann, event, boxes, 1, 2)
    with pytest.raises(Conflict, match="“Boxes” is in Main hall at 12:00"):
        double(ann, event, session)
    with pytest.raises(Invalid):
        double(ann, event, session, 3)
    assert stands(event) == {(1, 1): "Bins", (1, 2): "Boxes"}


def test_a_double_changes_places_with_two(world, event, ann, bins, boxes):
    session = double(ann, event, place(ann, event, bins, 1, 1))
    place(ann, event, boxes, 2, 1)
    place(ann, event, world.pitch(event, "Bags"), 2, 2)
    move(ann, event, session, 2, 1)
    assert stands(event) == {(2, 1): "Bins", (2, 2): "Bins", (1, 1): "Boxes", (1, 2): "Bags"}
    assert newest(event)[1] == "swapped “Bins” in Main hall at 11:00 with “Boxes” in Seacole at 11:00 and “Bags” in Seacole at 12:00"
    assert len(replayed(event)) == 4


def test_a_swap_that_does_not_fit_changes_nothing(event, ann, bins, boxes):
    double(ann, event, place(ann, event, bins, 1, 1))
    single = place(ann, event, boxes, 2, 3)
    with pytest.raises(Conflict, match="“Boxes” and “Bins” cannot change places. A double session needs another slot"):
        move(ann, event, single, 1, 2)
    assert stands(event) == {(1, 1): "Bins", (1, 2): "Bins", (2, 3): "Boxes"}


def test_a_double_moves_on_by_one_where_another_makes_way(world, ann, bins, boxes):
    event = world.event(rooms=2, slots=2)
    ann = world.holder(event, Role.ORGANISER, name="Ann")
    one, two = place(ann, event, world.pitch(event, "One"), 1, 1), place(ann, event, world.pitch(event, "Two"), 2, 1)
    double(ann, event, one)
    double(ann, event, two)
    move(ann, event, one, 2, 1)
    assert stands(event) == {(2, 1): "One", (2, 2): "One", (1, 1): "Two", (1, 2): "Two"}


# ---- repeats ----------------------------------------------------------------------------------------------------


def test_a_repeat_is_a_session_of_its_own(event, ann, bins):
    first = place(ann, event, bins, 1, 1)
    again = do(event, actions.repeat, ann, event, first, *cell(event, 2, 3), seen=now_seen(event))
    assert (again.run, again.pitch_id) == (2, bins.id)
    assert again.id != first.id
    assert newest(event) == ("repeated", "put “Bins” on again, in Seacole at 14:00")
    cells = {c.session_id: c.again for c in queries.grid_of(event, None).cells}
    assert cells == {first.id: "14:00", again.id: "11:00"}
    take_off(ann, event, again)
    assert [w.title for w in queries.grid_of(event, None, waiting=True).waiting] == [], "a repeat does not wait with the pitches"
    assert do(event, actions.repeat, ann, event, first, *cell(event, 3, 3), seen=None).id == again.id, "the same page as before"


def test_what_cannot_be_repeated(event, ann, bins, boxes):
    session = do(event, actions.open_session, ann, bins)
    with pytest.raises(Conflict, match="not on the grid yet"):
        do(event, actions.repeat, ann, event, session, *cell(event, 1, 1), seen=None)
    place(ann, event, bins, 1, 1)
    place(ann, event, boxes, 2, 1)
    with pytest.raises(actions.Occupied):
        do(event, actions.repeat, ann, event, session, *cell(event, 2, 1), seen=None)


def test_merging_takes_all_runs_along(event, ann, bins, boxes):
    first = place(ann, event, bins, 1, 1)
    again = do(event, actions.repeat, ann, event, first, *cell(event, 2, 3), seen=None)
    merged = do(event, actions.merge, ann, [bins, boxes], title="Bins and boxes", about="")
    assert {s.pitch_id for s in (db.session.get(Session, first.id), db.session.get(Session, again.id))} == {merged.id}
    do(event, actions.unmerge, ann, merged)
    assert {db.session.get(Session, i).pitch_id for i in (first.id, again.id)} == {bins.id}
    do(event, actions.withdraw, ann, bins)
    assert stands(event) == {}


# ---- cancelling -------------------------------------------------------------------------------------------------


def test_a_cancelled_session_leaves_its_place_and_says_why(event, ann, bins, boxes):
    session = place(ann, event, bins, 1, 1)
    do(event, cancelling.cancel, ann, event, session, " The speaker \n is ill ", seen=now_seen(event))
    assert newest(event) == ("cancelled", "cancelled “Bins” in Main hall at 11:00: The speaker is ill")
    assert (session.cancelled, stands(event)) == ("The speaker is ill", {})
    grid = queries.grid_of(event, None, waiting=True)
    assert [(g.title, g.reason) for there in grid.gone.values() for g in there] == [("Bins", "The speaker is ill")]
    room, slot = cell(event, 1, 1)
    assert list(grid.gone) == [(room.id, slot.id)]
    assert [w.title for w in grid.waiting] == ["Boxes"]
    do(event, cancelling.reinstate, ann, event, session, seen=now_seen(event))
    assert (session.cancelled, stands(event)) == ("", {(1, 1): "Bins"})


def test_lists_and_search_say_that_it_is_cancelled(client, event, ann, bins):
    do(event, cancelling.cancel, ann, event, place(ann, event, bins, 1, 1), "The speaker is ill", seen=None)
    assert "Cancelled: The speaker is ill" in page(client.get("/e/camp/pitches"))
    assert "Cancelled: The speaker is ill" in page(client.get("/e/camp/grid"))
    session = queries.session_of(bins)
    assert "Cancelled: The speaker is ill" in page(client.get(f"/e/camp/sessions/{session.id}"))
    jobs.work_until_idle()
    assert "Bins" in page(client.get("/e/camp/search?q=cancelled"))


def test_what_was_cancelled_waits_when_its_place_is_gone(event, ann, bins, boxes):
    session = place(ann, event, bins, 1, 1)
    do(event, cancelling.cancel, ann, event, session, "Ill", seen=None)
    place(ann, event, boxes, 1, 1)
    do(event, cancelling.reinstate, ann, event, session, seen=None)
    assert stands(event) == {(1, 1): "Boxes"}
    assert [w.title for w in queries.grid_of(event, None, waiting=True).waiting] == ["Bins"]


def test_a_reason_is_needed(event, ann, bins):
    session = place(ann, event, bins, 1, 1)
    for reason in ("", "  ", "x" * 201):
        with pytest.raises(Invalid):
            do(event, cancelling.cancel, ann, event, session, reason, seen=None)


# ---- many at once, closed rooms -----------------------------------------------------------------------------------


def test_many_moves_are_one_change_or_none(world, event, ann, ben, bins, boxes):
    first, bags = place(ann, event, bins, 1, 1), world.pitch(event, "Bags")
    seen = now_seen(event)
    wanted = [(first, *cell(event, 2, 2)), (boxes, *cell(event, 1, 1)), (bags, *cell(event, 3, 3))]
    done = do(event, actions.accept, ann, event, wanted, seen=seen)
    assert stands(event) == {(2, 2): "Bins", (1, 1): "Boxes", (3, 3): "Bags"}
    assert [s.pitch.title for s in done] == ["Bins", "Boxes", "Bags"]
    assert newest(event) == ("arranged", "arranged 3 sessions: “Bins” to Seacole at 12:00, “Boxes” to Main hall at 11:00 and "
                                         "“Bags” to Turing at 14:00")
    assert do(event, actions.accept, ann, event, wanted, seen=seen) == [], "it is so already"
    move(ben, event, done[0], 2, 3)
    with pytest.raises(Conflict, match="At 11:52 Ben moved “Bins”"):
        do(event, actions.accept, ann, event, [(done[1], *cell(event, 2, 1)), (done[0], None, None)], seen=seen + 1)
    with pytest.raises(Conflict, match="“Bags” is in Turing at 14:00"):
        do(event, actions.accept, ann, event, [(done[1], *cell(event, 2, 1)), (done[0], *cell(event, 3, 3))], seen=None)
    with pytest.raises(Conflict, match="cannot both be in Seacole at 11:00"):
        do(event, actions.accept, ann, event, [(done[1], *cell(event, 2, 1)), (done[0], *cell(event, 2, 1))], seen=None)
    with pytest.raises(Invalid, match="named twice"):
        do(event, actions.accept, ann, event, [(done[1], *cell(event, 2, 1)), (boxes, *cell(event, 2, 2))], seen=None)
    assert stands(event) == {(2, 3): "Bins", (1, 1): "Boxes", (3, 3): "Bags"}
    do(event, actions.accept, ann, event, [(first, None, None)], seen=None)
    assert newest(event)[1] == "arranged 1 session: “Bins” off the grid"


def test_a_closed_room_takes_nothing_new(world, event, ann, bins, boxes):
    session, (room, slot) = place(ann, event, bins, 1, 1), cell(event, 2, 1)
    here = cell(event, 1, 1)
    world.save(RoomClosing(event_id=event.id, room_id=room.id, slot_id=slot.id, because="The roof leaks"),
               RoomClosing(event_id=event.id, room_id=here[0].id, slot_id=here[1].id, because="Too hot"))
    for attempt in (lambda: move(ann, event, session, 2, 1), lambda: place(ann, event, boxes, 2, 1),
                    lambda: do(event, actions.repeat, ann, event, session, room, slot, seen=None),
                    lambda: do(event, actions.accept, ann, event, [(boxes, room, slot)], seen=None)):
        with pytest.raises(Conflict, match=r"Seacole is closed at 11:00: The roof leaks\. Nothing was changed\."):
            attempt()
    assert stands(event) == {(1, 1): "Bins"}, "what stood in a room when it was closed stays until it is moved"
    move(ann, event, session, 3, 1)
    with pytest.raises(Conflict, match="Main hall is closed at 11:00: Too hot"):
        do(event, undoing.undo, ann, event, 2)


# ---- undo and redo ------------------------------------------------------------------------------------------------


def test_undo_takes_back_the_newest_whoever_made_it(event, ann, ben, bins):
    session = place(ann, event, bins, 1, 1)
    move(ben, event, session, 2, 2)
    do(event, undoing.undo, ann, event, 2, newest=True)
    assert (stands(event), newest(event)) == (
        {(1, 1): "Bins"}, ("undone", "undid the change that moved “Bins” from Main hall at 11:00 to Seacole at 12:00"))
    assert (undoing.undoable(event).version, undoing.redoable(event).version) == (1, 3)
    do(event, undoing.redo, ben, event, 3)
    assert stands(event) == {(2, 2): "Bins"}
    assert (undoing.undoable(event).version, undoing.redoable(event)) == (4, None)
    do(event, undoing.undo, ann, event, 4, newest=True)
    assert newest(event)[1] == "undid the change that moved “Bins” from Main hall at 11:00 to Seacole at 12:00"
    do(event, undoing.undo, ann, event, 1, newest=True)
    assert (stands(event), undoing.undoable(event)) == ({}, None)
    assert replayed(event) == {}


def test_a_new_change_clears_redo(event, ann, ben, bins, boxes):
    place(ann, event, bins, 1, 1)
    do(event, undoing.undo, ann, event, 1)
    place(ben, event, boxes, 2, 2)
    with pytest.raises(Conflict, match="At 11:52 Ben placed “Boxes” in Seacole at 12:00. There is nothing to do again now"):
        do(event, undoing.redo, ann, event, 2)


def test_what_cannot_be_undone_says_why(event, ann, ben, bins, boxes):
    session = place(ann, event, bins, 1, 1)
    move(ben, event, session, 2, 2)
    with pytest.raises(Conflict, match=r"At 11:52 Ben moved “Bins” .* That comes first"):
        do(event, undoing.undo, ann, event, 1)
    with pytest.raises(Conflict, match=r"At 11:52 Ben moved “Bins” .* Undo would take that back now"):
        do(event, undoing.undo, ann, event, 1, newest=True)
    do(event, undoing.undo, ben, event, 2)
    with pytest.raises(Conflict, match="Ben undid that already, at 11:52"):
        do(event, undoing.undo, ann, event, 2)
    move(ann, event, session, 2, 2)
    place(ben, event, boxes, 1, 1)
    with pytest.raises(Conflict, match="“Boxes” is in Main hall at 11:00"):
        do(event, undoing.undo, ann, event, 4)
    take_off(ann, event, session)
    do(event, actions.withdraw, ann, bins)
    with pytest.raises(Conflict, match="“Bins” is withdrawn"):
        do(event, undoing.undo, ann, event, 6)
    with pytest.raises(NotFound):
        do(event, undoing.undo, ann, event, 99)
    assert stands(event) == {(1, 1): "Boxes"}


def test_what_was_withdrawn_since_is_reopened_and_undone_in_one_step(client, world, event, ann, ben, bins, boxes):
    leader = world.holder(event, name="Leila")
    pitch = world.pitch(event, "Bags", leaders=[leader])
    place(ann, event, pitch, 1, 1)
    do(event, actions.withdraw, leader, pitch)
    client.sign_in(ann)
    before = queries.version_of(event)
    answer = client.send("/e/camp/grid/undo", version=before, newest="1", json=True)
    assert (answer.status_code, answer.json["error"]["by_form"]) == (409, True)
    asked = client.send("/e/camp/grid/undo", version=before, newest="1")
    assert asked.status_code == 409
    assert "“Bags” is withdrawn, so it can have no place on the grid." in page(asked)
    assert "Reopen it and undo" in page(asked)
    assert stands(event) == {}
    answer = client.send("/e/camp/grid/undo", version=before, newest="1", reopen="1", back="history")
    assert answer.location.endswith("/e/camp/grid/history")
    assert "and reopened “Bags”." in page(client.get(answer.location))
    assert stands(event) == {(1, 1): "Bags"}
    do(event, undoing.undo, ann, event, 1)
    do(event, actions.withdraw, leader, pitch)
    with pytest.raises(undoing.Withdrawn, match="“Bags” is withdrawn"):
        do(event, undoing.redo, ben, event, undoing.redoable(event).version)


def test_what_is_part_of_another_pitch_is_not_reopened_by_undoing(event, ann, bins, boxes):
    place(ann, event, boxes, 2, 2)
    take_off(ann, event, place(ann, event, bins, 1, 1))
    do(event, actions.merge, ann, [boxes, bins], title="Both", about="")
    with pytest.raises(Conflict, match="“Bins” is part of “Both” now"):
        do(event, undoing.undo, ann, event, 3, reopen=True)
    assert stands(event) == {(2, 2): "Both"}


def test_an_older_change_is_undone_by_itself(event, ann, bins, boxes):
    place(ann, event, bins, 1, 1)
    place(ann, event, boxes, 2, 2)
    do(event, undoing.undo, ann, event, 1)
    assert stands(event) == {(2, 2): "Boxes"}
    assert undoing.undoable(event).version == 2
    do(event, undoing.redo, ann, event, 3)
    assert stands(event) == {(1, 1): "Bins", (2, 2): "Boxes"}


def test_only_who_may_arrange_does_any_of_this(world, event, ann, bins):
    session, helper = place(ann, event, bins, 1, 1), world.holder(event, Role.CAMPMAKER)
    there = cell(event, 2, 2)
    for action, *given in ((actions.resize, event, session, 2), (actions.repeat, event, session, *there),
                           (actions.accept, event, [(session, *there)]), (cancelling.cancel, event, session, "Ill"),
                           (cancelling.reinstate, event, session)):
        with pytest.raises(Forbidden):
            do(event, action, helper, *given, seen=None)
    with pytest.raises(Forbidden):
        do(event, undoing.undo, helper, event, 1)
    with pytest.raises(Forbidden):
        do(event, undoing.redo, helper, event, 1)
    assert standing_of(session).cancelled == ""
