"""Which entries answer a query, the same for every engine: all the words, then words that were meant, then most of them."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from app.search.engine import FEW, FEW_FOR_MANY, MANY_WORDS
from app.search.query import Parsed, Phrase, Word
from app.search.similar import may_be_a_slip
from app.search.words import stem

LONGER_WORD = 0.4  # weight of a word that only begins as typed
SLIP = {1: 0.7, 2: 0.4}  # weight of a word so many slips away
MISSED_OF = 4  # one word in so many, but always one, may be missing when too few entries have all
TRIED, RANKED = 40, 10  # longer words matched, and of their terms those that ranking looks at
SIMILAR = 4  # words tried instead of a misspelt one
GUESSED = 6  # misspelt words mended in one query

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Need:
    """Something an entry should have: any of `ways` (each a weight for ranking and terms that must all be there), or any
    of the words as written in `longer`. A need for a `stop` word looks in heads only. `hints` are more ways, for ranking
    alone: the terms of longer words, which are those of other words too."""

    ways: tuple[tuple[float, tuple[str, ...]], ...]
    word: Word | None = None
    longer: tuple[str, ...] = ()
    hints: tuple[tuple[float, tuple[str, ...]], ...] = ()

    @property
    def stop(self) -> bool:
        """Whether only heads hold what is needed."""
        return self.word is not None and self.word.stop

    @property
    def terms(self) -> set[str]:
        """All terms of all ways and hints."""
        return {term for _, terms in self.ways + self.hints for term in terms}


@dataclass(frozen=True, slots=True)
class Match(Generic[Found]):
    """What was found for which needs; see `Hits` for the rest."""

    found: Found
    needs: tuple[Need, ...]
    did_you_mean: str | None = None
    relaxed: bool = False


def needed(word: Word) -> Need:
    """The plain need for a word."""
    return Need(tuple((1.0, way) for way in word.ways), word)


class Matching(ABC, Generic[Found]):
    """Finds the readable entries that `parsed` asks for. An engine says how a single question is put to its index."""

    def __init__(self, parsed: Parsed):
        self.parsed = parsed

    def match(self) -> Match[Found]:
        """The answer, before filters: what a filter would leave must not depend on the others."""
        parsed = self.parsed
        needs = [needed(word) for word in parsed.words]
        if parsed.prefix and needs:
            needs[-1] = self._begun(needs[-1], parsed.prefix)
        in_phrases = [Need(((1.0, (term,)),)) for phrase in parsed.phrases for term, _ in phrase.terms]
        exact = self.all(needs, parsed.phrases)
        enough = FEW if len(needs) + len(in_phrases) < MANY_WORDS else FEW_FOR_MANY
        if parsed.blank or self.count(exact) >= enough:
            return Match(exact, (*needs, *in_phrases))
        better: dict[Word, str] = {}
        suspects = [number for number, need in enumerate(needs) if need.word and may_be_a_slip(need.word.typed)]
        for number in self.unknown({number: needs[number] for number in suspects})[:GUESSED] if suspects else ():
            need = needs[number]
            likely = self.similar(need.word.typed)[:SIMILAR]
            if likely and need.word.typed not in dict(likely):  # else somebody has just written the very word: it is no slip
                better[need.word] = likely[0][0]
                guesses = tuple((SLIP[slips], (stem(word),)) for word, slips in likely)
                needs[number] = replace(need, ways=need.ways + guesses)
        did_you_mean = parsed.replaced(better) if better else None
        if better:
            meant = self.all(needs, parsed.phrases)
            if self.count(meant) >= enough:
                return Match(meant, (*needs, *in_phrases), did_you_mean)
        wanted = (*needs, *in_phrases)
        loose = self.most(wanted, max(1, len(wanted) - max(1, (len(wanted) + 1) // MISSED_OF)))
        return Match(loose, wanted, did_you_mean, self.count(loose) > self.count(exact))

    def _begun(self, need: Need, beginning: str) -> Need:
        longer = [word for word in self.longer(beginning) if word != beginning][:TRIED]
        terms = [term for term in dict.fromkeys(map(stem, longer)) if term not in need.terms][:RANKED]
        return replace(need, hints=tuple((LONGER_WORD, (term,)) for term in terms), longer=tuple(longer))

    @abstractmethod
    def all(self, needs: list[Need], phrases: tuple[Phrase, ...]) -> Found:
        """Entries with everything, and nothing that is excluded."""

    @abstractmethod
    def most(self, needs: tuple[Need, ...], times: int) -> Found:
        """Entries with at least `times` of `needs`, and nothing that is excluded."""

    @abstractmethod
    def count(self, found: Found) -> int:
        """How many entries those are."""

    @abstractmethod
    def unknown(self, needs: dict[int, Need]) -> list[int]:
        """The keys of those that no readable entry has."""

    @abstractmethod
    def longer(self, beginning: str) -> list[str]:
        """Words as written that begin so, the most frequent first."""

    @abstractmethod
    def similar(self, typed: str) -> list[tuple[str, int]]:
        """Words in readable entries that `typed` may be a slip for, likeliest first, with the number of slips."""


def likeliest(typed: str, known: list[tuple[str, int, int]]) -> list[tuple[str, int]]:
    """(word, slips, frequency) ordered: fewest slips, the same first letter, most frequent."""
    known = sorted(known, key=lambda one: (one[1], one[0][0] != typed[0], -one[2], one[0]))
    return [(word, slips) for word, slips, _ in known]
