"""Who is put together with whom. No database: people are numbers, and what is known of them is given.

What is guaranteed, and proved in `docs/rounds.md`:
1. Two who are shut from each other are never together, even if that leaves somebody out.
2. There are as many pairs who never met as there can be (a greatest matching of the graph of those who have not met and are not
   shut from each other). `Paired.barrier` shows that there cannot be more.
3. An odd number makes one three. If nobody is shut from anybody, no division into pairs and that three repeats fewer pairs.
4. Who is left by (2) gets somebody they met before, least often if possible; failing that, makes a pair a three; nobody is left
   out who could join a pair that is not yet a three, however the others who are left choose theirs.
5. Same organisation: of all pairs who have not met, `same_least` at least must be of one organisation; it is tried to have no
   more. Where `same == same_least` (whenever the numbers allow it freely) there cannot be fewer.
"""

import random
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from app.rounds.matching import NOBODY, Matching, Search, bits, greatest, greedy
from app.rounds.threes import new_three

TRIES = 300  # searches for a pair of one organisation that could be avoided: 300 take a second among 2,000 people
FEW, AGAIN = 200, 10  # among so few, organisations are mixed this often anew where it might be done better


@dataclass(frozen=True)
class Paired:
    """A division: `groups` of two (three), who is `left`, and what can be checked about it."""

    groups: list[tuple[int, ...]]
    left: list[int]
    repeated: int  # pairs, those within threes too, who were together before
    same: int  # pairs of two who have not met, of one organisation, before a three is made
    same_least: int
    new_most: int  # pairs of a greatest matching of those who have not met
    barrier: frozenset[int] = field(default_factory=frozenset)


@dataclass(frozen=True)
class _Known:
    """Rows of bits: who may be with whom, of these who have not met, and of these who are of another organisation."""

    may: list[int]
    new: list[int]
    unlike: list[int]
    often: dict[tuple[int, int], int]

    def times(self, v: int, w: int) -> int:
        return self.often.get((min(v, w), max(v, w)), 0)


def times_met(groups: Iterable[Sequence[int]]) -> dict[tuple[int, int], int]:
    """How often two were together in `groups` of earlier rounds; the lower number first."""
    met: dict[tuple[int, int], int] = {}
    for group in groups:
        for two in combinations(sorted(group), 2):
            met[two] = met.get(two, 0) + 1
    return met


def pair(people: Mapping[int, str], met: Mapping[tuple[int, int], int], shut: Iterable[tuple[int, int]], *, seed: str,
         first: Collection[int] = ()) -> Paired:
    """Divide `people` (each with their organisation; "" is not like another "") into pairs.

    The same for the same people, history and `seed`; otherwise by chance. `first`: who was left out before comes first in line.
    """
    best = _pair(people, met, shut, seed, first)
    for number in range(AGAIN if len(people) <= FEW else 0):
        if best.same == best.same_least:
            break
        other = _pair(people, met, shut, f"{seed} {number}", first)
        best = min(best, other, key=lambda one: (len(one.left), one.repeated, one.same))
    return best


def _pair(people: Mapping[int, str], met: Mapping[tuple[int, int], int], shut: Iterable[tuple[int, int]], seed: str,
          first: Collection[int]) -> Paired:
    ids = sorted(people)
    random.Random(seed).shuffle(ids)
    ids.sort(key=lambda one: one not in first)
    known = _known(ids, people, met, shut)
    everybody = (1 << len(ids)) - 1
    order = sorted(range(len(ids)), key=lambda v: known.unlike[v].bit_count())  # who has fewest to choose from chooses first
    across = greatest(known.unlike, everybody, greedy(known.unlike, everybody, order))
    most = greatest(known.new, everybody, across.mate)
    same_least = most.size - across.size
    same = _mix(known, most, same_least)
    three = new_three(known.may, known.new, known.unlike, most) if len(ids) % 2 else None
    mate, apart = (three.mate, [three.people]) if three else (most.mate, [])
    held = {v for group in apart for v in group}
    alone = sum(1 << v for v in range(len(ids)) if mate[v] == NOBODY and v not in held)
    mate = _again(known, alone, mate)
    groups = [(v, w) for v, w in enumerate(mate) if v < w]
    left = [v for v in bits(alone) if mate[v] == NOBODY]
    groups, left = _thirds(known, groups, left)
    groups += apart
    return Paired(sorted(tuple(sorted(ids[v] for v in group)) for group in groups), sorted(ids[v] for v in left),
                  sum(known.times(v, w) > 0 for group in groups for v, w in combinations(group, 2)),
                  same, same_least, most.size, frozenset(ids[v] for v in bits(most.barrier)))


