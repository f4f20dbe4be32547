"""Merging pitches and undoing it."""

import pytest

from app.errors import Conflict, Forbidden, Invalid
from app.events.models import Pass, Role
from app.pitches import actions
from app.pitches.models import MERGED, OPEN, UNMERGED, WITHDRAWN
from tests.pitches.doing import do, fans, found_again, names
from tests.world import AT


def merged_of(event, campmaker, *pitches, title="Both", about=""):
    return do(event, actions.merge, campmaker, pitches, title=title, about=about)


def test_a_merge_keeps_everybody(event, campmaker, world):
    ann, ben, cy = (world.holder(event, name=n) for n in ("Ann", "Ben", "Cy"))
    bins = world.pitch(event, "Bins", leaders=[ann, "Dee"], topics=["Data"], interested=[ann, ben])
    boxes = world.pitch(event, "Boxes", leaders=[ben, "ann", "Ed"], topics=["Data", "Waste"], interested=[ben, cy])
    both = merged_of(event, campmaker, bins, boxes, title="Bins and boxes", about="x" * 20_000)
    assert names(both) == ["Ann", "Dee", "Ben", "Ed"]
    assert [t.name for t in both.topics] == ["Data", "Waste"]
    assert fans(both) == {ann.id, ben.id, cy.id}
    assert both.origins == [bins, boxes]
    assert {(p.state, p.merged_into_id) for p in (bins, boxes)} == {(MERGED, both.id)}
    assert fans(bins) == {ann.id, ben.id}, "origins keep their own marks"
    assert set(found_again()) == {("pitch", p.id) for p in (bins, boxes, both)}


def test_a_merge_is_undone_with_what_was_marked_since(event, campmaker, world):
    ann, ben, cy, dee = (world.holder(event, name=n) for n in ("Ann", "Ben", "Cy", "Dee"))
    bins, boxes = world.pitch(event, "Bins", interested=[ann, ben]), world.pitch(event, "Boxes", interested=[ben, cy])
    both = merged_of(event, campmaker, bins, boxes)
    do(event, actions.mark_interest, dee, both)
    do(event, actions.unmark_interest, ben, both)
    assert do(event, actions.unmerge, campmaker, both) == [bins, boxes]
    assert (bins.state, boxes.state, both.state) == (OPEN, OPEN, UNMERGED)
    assert bins.merged_into_id is None
    assert fans(bins) == {ann.id, dee.id}
    assert fans(boxes) == {cy.id, dee.id}
    assert fans(both) == set()


def test_interest_in_an_origin_counts_for_what_it_is_part_of(event, campmaker, attendee, world):
    bins, boxes, bags = (world.pitch(event, t) for t in ("Bins", "Boxes", "Bags"))
    both = merged_of(event, campmaker, bins, boxes)
    all_three = merged_of(event, campmaker, both, bags, title="All three")
    assert do(event, actions.mark_interest, attendee, bins) is all_three
    assert fans(all_three) == {attendee.id}
    assert do(event, actions.unmark_interest, attendee, bins) is all_three
    assert fans(all_three) == set()


def test_merges_of_merges_are_undone_from_the_outside(event, campmaker, world):
    bins, boxes, bags = (world.pitch(event, t) for t in ("Bins", "Boxes", "Bags"))
    both = merged_of(event, campmaker, bins, boxes)
    all_three = merged_of(event, campmaker, both, bags, title="All three")
    with pytest.raises(Conflict, match="“Both” is part of “All three” now"):
        do(event, actions.unmerge, campmaker, both)
    do(event, actions.unmerge, campmaker, all_three)
    assert (both.state, bags.state, bins.state) == (OPEN, OPEN, MERGED)
    do(event, actions.unmerge, campmaker, both)
    assert (bins.state, boxes.state) == (OPEN, OPEN)


def test_a_merged_pitch_is_edited_with_all_its_leaders(event, campmaker, world):
    first = world.pitch(event, leaders=["A", "B", "C"], topics=["One", "Two", "Three"])
    both = merged_of(event, campmaker, first, world.pitch(event, leaders=["D", "E"], topics=["Four"]))
    do(event, actions.edit, campmaker, both, title="Shorter", about="y" * 6000, leaders=["A", "B", "C", "D", "E"],
       topics=["One", "Two", "Three", "Four"], seen=1)
    assert both.title == "Shorter"
    with pytest.raises(Invalid, match="at most 5"):
        do(event, actions.edit, campmaker, both, title="Shorter", about="", leaders=list("ABCDEF"), topics=[], seen=2)


def test_what_is_not_merged(event, campmaker, world):
    bins, withdrawn = world.pitch(event, "Bins"), world.pitch(event, "Gone", state=WITHDRAWN)
    elsewhere = world.pitch(world.event(), "Far away")
    with pytest.raises(Invalid, match="two or more"):
        merged_of(event, campmaker, bins, bins)
    with pytest.raises(Conflict, match="“Gone” has been withdrawn. Nothing was merged."):
        merged_of(event, campmaker, bins, withdrawn)
    with pytest.raises(Forbidden):
        merged_of(event, campmaker, bins, elsewhere)
    both_ends = world.person()
    for one in (event, elsewhere.event):
        world.save(Pass(event_id=one.id, person_id=both_ends.id, role=Role.ORGANISER, joined_at=AT))
    with pytest.raises(Invalid, match="one event"):
        merged_of(event, both_ends, bins, elsewhere)
    assert bins.state == OPEN


def test_merging_and_undoing_are_for_campmakers(event, campmaker, attendee, world):
    bins, boxes = world.pitch(event, by=attendee), world.pitch(event, by=attendee)
    with pytest.raises(Forbidden):
        merged_of(event, attendee, bins, boxes)
    both = merged_of(event, campmaker, bins, boxes)
    with pytest.raises(Forbidden):
        do(event, actions.unmerge, attendee, both)


def test_what_was_not_merged_cannot_be_undone(event, campmaker, world):
    bins = world.pitch(event, "Bins")
    with pytest.raises(Conflict, match="not made by merging"):
        do(event, actions.unmerge, campmaker, bins)
    both = merged_of(event, campmaker, bins, world.pitch(event, "Boxes"))
    do(event, actions.unmerge, campmaker, both)
    with pytest.raises(Conflict, match="merge that has been undone"):
        do(event, actions.unmerge, campmaker, both)
