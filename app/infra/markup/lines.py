"""The first pass over people's Markdown, line by line: makes loosely typed notes regular before they are parsed.

Python-Markdown wants a blank line before a list, four spaces for each level of it, and code fences at the margin.
People in a session, and exports from Google Docs and HackMD, do none of this. The pass also keeps blocks small, because
parts of Python-Markdown take time in proportion to the square of a block's length. It is linear itself: it looks at
each line once (a quoted line once for each `>`, ten at most).
"""

import re
from collections.abc import Callable

from app.infra.markup.marks import LABEL

MAX_BLOCK = 4_000  # characters of running text after which a line break becomes a new paragraph
LINE_COST = 10  # what a line break counts for in that
MAX_LINE = 8_000  # a longer line is broken at spaces into paragraphs
MAX_QUOTES = 10  # levels of `>` that are looked into; more are read as this many
MAX_LEVELS = 10  # levels of lists, likewise
MAX_CELLS = 20_000  # a larger table is text
MAX_MARKERS = 3  # list and quotation marks after the one an item begins with; an item with as many is text

_FENCE = re.compile(r" *(`{3,}|~{3,})(.*)")
_HEADING = re.compile(r" {0,3}#{1,6}(?: |$)")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_UNDERLINE = re.compile(r" {0,3}(?:={2,}|-{2,}) *$")
_ITEM = re.compile(r" *(?:[-*+•●○▪◦‣]|(\d{1,9})[.)])(?: +|$)")
_MARKERS = re.compile(rf"(?:(?:[-*+]|\d{{1,9}}[.)])(?: +|$)|> ?){{{MAX_MARKERS}}}")
_SEPARATOR = re.compile(r" *\|?[ :-]*-[ :|-]*$")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]]+\]:")
_HTML_BLOCK = re.compile(
    r" {0,3}</?(?:table|thead|tbody|tfoot|tr|td|th|caption|ul|ol|li|dl|dt|dd|details|summary|blockquote|p|div|center"
    r"|h[1-6]|hr|pre|section|article|colgroup|col)(?:[ />]|$)",
    re.IGNORECASE,
)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


