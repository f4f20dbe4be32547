"""What is shown of an entry: the part of its text where the words asked for stand closest, with those words marked.

Everything is given as segments, (text, whether it is to be marked), for the template to escape.
"""

import html
import re

from app.search.query import Word, parse
from app.search.words import composed, fold, stem

LONGEST = 195  # characters of a snippet, ellipses included
READ = 300_000  # characters of a text looked at
MOST_MARKS = 2_000  # looked at in one text
ELLIPSIS = "…"
_WHOLE = re.compile(r"[^\W_]+")

Segment = tuple[str, bool]

_WITHOUT = [
    (re.compile(r"\A\s*---\s*\n(?:[^\n]*\n){0,40}?---\s*\n"), ""),  # front matter
    (re.compile(r"<!--(?:[^<-]|-(?!->)|<(?!!--))*-->"), ""),
    (re.compile(r"<((?:https?://|mailto:)[^<>\s]*)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]{0,2000}>"), " "),
    (re.compile(r"^[ \t]*\[[^\]\n]{1,200}\]:[^\n]*$", re.M), ""),  # where references lead
    (re.compile(r"!?\[([^\[\]]*)\]\([^()]*(?:\([^()]*\)[^()]*)*\)"), r"\1"),
    (re.compile(r"!?\[([^\[\]]+)\]\[[^\[\]]*\]"), r"\1"),
    (re.compile(r"^[ \t]*(?:```|~~~)[^\n]*$", re.M), ""),
    (re.compile(r"^[ \t]*[-*_=|:+ \t]{3,}$", re.M), ""),  # rules and the lines under table headings
    (re.compile(r"^(?:[ \t]*>)+[ \t]?", re.M), ""),
    (re.compile(r"^[ \t]*(?:#{1,6}[ \t]+|[-*+][ \t]+|\d{1,3}[.)][ \t]+)(?:\[[ xX]?\][ \t]+)?", re.M), ""),
    (re.compile(r"[ \t]+#+[ \t]*$", re.M), ""),
    (re.compile(r"(?<!\\)(?:\*{1,3}|~~|`+|(?<![^\W_])_{1,3}(?=\S)|(?<=\S)_{1,3}(?![^\W_]))"), ""),
    (re.compile(r"(?<!\\)\|"), " "),
    (re.compile(r"\\([\\`*_{}\[\]()#+.!|~<>-])"), r"\1"),
    (re.compile("[\\0\u00ad\u200b-\u200d\u2060\ufeff]"), ""),
    (re.compile(r"[^\S\n]+"), " "),
    (re.compile(r" ?\n\s*"), "\n"),
]


def plain(markdown: str) -> str:
    """The words of a Markdown text, a line for each of its lines that has any: what is indexed and cut from."""
    text = composed(markdown[:READ])
    for pattern, replacement in _WITHOUT:
        text = pattern.sub(replacement, text)
    return html.unescape(text).replace("\0", "").strip()


