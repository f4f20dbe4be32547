"""Graphs as rows of bits, and what is true of their matchings found out by trying everything."""

from functools import lru_cache
from itertools import combinations

from app.rounds.matching import bits, lowest


def rows(n: int, edges) -> list[int]:
    near = [0] * n
    for v, w in edges:
        near[v] |= 1 << w
        near[w] |= 1 << v
    return near


def some_edges(rng, n: int, share: float) -> list[tuple[int, int]]:
    return [edge for edge in combinations(range(n), 2) if rng.random() < share]


def greatest_by_trying(near) -> int:
    """How many pairs a greatest matching has."""
    @lru_cache(None)
    def most(left: int) -> int:
        if not left:
            return 0
        v = lowest(left)
        left &= ~(1 << v)
        return max([most(left), *(1 + most(left & ~(1 << w)) for w in bits(near[v] & left))])

    return most((1 << len(near)) - 1)


def proved(near, mate, barrier: int) -> bool:
    """Whether `barrier` proves that `mate` is a greatest matching (Tutte and Berge): of the graph without it, each odd component
    leaves somebody out, or has one of the barrier for them."""
    for v, w in enumerate(mate):
        assert w == -1 or (mate[w] == v and near[v] >> w & 1)
    left, odd = (1 << len(near)) - 1 & ~barrier, 0
    while left:
        whole = edge = 1 << lowest(left)
        while edge:
            reached = 0
            for v in bits(edge):
                reached |= near[v]
            edge = reached & left & ~whole
            whole |= edge
        left &= ~whole
        odd += whole.bit_count() % 2
    return sum(w == -1 for w in mate) == odd - barrier.bit_count()


def divisions(n: int) -> list[list[tuple[int, int]]]:
    """Every division of n people into pairs, and a three if n is odd: who is together with whom in each."""
    def paired(people):
        if not people:
            yield []
        for i in range(1, len(people)):
            for others in paired(people[1:i] + people[i + 1:]):
                yield [(people[0], people[i]), *others]

    everybody = list(range(n))
    if n % 2 == 0:
        return list(paired(everybody))
    return [[*combinations(three, 2), *others] for three in combinations(everybody, 3)
            for others in paired([v for v in everybody if v not in three])]
