"""Text as lines and as words, and the smallest edit from one text to another."""

import re
import unicodedata
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from app.documents.matching import EFFORT, Change, Run, changes, changes_between

# A line end; white space; one letter of a script written without spaces; a run of anything but punctuation (letters with
# their marks, digits, emoji with their joiners); one mark of punctuation.
_WORDS = re.compile(
    "\n|[^\\S\n]+|[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
    "|[^\\s!-/:-@\\[-`{-~\u2010-\u2027\u2030-\u205e\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]+|.", re.DOTALL)
_SAYS_SOMETHING = re.compile(r"[^\s!-/:-@\[-`{-~\u2010-\u2027\u2030-\u205e]")
_JOINS = {"\u200d"}  # ZERO WIDTH JOINER: what follows belongs to what stands before

EFFORT_A_WORD = 10


class Edit(NamedTuple):
    """Characters `start` up to `end` are replaced by `text`."""

    start: int
    end: int
    text: str


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


def smallest_edits(old: str, new: str) -> list[Edit]:
    """Edits from `old` to `new`, in order and apart, each trimmed to the characters that differ.

    Found line by line and then word by word. A character with its combining marks, and an emoji of several code points,
    is not cut in two.
    """
    a, b = _with_ends(old), _with_ends(new)
    a_at, b_at = _starts(a), _starts(b)
    edits: list[Edit] = []
    found = changes(a, b)
    for i, i2, j, j2 in found:
        edits += _edits_within(old[a_at[i]:a_at[i2]], new[b_at[j]:b_at[j2]], a_at[i], EFFORT // len(found))
    return edits


def apply(text: str, edits: list[Edit]) -> str:
    """`text` with `edits` made."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at:edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def _with_ends(text: str) -> list[str]:
    lines = text.split("\n")
    return [*(line + "\n" for line in lines[:-1]), lines[-1]]


def _starts(pieces: list[str]) -> list[int]:
    starts = [0]
    for piece in pieces:
        starts.append(starts[-1] + len(piece))
    return starts


def _edits_within(old: str, new: str, offset: int, effort: int) -> list[Edit]:
    a, b = words_of(old), words_of(new)
    a_at, b_at = _starts(a), _starts(b)
    return [_trimmed(old[a_at[i]:a_at[i2]], new[b_at[j]:b_at[j2]], offset + a_at[i]) for i, i2, j, j2
            in changes(a, b, effort + EFFORT_A_WORD * (len(a) + len(b)))]


def _trimmed(old: str, new: str, offset: int) -> Edit:
    most, head = min(len(old), len(new)), 0
    while head < most and old[head] == new[head]:
        head += 1
    while head and (_belongs_before(old, head) or _belongs_before(new, head)):
        head -= 1
    tail, most = 0, most - head
    while tail < most and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    while tail and (_belongs_before(old, len(old) - tail) or _belongs_before(new, len(new) - tail)):
        tail -= 1
    return Edit(offset + head, offset + len(old) - tail, new[head:len(new) - tail])


def _belongs_before(text: str, at: int) -> bool:
    """Whether the character at `at` is part of what a person sees as one with the character before it."""
    if at <= 0 or at >= len(text):
        return False
    character = text[at]
    return (unicodedata.category(character) in ("Mn", "Mc", "Me") or character in _JOINS or text[at - 1] in _JOINS
            or "\U0001f3fb" <= character <= "\U0001f3ff" or "\U0001f1e6" <= character <= "\U0001f1ff"
            or "\U000e0020" <= character <= "\U000e007f")
