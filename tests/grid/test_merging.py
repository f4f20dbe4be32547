"""Withdrawing, merging and undoing a merge where the grid is touched."""

import pytest
from sqlalchemy import select

from app.errors import Conflict, Forbidden
from app.events.models import Role
from app.grid import actions, queries
from app.grid.models import Carried, GridChange
from app.infra import db
from app.pitches import actions as pitches
from app.pitches.models import MERGED, OPEN, UNMERGED, WITHDRAWN
from tests.grid.arrange import do, place, replayed, stands, take_off


@pytest.fixture
def cam(world, event):
    return world.holder(event, Role.CAMPMAKER, name="Cam")


def merge(event, actor, *origins, title="Both"):
    return do(event, actions.merge, actor, list(origins), title=title, about="")


def test_withdrawing_takes_it_off_the_grid(event, ann, world):
    leader = world.holder(event, name="Leila")
    pitch = world.pitch(event, "Bins", leaders=[leader])
    session = place(ann, event, pitch, 1, 1)
    for _ in range(2):
        do(event, actions.withdraw, leader, pitch)
    assert (pitch.state, session.placement, stands(event)) == (WITHDRAWN, None, {})
    last = db.session.scalars(select(GridChange).order_by(GridChange.version)).all()
    assert [(c.version, c.by.name, c.verb, c.said) for c in last[1:]] == [
        (2, "Leila", "taken off", "withdrew “Bins”, which was in Main hall at 11:00")]
    do(event, pitches.reopen, leader, pitch)
    assert place(ann, event, pitch, 2, 2) is session


def test_withdrawing_asks_who_it_is(event, world):
    with pytest.raises(Forbidden):
        do(event, actions.withdraw, world.holder(event), world.pitch(event))


def test_a_merge_carries_the_placed_session_over(event, ann, cam, world):
    bins, boxes = world.pitch(event, "Bins"), world.pitch(event, "Boxes")
    session = place(ann, event, boxes, 2, 1)
    both = merge(event, cam, bins, boxes)
    assert session.pitch is both
    assert stands(event) == {(2, 1): "Both"}
    assert queries.session_of(boxes) is None
    do(event, actions.unmerge, cam, both)
    assert session.pitch is boxes
    assert stands(event) == {(2, 1): "Boxes"}
    assert (bins.state, boxes.state, both.state) == (OPEN, OPEN, UNMERGED)
    assert db.session.scalars(select(Carried)).all() == []


def test_of_several_sessions_the_placed_one_carries_on_and_the_other_keeps_its_page(event, ann, cam, world):
    bins, boxes = world.pitch(event, "Bins"), world.pitch(event, "Boxes")
    off = take_off(ann, event, place(ann, event, bins, 1, 1))
    on = place(ann, event, boxes, 2, 1)
    both = merge(event, cam, bins, boxes)
    assert (on.pitch, off.pitch, bins.state) == (both, bins, MERGED)
    do(event, actions.unmerge, cam, both)
    assert (on.pitch, off.pitch) == (boxes, bins)


def test_without_a_place_the_oldest_session_carries_on(event, ann, cam, world):
    bins, boxes = world.pitch(event, "Bins"), world.pitch(event, "Boxes")
    older, newer = do(event, actions.open_session, ann, boxes), do(event, actions.open_session, ann, bins)
    both = merge(event, cam, bins, boxes)
    assert (older.pitch, newer.pitch) == (both, bins)


def test_a_session_finds_its_way_back_through_several_merges(event, ann, cam, world):
    bins, boxes, bags = (world.pitch(event, t) for t in ("Bins", "Boxes", "Bags"))
    session = place(ann, event, bins, 1, 1)
    both = merge(event, cam, bins, boxes)
    all_three = merge(event, cam, both, bags, title="All three")
    assert stands(event) == {(1, 1): "All three"}
    do(event, actions.unmerge, cam, all_three)
    assert (stands(event), session.pitch) == ({(1, 1): "Both"}, both)
    do(event, actions.unmerge, cam, both)
    assert (stands(event), session.pitch) == ({(1, 1): "Bins"}, bins)
    assert set(replayed(event).values()) == {session.id}


def test_two_placed_sessions_are_not_merged(event, ann, cam, world):
    bins, boxes = world.pitch(event, "Bins"), world.pitch(event, "Boxes")
    place(ann, event, bins, 1, 1), place(ann, event, boxes, 2, 2)
    with pytest.raises(Conflict) as refused:
        merge(event, cam, bins, boxes)
    assert refused.value.message == ("“Bins” is in Main hall at 11:00 and “Boxes” is in Seacole at 12:00. A merged pitch has one place: "
                                     "take all but one of them off the grid first, then merge. Nothing was merged.")
    assert (bins.state, stands(event)) == (OPEN, {(1, 1): "Bins", (2, 2): "Boxes"})


def test_a_place_given_after_the_merge_stands_in_the_way_of_undoing(event, ann, cam, world):
    both = merge(event, cam, world.pitch(event, "Bins"), world.pitch(event, "Boxes"))
    session = place(ann, event, both, 1, 1)
    with pytest.raises(Conflict, match="was given its place in Main hall at 11:00 after the merge. Take it off the grid first"):
        do(event, actions.unmerge, cam, both)
    take_off(ann, event, session)
    do(event, actions.unmerge, cam, both)
    assert (both.state, session.pitch) == (UNMERGED, both)


def test_a_merged_pitch_can_be_withdrawn_and_comes_back_whole(event, ann, cam, world):
    bins, boxes = world.pitch(event, "Bins"), world.pitch(event, "Boxes")
    session = place(ann, event, bins, 1, 1)
    both = merge(event, cam, bins, boxes)
    do(event, actions.withdraw, cam, both)
    with pytest.raises(Conflict, match="has been withdrawn"):
        do(event, actions.unmerge, cam, both)
    do(event, pitches.reopen, cam, both)
    do(event, actions.unmerge, cam, both)
    assert (session.pitch, stands(event)) == (bins, {})


def test_merging_is_for_campmakers(event, world):
    attendee = world.holder(event)
    bins, boxes = world.pitch(event, by=attendee), world.pitch(event, by=attendee)
    with pytest.raises(Forbidden):
        merge(event, attendee, bins, boxes)
    cam = world.holder(event, Role.CAMPMAKER)
    both = merge(event, cam, bins, boxes)
    with pytest.raises(Forbidden):
        do(event, actions.unmerge, attendee, both)
