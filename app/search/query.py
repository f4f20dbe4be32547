"""The query language: words, "phrases", -exclusions, and the last word as the beginning of a word.

Everything else is plain text: nothing a person can type is an error. What is read is capped, so that no text costs more
than a page's worth of work.
"""

import re
from dataclasses import dataclass

from app.search.words import STOP, WORD, composed, fold, pieces, stem

LONGEST = 1_000  # characters read
MOST_WORDS = 16
MOST_PHRASES = 4
MOST_EXCLUDED = 8
SHORTEST_PREFIX = 2

# A double quote of any make, optionally excluded, up to the next one; or an exclusion mark before a word.
_TOKEN = re.compile(
    r'(?P<not>(?<!\S)-)?["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]'
    r"|(?P<minus>(?<!\S)-(?=[^\W_]))?(?P<word>" + WORD.pattern + ")"
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word asked for. It is matched by any of `ways`, each a group of terms that must all be there.

    `typed` is the word as folded; it stands at `start:end` of `Parsed.text`. A `stop` word is looked for in titles only.
    """

    typed: str
    ways: tuple[tuple[str, ...], ...]
    start: int
    end: int
    stop: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """Terms that must stand at these places relative to each other; stop words leave gaps."""

    terms: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A query as the engines take it. `prefix` belongs to the last of `words` and is matched by longer words too."""

    text: str
    words: tuple[Word, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    not_words: tuple[Word, ...] = ()
    not_phrases: tuple[Phrase, ...] = ()
    prefix: str | None = None

    @property
    def blank(self) -> bool:
        """Nothing is asked: list everything the filters (and exclusions) leave."""
        return not (self.words or self.phrases) and (bool(self.not_words or self.not_phrases) or not self.text.strip())

    @property
    def hopeless(self) -> bool:
        """Something is asked, but it holds no word."""
        return not (self.words or self.phrases or self.blank)

    def replaced(self, better: dict[Word, str]) -> str:
        """The text with some of its words replaced."""
        text = self.text
        for word in sorted(better, key=lambda word: -word.start):
            text = text[:word.start] + better[word] + text[word.end:]
        return " ".join(text.split())


def parse(text: str) -> Parsed:
    """What `text` asks for."""
    text = composed(text[:LONGEST].replace("\0", " "))
    folded = fold(text)
    words: dict[str, Word] = {}
    excluded: dict[str, Word] = {}
    phrases: list[Phrase] = []
    not_phrases: list[Phrase] = []
    prefix = None
    for token in _TOKEN.finditer(folded):
        if token["phrase"] is None:
            target = excluded if token["minus"] else words
            word = _word(token["word"], token.start("word"), token.end())
            if word.typed in target:
                word = target.pop(word.typed)
            target[word.typed] = word
            if token.end() == len(folded) and target is words and not word.stop:
                prefix = _beginning(token["word"])
            continue
        within = [_word(one[0], token.start("phrase") + one.start(), token.start("phrase") + one.end())
                  for one in WORD.finditer(token["phrase"])]
        phrase = _phrase(within)
        if len(phrase.terms) > 1:
            (not_phrases if token["not"] else phrases).append(phrase)
        else:
            (excluded if token["not"] else words).update({one.typed: one for one in within})
    telling = [word for word in words.values() if not word.stop] or ([] if phrases else list(words.values()))
    not_words = [word for word in excluded.values() if not word.stop]
    if len(telling) > MOST_WORDS:
        prefix = None
    return Parsed(text, tuple(telling[:MOST_WORDS]), tuple(phrases[:MOST_PHRASES]), tuple(not_words[:MOST_EXCLUDED]),
                  tuple(not_phrases[:MOST_PHRASES]), prefix)


def _word(written: str, start: int, end: int) -> Word:
    found = pieces(written)
    parts = tuple(stem(word) for word, step in found)
    if found[-1][1] == 0:  # one word, or a tag that carries a cell's code
        return Word(found[0][0], (parts[:1],), start, end, found[0][0] in STOP)
    row = [stem(word) for word, _ in _row(found) if word not in STOP] or [stem(word) for word, _ in _row(found)]
    in_a_row = tuple(dict.fromkeys(row))
    ways = (in_a_row,) if found[1][1] else ((parts[0],), in_a_row)
    return Word(written, ways, start, end)


def _beginning(written: str) -> str | None:
    """What longer words may begin with, if `written` is still being typed: its parts in one, for a compound."""
    found = pieces(written)
    whole = len(found) == 1 or found[1][1] == 0
    return found[0][0] if whole and len(found[0][0]) >= SHORTEST_PREFIX else None


def _row(found: tuple[tuple[str, int], ...]) -> list[tuple[str, int]]:
    """The parts of a compound without the word that joins them."""
    joined = len(found) > 1 and found[1][1] == 0
    return list(found[1:] if joined else found)


def _phrase(within: list[Word]) -> Phrase:
    terms: list[tuple[str, int]] = []
    place = 0
    for word in within[:MOST_WORDS]:
        found = pieces(word.typed)
        row = _row(found) if found[-1][1] else [found[0]]
        terms += [(stem(part), place + step) for part, step in row if part not in STOP]
        place += found[-1][1] + 1
    return Phrase(tuple(terms))
