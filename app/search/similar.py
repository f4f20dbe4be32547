"""Words that were probably meant: one slip away for any word, two for a long one."""

from collections import Counter, defaultdict
from collections.abc import Iterable

SHORTEST = 4  # shorter words have too many neighbours
LONG = 8  # from this length on two slips are allowed
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def may_be_a_slip(word: str) -> bool:
    """Whether it makes sense to look for words similar to `word`."""
    return SHORTEST <= len(word) <= 30 and not word.isdigit()


def one_slip(word: str) -> set[str]:
    """Everything that one letter added, left out, changed or swapped with its neighbour makes of `word`."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    made = {left + right[1:] for left, right in cuts if right}
    made |= {left + right[1] + right[0] + right[2:] for left, right in cuts if len(right) > 1}
    made |= {left + letter + right[1:] for left, right in cuts if right for letter in _LETTERS}
    made |= {left + letter + right for left, right in cuts for letter in _LETTERS}
    made.discard(word)
    return made


def slips(one: str, other: str, most: int = 2) -> int:
    """How many letters added, left out, changed or swapped lie between two words; `most` + 1 if there are more."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i]
        for j, wanted in enumerate(other, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                cost = min(cost, last[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return row[-1]


def trigrams(word: str) -> set[str]:
    """The runs of three letters in `word`, with its beginning and end marked."""
    marked = f"  {word} "
    return {marked[at:at + 3] for at in range(len(marked) - 2)}


class Vocabulary:
    """Known words, by what they look like."""

    def __init__(self):
        self.words: set[str] = set()
        self._by_trigram: dict[str, list[str]] = defaultdict(list)

    def add(self, words: Iterable[str]) -> None:
        """Learn `words`; those that could not be meant for another are left out."""
        new = {word for word in words if may_be_a_slip(word)} - self.words
        self.words |= new
        for word in new:
            if len(word) >= LONG - 2:
                for trigram in trigrams(word):
                    self._by_trigram[trigram].append(word)

    def like(self, word: str) -> list[tuple[str, int]]:
        """Known words one slip away or, from a long word, two; with how many slips."""
        if not may_be_a_slip(word):
            return []
        found = [(other, 1) for other in one_slip(word) & self.words]
        if found or len(word) < LONG:
            return found
        # Two slips spoil at most six or so of a word's trigrams.
        shared = Counter(other for trigram in trigrams(word) for other in self._by_trigram.get(trigram, ()))
        near = [other for other, count in shared.most_common(60) if count >= len(word) - 6]
        return [(other, 2) for other in near if slips(word, other) <= 2]
