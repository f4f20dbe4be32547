"""The lines of a note, each seen as a reader sees it: what marks it (heading, bullet, table row), how deep it is, its words.

`labelled(line)` splits `**Note-taker(s)**: Jane`, `- *Lead: Jane*`, `#### Presenter:`, `Session leader : Jane` and the like
into the label, the fields it means and the value. It knows nothing of the lines around; `note_headers` weighs those.
"""

import re
from dataclasses import dataclass

from app.exchange.markdown_text import plain_text
from app.exchange.note_labels import LONGEST_LABEL, SLOT, TITLE, fields_of

HEADING, BULLET, ROW, RULE, PLAIN, BLANK, CODE = "heading", "bullet", "row", "rule", "plain", "blank", "code"
LONGEST_LABEL_LINE = 4000  # beyond this a line is prose, whatever it starts with

_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_HEADING = re.compile(r"^ {0,3}(#{1,6})(?!#)[ \t]*")
_BULLET = re.compile(r"^([ \t]*)(?:[-*+•●▪◦–]|\d{1,3}[.)])[ \t]+(?:\\?\[[ xX]?\\?\][ \t]+)?(?=\S)")
_SETEXT = re.compile(r"^ {0,3}(=+|-+)[ \t]*$")
_DEFINITION = re.compile(r"^\[[^\[\]]{1,100}\]:\s")  # of a link
_RULE = re.compile(r"^ {0,3}(?:[-*_=~][ \t]*){3,}$")
_EMPHASISED = re.compile(r"^(\*{1,3}|_{1,3})(?!\s)(.{1,400}?)(?<!\s)\1(\s*[:：]?\s*)$")
_BOLD_LABEL = re.compile(r"^[*_]{1,3}[^*_]{1,90}?\s?[:：]?\s?[*_]{1,3}\s*[:：]?")
_QUOTE = re.compile(r"^(?: {0,3}>[ \t]?)+")
_BY = re.compile(r"^(.{3,40}?\bby|.{3,40}?\bgan)\s+(?=[\w@\[*_])", re.I)
_DASHED = re.compile(r"^(.{2,60}?)\s+(?:-{1,2}|–|—|=>?)\s+(?=\S)(.+)$")
_NUMBERED = re.compile(r"^(session|slot|sesiwn|breakout)\s*(?:#|no\.?|number)?\s*(\d{1,2})\b\s*(.*)$", re.I)
_ROOM = re.compile(r"^((?:room|ystafell|raum|salle|"
                   r"sala)(?:\s+no\.?)?)\s+([A-Z0-9][\w.-]{0,12}(?:\s[A-Z0-9]\w{0,12})?)\s*$", re.I)


@dataclass
class Line:
    """One line of the file. `text` is what is left without its marker; `number` counts from 0."""

    number: int
    raw: str
    kind: str
    text: str
    indent: int = 0
    level: int = 0  # of a heading
    emphasised: bool = False  # the whole text is bold or italic
    bold_label: bool = False  # it starts with a bold or italic label


@dataclass
class Label:
    """A label found in a line: what it means, as it was written, what follows it on the line, and how it was set."""

    fields: tuple[str, ...]
    written: str
    value: str
    how: str
    colon: bool = True
    strong: bool = False  # set apart: a heading, bold, a table row


def lines_of(markdown: str) -> list[Line]:
    """Every line of `markdown`, in order. Code blocks and HTML comments are CODE: nobody writes headers in them."""
    lines, fence, comment = [], "", False
    raws = markdown.split("\n")
    for number, raw in enumerate(raws):
        opening = _FENCE.match(raw)
        if fence:
            lines.append(Line(number, raw, CODE, raw))
            if opening and opening[1].startswith(fence) and not raw.strip().strip(fence[0]):
                fence = ""
            continue
        if opening:
            fence = opening[1][:3]
            lines.append(Line(number, raw, CODE, raw))
            continue
        if comment or raw.lstrip().startswith("<!--"):
            comment = "-->" not in raw
            lines.append(Line(number, raw, CODE, raw))
            continue
        lines.append(_line(number, raw))
        if lines[-1].kind == RULE and number and _SETEXT.match(raw):
            above = lines[number - 1]
            if above.kind == PLAIN and (number < 2 or lines[number - 2].kind in (BLANK, HEADING)):
                above.kind, above.level = HEADING, 1 if raw.strip()[0] == "=" else 2
    if fence:  # never closed: then it was not meant as a fence
        start = max(line.number for line in lines if line.kind == CODE and _FENCE.match(line.raw))
        lines[start + 1:] = [_line(line.number, line.raw) for line in lines[start + 1:]]
    return lines


