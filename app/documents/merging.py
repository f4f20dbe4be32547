"""Two people started from the same text and each changed it: one text with the changes of both, where that can be had.

Line by line first; where both changed the same lines, word by word; lines that both added in one place are all kept, and
filling in a line that said nothing (the template's "- ") counts as adding. What is left is a *clash*: the text then holds
both versions, theirs first, so that nothing is ever lost by keeping it as it is.
"""

import re
from typing import NamedTuple

from app.documents.matching import EFFORT, Change, changes, matching_runs
from app.documents.words import EFFORT_A_WORD, PAIRS_MOST, lines_of, parts_of, says_something, word_changes, words_of

# Markdown's own marks and no words: a bullet, "1.", an empty check box, a heading without a title, an empty table row.
_SAYS_NOTHING = re.compile(r"[\s>#*+\-|:=_`~]*(?:\d{1,9}[.)])?\s*(?:\[[ xX]?\])?[\s|]*")


class Clash(NamedTuple):
    """Words that both changed. In the merged text both versions stand at `line` (from 1), in `lines` lines together."""

    line: int
    lines: int
    base: str
    theirs: str
    mine: str


class Merged(NamedTuple):
    """The text with everything of both sides in it, and what could not be decided."""

    text: str
    clashes: tuple[Clash, ...]


class _Group(NamedTuple):
    """Base lines `start` up to `end`, and what each side changed in them."""

    start: int
    end: int
    theirs: list[Change]
    mine: list[Change]


