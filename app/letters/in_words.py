"""A letter's Markdown as plain words. No address stands within a sentence: what follows it would be taken for a part."""

import re

from app.infra import markdown
from app.letters import desk

_LINK = re.compile(r"(?<!\\)(!?)\[((?:[^\[\]\\]|\\.)*+)\]\(\s*+<?([^\s()<>]*+)>?[^()\n]*+\)")
_ITEM = re.compile(r"\s*+(?:[-*+]|\d{1,9}[.)]) ")
_HEADING = re.compile(r"#{1,6} ")
_ESCAPE = re.compile(r"\\(.)")


def plain(body: str) -> str:
    """Markdown as words that read well without formatting. A link at the end of its line is its words and its address; the
    address of a list's item or of a heading comes below it; any others are numbered, and listed below their paragraph."""
    lines: list[str] = []
    notes: list[str] = []
    count = 0
    for line in body.split("\n"):
        if not line.strip() and notes:
            lines += _below(notes)
            notes = []
        found = [one for one in _LINK.finditer(line) if _address(one)]
        below = ""
        if len(found) == 1 and (_ITEM.match(line) or _HEADING.match(line)):
            below, taken = _address(found[0]), {found[0].start(): ""}
        elif len(found) == 1 and not line[found[0].end():].strip():
            taken = {found[0].start(): f": {_address(found[0])}"}
        else:
            taken = {one.start(): f" \\[{count + n}\\]" for n, one in enumerate(found, 1)}
            notes += [f"\\[{count + n}\\] {_address(one)}" for n, one in enumerate(found, 1)]
            count += len(found)
        lines.append(_LINK.sub(lambda link, taken=taken: _words(link) + taken.get(link.start(), ""), line))
        if below:
            lines.append(f"  {below}")
    return _indented(markdown.plain("\n".join([*lines, *_below(notes)])))


def _address(link: re.Match) -> str:
    """Where a link leads, unless its words say so themselves."""
    picture, words, address = link.groups()
    if picture or not address or _ESCAPE.sub(r"\1", words) in ("", address, address.removeprefix("mailto:")):
        return ""
    return desk.url(address) if address.startswith("/") else address


def _words(link: re.Match) -> str:
    address = desk.url(link[3]) if link[3].startswith("/") else link[3]
    return link[2] or ("" if link[1] else address)


def _below(notes: list[str]) -> list[str]:
    return ["", *notes] if notes else []


def _indented(words: str) -> str:
    """With what belongs to a list's item standing below its first word."""
    lines, inside = [], False
    for line in words.split("\n"):
        item = line.startswith("- ")
        inside = bool(line) and (item or inside)
        lines.append(f"  {line}" if inside and not item else line)
    return "\n".join(lines)
