"""Answering one query from the open segments of the Whoosh index."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from heapq import nlargest

from app.search.digest import facets_of, wanted_labels
from app.search.engine import FACET_VALUES, FILTERS, PEOPLE, PEOPLE_LISTED, Hits, Query, Readable
from app.search.matching import Match, Matching, Need, likeliest, needed
from app.search.query import Parsed, Phrase
from app.search.ranking import HEAD, LOOKED_CLOSELY, closeness, rarity
from app.search.similar import Vocabulary
from app.search.whoosh_filters import at_least, documents_in
from app.search.whoosh_segment import Segment

SCANNED = 600  # words with a beginning that are looked at in a segment
MOST_POSTINGS = 80_000  # scored for one query in a segment; beyond, only the best candidates so far are followed up
CANDIDATES = 1_000

# For each segment a set of its documents.
Sets = list[int]


def having(segment: Segment, need: Need) -> int:
    """The documents that meet a need."""
    found, field = 0, "head" if need.stop else "text"
    for _, terms in need.ways:
        common = -1
        for term in terms:
            common &= segment.having(field, term)
        found |= common
    for word in need.longer:
        found |= segment.having("words", word)
    return found


def count(sets: Sets) -> int:
    """How many documents there are in all segments' sets."""
    return sum(bits.bit_count() for bits in sets)


class WhooshMatching(Matching[Sets]):
    """Matching by sets of documents. `learn()` is called only when a word has to be guessed."""

    def __init__(self, parsed: Parsed, segments: list[Segment], readable: Sets, learn: Callable[[], Vocabulary]):
        super().__init__(parsed)
        self._segments, self._readable, self._learn = segments, readable, learn
        self._allowed = [self._without_excluded(segment, bits) for segment, bits in zip(segments, readable, strict=True)]

    def _without_excluded(self, segment: Segment, allowed: int) -> int:
        for word in self.parsed.not_words:
            allowed &= ~having(segment, needed(word))
        for phrase in self.parsed.not_phrases:
            allowed &= ~segment.with_phrase(phrase.terms, allowed)
        return allowed

    def all(self, needs: list[Need], phrases: tuple[Phrase, ...]) -> Sets:
        found = []
        for segment, bits in zip(self._segments, self._allowed, strict=True):
            for need in needs:
                bits &= having(segment, need)
            for phrase in phrases:
                bits = segment.with_phrase(phrase.terms, bits) if bits else 0
            found.append(bits)
        return found

    def most(self, needs: tuple[Need, ...], times: int) -> Sets:
        return [bits & at_least([having(segment, need) for need in needs], times)
                for segment, bits in zip(self._segments, self._allowed, strict=True)]

    def count(self, found: Sets) -> int:
        return count(found)

    def unknown(self, needs: dict[int, Need]) -> list[int]:
        return [number for number, need in needs.items()
                if not any(having(segment, need) & bits for segment, bits in zip(self._segments, self._readable, strict=True))]

    def longer(self, beginning: str) -> list[str]:
        counts: Counter = Counter()
        for segment in self._segments:
            for number, word in enumerate(segment.words(beginning)):
                if number == SCANNED:
                    break
                counts[word] += len(segment.postings("words", word))
        return sorted(counts, key=lambda word: (-counts[word], word))

    def similar(self, typed: str) -> list[tuple[str, int]]:
        known = []
        for word, slips in self._learn().like(typed):
            frequency = sum((segment.having("words", word) & bits).bit_count()
                            for segment, bits in zip(self._segments, self._readable, strict=True))
            if frequency:
                known.append((word, slips, frequency))
        return likeliest(typed, known)


