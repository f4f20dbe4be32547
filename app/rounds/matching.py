"""As many pairs as a graph allows: Edmonds' blossom algorithm over rows of bits.

A graph is a list of rows: bit `w` of `near[v]` says that `v` and `w` may be a pair. A matching is a list of mates, -1 for
nobody. A search for an augmenting path that fails leaves a tree which no later path can use, so it is put aside: all failing
searches together look at each row a few times. What is even in those trees is D of Gallai and Edmonds (whom some greatest
matching leaves out), what is odd is A; each blossom is a component of D. `docs/rounds.md` says what is proved with them.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

NOBODY = -1


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, from the lowest."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def lowest(mask: int) -> int:
    """The number of the lowest bit that is set; there must be one."""
    return (mask & -mask).bit_length() - 1


@dataclass
class Matching:
    """A greatest matching, and what shows that it is one: of the graph without `barrier`, `components` are odd components, and
    there are as many more of them than there is in `barrier` as people without a mate (Tutte and Berge)."""

    mate: list[int]
    size: int = 0
    barrier: int = 0
    components: list[int] = field(default_factory=list)


def greatest(near: Sequence[int], alive: int, mate: list[int] | None = None, order: Iterable[int] | None = None) -> Matching:
    """A greatest matching among `alive`, made from `mate` (a matching of this graph; by default none). Who has a mate in it
    keeps having one. `order`: from whom paths are looked for first, by default by number."""
    mate = list(mate) if mate is not None else [NOBODY] * len(near)
    found, left = Matching(mate), alive
    free = sum(1 << v for v in bits(alive) if mate[v] == NOBODY)
    for root in [v for v in (order if order is not None else bits(alive)) if alive >> v & 1]:
        if mate[root] != NOBODY:
            continue
        search = Search(near, mate, left, free & ~(1 << root), root)
        end = search.run()
        free &= ~(1 << root)  # it has a mate now, or no path will ever reach it
        if end == NOBODY:
            left &= ~(search.even | search.odd)
            found.barrier |= search.odd
            found.components += search.blossoms()
        else:
            free &= ~(1 << end)
    found.size = sum(mate[v] != NOBODY for v in bits(alive)) // 2
    return found


def greedy(near: Sequence[int], alive: int, order: Iterable[int]) -> list[int]:
    """A start: each in turn takes the first of those who are free."""
    mate = [NOBODY] * len(near)
    for v in order:
        if alive >> v & 1 and (open_to := near[v] & alive):
            w = lowest(open_to)
            mate[v], mate[w] = w, v
            alive &= ~(1 << v | 1 << w)
    return mate


class Search:
    """One search from a root who has no mate. `parent` leads back over edges outside of the matching; `_base` finds the base of
    the blossom somebody is in, `_whole` all that are in it."""

    def __init__(self, near: Sequence[int], mate: list[int], alive: int, free: int, root: int):
        self.near, self.mate, self.alive, self.free, self.root = near, mate, alive, free, root
        self.even, self.odd = 1 << root, 0
        self.parent = [NOBODY] * len(near)
        self._up = list(range(len(near)))
        self._whole = {root: 1 << root}
        self._queue = deque([root])

    def run(self) -> int:
        """Change `mate` along a path that is found and return its end; or return NOBODY."""
        near, mate = self.near, self.mate
        while self._queue:
            v = self._queue.popleft()
            if hit := near[v] & self.free & self.alive:
                end = lowest(hit)
                self.parent[end] = v
                self._flip(end)
                return end
            for w in bits(near[v] & self.alive & ~(self.even | self.odd)):
                u = mate[w]  # both are new here: mates are reached together
                self.parent[w] = v
                self.odd |= 1 << w
                self.even |= 1 << u
                self._whole[w], self._whole[u] = 1 << w, 1 << u
                self._queue.append(u)
            while inside := near[v] & self.even & ~self._whole[self._base(v)]:
                self._contract(v, lowest(inside))
        return NOBODY

    def blossoms(self) -> list[int]:
        """The components of what is even, after a search that found nothing."""
        return [self._whole[v] for v in bits(self.even) if self._up[v] == v]

    def _base(self, v: int) -> int:
        up = self._up
        while up[v] != v:
            up[v] = up[up[v]]
            v = up[v]
        return v

    def _contract(self, v: int, w: int) -> None:
        base = self._meet(v, w)
        joined = self._around(v, base, w) | self._around(w, base, v)
        for other in joined - {base}:
            self._up[other] = base
            self._whole[base] |= self._whole.pop(other)
        turned = self._whole[base] & self.odd
        self.odd &= ~turned
        self.even |= turned
        self._queue.extend(bits(turned))

    def _meet(self, v: int, w: int) -> int:
        """The base at which the ways of both to the root meet: both go up in turn, so it takes no longer than the blossom."""
        seen: set[int] = set()
        ways = deque([self._base(v), self._base(w)])
        while True:
            at = ways.popleft()
            if at in seen:
                return at
            seen.add(at)
            if self.mate[at] != NOBODY:  # not yet at the root
                ways.append(self._base(self.parent[self.mate[at]]))

    def _around(self, v: int, base: int, child: int) -> set[int]:
        joined = set()
        while self._base(v) != base:
            inner = self.mate[v]
            joined |= {self._base(v), self._base(inner)}
            self.parent[v] = child
            child, v = inner, self.parent[inner]
        return joined

    def _flip(self, end: int) -> None:
        v, mate = end, self.mate
        while v != NOBODY:
            before = self.parent[v]
            after = mate[before]
            mate[v], mate[before] = before, v
            v = after