class Regular:
    """One run over one text: `Regular(keep_code, keep_html).run(lines)` gives the regular lines.

    `keep_code(text)` and `keep_html(text)` set a block of code, or of raw HTML, aside and return the word that stands
    for it in the text.
    """

    def __init__(self, keep_code: Callable[[str], str], keep_html: Callable[[str], str], depth: int = 0):
        self.keep_code, self.keep_html, self.depth = keep_code, keep_html, depth
        self.out: list[str] = []
        self.lists: list[tuple[int, str]] = []  # for each open list, where its marker stood and which kind it is
        self.in_text = False  # the line above was running text or an item, which this one may carry on
        self.length = 0  # of the present block so far, in characters

    def run(self, lines: list[str]) -> list[str]:
        """The same text with its blocks set apart by blank lines and its lists indented by fours."""
        last_comment_end = max((n for n, line in enumerate(lines) if "-->" in line), default=-1)
        at = 0
        while at < len(lines):
            line = lines[at]
            indent = _indent(line)
            if not line.strip():
                self._blank()
                at += 1
            elif indent >= 4 and not self.lists and not self.in_text:
                self.out.append(line)  # code, by its indent
                at += 1
            elif (fence := _FENCE.match(line)) and not ("`" in fence[1] and "`" in fence[2]):
                at = self._fence(lines, at, indent, fence[1])
            elif line.startswith("<!--", indent) and at <= last_comment_end:
                at = self._comment(lines, at)
            elif line.startswith(">", indent):
                at = self._quote(lines, at, indent)
            elif _HTML_BLOCK.match(line):
                at = self._html(lines, at, indent)
            elif "|" in line and (end := _end_of_table(lines, at)):
                self._apart(indent, *(row.strip(" ") for row in lines[at:end]))
                at = end
            else:
                self._line(line, indent)
                at += 1
        while self.out and not self.out[-1]:
            self.out.pop()
        return self.out

    def _blank(self) -> None:
        if self.out and self.out[-1]:
            self.out.append("")
        self.in_text, self.length = False, 0

    def _leave_lists(self, indent: int) -> None:
        """Close the lists that something at this indent is not part of."""
        while self.lists and indent < self.lists[-1][0] + 2:
            self.lists.pop()

    def _apart(self, indent: int, *block: str) -> None:
        """Add a block with a blank line on both sides, inside the list item it stands in."""
        self._leave_lists(indent)
        self._blank()
        margin = "    " * len(self.lists)
        self.out.extend(margin + line for line in block)
        self.out.append("")

    def _fence(self, lines: list[str], at: int, indent: int, mark: str) -> int:
        code = []
        for end in range(at + 1, len(lines)):
            line = lines[end]
            closing = line.strip()
            if closing.startswith(mark) and not closing.strip(mark[0]):
                break
            code.append(line[min(indent, _indent(line)) :])
        else:
            end = len(lines)
        self._apart(indent, self.keep_code("\n".join(code).rstrip("\n")))
        return end + 1

    def _comment(self, lines: list[str], at: int) -> int:
        """Drop a comment that begins a line. (One within a line is dropped when the line is parsed.)"""
        while "-->" not in lines[at]:
            at += 1
        rest = lines[at].partition("-->")[2]
        if rest.strip():
            self._line(rest, _indent(rest))
        return at + 1

    def _quote(self, lines: list[str], at: int, indent: int) -> int:
        inner = []
        while at < len(lines) and lines[at].strip():
            line = lines[at].lstrip(" ")
            if line.startswith(">"):
                line = line.lstrip("> ") if self.depth == MAX_QUOTES else line[2 if line.startswith("> ") else 1 :]
            elif _FENCE.match(line) or _HEADING.match(line) or _ITEM.match(line) or _RULE.match(line):
                break  # only running text may carry on a quotation without its mark
            inner.append(line)
            at += 1
        inner = Regular(self.keep_code, self.keep_html, self.depth + 1).run(inner)
        self._apart(indent, *("> " + line for line in inner))
        return at

    def _html(self, lines: list[str], at: int, indent: int) -> int:
        end = at
        while end < len(lines) and lines[end].strip():
            end += 1
        self._apart(indent, self.keep_html("\n".join(lines[at:end])))
        return end

    def _line(self, line: str, indent: int) -> None:
        if _HEADING.match(line):
            self._apart(indent, line.strip(" "))
        elif self.in_text and not self.lists and _UNDERLINE.match(line):
            self.out.append(line.strip(" "))  # a heading in the other style, or a rule below a longer paragraph
            self._blank()
        elif _RULE.match(line):
            self._apart(indent, "***")
        elif (item := _ITEM.match(line)) and (self.lists or not self.in_text or item[1] in (None, "1")):
            # (Within a paragraph a number is more often a year or a time than an item, unless it is 1.)
            self._item(indent, item[1], line[item.end() :])
        else:
            self._text(line, indent)

    def _item(self, indent: int, number: str | None, content: str) -> None:
        kind = "numbers" if number else "bullets"
        before = list(self.lists)
        self._leave_lists(indent)
        del self.lists[MAX_LEVELS:]
        level = len(self.lists)
        # A list needs a blank line above it; and so do bullets that follow numbers on the same level.
        if not before or (level < len(before) and before[level][1] != kind):
            self._blank()
        self.lists.append((indent, kind))
        if _MARKERS.match(content):
            content = re.sub(r"^([0-9]*)", r"\1\\", content)  # escapes the next marker
        self._add("    " * level + (f"{number}. " if number else "- ") + content)

    def _text(self, line: str, indent: int) -> None:
        if self.in_text and LABEL.match(line, indent):
            self._blank()  # a marked line is a paragraph of its own
        continued = self.in_text
        if not continued:
            self._leave_lists(indent)
        if self.lists:
            if continued and self.length > MAX_BLOCK:
                self._blank()
                continued = False
            margin = "    " * (len(self.lists) - continued)
            extra = indent - self.lists[-1][0] - 2
            self._add(margin + (" " * extra if extra >= 4 and not continued else "") + line.lstrip(" "))
            return
        for number, piece in enumerate(_pieces(line.lstrip(" "))):
            if number or self.length > MAX_BLOCK:
                self._blank()
            self._add(piece)

    def _add(self, line: str) -> None:
        if line.endswith("\\") and not line.endswith("\\\\"):
            line = line[:-1]  # a hard line break in other dialects; here every line break is one
        self.out.append(line)
        self.in_text = True
        self.length += len(line) + LINE_COST


def _end_of_table(lines: list[str], at: int) -> int:
    """The line after the table that begins on this one, or 0 when none does."""
    if at + 1 == len(lines) or "|" not in lines[at + 1] or not _SEPARATOR.match(lines[at + 1]):
        return 0
    end = at
    while end < len(lines) and "|" in lines[end] and len(lines[end]) <= MAX_LINE:
        end += 1
        if lines[at].count("|") * (end - at) > MAX_CELLS:
            return 0
    return end


def _pieces(line: str) -> list[str]:
    """A very long line as several, cut at spaces if it has any. The data of a picture is never cut."""
    if len(line) <= MAX_LINE or "data:" in line or _DEFINITION.match(line):
        return [line]
    pieces, start = [], 0
    while len(line) - start > MAX_LINE:
        cut = line.rfind(" ", start + 1, start + MAX_LINE)
        end = cut if cut > 0 else start + MAX_LINE
        pieces.append(line[start:end])
        start = end + (cut > 0)
    return [*pieces, line[start:]]
