"""How one text differs from another, for people to read: lines put in, taken out, and changed word by word."""

from itertools import groupby, islice
from typing import NamedTuple

from app.documents.matching import EFFORT, changes
from app.documents.words import EFFORT_A_WORD, lines_of, says_something, versions_of, word_changes, words_of

SAME, CHANGED, ADDED, REMOVED, SKIPPED = "same", "change", "add", "remove", "skip"
KEPT, PUT_IN, TAKEN_OUT = "=", "+", "-"

CONTEXT = 2  # unchanged lines shown around each change
ROWS_MOST = 2000  # then the page says that there is more
BLOCK_MOST = 400  # rows of one kind in a row, so that what was put in is seen after a lot that was taken out
LINE_MOST = 4000  # characters of an unchanged line beside changes


class Row(NamedTuple):
    """One line of a diff: `parts` are (KEPT, PUT_IN or TAKEN_OUT, text). A SKIPPED row stands for `count` same lines."""

    kind: str
    parts: tuple[tuple[str, str], ...] = ()
    count: int = 0


class Diff(NamedTuple):
    """The rows, how many words were put in and taken out, and whether rows were left off."""

    rows: list[Row]
    words_added: int
    words_removed: int
    cut: bool


def diff(old: str, new: str) -> Diff:
    """How `new` differs from `old`; no rows when it does not. Takes well under a second for texts of 256 kB."""
    a, b = lines_of(old), lines_of(new)
    found = changes(a, b)
    rows: list[Row] = []
    at = 0
    for change in found:
        rows += _same(a[at:change.a_from], first=not at, last=False)
        rows += _changed(a[change.a_from:change.a_to], b[change.b_from:change.b_to], EFFORT // len(found))
        at = change.a_to
    if found:
        rows += _same(a[at:], first=False, last=True)
    added, removed = (sum(says_something(word) for row in rows for op, text in row.parts if op == wanted
                          for word in words_of(text)) for wanted in (PUT_IN, TAKEN_OUT))
    shown = [row for _, block in groupby(rows, key=lambda row: row.kind) for row in islice(block, BLOCK_MOST)][:ROWS_MOST]
    return Diff(shown, added, removed, len(shown) < len(rows))


def _same(lines: list[str], *, first: bool, last: bool) -> list[Row]:
    head, tail = 0 if first else CONTEXT, 0 if last else CONTEXT
    if len(lines) <= head + tail + 1:  # "1 line the same" would take as much room as the line
        return [_plain(line) for line in lines]
    hidden = len(lines) - head - tail
    return [*map(_plain, lines[:head]), Row(SKIPPED, count=hidden), *map(_plain, lines[head + hidden:])]


def _plain(line: str) -> Row:
    return Row(SAME, ((KEPT, line if len(line) <= LINE_MOST else line[:LINE_MOST] + "…"),))


def _changed(old: list[str], new: list[str], effort: int) -> list[Row]:
    rows, i, j = [], 0, 0
    for x, y in [*versions_of(old, new), (len(old), len(new))]:
        rows += [Row(REMOVED, ((TAKEN_OUT, line),)) for line in old[i:x]]
        rows += [Row(ADDED, ((PUT_IN, line),)) for line in new[j:y]]
        if x < len(old):
            rows.append(Row(CHANGED, _parts(old[x], new[y], effort)))
        i, j = x + 1, y + 1
    return rows


def _parts(old: str, new: str, effort: int) -> tuple[tuple[str, str], ...]:
    a, b = words_of(old), words_of(new)
    parts, at = [], 0
    for change in word_changes(a, b, effort + EFFORT_A_WORD * (len(a) + len(b)), readable=True):
        parts += [(KEPT, a[at:change.a_from]), (TAKEN_OUT, a[change.a_from:change.a_to]), (PUT_IN, b[change.b_from:change.b_to])]
        at = change.a_to
    return tuple((op, "".join(words)) for op, words in [*parts, (KEPT, a[at:])] if words)
