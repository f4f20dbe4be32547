"""Text as lines and as words; which words changed, and which line became which."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from app.documents.matching import EFFORT, Change, Run, changes, changes_between

# A line end; white space; one letter of a script written without spaces; a run of anything but punctuation (letters with
# their marks, digits, emoji with their joiners); one mark of punctuation.
_WORDS = re.compile(
    "\n|[^\\S\n]+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
    "|[^\\s!-/:-@\\[-`{-~\u2010-\u2027\u2030-\u205e\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|.", re.DOTALL)
_SAYS_SOMETHING = re.compile(r"[^\s!-/:-@\[-`{-~\u2010-\u2027\u2030-\u205e]")
EFFORT_A_WORD = 10
PAIRS_MOST = 2500  # old lines × new lines that are searched for versions of one another


def lines_of(text: str) -> list[str]:
    """The lines, without their ends; `"\\n".join` puts them together again."""
    return text.split("\n")


def words_of(text: str) -> list[str]:
    """The words, gaps and marks of `text`; `"".join` puts them together again."""
    return _WORDS.findall(text)


def says_something(word: str) -> bool:
    """Whether it holds anything but white space and punctuation."""
    return _SAYS_SOMETHING.search(word) is not None


def word_changes(a: Sequence[str], b: Sequence[str], effort: int = EFFORT, *, readable: bool = False) -> list[Change]:
    """What turns the words `a` into `b`. Gaps and marks between two changed words belong to the change.

    `readable`: so does a word or two left standing between longer changes, as people find that easier to read.
    """
    found = changes(a, b, effort)
    if len(found) < 2:
        return found
    runs = [Run(x.a_to, x.b_to, y.a_from - x.a_to) for x, y in pairwise(found)]
    kept = [run for run, (before, after) in zip(runs, pairwise(found), strict=True)
            if _worth_keeping(a[run.a_at:run.a_at + run.size], readable, _size(a, b, before), _size(a, b, after))]
    head = Run(0, 0, found[0].a_from)
    tail = Run(found[-1].a_to, found[-1].b_to, len(a) - found[-1].a_to)
    return changes_between([head, *kept, tail], len(a), len(b))


def _size(a: Sequence[str], b: Sequence[str], change: Change) -> int:
    return max(sum(map(len, a[change.a_from:change.a_to])), sum(map(len, b[change.b_from:change.b_to])))


def _worth_keeping(words: Sequence[str], readable: bool, before: int, after: int) -> bool:
    if "\n" in words:
        return True
    if not any(map(says_something, words)):
        return False
    return not readable or sum(map(len, words)) > min(before, after)


def versions_of(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Which old line became which new one: the pairs, in order, that share the most words and at least a third of them."""
    left, right = [_words(line) for line in old], [_words(line) for line in new]
    if len(old) * len(new) > PAIRS_MOST:  # too many to search: those that stand at the same place
        return [(i, i) for i, (x, y) in enumerate(zip(left, right, strict=False)) if _alike(x, y)]
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(best[i + 1][j], best[i][j + 1], best[i + 1][j + 1] + _alike(left[i], right[j]))
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        alike = _alike(left[i], right[j])
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def parts_of(old: Sequence[str], new: Sequence[str]) -> Iterator[Change]:
    """Old lines and what they became: one line another, or several others, or nothing; or nothing became lines."""
    i = j = 0
    for x, y in [*versions_of(old, new), (len(old), len(new))]:
        if x > i or y > j:
            yield Change(i, x, j, y)
        if x < len(old):
            yield Change(x, x + 1, y, y + 1)
        i, j = x + 1, y + 1


def _words(line: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words_of(line) if says_something(word))


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    """How much of the words of both is shared; 0 when too little to be versions of one line."""
    shared = len(a & b)
    likeness = 2 * shared / (len(a) + len(b)) if shared else 0.0
    return likeness if likeness >= 1 / 3 else 0.0
