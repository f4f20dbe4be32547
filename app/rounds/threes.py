"""The three of an odd number: which three people may be taken so that the fewest pairs are repeated (`docs/rounds.md`, 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.rounds.matching import NOBODY, Matching, bits, greatest


@dataclass(frozen=True)
class Three:
    """Three people, and everybody else's mates."""

    people: tuple[int, int, int]
    mate: list[int]


def new_three(may: Sequence[int], new: Sequence[int], unlike: Sequence[int], most: Matching) -> Three | None:
    """The best three where it is not just somebody who joins a pair they both met: None then. `most`: a greatest matching of
    `new` (who has not met), `unlike`: of these, who is of another organisation; `may`: who may be together at all."""
    return (_joins(unlike, most) or _joins(new, most) or _within(new, most) or _two_of_three(may, new, most)
            or _apart(may, new, most))


def _without(mate: Sequence[int], *gone: int) -> list[int]:
    """The matching without the pairs of those who are gone."""
    return [NOBODY if v in gone or m in gone else m for v, m in enumerate(mate)]


def _taken(new: Sequence[int], most: Matching, *people: int) -> Three:
    others = (1 << len(new)) - 1 & ~sum(1 << v for v in people)
    return Three(people, greatest(new, others, _without(most.mate, *people)).mate)


def _joins(near: Sequence[int], most: Matching) -> Three | None:
    """Somebody without a mate who is new to both of a pair."""
    for z in (v for v, m in enumerate(most.mate) if m == NOBODY):
        for x in bits(near[z]):
            y = most.mate[x]
            if y != NOBODY and near[z] >> y & 1 and near[x] >> y & 1:
                return Three((z, x, y), _without(most.mate, z, x, y))
    return None


def _within(new: Sequence[int], most: Matching) -> Three | None:
    """Three new to each other whose component of D has a perfect matching without them."""
    for whole in most.components:
        if whole.bit_count() < 3:
            continue
        for three in _triangles(new, whole):
            rest = whole & ~sum(1 << v for v in three)
            start = [m if rest >> v & 1 and m != NOBODY and rest >> m & 1 else NOBODY for v, m in enumerate(most.mate)]
            if greatest(new, rest, start).size * 2 == rest.bit_count():
                return _taken(new, most, *three)
    return None


def _two_of_three(may: Sequence[int], new: Sequence[int], most: Matching) -> Three | None:
    """Somebody whom a greatest matching leaves out is new to one of a pair of it, and met the other."""
    apart = sum(most.components)
    for z in sorted(bits(apart), key=lambda v: most.mate[v] != NOBODY):
        if not new[z]:
            continue
        mate = most.mate if most.mate[z] == NOBODY else _taken(new, most, z).mate
        for b in bits(new[z]):
            if may[z] >> mate[b] & 1:
                return Three((z, b, mate[b]), _without(mate, z, b, mate[b]))
    return None


def _apart(may: Sequence[int], new: Sequence[int], most: Matching) -> Three | None:
    """Who is left has met everybody: three new to each other are taken from the others, so that a third pair is repeated less."""
    if any(row.bit_count() < len(may) - 1 for row in may):
        return None  # some are shut from others: who is left then might find nobody
    if most.barrier or any(new[v] for whole in most.components for v in bits(whole)):
        return None
    for x, y in enumerate(most.mate):
        if x < y and (common := new[x] & new[y]):
            return _taken(new, most, x, y, next(bits(common)))
    held = sum(1 << v for v, m in enumerate(most.mate) if m != NOBODY)
    for three in _triangles(new, held):
        found = _taken(new, most, *three)
        if sum(m != NOBODY for m in found.mate) == held.bit_count() - 4:
            return found
    return None


def _triangles(new: Sequence[int], among: int) -> Iterator[tuple[int, int, int]]:
    for x in bits(among):
        for y in bits(new[x] & among & -(2 << x)):
            for z in bits(new[x] & new[y] & among & -(2 << y)):
                yield x, y, z
