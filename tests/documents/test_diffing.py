"""Differences for people to read."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.diffing import ADDED, BLOCK_MOST, CHANGED, CONTEXT, REMOVED, ROWS_MOST, SAME, SKIPPED, diff
from tests.documents.texts import cpu_seconds, edited, text


def shown(old: str, new: str) -> list[str]:
    said = {"=": "{}", "+": "[+{}]", "-": "[-{}]"}
    return [f"… {row.count}" if row.kind == SKIPPED else "".join(said[op].format(words) for op, words in row.parts)
            for row in diff(old, new).rows]


@given(text, st.data())
def test_the_rows_hold_both_texts(old, data):
    new = data.draw(edited(old))
    rows = diff(old, new).rows
    if old == new:
        assert rows == []
        return
    for side, gone in ((old, "+"), (new, "-")):
        lines, at = side.split("\n"), 0
        for row in rows:
            if row.kind == SKIPPED:
                at += row.count
            elif row.kind != (ADDED if gone == "+" else REMOVED):
                assert "".join(words for op, words in row.parts if op != gone) == lines[at]
                at += 1
        assert at == len(lines)


def test_words_within_lines():
    assert shown("We met 30 people in Leeds\n- bins", "We met 40 people in Leeds today\n- bins\n- plans") == [
        "We met [-30][+40] people in Leeds[+ today]", "- bins", "[+- plans]"]


def test_a_line_that_became_another_is_shown_whole():
    assert shown("The council will publish its plan", "Next spring the mayor has other ideas") == [
        "[-The council will publish its plan]", "[+Next spring the mayor has other ideas]"]


def test_lines_are_paired_with_their_own_versions():
    assert shown("the first thing we said\nthe last thing we said", "a new beginning of it all\nthe first thing we did say\nand the last thing we said") == [
        "[+a new beginning of it all]", "the first thing we [-said][+did say]", "[+and ]the last thing we said"]


def test_far_from_changes_lines_are_skipped_and_counted():
    old = [f"line {i}" for i in range(30)]
    new = [*old[:15], "something else", *old[16:]]
    rows = diff("\n".join(old), "\n".join(new)).rows
    assert [row.kind for row in rows] == [SKIPPED, SAME, SAME, REMOVED, ADDED, SAME, SAME, SKIPPED]
    assert (rows[0].count, rows[-1].count) == (15 - CONTEXT, 14 - CONTEXT)


def test_words_are_counted():
    found = diff("one two three\nfour", "one 2 three\n- five six")
    assert (found.words_added, found.words_removed, found.cut) == (3, 2, False)


def test_very_long_differences_are_cut_and_say_so():
    old, new = ("\n".join(f"{word} {word}{i}" for i in range(5000)) for word in ("first", "second"))
    found = diff(old, new)
    assert [row.kind for row in found.rows] == [REMOVED] * BLOCK_MOST + [ADDED] * BLOCK_MOST
    assert (found.words_added, found.words_removed, found.cut) == (10_000, 10_000, True)
    many = diff(old, "\n".join(f"first first{i}" for i in range(5000) if i % 7))
    assert (len(many.rows), many.cut) == (ROWS_MOST, True)


@pytest.mark.parametrize("join", ["\n", " "], ids=["many lines", "one line"])
@pytest.mark.parametrize("kind", ["words changed", "shuffled", "another text"])
def test_long_texts_take_less_than_a_second(join, kind):
    chance = random.Random(5)
    old = [" ".join(f"w{chance.randrange(2000)}" for _ in range(8)) for _ in range(6000)]
    new = {"words changed": [line.replace("w1", "v", 1) for line in old], "shuffled": chance.sample(old, len(old)),
           "another text": [" ".join(f"v{chance.randrange(2000)}" for _ in range(8)) for _ in range(6000)]}[kind]
    found = diff(join.join(old), join.join(new))
    assert cpu_seconds(lambda: diff(join.join(old), join.join(new)), 1) < 1
    assert {row.kind for row in found.rows} & {ADDED, CHANGED}
