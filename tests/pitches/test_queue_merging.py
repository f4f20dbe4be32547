"""A merged pitch stands where the first of those it was made of stood; undoing the merge gives the places back."""

import pytest

from app.errors import Conflict
from app.pitches import actions, queue_actions
from app.pitches.queue_order import had_by, turns
from app.pitches.queue_queries import entry_in, queue_of, unqueued
from tests.pitches.doing import do
from tests.pitches.test_queue_actions import call, taken_down, titles, undo, up


@pytest.fixture
def four(event, campmaker):
    return taken_down(event, campmaker, ("Bins", "Ann"), ("Boxes", "Ben"), ("Bags", "Cy"), ("Forms", "Di"))


def merge(event, clerk, *entries, title="Both"):
    return do(event, actions.merge, clerk, [entry_in(event, entry.id).pitch for entry in entries], title=title, about="")


def test_the_earliest_place_is_inherited_and_given_back(event, campmaker, four):
    _, boxes, _, forms = four
    both = merge(event, campmaker, forms, boxes)
    now = queue_of(event)
    assert [(line.title, line.pitcher_name) for line in now.waiting] == [("Bins", "Ann"), ("Both", "Ben"), ("Bags", "Cy")]
    assert unqueued(event) == []
    do(event, actions.unmerge, campmaker, both)
    assert titles(event) == ["Bins", "Boxes", "Bags", "Forms"]
    assert [title for _, title in unqueued(event)] == []


def test_the_order_is_that_of_the_queue_and_not_of_joining(event, campmaker, four):
    _, boxes, bags, forms = four
    do(event, queue_actions.move, campmaker, event, entry_in(event, forms.id), "front")
    both = merge(event, campmaker, boxes, bags, forms)
    assert titles(event) == ["Both", "Bins"]
    do(event, actions.unmerge, campmaker, both)
    assert titles(event) == ["Forms", "Bins", "Boxes", "Bags"]


def test_who_is_up_stays_up_and_the_countdown_runs_on(event, campmaker, four):
    bins, _, bags, _ = four
    call(event, campmaker)
    do(event, queue_actions.start_countdown, campmaker, event, seen=queue_of(event).version)
    started = queue_of(event).started_at
    both = merge(event, campmaker, bags, bins)
    assert (up(event), titles(event), queue_of(event).started_at) == ("Both", ["Boxes", "Forms"], started)
    with pytest.raises(Conflict, match="“Bins” is part of “Both” now: undo that merge first"):
        undo(event, campmaker)
    do(event, actions.unmerge, campmaker, both)
    assert (up(event), titles(event), queue_of(event).started_at) == ("Bins", ["Boxes", "Bags", "Forms"], started)
    undo(event, campmaker)
    assert (up(event), titles(event)) == (None, ["Bins", "Boxes", "Bags", "Forms"])


def test_what_happened_since_the_merge_holds_for_whose_place_it_was(event, campmaker, four):
    bins, boxes, *_ = four
    both = merge(event, campmaker, bins, boxes)
    call(event, campmaker)
    do(event, queue_actions.note_hands, campmaker, event, queue_of_entry(event, "Both"), 12)
    call(event, campmaker)
    assert [line.title for line in queue_of(event).pitched] == ["Both"]
    do(event, actions.unmerge, campmaker, both)
    assert [(line.title, line.hands) for line in queue_of(event).pitched] == [("Bins", 12)]
    assert (up(event), titles(event)) == ("Bags", ["Boxes", "Forms"])


def queue_of_entry(event, title):
    now = queue_of(event)
    return entry_in(event, next(line.id for line in (now.up, *now.waiting, *now.pitched) if line and line.title == title))


def test_what_was_heard_needs_no_second_turn_and_keeps_the_most_hands(event, campmaker, four):
    bins, _, bags, forms = four
    call(event, campmaker)
    do(event, queue_actions.note_hands, campmaker, event, entry_in(event, bins.id), 30)
    call(event, campmaker)
    assert merge(event, campmaker, bags, bins).hands == 30
    assert ([line.title for line in queue_of(event).pitched], titles(event)) == (["Both"], ["Forms"])
    taken_down(event, campmaker, ("Bottles", "Ann"), ("Boots", "Eve"))
    assert titles(event) == ["Forms", "Boots", "Bottles"], "Ann has had one turn, not two"


def test_without_a_place_there_is_none_to_inherit(event, campmaker, world):
    both = do(event, actions.merge, campmaker, [world.pitch(event, "Bins"), world.pitch(event, "Boxes")], title="Both", about="")
    assert (queue_of(event).waiting, both.hands) == ([], None)
    assert do(event, actions.unmerge, campmaker, both)


def test_a_merge_of_merges_is_one_turn(event, campmaker, four):
    bins, boxes, bags, _ = four
    call(event, campmaker)
    both = merge(event, campmaker, bins, boxes)
    three = do(event, actions.merge, campmaker, [both, entry_in(event, bags.id).pitch], title="Three", about="")
    assert (up(event), titles(event)) == ("Three", ["Forms"])
    do(event, actions.unmerge, campmaker, three)
    do(event, actions.unmerge, campmaker, both)
    assert (up(event), titles(event)) == ("Bins", ["Boxes", "Bags", "Forms"])


def test_turns_are_counted_once():
    heard = [(1, 3, None, "Ann"), (3, 4, None, "ann"), (4, None, None, "Ann"), (2, 3, None, "Ben"), (5, 6, 7, "Cy")]
    assert had_by(turns(heard)) == {"ann": 1, "ben": 1, 7: 1}
