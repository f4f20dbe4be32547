"""The smallest edit from one text to another."""

import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.edits import Edit, apply, smallest_edits
from tests.documents.texts import anything, cpu_seconds, edited, text


@given(st.data())
def test_edits_make_the_new_text_and_only_touch_what_differs(data):
    old = data.draw(text | anything)
    new = data.draw(edited(old) | anything)
    edits = smallest_edits(old, new)
    assert apply(old, edits) == new
    end = 0
    for edit in edits:
        assert edit.start >= end  # in order, not overlapping
        assert old[edit.start:edit.end] != edit.text
        end = edit.end


@given(text, text, text)
def test_one_change_in_the_middle_is_one_edit_no_longer_than_it(before, old, after):
    new = old + "ß"
    edits = smallest_edits(f"{before}\n{old}\n{after}", f"{before}\n{new}\n{after}")
    assert [(e.end - e.start, e.text) for e in edits] == [(0, "ß")]


def test_what_is_seen_as_one_is_not_cut():
    for old, new in [("cafe\u0301", "cafe\u0300"), ("👩\u200d👩", "👩\u200d👧"), ("👍🏻", "👍🏿"), ("🇬🇧", "🇬🇷")]:
        (edit,) = smallest_edits(f"x {old} y", f"x {new} y")
        first = edit.text[0]
        assert unicodedata.category(first) not in ("Mn", "Mc", "Me"), edit
        assert first not in "\u200d🏿🇷🇧", edit
        assert apply(f"x {old} y", [edit]) == f"x {new} y"


@pytest.mark.parametrize(("old", "new", "edits"), [
    ("a\nb\nc", "a\nc", [Edit(1, 3, "")]),
    ("a\nb\nc", "a\nb\nnew\nc", [Edit(3, 3, "\nnew")]),
    ("a\nb", "a\nb\nnew", [Edit(3, 3, "\nnew")]),
    ("a\nb", "new\na\nb", [Edit(0, 0, "new\n")]),
    ("a\nb", "b", [Edit(0, 2, "")]),
    ("a", "", [Edit(0, 1, "")]),
    ("", "a\nb", [Edit(0, 0, "a\nb")]),
    ("one two\nx", "one 2 three\nx", [Edit(4, 7, "2 three")]),
    ("first\nsecond\nz", "other words\nz", [Edit(0, 12, "other words")]),
])
def test_whole_lines_go_and_come_with_the_line_end_before_them(old, new, edits):
    assert smallest_edits(old, new) == edits


@pytest.mark.parametrize("letters", ["ab\n", "ab ", "-\n", "a"])
def test_never_slow(letters):
    chance = random.Random(2)
    old, new = ("".join(chance.choices(letters, k=256 * 1024)) for _ in range(2))
    assert cpu_seconds(lambda: smallest_edits(old, new), 1) < 1