def _known(ids: list[int], people: Mapping[int, str], met: Mapping[tuple[int, int], int],
           shut: Iterable[tuple[int, int]]) -> _Known:
    number = {one: v for v, one in enumerate(ids)}
    everybody = (1 << len(ids)) - 1
    may = [everybody & ~(1 << v) for v in range(len(ids))]
    for one, other in shut:
        if one in number and other in number:
            may[number[one]] &= ~(1 << number[other])
            may[number[other]] &= ~(1 << number[one])
    often = {}
    for (one, other), times in met.items():
        v, w = number.get(one), number.get(other)
        if v is not None and w is not None and times:
            often[(v, w) if v < w else (w, v)] = times
    new = [row & ~known for row, known in zip(may, _rows(often, len(ids)), strict=True)]
    of: dict[str, int] = {}
    for one, organisation in people.items():
        of[organisation] = of.get(organisation, 0) | 1 << number[one]
    of[""] = 0
    return _Known(may, new, [new[v] & ~of[people[one]] for v, one in enumerate(ids)], often)


def _mix(known: _Known, most: Matching, least: int) -> int:
    """Try to put others in the place of pairs of one organisation, one at a time; how many such pairs are left."""
    mate = most.mate
    alike = [(v, w) for v, w in enumerate(mate) if v < w and not known.unlike[v] >> w & 1]
    everybody = (1 << len(mate)) - 1
    for _, (v, w) in zip(range(TRIES), list(alike), strict=False):
        if len(alike) <= least:
            break
        if mate[v] != w:  # mended by the way
            continue
        mate[v] = mate[w] = NOBODY
        near = [row | (1 << m if (m := mate[u]) != NOBODY else 0) for u, row in enumerate(known.unlike)]
        free = sum(1 << u for u in range(len(mate)) if mate[u] == NOBODY and u != v)
        if Search(near, mate, everybody, free, v).run() == NOBODY:
            mate[v], mate[w] = w, v
        alike = [(a, b) for a, b in enumerate(mate) if a < b and not known.unlike[a] >> b & 1]
    return len(alike)


def _again(known: _Known, alone: int, mate: list[int]) -> list[int]:
    """Pairs of those who are alone: who met least often before who met oftener."""
    some = set(bits(alone))
    inside = {two: times for two, times in known.often.items() if two[0] in some and two[1] in some}
    for most_times in sorted(set(inside.values())):
        oftener = _rows((two for two, times in inside.items() if times > most_times), len(mate))
        mate = greatest([may & alone & ~row for may, row in zip(known.may, oftener, strict=True)], alone, mate).mate
    return mate


def _rows(pairs: Iterable[tuple[int, int]], size: int) -> list[int]:
    """Rows of bits of these pairs."""
    rows, bit = [0] * size, [1 << v for v in range(size)]
    for v, w in pairs:
        rows[v] |= bit[w]
        rows[w] |= bit[v]
    return rows


def _thirds(known: _Known, pairs: list[tuple[int, int]], left: list[int]) -> tuple[list[tuple[int, ...]], list[int]]:
    """Let who is left make a pair a three: as many as can, with people who are new to them and of another organisation first."""
    size = len(known.may)
    mate = [NOBODY] * (size + len(pairs))
    for rows in (known.unlike, known.new, known.may):
        near = [0] * len(mate)
        for v in left:
            for number, (a, b) in enumerate(pairs, size):
                if rows[v] >> a & 1 and rows[v] >> b & 1:
                    near[v] |= 1 << number
                    near[number] |= 1 << v
        mate = greatest(near, (1 << len(mate)) - 1, mate, left).mate
    groups = [(*two, *((mate[number],) if mate[number] != NOBODY else ())) for number, two in enumerate(pairs, size)]
    return groups, [v for v in left if mate[v] == NOBODY]
