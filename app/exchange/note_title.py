"""The title of a note, when no label gives it: the first heading, the first short line, or the file's name.

Also the event's name that templates put above everything ("ukgovcamp"), and the grid code in a hashtag (`ukgc18s1r3`).
"""

import re
from dataclasses import dataclass

from app.exchange.dates_said import date_said, is_only_a_date
from app.exchange.note_labels import fields_of
from app.exchange.note_lines import BLANK, BULLET, CODE, HEADING, PLAIN, ROW, RULE, Line, underline, words

LONGEST_TITLE = 160

_EVENT = re.compile(
    r"\w*(?:camp|unconference|(?<!tele)(?<!video)conference|summit|festival|hackday|hackathon|jam|barcamp|"
    r"notwestminster|gathering|fest|"
    r"open space|foo ?camp|meetup|symposium|convention|retreat|congress)s?\b|\w*con\b(?:\s*(?:19|20)\d\d|$)", re.I)
_GRID_CODE = re.compile(r"(?<![a-z0-9])#?([a-z]{2,12}\d{0,4})?s(\d{1,2})r(\d{1,2})(?![a-z0-9])", re.I)
_GENERIC = re.compile(
    r"^(?:agendas?|notes?|session notes?|meeting notes?|minutes|meeting minutes|call agenda|summary|attendees|"
    r"attendance|table of contents|contents|toc|introduction|overview|details|welcome|untitled(?: document)?|readme|"
    r"index|home|discussion|today'?s? agenda|day \d+|template|note template|thursday|monday|tuesday|wednesday|friday|"
    r"saturday|sunday|present|participants|logistics|topics?|(?:session |meeting )?(?:details|information|info|data|"
    r"header)|about|metadata|what|when|where|who|why|how)\W*$", re.I)
_BY_LINE = re.compile(r"^(?:(?:co-?)?(?:led|hosted|facilitated|presented|run|chaired)|notes(?: taken)?|written) by\b", re.I)
_STEM_NOISE = re.compile(r"^(?:\d{4}[-_ ]?\d{4}[-_ ]+|\d{1,4}[-_. ]+(?=\D)|"
                         r"(?:20\d\d[-_. ]?)?(?:[01]\d)[-_. ]?[0-3]\d[-_. ]+)")
_GENERIC_STEM = re.compile(r"^(?:readme|index|notes?|minutes?|agenda|untitled|document|summary|(?:raw |session |"
                           r"meeting |unconference |weekly )*[-_ ]?(?:notes?|minutes)(?:[-_ ]archive)?|archive|"
                           r"copy of .{0,20}|doc|file|\W*)$", re.I)


@dataclass
class TitleFound:
    """A title, the lines it takes out of the text (none when the line says more than the title), and where it was."""

    title: str
    lines: list[int]
    where: str


def find_title(lines: list[Line], free: set[int], source_name: str, headers: list[int]) -> TitleFound:
    """The best title among the `free` lines (those that are no header), or else one made of the file's name.

    `headers` are the numbers of header lines: a short line below all of them begins the notes, it is no title.
    In order: a heading that is not buried in the text, a short first line, a heading that is only a date, the name.
    """
    first = next((line for line in lines if line.number in free and line.kind not in (BLANK, RULE, CODE)), None)
    heading = next((line for line in lines[:400] if line.number in free and line.kind == HEADING and _is_title(line)), None)
    plain = first if first is not None and _stands_as_title(first, lines, free) else None
    if plain is not None and headers and plain.number > max(headers):
        plain = None
    if heading is not None and plain is not None and heading.level > 2 and plain.number < heading.number:
        heading = None  # a small heading further down belongs to a part of the notes
    if heading is not None and (heading.level == 1 or not _buried(lines, free, heading)):
        return TitleFound(_title(heading), _whole(heading, lines), "first heading")
    if plain is not None:
        return TitleFound(_title(plain), _whole(plain, lines), "first line")
    if first is not None and first.kind == HEADING and is_only_a_date(words(first)):
        return TitleFound(words(first), [], "first heading")
    return TitleFound(name_to_title(source_name), [], "file name")


def event_line(lines: list[Line], headers_start: int, has_title: bool) -> tuple[Line | None, bool]:
    """The line above all headers that names the event, and whether that is only likely."""
    texts = [line for line in lines[:headers_start] if line.kind not in (BLANK, RULE, CODE)]
    if not texts or len(texts) > 4:
        return None, False
    first = texts[0]
    if has_title:
        first = next((line for line in texts if line.kind in (PLAIN, HEADING) and len(line.text) < 80
                      and _EVENT.search(words(line))), first)
    said = words(first)
    if is_only_a_date(said) or _GENERIC.match(said) or (first.kind == HEADING and not has_title):
        return None, False
    if first.kind not in (PLAIN, HEADING) or len(said) > 80 or said.endswith((".", ":", "?", "!")) or "://" in said:
        return None, False
    if _EVENT.search(said) and (has_title or len(texts) > 1 or first.kind == PLAIN):
        return first, False
    likely = has_title and len(texts) == 1 and len(said) <= 60 and not date_said(said)
    return (first, True) if likely else (None, False)


