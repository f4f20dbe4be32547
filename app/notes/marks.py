"""Marked lines of a note: what was concluded, who does what by when, what was asked, thought of, said.

    - [ ] **Action:** ask the depot for last year's figures (Ada and Ben, by 2027-03-01)
    **Question:** who pays for the lids?

The syntax is `app/infra/markup/marks.py`'s, which also gives such lines their look; here they are read from the text.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from app.infra.markup.marks import KINDS, LABEL
from app.infra.markup.text import cleaned, plain

__all__ = ["KINDS", "MOST", "Mark", "counted", "marks_of"]

MOST = 2_000  # marked lines that are read of one text
LONGEST = 8_000  # characters of a line that are looked at
_MANY = {"summary": "summaries", "action": "actions", "question": "questions", "idea": "ideas", "quote": "quotes"}
_BEFORE = re.compile(r"(?: {0,40}>){0,10} *(?:(?:[-*+•●○▪◦‣]|\d{1,9}[.)]) +)?")
_BOX = re.compile(r"\[([ xX]?)\] +")
_FENCE = re.compile(r"(?:[ >]|[-*+] )*(`{3,}|~{3,})([^\n]*)")
_AT_END = re.compile(r"\(([^()]{1,200})\)[.!]?$")
_BY = re.compile(r"(?:^|[,;] *| +)(?:by|before|until) +(?P<when>[^,;]{1,60})$", re.IGNORECASE)
_NAME = re.compile(r"@?[^\W\d_][\w'’.-]*(?: [^\W\d_][\w'’.-]*){0,3}")
_BETWEEN_NAMES = re.compile(r" *(?:[,;&/+]| and ) *")
_WHEN = re.compile(r".*\d|(?:the )?(?:next|end|this|mon|tue|wed|thu|fri|sat|sun|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
                   r"today|tomorrow|christmas|easter|spring|summer|autumn|winter)", re.IGNORECASE)


@dataclass(frozen=True)
class Mark:
    """One marked line. `text` is what it says, as Markdown, without the word it begins with and without who and by when.

    `line` counts from 1. `who` and `by` are what an action says in brackets at its end, as it is written there; empty where it
    does not. `done`: its check box is ticked; None where it has none.
    """

    kind: str
    text: str
    line: int
    who: str = ""
    by: str = ""
    done: bool | None = None

    @property
    def words(self) -> str:
        """What it says, without marks of Markdown."""
        return " ".join(plain(self.text).split())


def marks_of(text: str) -> list[Mark]:
    """The marked lines of a Markdown text in order, at most `MOST`. Takes time in proportion to its length."""
    found: list[Mark] = []
    fence = ""
    for number, line in enumerate(cleaned(text).split("\n"), 1):
        if "```" in line or "~~~" in line:
            mark = _FENCE.match(line)
            if mark and fence:
                fence = "" if mark[1].startswith(fence) and not mark[2].strip() else fence
                continue
            if mark and not (mark[1][0] == "`" and "`" in mark[2]):
                fence = mark[1]
                continue
        if fence or ("**" not in line and "__" not in line):
            continue
        one = _mark(line[:LONGEST].replace("\t", "    "), number)
        if one is not None:
            found.append(one)
            if len(found) == MOST:
                break
    return found


def _mark(line: str, number: int) -> Mark | None:
    before = _BEFORE.match(line)
    at, done = before.end(), None
    box = _BOX.match(line, at) if before[0].rstrip() else None
    if box:
        at, done = box.end(), box[1] in ("x", "X")
    label = LABEL.match(line, at)
    if label is None:
        return None
    kind, words = label["kind"].lower(), line[label.end():].strip()
    who = by = ""
    if kind == "action":
        words, who, by = _who_and_by(words)
    return Mark(kind, words, number, who, by, done)


def _who_and_by(words: str) -> tuple[str, str, str]:
    """What is to be done, who does it, by when."""
    last = _AT_END.search(words)
    if last is None:
        return words, "", ""
    inside, by = last[1].strip(), ""
    when = _BY.search(inside)
    if when and _WHEN.match(when["when"]):
        inside, by = inside[:when.start()].strip(" ,;"), when["when"].strip()
    if inside and not all(_NAME.fullmatch(name) for name in _BETWEEN_NAMES.split(inside)):
        return words, "", ""  # a remark in brackets
    return words[:last.start()].rstrip(), inside, by


def counted(marks: Iterable[Mark]) -> str:
    """How many of each, in words: "1 summary, 3 actions, 2 questions"; empty for none."""
    numbers = Counter(mark.kind for mark in marks)
    return ", ".join(f"{n} {kind if n == 1 else _MANY[kind]}" for kind in KINDS if (n := numbers[kind]))
