"""Answering one query from the open segments: which entries, in what order, how many of what."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from math import log

from app.search.digest import facets_of, wanted_labels
from app.search.engine import FACET_VALUES, FEW, FEW_FOR_MANY, FILTERS, MANY_WORDS, Hits, Query, Readable
from app.search.query import Parsed, Phrase, Word
from app.search.similar import Vocabulary
from app.search.whoosh_filters import at_least, documents_in
from app.search.whoosh_segment import Segment
from app.search.words import stem

HEAD = 2.0  # how much a term in the head counts against one in the text
LONGER_WORD = 0.4  # weight of a word that only begins as typed
SLIP = {1: 0.7, 2: 0.4}  # weight of a word so many slips away
SHARE = 0.7  # of the words must be in an entry when not all are in any
SCANNED, TRIED, RANKED = 600, 40, 10  # longer words looked at in a segment, matched, and ranked by
SIMILAR = 4  # words tried instead of a misspelt one
WINDOW = 12  # places: words this close together were probably one thought
CLOSE = 2.5  # what standing in one window adds, as a share of what the words are worth
LOOKED_CLOSELY = 200  # candidates whose words' places are compared
MOST_POSTINGS = 80_000  # scored for one query; beyond, only the best candidates so far are followed up
CANDIDATES = 1_000


@dataclass(frozen=True)
class Need:
    """Something an entry should have: any of `ways` (terms that must all be there, with their weight in ranking), or any
    of the words as written in `longer`."""

    word: Word
    ways: tuple[tuple[float, tuple[str, ...]], ...]
    longer: tuple[str, ...] = ()

    @property
    def field(self) -> str:
        """Stop words are kept in heads only."""
        return "head" if self.word.stop else "text"

    def having(self, segment: Segment) -> int:
        """The documents that meet the need."""
        found = 0
        for _, terms in self.ways:
            common = -1
            for term in terms:
                common &= segment.having(self.field, term)
            found |= common
        for word in self.longer:
            found |= segment.having("words", word)
        return found


class Search:
    """One query against `segments`. `vocabulary()` is called only when a word has to be guessed."""

    def __init__(self, segments: list[Segment], vocabulary, query: Query, parsed: Parsed, readable: Readable):
        self.segments, self.query, self.parsed = segments, query, parsed
        self._vocabulary = vocabulary
        self._readable = [segment.readable(readable) for segment in segments]
        self._filters = {name: [segment.having("labels", label) for segment in segments]
                         for name, label in wanted_labels(query).items()}
        self._ranked: list[Need] = []

    def hits(self) -> Hits:
        """The answer."""
        if self.parsed.hopeless:
            return Hits(facets=facets_of((), FACET_VALUES))
        matched, did_you_mean, relaxed = self._match()
        found = [self._filtered(number, bits) for number, bits in enumerate(matched)]
        total = sum(bits.bit_count() for bits in found)
        return Hits(total, self._best(found), self._facets(matched, found), did_you_mean, relaxed)

    # Which entries

    def _match(self) -> tuple[list[int], str | None, bool]:
        """The readable documents that match, by segment; a better spelling; whether less than everything was asked."""
        allowed = [self._allowed(number) for number in range(len(self.segments))]
        needs = [self._need(word) for word in self.parsed.words]
        self._ranked = needs + [Need(Word("", (), 0, 0), ((1.0, (term,)),))
                                for phrase in self.parsed.phrases for term, _ in phrase.terms]
        exact = self._all(allowed, needs, self.parsed.phrases)
        enough = FEW if len(self._ranked) < MANY_WORDS else FEW_FOR_MANY
        if self._count(exact) >= enough or self.parsed.blank:
            return exact, None, False
        guessed, better = self._guess(needs)
        did_you_mean = self.parsed.replaced(better) if better else None
        if better:
            needs = guessed
            self._ranked = guessed + self._ranked[len(guessed):]
            meant = self._all(allowed, needs, self.parsed.phrases)
            if self._count(meant) >= enough:
                return meant, did_you_mean, False
        loose = self._some(allowed, self._ranked)
        return loose, did_you_mean, self._count(loose) > self._count(exact)

    def _allowed(self, number: int) -> int:
        """The readable documents of a segment without those that have something excluded."""
        segment, allowed = self.segments[number], self._readable[number]
        for word in self.parsed.not_words:
            allowed &= ~Need(word, tuple((1.0, way) for way in word.ways)).having(segment)
        for phrase in self.parsed.not_phrases:
            allowed &= ~segment.with_phrase(phrase.terms, allowed)
        return allowed

    def _all(self, allowed: list[int], needs: list[Need], phrases: Iterable[Phrase]) -> list[int]:
        found = []
        for segment, bits in zip(self.segments, allowed, strict=True):
            for need in needs:
                bits &= need.having(segment)
            for phrase in phrases:
                bits = segment.with_phrase(phrase.terms, bits) if bits else 0
            found.append(bits)
        return found

    def _some(self, allowed: list[int], needs: list[Need]) -> list[int]:
        wanted = max(1, round(len(needs) * SHARE))
        return [bits & at_least([need.having(segment) for need in needs], wanted)
                for segment, bits in zip(self.segments, allowed, strict=True)]

    def _need(self, word: Word) -> Need:
        need = Need(word, tuple((1.0, way) for way in word.ways))
        if self.parsed.prefix is None or word is not self.parsed.words[-1]:
            return need
        counts: Counter = Counter()
        for segment in self.segments:
            for number, longer in enumerate(segment.words(self.parsed.prefix)):
                if number == SCANNED:
                    break
                if longer != self.parsed.prefix:
                    counts[longer] += len(segment.postings("words", longer))
        longer = [word for word, _ in counts.most_common(TRIED)]
        terms = list(dict.fromkeys(map(stem, longer)))[:RANKED]
        return replace(need, ways=need.ways + tuple((LONGER_WORD, (term,)) for term in terms), longer=tuple(longer))

    def _guess(self, needs: list[Need]) -> tuple[list[Need], dict[Word, str]]:
        """The needs with similar words for those that nothing readable has, and the best such word for each."""
        guessed, better = [], {}
        for need in needs:
            if self._frequency(need) == 0 and (likely := self._similar(need.word.typed)):
                better[need.word] = likely[0][0]
                need = replace(need, ways=need.ways + tuple((SLIP[far], (stem(word),)) for word, far in likely))
            guessed.append(need)
        return guessed, better

    def _similar(self, typed: str) -> list[tuple[str, int]]:
        """Readable words that `typed` may have been meant for, likeliest first, with their distance."""
        vocabulary: Vocabulary = self._vocabulary()
        known = [(word, far, count) for word, far in vocabulary.like(typed) if (count := self._frequency_of(word))]
        known.sort(key=lambda one: (one[1], one[0][0] != typed[0], -one[2], one[0]))
        return [(word, far) for word, far, _ in known[:SIMILAR]]

    def _frequency(self, need: Need) -> int:
        return sum((need.having(segment) & bits).bit_count()
                   for segment, bits in zip(self.segments, self._readable, strict=True))

    def _frequency_of(self, word: str) -> int:
        return sum((segment.having("words", word) & bits).bit_count()
                   for segment, bits in zip(self.segments, self._readable, strict=True))

    def _filtered(self, number: int, bits: int, leaving_out: str | None = None) -> int:
        for name, carrying in self._filters.items():
            if name != leaving_out:
                bits &= carrying[number]
        return bits

    @staticmethod
    def _count(found: list[int]) -> int:
        return sum(bits.bit_count() for bits in found)

    # In what order

    def _best(self, found: list[int]) -> tuple[tuple[int, float], ...]:
        first, last = self.query.wanted
        if self.parsed.blank:
            newest = nlargest(last, (entry for segment, bits in zip(self.segments, found, strict=True)
                                     for entry in self._entries(segment, bits)))
            return tuple((entry, 0.0) for entry in newest[first:])
        readable = max(self._count(self._readable), 1)
        weights = []
        for need in self._ranked:
            frequency = self._frequency(need)
            weights.append(log(1 + (readable - frequency + 0.5) / (frequency + 0.5)))
        worth = sorted(zip(weights, self._ranked, strict=True), key=lambda one: -one[0])
        scored: list[tuple[float, int, Segment, int]] = []
        for segment, bits in zip(self.segments, found, strict=True):
            if bits:
                scores = Scores(segment, documents_in(bits))
                for weight, need in worth:
                    scores.add(need, weight)
                scored += [(score, segment.entries[document], segment, document)
                           for document, score in scores.best(max(last, LOOKED_CLOSELY))]
        scored.sort(key=lambda one: one[:2], reverse=True)
        if len(worth) > 1:
            close = [(score + CLOSE * closeness(segment, document, worth), entry, segment, document)
                     for score, entry, segment, document in scored[:LOOKED_CLOSELY]]
            scored[:LOOKED_CLOSELY] = sorted(close, key=lambda one: one[:2], reverse=True)
        return tuple((entry, round(score, 4)) for score, entry, *_ in scored[first:last])

    @staticmethod
    def _entries(segment: Segment, bits: int) -> Iterator[int]:
        return (segment.entries[document] for document in documents_in(bits))

    # How many of what

    def _facets(self, matched: list[int], found: list[int]) -> dict:
        counts: Counter = Counter()
        for number, segment in enumerate(self.segments):
            documents = documents_in(found[number]) if found[number] else []
            for name in FILTERS:
                if name in self._filters:
                    bits = self._filtered(number, matched[number], leaving_out=name)
                    counts.update(segment.labels.count(name, bits, documents_in(bits)))
                elif documents:
                    counts.update(segment.labels.count(name, found[number], documents))
        return facets_of(counts.items(), FACET_VALUES)


class Scores:
    """The scores of candidate documents of one segment, added up need by need, the most telling first."""

    def __init__(self, segment: Segment, documents: list[int]):
        self._segment = segment
        self._scores = dict.fromkeys(documents, 0.0)
        self._read = 0

    def add(self, need: Need, weight: float) -> None:
        """Add what `need` is worth in each candidate: the best of its ways."""
        if self._read > MOST_POSTINGS and len(self._scores) > CANDIDATES:
            self._scores = dict(nlargest(CANDIDATES, self._scores.items(), key=lambda one: one[1]))
        if len(need.ways) == 1 and len(need.ways[0][1]) == 1:
            self._term(need.ways[0][1][0], weight * need.ways[0][0], self._scores)
            return
        best: dict[int, float] = {}
        for factor, terms in need.ways:
            worth = dict.fromkeys(self._scores, 0.0)
            for term in terms:
                self._term(term, weight * factor / len(terms), worth)
            for document, score in worth.items():
                if score > best.get(document, 0.0):
                    best[document] = score
        for document, score in best.items():
            self._scores[document] += score

    def best(self, count: int) -> list[tuple[int, float]]:
        """The `count` best candidates and their scores."""
        if len(self._scores) <= count:
            return list(self._scores.items())
        return nlargest(count, self._scores.items(), key=lambda one: (one[1], one[0]))

    def _term(self, term: str, weight: float, scores: dict[int, float]) -> None:
        segment = self._segment
        for field, factor, norms in (("text", weight, segment.norms), ("head", weight * HEAD, segment.head_norms)):
            postings = segment.postings(field, term)
            if postings is None:
                continue
            documents, weights = postings.documents, postings.weights
            if len(scores) * 8 < len(documents):
                for document in scores:
                    index = bisect_left(documents, document)
                    if index < len(documents) and documents[index] == document:
                        scores[document] += factor * weights[index] / (weights[index] + norms[document])
                self._read += len(scores)
                continue
            for document, count in zip(documents, weights, strict=True):
                if document in scores:
                    scores[document] += factor * count / (count + norms[document])
            self._read += len(documents)


def closeness(segment: Segment, document: int, worth: list[tuple[float, Need]]) -> float:
    """The most that needs with their weights are worth together within any `WINDOW` places of a document's text."""
    standing = sorted((place, number) for number, (_, need) in enumerate(worth)
                      for term in {term for _, terms in need.ways for term in terms}
                      for place in _places(segment, document, term))
    most = current = 0.0
    present = [0] * len(worth)
    left = 0
    for place, number in standing:
        if not present[number]:
            current += worth[number][0]
        present[number] += 1
        while place - standing[left][0] > WINDOW:
            gone = standing[left][1]
            present[gone] -= 1
            if not present[gone]:
                current -= worth[gone][0]
            left += 1
        most = max(most, current)
    return most


def _places(segment: Segment, document: int, term: str) -> Sequence[int]:
    postings = segment.postings("text", term)
    if postings is None:
        return ()
    index = bisect_left(postings.documents, document)
    found = index < len(postings.documents) and postings.documents[index] == document
    return postings.places(index) if found else ()
