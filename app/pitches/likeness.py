"""How alike texts are: by their words, brought to their stems, where a rare word says more than a common one."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from whoosh.lang.porter2 import stem as porter2

WORD = re.compile(r"[^\W_]+(?:['’&-][^\W_]+)*")
TITLE_WEIGHT = 3  # a word of the title counts as much as three of the text
TITLE, TEXT = 0, 1
# Words that any pitch may have: small words, and those that only say that this is a pitch.
_COMMON = """a about after all also an and any anybody anyone are around as ask at back be because been before being
better between both but by can come could did do does doing done each everybody everyone everything few for from get getting go
going good had has have having help here how i if in into is it its just know let like look looking make making many may me might
more most much my need needs new next no not now of off on one only or other our out over own part people really right same say
see session share should show so some somebody someone something start still such take talk talking than that the their them then
there these they thing things think this those through to together too try two up us use used using very want was way ways we well
went were what when where whether which while who why will with within without work working would year years yet you your
idea ideas discuss discussion question questions chat conversation workshop story stories learn learned learning lessons pitch
pitches"""
COMMON = frozenset(_COMMON.split())


@dataclass(frozen=True)
class Words:
    """The words of a text: how often each stem is there (those of the title count more), and one way it is written."""

    counts: Mapping[str, float]
    written: Mapping[str, str]
    in_title: frozenset[str]


def words_of(title: str, text: str = "") -> Words:
    """The telling words of a thing called `title` that says `text`."""
    counts: Counter[str] = Counter()
    written: dict[str, str] = {}
    in_title: set[str] = set()
    for kind, part in ((TITLE, title), (TEXT, text[:4_000])):
        for word in WORD.findall(_folded(part)):
            for part_of_word in word.split("-"):
                piece = part_of_word.removesuffix("'s").removesuffix("’s")
                if piece in COMMON or len(piece) < 2:
                    continue
                stem = _stem(piece)
                counts[stem] += TITLE_WEIGHT if kind == TITLE else 1
                written.setdefault(stem, piece)
                if kind == TITLE:
                    in_title.add(stem)
    return Words({stem: 1 + math.log(n) for stem, n in counts.items()}, written, frozenset(in_title))


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(c))


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    return porter2(word) if len(word) > 3 and word.isascii() and word.isalpha() else word


class Likeness:
    """Compares the words of things that belong together: what is rare among `all_words` says most.

    Every pair of a hundred things is compared, so what is known of one thing is worked out once.
    """

    def __init__(self, all_words: Iterable[Words]):
        self._all = list(all_words)
        self._in = Counter(stem for words in self._all for stem in words.counts)
        self._weights: dict[str, float] = {}
        self._said: dict[int, tuple[Words, dict[str, float]]] = {}  # by id(words), which is held so that the id stays its own

    def known(self, stem: str) -> bool:
        """Whether anything has this word."""
        return stem in self._in

    def weight(self, stem: str) -> float:
        """How much it says that a thing has this word."""
        known = self._weights.get(stem)
        if known is None:
            known = self._weights[stem] = math.log(1 + (len(self._all) + 1) / (self._in[stem] + 0.5))
        return known

    def between(self, one: Words, other: Words) -> tuple[float, list[str]]:
        """How alike two things are, from 0 to 1, and the stems that say so, the most telling first."""
        shared = one.counts.keys() & other.counts.keys()
        if not shared:
            return 0.0, []
        mine, theirs = self._shares(one), self._shares(other)
        said = {stem: mine[stem] * theirs[stem] for stem in shared}
        return sum(said.values()), sorted(said, key=lambda stem: (-said[stem], stem))

    def _shares(self, words: Words) -> dict[str, float]:
        """What each stem is of the whole: a vector of length 1."""
        _, shares = self._said.get(id(words), (None, None))
        if shares is None:
            said = {stem: count * self.weight(stem) for stem, count in words.counts.items()}
            length = math.hypot(*said.values())
            shares = {stem: value / length for stem, value in said.items()}
            self._said[id(words)] = words, shares
        return shares
