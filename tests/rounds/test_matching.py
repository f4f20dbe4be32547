"""A greatest matching: against trying everything where graphs are small, by its proof where they are large."""

import random

import pytest

from app.rounds.matching import greatest, greedy
from tests.rounds.graphs import greatest_by_trying, proved, rows, some_edges


def test_of_small_graphs_it_is_as_large_as_trying_finds():
    rng = random.Random(1)
    for _ in range(600):
        n = rng.randint(1, 12)
        near = rows(n, some_edges(rng, n, rng.choice([.1, .2, .3, .5, .7])))
        everybody = (1 << n) - 1
        found = greatest(near, everybody, greedy(near, everybody, range(n)) if rng.random() < .5 else None)
        assert found.size == greatest_by_trying(near), near
        assert proved(near, found.mate, found.barrier), near


def test_who_had_a_mate_keeps_having_one():
    rng = random.Random(2)
    for _ in range(200):
        near = rows(10, some_edges(rng, 10, .25))
        first = greedy(near, 1023, range(10))
        found = greatest(near, 1023, first)
        assert all(found.mate[v] != -1 for v in range(10) if first[v] != -1)


@pytest.mark.parametrize("degree", [1.5, 2.2, 3, 8])
def test_of_large_graphs_it_is_proved_greatest(degree):
    rng = random.Random(3)
    near = rows(1500, [rng.sample(range(1500), 2) for _ in range(int(1500 * degree / 2))])
    found = greatest(near, (1 << 1500) - 1)
    assert proved(near, found.mate, found.barrier)


def test_among_some_of_the_people_only_those_count():
    near = rows(4, [(0, 1), (1, 2), (2, 3)])
    found = greatest(near, 0b0111)
    assert found.size == 1
    assert found.mate[3] == -1


def test_a_chain_of_blossoms_is_gone_through():
    """Two triangles joined by a path whose ends both are without a mate."""
    near = rows(8, [(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 5), (5, 6), (6, 4), (6, 7)])
    assert greatest(near, 255).size == 4
