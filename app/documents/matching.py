"""Which parts of two sequences are the same, in bounded time: what merging, history and the CRDT edit rest on.

Elements that occur once on both sides are trusted first (patience); what lies between them is compared exactly where that
is cheap (Myers), and where it is not, by stretches of several elements that occur once. The work is counted, and when it
runs out the rest counts as different: the answer is then coarser, never wrong.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

EFFORT = 1_000_000  # elements looked at, some 0.3 s
EXACT_EDITS = 120  # Myers needs the square of this
STRETCHES = (4, 16, 64)  # how many elements together may be unique where none is alone


class Run(NamedTuple):
    """`a[a_at:a_at+size]` equals `b[b_at:b_at+size]`."""

    a_at: int
    b_at: int
    size: int


class Change(NamedTuple):
    """`a[a_from:a_to]` became `b[b_from:b_to]`; one of the two may be empty, never both."""

    a_from: int
    a_to: int
    b_from: int
    b_to: int


def matching_runs(a: Sequence[Hashable], b: Sequence[Hashable], effort: int = EFFORT) -> list[Run]:
    """The runs that `a` and `b` share, in order and apart from each other, looking at about `effort` elements at most."""
    numbers: dict[Hashable, int] = {}
    left = [numbers.setdefault(x, len(numbers)) for x in a]
    right = [numbers.setdefault(x, len(numbers)) for x in b]
    return _joined(_Search(left, right, effort).runs())


def changes(a: Sequence[Hashable], b: Sequence[Hashable], effort: int = EFFORT) -> list[Change]:
    """What turns `a` into `b`, in order, each as late as it can stand (so that equal changes of two people look equal)."""
    return _slid(a, b, changes_between(matching_runs(a, b, effort), len(a), len(b)))


def changes_between(runs: list[Run], a_size: int, b_size: int) -> list[Change]:
    """The gaps between `runs`."""
    found, i, j = [], 0, 0
    for run in [*runs, Run(a_size, b_size, 0)]:
        if run.a_at > i or run.b_at > j:
            found.append(Change(i, run.a_at, j, run.b_at))
        i, j = run.a_at + run.size, run.b_at + run.size
    return found


def _joined(runs: list[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in sorted(runs):
        if joined and joined[-1].a_at + joined[-1].size == run.a_at and joined[-1].b_at + joined[-1].size == run.b_at:
            joined[-1] = Run(joined[-1].a_at, joined[-1].b_at, joined[-1].size + run.size)
        else:
            joined.append(run)
    return joined


def _slid(a: Sequence, b: Sequence, found: list[Change]) -> list[Change]:
    slid = []
    for number, change in enumerate(found):
        end = found[number + 1].a_from - 1 if number + 1 < len(found) else len(a)  # stay apart from the next change
        i, i2, j, j2 = change
        if i == i2:
            while i < end and b[j] == b[j2]:
                i, i2, j, j2 = i + 1, i2 + 1, j + 1, j2 + 1
        elif j == j2:
            while i2 < end and a[i] == a[i2]:
                i, i2, j, j2 = i + 1, i2 + 1, j + 1, j2 + 1
        slid.append(Change(i, i2, j, j2))
    return slid


def _unique_in_both(left: list[int], right: list[int]) -> list[tuple[int, int]]:
    """Where elements stand that occur once on each side: the longest chain of them that rises on both."""
    counts, others = Counter(left), Counter(right)
    once = {x for x, count in counts.items() if count == 1 and others.get(x) == 1}
    if not once:
        return []
    where = {x: j for j, x in enumerate(right) if x in once}
    tops: list[int] = []
    ends: list[tuple[int, int, tuple | None]] = []
    for i, x in enumerate(left):
        if x in once:
            j = where[x]
            place = bisect_left(tops, j)
            tops[place:place + 1] = [j]
            ends[place:place + 1] = [(i, j, ends[place - 1] if place else None)]
    chain, last = [], ends[-1] if ends else None
    while last is not None:
        chain.append(last[:2])
        last = last[2]
    return chain[::-1]


def _doubled(left: list[int], right: list[int], size: int) -> tuple[list[int], list[int]]:
    """The stretches of twice `size` elements, numbered, from the numbered stretches of `size`."""
    numbers: dict[int, int] = {}
    most = max(max(left), max(right)) + 1
    return tuple([numbers.setdefault(x * most + y, len(numbers)) for x, y in zip(side, side[size:], strict=False)]
                 for side in (left, right))


class _Search:
    """One comparison and the work it may still do."""

    def __init__(self, a: list[int], b: list[int], effort: int):
        self.a, self.b, self.effort = a, b, effort
        self.found: list[Run] = []

    def runs(self) -> list[Run]:
        waiting = [(0, len(self.a), 0, len(self.b))]
        while waiting:
            waiting += self._split(*self._trimmed(*waiting.pop()))
        return self.found

    def _keep(self, a_at: int, b_at: int, size: int) -> None:
        if size:
            self.found.append(Run(a_at, b_at, size))

    def _trimmed(self, a0: int, a1: int, b0: int, b1: int) -> tuple[int, int, int, int]:
        a, b, n = self.a, self.b, 0
        most = min(a1 - a0, b1 - b0)
        while n < most and a[a0 + n] == b[b0 + n]:
            n += 1
        self._keep(a0, b0, n)
        a0, b0, most, tail = a0 + n, b0 + n, most - n, 0
        while tail < most and a[a1 - 1 - tail] == b[b1 - 1 - tail]:
            tail += 1
        self._keep(a1 - tail, b1 - tail, tail)
        self.effort -= n + tail
        return a0, a1 - tail, b0, b1 - tail

    def _split(self, a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int, int, int]]:
        """Find something that matches in the range; the ranges that are still to be searched."""
        if a0 == a1 or b0 == b1 or self.effort <= 0:
            return []
        self.effort -= 2 * (a1 - a0 + b1 - b0)
        left, right = self.a[a0:a1], self.b[b0:b1]
        anchors = _unique_in_both(left, right)
        if not anchors and (not set(left) & set(right) or self._exact(a0, a1, b0, b1)):
            return []
        size = 1
        while not anchors and size < min(STRETCHES[-1], len(left), len(right)) and self.effort > 0:
            self.effort -= 4 * (len(left) + len(right))
            left, right, size = *_doubled(left, right, size), size * 2
            anchors = _unique_in_both(left, right) if size in STRETCHES else []
        return self._around(anchors, a0, a1, b0, b1)

    def _around(self, anchors: list[tuple[int, int]], a0: int, a1: int, b0: int, b1: int) -> list[tuple[int, int, int, int]]:
        """Keep the anchors (counted from `a0` and `b0`); the ranges between them."""
        ranges, i, j, size = [], a0, b0, 0  # i, j: just behind the last `size` anchors, which stand together
        for x, y in anchors:
            x, y = a0 + x, b0 + y
            if x == i and y == j:
                size += 1
            else:
                self._keep(i - size, j - size, size)
                if x > i and y > j:
                    ranges.append((i, x, j, y))
                size = 1
            i, j = x + 1, y + 1
        self._keep(i - size, j - size, size)
        return [*ranges, (i, a1, j, b1)] if anchors else []

    def _exact(self, a0: int, a1: int, b0: int, b1: int) -> bool:
        """Myers' shortest edit script, kept if it has at most `EXACT_EDITS` edits."""
        a, b, n, m = self.a, self.b, a1 - a0, b1 - b0
        if abs(n - m) > EXACT_EDITS:
            return False
        furthest, trail = {1: 0}, []
        for edits in range(EXACT_EDITS + 1):
            trail.append(dict(furthest))
            self.effort -= 3 * (edits + 1)  # a step here costs about three elsewhere
            for k in range(-edits, edits + 1, 2):
                if k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1]):
                    x = furthest[k + 1]
                else:
                    x = furthest[k - 1] + 1
                start = x
                while x < n and 0 <= x - k < m and a[a0 + x] == b[b0 + x - k]:
                    x += 1
                self.effort -= x - start
                furthest[k] = x
                if x >= n and x - k >= m:
                    self._retrace(trail, n, m, a0, b0)
                    return True
            if self.effort <= 0:
                return False
        return False

    def _retrace(self, trail: list[dict[int, int]], x: int, y: int, a0: int, b0: int) -> None:
        for edits in range(len(trail) - 1, -1, -1):
            furthest, k = trail[edits], x - y
            if k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1]):
                k += 1
            else:
                k -= 1
            before_x = furthest[k] if edits else 0
            before_y = before_x - k if edits else 0
            size = min(x - before_x, y - before_y)
            self._keep(a0 + x - size, b0 + y - size, size)
            x, y = before_x, before_y