class Search:
    """One query against `segments`."""

    def __init__(self, segments: list[Segment], learn: Callable[[], Vocabulary], query: Query, parsed: Parsed,
                 readable: Readable):
        self._segments, self._query, self._parsed = segments, query, parsed
        self._readable = [segment.readable(readable) for segment in segments]
        self._filters = {name: [segment.having("labels", label) for segment in segments]
                         for name, label in wanted_labels(query).items()}
        self._learn = learn

    def hits(self) -> Hits:
        """The answer."""
        if self._parsed.hopeless:
            return Hits.nothing()
        match = WhooshMatching(self._parsed, self._segments, self._readable, self._learn).match()
        found = self._filtered(match.found)
        best = self._newest(found) if self._parsed.blank else self._best(found, match.needs)
        return Hits(count(found), best, self._facets(match, found), match.did_you_mean, match.relaxed)

    def _filtered(self, sets: Sets, leaving_out: str | None = None) -> Sets:
        for name, carrying in self._filters.items():
            if name != leaving_out:
                sets = [bits & kept for bits, kept in zip(sets, carrying, strict=True)]
        return sets

    def _newest(self, found: Sets) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        newest = nlargest(last, (entry for segment, bits in zip(self._segments, found, strict=True)
                                 for entry in _entries(segment, bits)))
        return tuple((entry, 0.0) for entry in newest[first:])

    def _best(self, found: Sets, needs: Sequence[Need]) -> tuple[tuple[int, float], ...]:
        first, last = self._query.wanted
        entries = count(self._readable)
        worth = [rarity(entries, sum((having(segment, need) & bits).bit_count()
                                     for segment, bits in zip(self._segments, self._readable, strict=True))) for need in needs]
        telling_first = sorted(zip(worth, needs, strict=True), key=lambda one: -one[0])
        scored: list[tuple[float, int, Segment, int]] = []
        for segment, bits in zip(self._segments, found, strict=True):
            if bits:
                scores = _Scores(segment, documents_in(bits))
                for weight, need in telling_first:
                    scores.add(need, weight)
                scored += [(score, segment.entries[document], segment, document)
                           for document, score in scores.best(max(last, LOOKED_CLOSELY))]
        scored.sort(key=lambda one: one[:2], reverse=True)
        if len(needs) > 1:
            terms = [need.terms for need in needs]
            close = [(score + closeness(worth, _standing(segment, document, terms)), entry, segment, document)
                     for score, entry, segment, document in scored[:LOOKED_CLOSELY]]
            scored[:LOOKED_CLOSELY] = sorted(close, key=lambda one: one[:2], reverse=True)
        return tuple((entry, round(score, 4)) for score, entry, *_ in scored[first:last])

    def _facets(self, match: Match[Sets], found: Sets) -> dict:
        counts: Counter = Counter()
        others = {name: self._filtered(match.found, leaving_out=name) for name in self._filters}
        listed = [name for name in FILTERS if name not in PEOPLE or count(others.get(name, found)) <= PEOPLE_LISTED]
        for number, segment in enumerate(self._segments):
            documents = documents_in(found[number])
            for name in listed:
                if name in others:
                    bits = others[name][number]
                    counts.update(segment.labels.count(name, bits, documents_in(bits)))
                elif documents:
                    counts.update(segment.labels.count(name, found[number], documents))
        return facets_of(counts.items(), FACET_VALUES)


class _Scores:
    """The scores of candidate documents of one segment, added up need by need, the most telling first."""

    def __init__(self, segment: Segment, documents: list[int]):
        self._segment = segment
        self._scores = dict.fromkeys(documents, 0.0)
        self._read = 0

    def add(self, need: Need, weight: float) -> None:
        """Add what `need` is worth in each candidate: the best of its ways."""
        if self._read > MOST_POSTINGS and len(self._scores) > CANDIDATES:
            self._scores = dict(nlargest(CANDIDATES, self._scores.items(), key=lambda one: one[1]))
        ways = need.ways + need.hints
        if len(ways) == 1 and len(ways[0][1]) == 1:
            self._term(ways[0][1][0], weight * ways[0][0], self._scores)
            return
        best: dict[int, float] = {}
        for factor, terms in ways:
            worth = dict.fromkeys(self._scores, 0.0)
            for term in terms:
                self._term(term, weight * factor / len(terms), worth)
            for document, score in worth.items():
                if score > best.get(document, 0.0):
                    best[document] = score
        for document, score in best.items():
            self._scores[document] += score

    def best(self, most: int) -> list[tuple[int, float]]:
        """The `most` best candidates and their scores."""
        if len(self._scores) <= most:
            return list(self._scores.items())
        return nlargest(most, self._scores.items(), key=lambda one: (one[1], one[0]))

    def _term(self, term: str, weight: float, scores: dict[int, float]) -> None:
        segment = self._segment
        for field, factor, norms in (("text", weight, segment.norms), ("head", weight * HEAD, segment.head_norms)):
            postings = segment.postings(field, term)
            if postings is None:
                continue
            documents, weights = postings.documents, postings.weights
            if len(scores) * 8 < len(documents):
                self._read += len(scores)
                for document in scores:
                    index = bisect_left(documents, document)
                    if index < len(documents) and documents[index] == document:
                        scores[document] += factor * weights[index] / (weights[index] + norms[document])
                continue
            self._read += len(documents)
            for document, occurrences in zip(documents, weights, strict=True):
                if document in scores:
                    scores[document] += factor * occurrences / (occurrences + norms[document])


def _entries(segment: Segment, bits: int) -> Iterator[int]:
    return (segment.entries[document] for document in documents_in(bits))


def _standing(segment: Segment, document: int, terms: list[set[str]]) -> Iterator[tuple[int, int]]:
    """(place, number of the need) of every term of the needs in a document's text."""
    for number, alternatives in enumerate(terms):
        for term in alternatives:
            if postings := segment.postings("text", term):
                index = bisect_left(postings.documents, document)
                if index < len(postings.documents) and postings.documents[index] == document:
                    for place in postings.places(index):
                        yield place, number
