"""Sets of documents as the bits of one number: filters, permissions and facets at the speed of memory."""

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, compress

_FEW = 48  # up to here setting bits one by one is quicker than going through text
_ZEROS_AND_ONES = bytes.maketrans(b"01", b"\0\1")


def bits_of(documents: Sequence[int], count: int) -> int:
    """The set of `documents`, each below `count`."""
    if len(documents) <= _FEW:
        bits = 0
        for document in documents:
            bits |= 1 << document
        return bits
    digits = bytearray(b"0") * count
    for document in documents:
        digits[document] = 49
    digits.reverse()
    return int(digits, 2)


def documents_in(bits: int) -> list[int]:
    """The members of a set, ascending."""
    digits = bin(bits)[:1:-1]
    if bits.bit_count() * 16 < len(digits):
        found, at = [], digits.find("1")
        while at >= 0:
            found.append(at)
            at = digits.find("1", at + 1)
        return found
    return list(compress(range(len(digits)), digits.encode().translate(_ZEROS_AND_ONES)))


def at_least(sets: Iterable[int], times: int) -> int:
    """Members of at least `times` of `sets`."""
    reached = [0] * times  # reached[n]: members of more than n sets
    for one in sets:
        for n in range(times - 1, 0, -1):
            reached[n] |= reached[n - 1] & one
        reached[0] |= one
    return reached[-1]


class Labels:
    """Which documents of a segment carry which label, made to count the labels of any set of documents.

    Frequent labels are bit sets, whose common members are counted in a microsecond; rare ones are kept by document,
    so that thousands of names cost no more than the documents that carry them.
    """

    def __init__(self, postings: Iterable[tuple[str, str, array]], count: int):
        self.frequent: dict[str, list[tuple[str, int]]] = {}
        self._rare: dict[str, list[tuple[str, ...]]] = {}
        for name, label, documents in postings:
            if len(documents) * 64 >= count:
                self.frequent.setdefault(name, []).append((label, bits_of(documents, count)))
                continue
            rare = self._rare.get(name) or self._rare.setdefault(name, [()] * count)
            for document in documents:
                rare[document] += (label,)

    def count(self, name: str, bits: int, documents: Sequence[int]) -> Counter:
        """How many of `documents`, which are the members of `bits`, carry each label of the filter `name`."""
        counts = Counter({label: found for label, members in self.frequent.get(name, ())
                          if (found := (members & bits).bit_count())})
        if rare := self._rare.get(name):
            counts.update(chain.from_iterable(map(rare.__getitem__, documents)))
        return counts