class Marks:
    """Knows the words that a search was for: those typed and, given `did_you_mean`, those meant."""

    def __init__(self, text: str, did_you_mean: str | None = None):
        self._terms: set[str] = set()
        self._prefixes: set[str] = set()
        for asked in filter(None, (text, did_you_mean)):
            parsed = parse(asked)
            self._terms |= {term for word in parsed.words for term in _terms_of(word)}
            self._terms |= {term for phrase in parsed.phrases for term, _ in phrase.terms}
            if parsed.prefix:
                self._prefixes.add(parsed.prefix)
        # A stem keeps all but its last letter from every word it stands for, nearly always.
        self._beginnings = {term[:-1] if len(term) > 3 else term for term in self._terms} | self._prefixes

    def mark(self, text: str) -> list[Segment]:
        """The whole of a short text, such as a title."""
        text = composed(text)
        return self._segments(text, self._found(text), 0, len(text))

    def snippet(self, text: str) -> list[Segment]:
        """At most `LONGEST` characters of a plain text, around the place where most of the words stand together.

        Without any of the words in it, the beginning of the text.
        """
        text = composed(text[:READ])
        found = self._found(text)
        first, last = _cluster(found)
        start, end = _window(text, first, last)
        segments = self._segments(text, [one for one in found if one[0] >= start and one[1] <= end], start, end)
        segments = [(part.replace("\n", " "), marked) for part, marked in segments]
        if start:
            segments.insert(0, (ELLIPSIS, False))
        if end < len(text):
            segments.append((ELLIPSIS, False))
        return _joined(segments)

    def _found(self, text: str) -> list[tuple[int, int, str]]:
        """Start, end and term of the words to mark, in order."""
        folded = fold(text)
        found: dict[int, tuple[int, int, str]] = {}
        for beginning in self._beginnings:
            at = folded.find(beginning)
            while at >= 0 and len(found) < MOST_MARKS:
                if at == 0 or not folded[at - 1].isalnum():
                    word = _WHOLE.match(folded, at)
                    term = stem(word[0])
                    if term in self._terms or any(word[0].startswith(prefix) for prefix in self._prefixes):
                        found[at] = (at, word.end(), term)
                at = folded.find(beginning, at + len(beginning))
        return [found[at] for at in sorted(found)]

    @staticmethod
    def _segments(text: str, found: list[tuple[int, int, str]], start: int, end: int) -> list[Segment]:
        segments: list[Segment] = []
        at = start
        for first, last, _ in found:
            segments += [(text[at:first], False), (text[first:last], True)]
            at = last
        return [one for one in [*segments, (text[at:end], False)] if one[0]]


def _terms_of(word: Word) -> set[str]:
    return {term for way in word.ways for term in way}


def _cluster(found: list[tuple[int, int, str]]) -> tuple[int, int]:
    """Start and end of the stretch that holds most different words, of those the shortest, of those the first."""
    best, best_rank = (0, 0), (0, 0, 0)
    room = LONGEST - 2
    counts: dict[str, int] = {}
    left = 0
    for right, (_, end, term) in enumerate(found):
        counts[term] = counts.get(term, 0) + 1
        while left < right and (end - found[left][0] > room or counts[found[left][2]] > 1):
            counts[found[left][2]] -= 1
            if not counts[found[left][2]]:
                del counts[found[left][2]]
            left += 1
        start = found[left][0]
        if end - start > room:
            continue
        rank = (len(counts), start - end, -start)
        if best == (0, 0) or rank > best_rank:
            best, best_rank = (start, end), rank
    return best


def _window(text: str, first: int, last: int) -> tuple[int, int]:
    """Where to cut around `first:last`: from the line's or sentence's start if that is near, otherwise between words."""
    room = LONGEST - 2
    if len(text) <= room:
        return 0, len(text)
    earliest = max(0, min(first, last - room))
    lead = max(earliest, first - (room - (last - first)) // 2)
    line = max(text.rfind("\n", earliest, first), text.rfind(". ", earliest, first) + 1)
    if earliest == 0 and first < room // 2:
        start = 0
    elif line > earliest and last - line <= room and first - line <= room * 2 // 3:
        start = line + 1
    else:
        space = max(text.find(" ", lead, first), text.find("\n", lead, first))
        start = space + 1 if lead and space >= 0 else lead
    end = min(len(text), max(start + room, last))
    if end < len(text) and text[end].isalnum():
        space = max(text.rfind(" ", last, end), text.rfind("\n", last, end))
        end = space if space > last else end
    return start, end


def _joined(segments: list[Segment]) -> list[Segment]:
    """Neighbours of one sort made one."""
    joined: list[Segment] = []
    for text, marked in segments:
        if joined and not marked and not joined[-1][1]:
            joined[-1] = (joined[-1][0] + text, False)
        else:
            joined.append((text, marked))
    return joined
