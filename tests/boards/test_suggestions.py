"""Suggestions of notes that may say the same: from their words, the same on every machine, and a person decides."""

import pytest

from app.boards import moving, suggestions
from app.boards.suggestions import LARGEST, key_of, suggest
from app.errors import Conflict, Forbidden, Invalid
from app.infra.db import transaction
from tests.boards.doing import add, move, said, view

NOTES = [(1, "Buses stop too early at night"), (2, "We could plant trees in the square"), (3, "Night buses at weekends"),
         (4, "Trees for shade"), (5, "The library should open on Sundays"), (6, "More shade: plant more trees"),
         (7, "Something altogether different")]


def test_notes_that_share_telling_words_are_put_together():
    found = suggest(NOTES)
    assert [one.insights for one in found] == [(1, 3), (2, 4, 6)] or [one.insights for one in found] == [(2, 4, 6), (1, 3)]
    titles = {one.insights: one.title.casefold() for one in found}
    assert "trees" in titles[2, 4, 6]
    assert {"buses", "night"} <= set(titles[1, 3].split(", "))


def test_it_is_the_same_every_time_and_whatever_the_order_of_words():
    assert suggest(NOTES) == suggest(list(NOTES))
    assert {one.insights for one in suggest(NOTES)} == {one.insights for one in suggest([(i, text.upper()) for i, text in NOTES])}


@pytest.mark.parametrize("notes", [
    [], [(1, "Buses")], [(1, "we should do this"), (2, "they should do that")], [(1, "!!"), (2, "!!")],
    [(1, "Buses at night"), (2, "Libraries on Sundays")]])
def test_nothing_is_made_of_nothing(notes):
    assert suggest(notes) == []


def test_what_was_turned_down_is_not_suggested_again():
    assert all(one.insights != (1, 3) for one in suggest(NOTES, frozenset({key_of([3, 1])})))


def test_a_column_of_one_word_is_not_one_lump():
    found = suggest([(i, f"housing {chr(97 + i % 26) * 5}") for i in range(60)])
    assert all(len(one.insights) <= LARGEST for one in found)


def test_accepting_and_turning_down(scene):
    one, two, other = (add(scene.ann, scene.board, text) for text in ("Night buses", "Buses at night", "Trees"))
    with transaction(scene.event):
        with pytest.raises(Forbidden):
            suggestions.turn_down(scene.stranger, scene.board, [one, two])
        with pytest.raises(Invalid):
            suggestions.turn_down(scene.ann, scene.board, [one])
        suggestions.turn_down(scene.ann, scene.board, [one, two])
        suggestions.turn_down(scene.ben, scene.board, [two, one])
    assert suggestions.turned_down(scene.board) == {key_of([one.id, two.id])}
    with transaction(scene.event):
        with pytest.raises(Invalid):
            moving.gather(scene.ann, scene.board, [one])
        moving.gather(scene.ann, scene.board, [two, one], "Night buses")
    assert said(view(scene.board))[0] == [("Night buses", ["Night buses", "Buses at night"]), "Trees"]
    with transaction(scene.event), pytest.raises(Conflict):
        moving.gather(scene.ann, scene.board, [one, other])
    moved = add(scene.ann, scene.board, "Trees too", prompt=1)
    move(scene.ann, scene.board, moved)
    with transaction(scene.event), pytest.raises(Conflict):
        moving.gather(scene.ann, scene.board, [moved, other])