def merge(base: str, theirs: str, mine: str) -> Merged:
    """`theirs` and `mine` both came from `base`. Takes well under a second for texts of 256 kB.

    Swapping the sides gives the same lines in another order.
    """
    if mine in (base, theirs):
        return Merged(theirs, ())
    if theirs == base:
        return Merged(mine, ())
    old, left, right = lines_of(base), lines_of(theirs), lines_of(mine)
    groups = _groups(_by_line(old, left), _by_line(old, right), left, right)
    merged: list[str] = []
    clashes: list[Clash] = []
    at = 0
    for group in groups:
        merged += old[at:group.start]
        at = group.end
        a, b, c = old[group.start:at], _made(old, left, group, group.theirs), _made(old, right, group, group.mine)
        lines = _settled(a, b, c, EFFORT // len(groups))
        if lines is None:
            lines = _both(b, c)
            clashes.append(Clash(len(merged) + 1, len(lines), *("\n".join(x) for x in (a, b, c))))
        merged += lines
    return Merged("\n".join([*merged, *old[at:]]), tuple(clashes))


def _by_line(old: list[str], new: list[str]) -> list[Change]:
    """What changed, as finely as one can say which line became which: one changed line is one change."""
    found: list[Change] = []
    for i, i2, j, j2 in changes(old, new):
        if (i2 - i) * (j2 - j) > PAIRS_MOST:  # rewritten at length: nobody can say
            found.append(Change(i, i2, j, j2))
        else:
            found += [Change(i + x, i + x2, j + y, j + y2) for x, x2, y, y2 in parts_of(old[i:i2], new[j:j2])
                      if old[i + x:i + x2] != new[j + y:j + y2]]
    return found


def both(theirs: str, mine: str) -> Merged:
    """One text with all the lines of both, where nobody knows what they came from: nothing of either goes.

    Where they differ, theirs come first, and that is a clash (with nothing as its base).
    """
    left, right = lines_of(theirs), lines_of(mine)
    merged: list[str] = []
    clashes: list[Clash] = []
    at = 0
    for change in changes(left, right):
        merged += left[at:change.a_from]
        here, come = left[change.a_from:change.a_to], right[change.b_from:change.b_to]
        if any(map(says_something, come)):
            clashes.append(Clash(len(merged) + 1, len(here) + len(come), "", "\n".join(here), "\n".join(come)))
            merged += [*here, *come]
        else:
            merged += here
        at = change.a_to
    return Merged("\n".join([*merged, *left[at:]]), tuple(clashes))


def _groups(theirs: list[Change], mine: list[Change], left: list[str], right: list[str]) -> list[_Group]:
    """Changes of both sides, those that concern the same lines together. Neighbouring lines are not the same lines."""
    sided = sorted([(change, False) for change in theirs] + [(change, True) for change in mine])
    groups: list[_Group] = []
    added: set[str] = set()  # lines that say something, put in by the last group
    for change, is_mine in sided:
        new = {line for line in (right if is_mine else left)[change.b_from:change.b_to] if not _SAYS_NOTHING.fullmatch(line)}
        last = groups[-1] if groups else None
        if last and (change.a_from < last.end or change[:2] == (last.start, last.end)
                     or (change.a_from == last.end and new & added)):
            groups[-1] = last = last._replace(end=max(last.end, change.a_to))
            added |= new
        else:
            last, added = _Group(change.a_from, change.a_to, [], []), new
            groups.append(last)
        (last.mine if is_mine else last.theirs).append(change)
    return groups


def _made(old: list[str], new: list[str], group: _Group, made: list[Change]) -> list[str]:
    lines, at = [], group.start
    for change in made:
        lines += old[at:change.a_from] + new[change.b_from:change.b_to]
        at = change.a_to
    return lines + old[at:group.end]


def _settled(base: list[str], theirs: list[str], mine: list[str], effort: int) -> list[str] | None:
    """The lines in which both changes are, or None where only a person can say."""
    if mine in (base, theirs):
        return theirs
    if theirs == base:
        return mine
    if all(map(_SAYS_NOTHING.fullmatch, base)):
        return _both(theirs, mine)
    a, b, c = (words_of("".join(line + "\n" for line in lines)) for lines in (base, theirs, mine))
    text = _merged_words(a, b, c, effort + EFFORT_A_WORD * len(a))
    return None if text is None else lines_of(text)[:-1] if text.endswith("\n") else lines_of(text) if text else []


def _both(theirs: list[str], mine: list[str]) -> list[str]:
    """All lines of both, theirs first, those that stand in both once."""
    head, most = 0, min(len(theirs), len(mine))
    while head < most and theirs[head] == mine[head]:
        head += 1
    tail, most = 0, most - head
    while tail < most and theirs[-1 - tail] == mine[-1 - tail]:
        tail += 1
    a, b = theirs[head:len(theirs) - tail], mine[head:len(mine) - tail]
    # Asked the same way round whoever is "mine", so that both sides get the same answer.
    runs = matching_runs(a, b) if a <= b else [run._replace(a_at=run.b_at, b_at=run.a_at) for run in matching_runs(b, a)]
    lines, i, j = theirs[:head], 0, 0
    for run in runs:
        if not all(map(_SAYS_NOTHING.fullmatch, a[run.a_at:run.a_at + run.size])):  # blank lines would shuffle paragraphs
            lines += a[i:run.a_at] + b[j:run.b_at] + a[run.a_at:run.a_at + run.size]
            i, j = run.a_at + run.size, run.b_at + run.size
    return lines + a[i:] + b[j:] + theirs[len(theirs) - tail:]


class _Words(NamedTuple):
    """Words `start` up to `end` of the base are replaced by `text`."""

    start: int
    end: int
    text: str


def _merged_words(base: list[str], theirs: list[str], mine: list[str], effort: int) -> str | None:
    """Both changes, word by word; None if they touch, or if a side wrote more anew than it left."""
    sides = []
    for side in (theirs, mine):
        found = word_changes(base, side, effort)
        if _rewritten(base, side, found):
            return None
        sides.append([_Words(x.a_from, x.a_to, "".join(side[x.b_from:x.b_to])) for x in found])
    edits = _combined(base, *sides)
    if edits is None:
        return None
    parts, at = [], 0
    for edit in edits:
        parts += [*base[at:edit.start], edit.text]
        at = edit.end
    return "".join([*parts, *base[at:]])


def _rewritten(base: list[str], side: list[str], found: list[Change]) -> bool:
    words = sum(map(says_something, base))
    gone = sum(says_something(word) for x in found for word in base[x.a_from:x.a_to])
    new = any(says_something(word) for x in found for word in side[x.b_from:x.b_to])
    return new and 2 * gone > words


def _combined(base: list[str], theirs: list[_Words], mine: list[_Words]) -> list[_Words] | None:
    """The edits of both in order, or None where they touch."""
    theirs, mine, done = theirs[::-1], mine[::-1], []
    while theirs and mine:
        x, y = theirs[-1], mine[-1]
        if x == y:
            done.append(theirs.pop())
            mine.pop()
        elif x[:2] == y[:2] and x.start == x.end and _whole_lines(base, x) and _whole_lines(base, y):
            both = _both(lines_of(x.text)[:-1], lines_of(y.text)[:-1])
            done.append(x._replace(text="".join(line + "\n" for line in both)))
            theirs.pop()
            mine.pop()
        elif _apart(base, x, y):
            done.append(theirs.pop())
        elif _apart(base, y, x):
            done.append(mine.pop())
        elif not x.text and not y.text and _whole_lines(base, x) and _whole_lines(base, y):
            shorter, longer = (theirs, mine) if x.end < y.end else (mine, theirs)
            shorter.pop()
            longer[-1] = longer[-1]._replace(start=min(x.start, y.start))
        else:
            return None
    return done + theirs[::-1] + mine[::-1]


def _whole_lines(base: list[str], edit: _Words) -> bool:
    """Whether it takes out or puts in nothing but whole lines, and stands where a line begins."""
    return _begins_line(base, edit.start) and _begins_line(base, edit.end) and (not edit.text or edit.text.endswith("\n"))


def _begins_line(base: list[str], at: int) -> bool:
    return at == 0 or base[at - 1] == "\n"


def _apart(base: list[str], first: _Words, second: _Words) -> bool:
    """Whether `first` ends before `second` begins and the two do not concern the same words."""
    if first.end > second.start:
        return False
    between = base[first.end:second.start]
    if any(word == "\n" or says_something(word) for word in between):
        return True
    if between:  # a gap: two words that were each replaced are apart, words put in or taken out beside others are not
        return "".join(between).isspace() and all(x.start < x.end and x.text for x in (first, second))
    if _begins_line(base, second.start):  # then whatever is whole lines leaves the other alone
        return _whole_lines(base, first) or (_whole_lines(base, second) and first.start < first.end and first.text.endswith("\n"))
    ends_line = second.end == len(base) or base[second.end] == "\n"
    return ends_line and base[second.start:second.end][:1] in ([], ["\n"]) and second.text[:1] in ("", "\n")