def underline(lines: list[Line], number: int) -> list[int]:
    """The line of `===` or `---` that makes a heading of line `number`, if it is one of those."""
    line, following = lines[number], number + 1
    marked = line.kind == HEADING and not line.raw.lstrip(" >").startswith("#")
    return [following] if marked and following < len(lines) and lines[following].kind == RULE else []


def _line(number: int, raw: str) -> Line:
    if not raw.strip():
        return Line(number, raw, BLANK, "")
    body = _QUOTE.sub("", raw.rstrip())
    body = body[:-1].rstrip() if body.endswith("\\") and not body.endswith("\\\\") else body
    if _RULE.match(body) or _SETEXT.match(body):
        return Line(number, raw, RULE, body.strip())
    heading = _HEADING.match(body) if body.lstrip().startswith("#") else None
    if heading and not re.fullmatch(r"#\w{1,80}", body.strip()):  # "#ukgc18s1r3" is a hashtag
        title = body[heading.end():].strip()
        title = title.rstrip("#").rstrip() if title.endswith(" #") or title.rstrip("#").endswith(" ") else title
        return _dressed(Line(number, raw, HEADING, title, level=len(heading[1])))
    if body.lstrip().startswith("|") and body.count("|") > 1:
        return Line(number, raw, ROW, body.strip())
    bullet = _BULLET.match(body)
    if bullet:
        return _dressed(Line(number, raw, BULLET, body[bullet.end():].strip(), indent=_width(bullet[1])))
    return _dressed(Line(number, raw, PLAIN, body.strip(), indent=_width(body[: len(body) - len(body.lstrip())])))


def _dressed(line: Line) -> Line:
    if line.text[:1] in ("*", "_"):
        whole = _EMPHASISED.match(line.text)
        line.emphasised = bool(whole and whole[1][0] not in whole[2].strip(whole[1][0]).replace("\\" + whole[1][0], ""))
        line.bold_label = bool(_BOLD_LABEL.match(line.text))
    return line


def _width(space: str) -> int:
    return len(space.expandtabs(4))


def words(line: Line) -> str:
    """The line's text as a reader sees it."""
    return " ".join(plain_text(line.text[:LONGEST_LABEL_LINE]).split())


def labelled(line: Line, *, loose: bool = True) -> Label | None:
    """The label `line` starts with, if any. `loose` also takes the forms without a colon ("Leader - Jane", "Led by Jane")."""
    if line.kind in (BLANK, RULE, CODE, ROW) or len(line.text) > LONGEST_LABEL_LINE or _DEFINITION.match(line.text):
        return None
    text = line.text
    how = {HEADING: "heading", BULLET: "bullet"}.get(line.kind, "line")
    if line.bold_label or line.emphasised:
        how = {"line": "bold or italic line"}.get(how, f"bold or italic in a {how}")
    strong = line.kind == HEADING or line.bold_label or line.emphasised
    cut = _colon(text)
    if cut:
        written = _bare(text[:cut])
        found = _numbered(written, _after(text, cut)) or _known(written, _after(text, cut))
        if found:
            return Label(found[0], written, found[1], how, True, strong)
    bare = _bare(text)
    asked = re.match(r"^(who\b[^?]{5,80})\?\s+(?=\S)(.{2,200})$", bare, re.I)
    if asked and fields_of(asked[1]):
        return Label(fields_of(asked[1]), asked[1] + "?", text.split("?", 1)[1].strip(" *_"), how, True, strong)
    if len(bare) <= LONGEST_LABEL and not cut:
        question = bare.endswith("?")
        fields = fields_of(bare.rstrip("?"))
        if fields and (strong or loose) and (not question or fields[0] not in (SLOT, TITLE)):
            return Label(fields, bare, "", how, question, strong)
    if not loose:
        return None
    return _without_colon(text, bare, how, strong)


