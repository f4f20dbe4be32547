"""Words, and the smallest edit from one text to another."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from app.documents.words import apply, says_something, smallest_edits, word_changes, words_of
from tests.documents.texts import anything, edited, text


@given(anything | text)
def test_words_put_together_are_the_text(said):
    assert "".join(words_of(said)) == said


def test_words_are_what_people_take_for_words():
    assert words_of("It’s 3.5% e\u0301t\u00e9, 👩\u200d👩 中文\n") == [
        "It", "’", "s", " ", "3", ".", "5", "%", " ", "e\u0301t\u00e9", ",", " ", "👩\u200d👩", " ", "中", "文", "\n"]
    assert [says_something(x) for x in ("- ", "…", "7", "é", "😀", " \n")] == [False, False, True, True, True, False]


@given(st.data())
def test_edits_make_the_new_text_and_only_touch_what_differs(data):
    old = data.draw(text | anything)
    new = data.draw(edited(old) | anything)
    edits = smallest_edits(old, new)
    assert apply(old, edits) == new
    end = -1
    for edit in edits:
        assert edit.start > end  # in order and apart
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


def test_gaps_between_changed_words_belong_to_the_change():
    a, b = words_of("we saw the mayor"), words_of("they met the mayor")
    assert [("".join(a[c.a_from:c.a_to]), "".join(b[c.b_from:c.b_to])) for c in word_changes(a, b)] == [("we saw", "they met")]


def test_readable_changes_swallow_a_short_word_left_standing():
    a, b = words_of("Yesterday we considered moving"), words_of("Tomorrow we abandon everything")
    exact = ["".join(a[c.a_from:c.a_to]) for c in word_changes(a, b)]
    readable = ["".join(a[c.a_from:c.a_to]) for c in word_changes(a, b, readable=True)]
    assert exact == ["Yesterday", "considered moving"]
    assert readable == ["Yesterday we considered moving"]
