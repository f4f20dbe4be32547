"""Cutting a passage out of a text and out of what came before it, with what it was while it grew.

Works on texts alone: the newest and those before it, oldest first. Where the passage was changed over time, each text's part is
found by comparing it with the next. Words of the passage that the present text has nowhere else are cut wherever an older text
has them: history is better off with a gap than with what somebody asked not to be written down.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from app.documents.matching import Change, changes
from app.documents.words import lines_of, says_something, word_changes, words_of

TOGETHER = 4  # words in a row that an older text shares with the passage are the passage
LONG = 12  # characters of a passage that is looked for within words, too
TELLING = 4  # letters that a word has at least for it to be told by its beginning
_BEGUN = 3  # letters of a word that was being typed
_CUT = "\0"  # no text has it
_NOTHING_LEFT = re.compile(r"^[^\S\n]*(?:\0[^\S\n]*)+(?:\n|\Z)", re.MULTILINE)

Range = tuple[int, int]


class Cut(NamedTuple):
    """`texts` without the passage, `places` in the newest where it stood."""

    texts: list[str]
    places: int


def says_anything(passage: str) -> bool:
    """Whether there is a word in it."""
    return any(map(says_something, words_of(passage)))


def places_of(passage: str, text: str, *, within: bool | None = None) -> list[Range]:
    """Where `passage` stands in `text`, whatever its white space; a long one also where its words stand with other marks between
    or in other case, a short one not `within` a word, unless that is said."""
    parts = passage.split()
    if not parts:
        return []
    within = len(passage) >= LONG if within is None else within
    before = r"(?<!\w)" if not within and parts[0][0].isalnum() else ""
    after = r"(?!\w)" if not within and parts[-1][-1].isalnum() else ""
    found = [found.span() for found in re.finditer(before + r"\s+".join(map(re.escape, parts)) + after, text)]
    words = [word for word in words_of(passage) if says_something(word)]
    if len(passage) >= LONG and len(words) > 1:
        found += [found.span() for found in re.finditer(r"\W+".join(map(re.escape, words)), text, re.IGNORECASE)]
    return joined(found)


def cut(passage: str, texts: Sequence[str]) -> Cut:
    """`texts` (the newest last) without `passage`, and those before the newest without what it was while it grew, too."""
    found = places_of(passage, texts[-1]) or places_of(passage, texts[-1], within=True)
    likeness = Likeness(passage, without(texts[-1], found))
    for _ in range(2):  # the second time with the words that it once had: a name that is not in it any more
        cuts = _followed(passage, texts, joined(found), likeness)
        likeness.learn(text[start:end] for text, ranges in zip(texts, cuts, strict=True) for start, end in ranges)
    return Cut([without(text, ranges) for text, ranges in zip(texts, cuts, strict=True)], len(found))


def _followed(passage: str, texts: Sequence[str], ranges: list[Range], likeness: "Likeness") -> list[list[Range]]:
    """What to cut out of each of `texts`, given what to cut out of the newest."""
    cuts = [ranges]
    for number in range(len(texts) - 2, -1, -1):
        earlier = _earlier(texts[number], texts[number + 1], ranges)
        ranges = joined([*earlier, *places_of(passage, texts[number]), *likeness.in_text(texts[number])])
        cuts.append(ranges)
    return cuts[::-1]


def without(text: str, ranges: Iterable[Range]) -> str:
    """`text` without `ranges` (in order, apart). A line of which nothing but white space is left goes whole."""
    kept, at = [], 0
    for start, end in ranges:
        kept += [text[at:start], _CUT]
        at = end
    return _NOTHING_LEFT.sub("", "".join([*kept, text[at:]])).replace(_CUT, "")


class Likeness:
    """Tells words of a passage from other words; `rest` is the present text without it."""

    def __init__(self, passage: str, rest: str):
        """Learn the words of `passage`, and which of them `rest` has too."""
        self._common = {word.casefold() for word in words_of(rest)}
        lines = [[word.casefold() for word in words_of(line) if says_something(word)] for line in lines_of(passage)]
        together = min(TOGETHER, max(map(len, lines), default=1) or 1)
        self._runs = {tuple(line[i:i + together]) for line in lines for i in range(len(line) - together + 1)}
        self._together = together
        self._telling: set[str] = set()
        self._beginnings: set[str] = set()
        self._known: dict[str, list[Range]] = {}
        self._having: set[str] = set()  # lines that have words of the passage
        self.learn([passage])

    def learn(self, parts: Iterable[str]) -> None:
        """Words of `parts` are told wherever they stand from now on, unless the rest has them; so is how they begin."""
        words = {word.casefold() for part in set(parts) for word in words_of(part) if says_something(word)}
        self._telling |= words - self._common
        self._beginnings |= {word[:size] for word in words - self._common if len(word) >= TELLING
                             for size in range(_BEGUN, len(word))} - self._common
        self._known.clear()
        self._having.clear()

    def in_text(self, text: str) -> list[Range]:
        """Where `text` has words of the passage."""
        lines = lines_of(text)
        for line in set(lines) - self._known.keys():
            self._known[line] = list(self._in_line(line))
            if self._known[line]:
                self._having.add(line)
        found, at = [], 0
        if not self._having.isdisjoint(lines):
            for line in lines:
                found += [(at + start, at + end) for start, end in self._known[line]]
                at += len(line) + 1
        return found

    def _in_line(self, line: str) -> Iterable[Range]:
        words = words_of(line)
        starts = list(accumulate(map(len, words), initial=0))
        said = [(starts[i], starts[i + 1], word.casefold()) for i, word in enumerate(words) if says_something(word)]
        for start, end, word in said:
            if word in self._telling or word in self._beginnings:
                yield start, end
        for i in range(len(said) - self._together + 1):
            run = said[i:i + self._together]
            if tuple(word for _, _, word in run) in self._runs:
                yield run[0][0], run[-1][1]


def _earlier(old: str, new: str, ranges: list[Range]) -> list[Range]:
    """What in `old` became the `ranges` of `new`: also what they replaced and what, in the same line, went beside them."""
    if not ranges:
        return []
    head = new.rfind("\n", 0, _same(old, new)) + 1
    line_end = new.find("\n", len(new) - _same_at_end(old[head:], new[head:]))
    tail = len(new) - line_end - 1 if line_end >= 0 else 0
    a, b = _whole_lines(old[head:len(old) - tail]), _whole_lines(new[head:len(new) - tail])
    parts = [_Part(0, head, 0, head), *_parts(a, b, changes(a, b), head, head),
             _Part(len(old) - tail, len(old), len(new) - tail, len(new))]
    found: list[Range] = []
    for part in parts:
        near = [(start, end) for start, end in ranges if start <= part.b_to and end >= part.b_from]
        if not near:
            continue
        if part.gone is None:
            found += part.kept(near)
            continue
        for some in _parts(x := words_of(part.gone), y := words_of(part.come), word_changes(x, y), part.a_from, part.b_from):
            for one in near:
                found += some.kept([one]) if some.gone is None else _replaced(some, one)
    return found


class _Part(NamedTuple):
    """`old[a_from:a_to]` and `new[b_from:b_to]`: the same, or (given what went and came) one became the other."""

    a_from: int
    a_to: int
    b_from: int
    b_to: int
    gone: str | None = None
    come: str = ""

    def kept(self, ranges: list[Range]) -> list[Range]:
        """Where the `ranges` of the new text stood, as far as they are in this part, which is the same in both."""
        shift = self.a_from - self.b_from
        return [(max(start, self.b_from) + shift, min(end, self.b_to) + shift) for start, end in ranges]


def _parts(a: list[str], b: list[str], found: list[Change], a_at: int, b_at: int) -> Iterable[_Part]:
    """What is the same and what changed, as places in the texts that `a` and `b` are pieces of from `a_at` and `b_at` on."""
    i = 0
    for x in [*found, Change(len(a), len(a), len(b), len(b))]:
        size = sum(map(len, a[i:x.a_from]))
        if size:
            yield _Part(a_at, a_at + size, b_at, b_at + size)
        a_at, b_at = a_at + size, b_at + size
        gone, come = "".join(a[x.a_from:x.a_to]), "".join(b[x.b_from:x.b_to])
        if gone or come:
            yield _Part(a_at, a_at + len(gone), b_at, b_at + len(come), gone, come)
        i, a_at, b_at = x.a_to, a_at + len(gone), b_at + len(come)


def _whole_lines(text: str) -> list[str]:
    *whole, last = lines_of(text)
    return [*(line + "\n" for line in whole), *([last] if last else [])]


def _same(a: str, b: str) -> int:
    """How many characters the two have in common at their beginning."""
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if a[low:middle] == b[low:middle] else (low, middle - 1)
    return low


def _same_at_end(a: str, b: str) -> int:
    low, high = 0, min(len(a), len(b))
    while low < high:
        middle = (low + high + 1) // 2
        same = a[len(a) - middle:len(a) - low] == b[len(b) - middle:len(b) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


def _replaced(part: _Part, passage: Range) -> Iterable[Range]:
    """What of `part`, which changed, was of the passage: all where the two overlap, else what went beside it in its line."""
    (start, end), gone, at = passage, part.gone, part.a_from
    if max(start, part.b_from) < min(end, part.b_to) or start < part.b_from == part.b_to < end:
        yield at, part.a_to
    elif part.b_from == part.b_to == start and not gone.endswith("\n"):
        yield at + gone.rfind("\n") + 1, part.a_to
    elif part.b_from == part.b_to == end:
        line = gone.find("\n")
        if line:
            yield at, at + line if line > 0 else part.a_to


def joined(ranges: Iterable[Range]) -> list[Range]:
    """In order, those that touch as one."""
    joined: list[Range] = []
    for start, end in sorted(r for r in ranges if r[0] < r[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def line_ranges(text: str, numbers: Iterable[int]) -> list[str]:
    """The lines of `text` with these numbers (from 0), those that follow one another as one passage."""
    lines, passages, last = lines_of(text), [], -2
    for number in sorted(set(numbers)):
        if not 0 <= number < len(lines):
            continue
        if number == last + 1:
            passages[-1] += "\n" + lines[number]
        else:
            passages.append(lines[number])
        last = number
    return passages
