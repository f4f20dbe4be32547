"""What is the same in two sequences: right whatever they are, good where that is cheap, never slow."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.matching import changes, matching_runs
from tests.documents.texts import cpu_seconds

few = st.lists(st.integers(0, 3), max_size=30)
many = st.lists(st.integers(0, 40), max_size=30)


def longest_common(a, b) -> int:
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    return table[-1][-1]


@given(st.tuples(few, few) | st.tuples(many, many))
def test_runs_are_equal_stretches_in_order(pair):
    a, b = pair
    i = j = 0
    for run in matching_runs(a, b):
        assert (run.a_at >= i, run.b_at >= j, run.size > 0) == (True, True, True)
        assert a[run.a_at:run.a_at + run.size] == b[run.b_at:run.b_at + run.size]
        i, j = run.a_at + run.size, run.b_at + run.size


@given(st.tuples(few, few) | st.tuples(many, many))
def test_changes_turn_the_one_into_the_other(pair):
    a, b = pair
    made, at = [], 0
    for change in changes(a, b):
        assert change.a_from >= at
        made += a[at:change.a_from] + b[change.b_from:change.b_to]
        at = change.a_to
    assert made + a[at:] == b


@given(few, few)
def test_without_landmarks_the_answer_is_the_shortest(a, b):
    """Nothing is unique here, so this is Myers' part."""
    a, b = a * 2, b * 2
    assert sum(run.size for run in matching_runs(a, b)) == longest_common(a, b)


@given(st.lists(st.integers(0, 9), max_size=12), st.integers(0, 12), st.integers(0, 9))
def test_something_put_in_stands_as_late_as_it_can(a, at, new):
    b = [*a[:at], new, *a[at:]]
    (change,) = changes(a, b)
    assert change.a_from == change.a_to == len(a) or a[change.a_from] != b[change.b_from]


def test_no_effort_finds_only_the_ends():
    a, b = [1, 2, 3, 9, 3, 4], [1, 5, 3, 7, 3, 4]
    assert sum(run.size for run in matching_runs(a, b, effort=0)) == 3


def test_stretches_are_found_where_nothing_is_unique():
    """A long text of few words: no word occurs once, so only stretches of several show what is the same."""
    chance = random.Random(7)
    a = chance.choices(range(300), k=40_000)
    b = a[:]
    for _ in range(3000):
        b[chance.randrange(len(b))] = 999
    assert sum(run.size for run in matching_runs(a, b)) > 36_000


@pytest.mark.parametrize("letters", ["ab", "a", "abcdefghijklmnopqrstuvwxyz"])
def test_never_slow(letters):
    chance = random.Random(1)
    a, b = chance.choices(letters, k=130_000), chance.choices(letters, k=130_000)
    assert cpu_seconds(lambda: matching_runs(a, b), 1) < 1