def grid_code(text: str) -> tuple[str, int, str] | None:
    """(hashtag, session number, room) from `#ukgc18s1r3` or `s1r3` in `text`, or None."""
    found = _GRID_CODE.search(text[:5000])
    return (found[0].lstrip("#"), int(found[2]), found[3]) if found else None


def name_to_title(source_name: str) -> str:
    """`notes.zip/day 1/0905-0930_STATE_OF_THE_KUBE.md` → "STATE OF THE KUBE"; a generic name takes its folder's."""
    parts = [re.sub(r"^copy of\s+", "", part, flags=re.I) for part in re.split(r"[/\\]+", source_name) if part]
    last = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", parts[-1]) if parts else ""
    for part in reversed(parts[-3:]):
        stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", part) if part == parts[-1] or part.endswith(".zip") else part
        title = " ".join(re.sub(r"[_+]+|(?<=\D)-+(?=\D)|%20", " ", _STEM_NOISE.sub("", stem)).split()).strip(" -_.")
        if part != parts[-1] and not re.search(r"[^\W\d_]", last) and re.search(r"\d", last):
            title = f"{title} {last}"
        if title and re.search(r"[^\W\d_]{2}", title) and not _GENERIC_STEM.match(stem if part != parts[-1] else title):
            return title[:1].upper() + title[1:LONGEST_TITLE]
        if part == parts[-1] and re.search(r"\d", stem) and re.search(r"[^\W\d_]", stem):  # "2016-11-16-minutes"
            return " ".join(re.sub(r"[_+]+|-(?=[^\W\d])", " ", stem).split())
    return last or "Untitled note"


def _is_title(line: Line) -> bool:
    said = _title(line)
    return bool(2 <= len(said) <= LONGEST_TITLE and re.search(r"[^\W\d_]{2}", said) and not _GENERIC.match(said)
                and not fields_of(said) and not is_only_a_date(said) and "://" not in said
                and not re.fullmatch(r"#\w+(?:\s+#\w+)*", words(line)))


def _stands_as_title(line: Line, lines: list[Line], free: set[int]) -> bool:
    """Whether the first line of the file is a title: short, alone, no sentence, no bullet."""
    if line.kind not in (PLAIN, HEADING) or not _is_title(line):
        return False
    said = words(line)
    following = lines[line.number + 1] if line.number + 1 < len(lines) else None
    alone = following is None or following.kind in (BLANK, RULE, HEADING) or following.number not in free or (
        following.kind == PLAIN and bool(_BY_LINE.match(words(following))))
    short = len(said) <= 100 and said.count(" ") <= 14
    sentence = said.endswith((".", ":", ";", ",")) or ". " in said
    if re.match(r"^\w+(?: \w+)?: ", said) and any(each.kind not in (BLANK, RULE, CODE) for each in lines[: line.number]):
        return False  # among the headers, another header that we do not know
    return short and not sentence and (alone or (len(said) <= 60 and following.kind != PLAIN))


def _buried(lines: list[Line], free: set[int], heading: Line) -> bool:
    """Whether text stands before a heading, so that it is the title of a part rather than of the note."""
    before = [line for line in lines[: heading.number] if line.number in free and line.kind in (PLAIN, BULLET, ROW)]
    return sum(len(line.text) for line in before) > (600 if heading.level == 2 else 160)


def _title(line: Line) -> str:
    said = words(line).strip(" :–—-")
    return said.strip("\"“”") if said[:1] in "\"“" and said[-1:] in "\"”" else said


def _whole(line: Line, lines: list[Line]) -> list[int]:
    """The lines to take out with the title: none when the line holds a link or more than the title."""
    if re.findall(r"\w+", line.raw) != re.findall(r"\w+", words(line)):
        return []
    return [line.number, *underline(lines, line.number)]


def date_in_heading(lines: list[Line]) -> Line | None:
    """The first of the top lines that states a date, in a heading or alone."""
    seen = 0
    for line in lines[:60]:
        if line.kind in (BLANK, RULE, CODE, ROW):
            continue
        seen += 1
        if seen > 8:
            return None
        said = words(line)
        alone = line.kind != BULLET and len(said) <= 80 and (seen <= 3 or is_only_a_date(said))
        if date_said(said) and (line.kind == HEADING or alone):
            return line
    return None
