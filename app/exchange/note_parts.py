"""Telling one session's notes from a file that holds the notes of many (a year's minutes, a day's breakouts)."""

import re

from app.exchange.dates_said import date_said
from app.exchange.note_headers import Header
from app.exchange.note_labels import LEADERS, NOTE_TAKERS, PRESENT, REGRETS
from app.exchange.note_lines import HEADING, Line, words

_BREAKOUT = re.compile(r"\b(?:breakout|session|day|part|slot|workshop|round)\s+(?:[A-Z]\b|\d{1,2}\b)", re.I)


def parts_of(lines: list[Line], headers: list[Header]) -> tuple[int, list[int]]:
    """How many parts the file has with headers of their own (1 for an ordinary note), and the lines they begin on."""
    dated = [line for line in lines if line.kind == HEADING and date_said(words(line)) and line.level <= 4]
    levels = {level: sum(line.level == level for line in dated) for level in {line.level for line in dated}}
    level = max(levels, key=lambda each: levels[each], default=0)
    starts = [line.number for line in dated if line.level == level]
    if len(starts) >= 3:
        return len(starts), starts
    named = [line.number for line in lines if line.kind == HEADING and _BREAKOUT.search(words(line))]
    marks = sorted({*starts, *named}) if len(named) + len(starts) > 1 else []
    people = [header for header in headers if set(header.fields) & {LEADERS, NOTE_TAKERS, PRESENT, REGRETS} and header.people]
    if marks:
        with_people = {max((mark for mark in marks if mark <= header.start), default=-1) for header in people}
        if len(with_people - {-1}) > 1:
            return len(with_people - {-1}), marks
    return _repeats(lines, people), []


def _repeats(lines: list[Line], people: list[Header]) -> int:
    """The same label under several headings of one level: each heading is a part."""
    best = 1
    for name in (LEADERS, NOTE_TAKERS, PRESENT):
        above = []
        for header in people:
            if name in header.fields:
                own = lines[header.start].level if lines[header.start].kind == HEADING else 7
                heading = next((line for line in reversed(lines[max(0, header.start - 400): header.start])
                                if line.kind == HEADING and line.level < own), None)
                above.append((heading.level, heading.number) if heading is not None else (0, 0))
        by_level: dict[int, set[int]] = {}
        for level, number in above:
            by_level.setdefault(level, set()).add(number)
        best = max([best, *(len(numbers) for numbers in by_level.values())])
        if len(above) > 6:
            best = max(best, len(above))
    return best


def archive_name(source_name: str) -> str:
    """The name of a file of many meetings with its folder's, which says whose meetings they were."""
    parts = [part for part in source_name.split("/") if part]
    folder = next((part for part in reversed(parts[:-1]) if not re.search(r"archive|notes|minutes", part, re.I)), "")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", parts[-1]) if parts else source_name
    return f"{folder} {stem}".strip() + ".md"