def _without_colon(text: str, bare: str, how: str, strong: bool) -> Label | None:
    numbered = _NUMBERED.match(bare)
    if numbered and (not numbered[3] or re.match(r"[^\w\s]|\s*room\b", numbered[3], re.I)):
        as_set = _NUMBERED.match(text.lstrip("*_ ")) or numbered  # with its links, for the report
        return Label((SLOT,), numbered[1], f"{numbered[2]} {as_set[3]}".strip(), how, False, strong)
    room = _ROOM.match(bare)
    if room:
        return Label(("room",), room[1], room[2], how, False, strong)
    stripped = text.lstrip("*_ ")
    by = _BY.match(stripped)
    if by and fields_of(by[1]):
        return Label(fields_of(by[1]), _bare(by[1]), stripped[by.end():].strip(), how, False, strong)
    dashed = _DASHED.match(stripped)
    if dashed and len(_bare(dashed[1])) <= LONGEST_LABEL and fields_of(_bare(dashed[1])):
        return Label(fields_of(_bare(dashed[1])), _bare(dashed[1]), dashed[2].strip(), how, False, strong)
    return None


def _known(written: str, value: str) -> tuple[tuple[str, ...], str] | None:
    fields = fields_of(written)
    return (fields, value) if fields else None


def _numbered(written: str, value: str) -> tuple[tuple[str, ...], str] | None:
    """`Session 3: Open data` has its number in the label."""
    numbered = _NUMBERED.match(written)
    if numbered and not re.search(r"\w", numbered[3]):
        return (SLOT,), f"{numbered[2]} – {value}" if value else numbered[2]
    return None


def _colon(text: str) -> int:
    """Where the label ends: the first colon that is not inside a link, an address or a clock time; 0 if there is none."""
    depth = 0
    for place, char in enumerate(text[: LONGEST_LABEL + 30]):
        if char in "([{":
            depth += 1
        elif char in ")]}" and depth:
            depth -= 1
        elif char in ":：" and not depth and place:
            clock = text[place - 1].isdigit() and text[place + 1: place + 2].isdigit()
            return 0 if clock or text[place + 1: place + 3] == "//" else place
    return 0


def _after(text: str, cut: int) -> str:
    value = text[cut + 1:]
    if text[:1] in "*_":
        value = re.sub(r"^\s*[*_]{1,3}(?=\s|$|[\[@\w(])", "", value, count=1) if _open_emphasis(text[:cut]) else value
        value = re.sub(r"(?<![*_\\])[*_]{1,3}$", "", value.rstrip()) if _open_emphasis(value) else value
    return value.strip()


def _open_emphasis(text: str) -> bool:
    return text.count("**") % 2 == 1 or text.count("*") % 2 == 1 or text.count("__") % 2 == 1 or \
        len(re.findall(r"(?<!\w)_|_(?!\w)", text)) % 2 == 1


def _bare(text: str) -> str:
    text = " ".join(plain_text(text[: LONGEST_LABEL * 3]).split())
    return text.strip(" *_:：-–—?~=").strip() if not text.endswith("?") else text.strip(" *_:：-–—~=")


def cells(row: str) -> list[str]:
    """The cells of a pipe-table row, without their outer space."""
    return [cell.strip() for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]


def is_delimiter(row: str) -> bool:
    """Whether a table row is the `|---|:--|` line under the heading."""
    return all(re.fullmatch(r":?-+:?", cell.replace(" ", "")) for cell in cells(row))
