"""The smallest edit from one text to another."""

import unicodedata
from itertools import accumulate
from typing import NamedTuple

from app.documents.matching import EFFORT, changes
from app.documents.words import EFFORT_A_WORD, lines_of, parts_of, words_of

_JOINS = {"\u200d"}  # ZERO WIDTH JOINER: what follows belongs to what stands before


class Edit(NamedTuple):
    """Characters `start` up to `end` are replaced by `text`."""

    start: int
    end: int
    text: str


def smallest_edits(old: str, new: str) -> list[Edit]:
    """Edits from `old` to `new`, in order, not overlapping, each of which changes something.

    A line that became another is edited word by word, down to the characters that differ; a character with its combining
    marks, and an emoji of several code points, is not cut in two. Whole lines go and come with the line end *before* them:
    somebody who begins a new line at the end of one of them at the same moment then still has it to themselves.
    """
    a, b = lines_of(old), lines_of(new)
    begins = [0, *accumulate(len(line) + 1 for line in a)]
    found = changes(a, b)
    edits: list[Edit] = []
    for i, i2, j, j2 in found:
        for x, x2, y, y2 in parts_of(a[i:i2], b[j:j2]):
            gone, come, at = a[i + x:i + x2], "\n".join(b[j + y:j + y2]), begins[i + x]
            if x2 - x == y2 - y == 1:
                edits += _edits_within(gone[0], come, at, EFFORT // len(found))
            else:
                edits.append(_lines_edit(at, "\n".join(gone) if gone else None, come if y2 > y else None, len(old)))
    return edits


def apply(text: str, edits: list[Edit]) -> str:
    """`text` with `edits` made."""
    parts, at = [], 0
    for edit in edits:
        parts += [text[at:edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def _lines_edit(at: int, old: str | None, new: str | None, length: int) -> Edit:
    """Whole lines `old`, which begin at `at`, are replaced by the lines `new`; None stands for no line at all."""
    if old is not None and new is not None:
        return Edit(at, at + len(old), new)
    if new is not None:
        return Edit(at - 1, at - 1, f"\n{new}") if at else Edit(0, 0, f"{new}\n")
    end = at + len(old or "")
    return Edit(at - 1, end, "") if at else Edit(0, min(end + 1, length), "")


def _starts(words: list[str]) -> list[int]:
    return [0, *accumulate(map(len, words))]


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
