"""Dates and times as people type them, taken only where they can mean one thing.

`12/5` or `03/04/2019` may be two different days, so nothing is made of them; `2019-04-03`, `3 April 2019`, `Apr 3rd, 2019`
and `11/18/2019` can only be one. A year of two digits, or none, is not guessed.
"""

import re
from datetime import date, time

_MONTHS = {name: number for number, names in enumerate([
    "jan january ionawr januar janvier enero", "feb february chwefror februar février fevrier febrero",
    "mar march mawrth märz maerz mars marzo", "apr april ebrill avril abril", "may mai mayo",
    "jun june mehefin juni juin junio", "jul july gorffennaf juli juillet julio",
    "aug august awst août aout agosto", "sep sept september medi septembre septiembre",
    "oct october hydref oktober octobre octubre", "nov november tachwedd novembre noviembre",
    "dec december rhagfyr dezember décembre decembre diciembre"], start=1) for name in names.split()}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))

_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"(?<![\d/.-])(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d.])")
_DAY_FIRST = re.compile(rf"(?<![\w/])(\d{{1,2}})(?:st|nd|rd|th|\.)?(?:\s*(?:[-–/&]|and|to)\s*\d{{1,2}}(?:st|nd|rd|"
                        rf"th)?)?[\s,-]{{1,3}}(?:of\s+)?({_MONTH})\.?,?[\s,'-]{{1,3}}(\d{{4}})(?!\d)", re.I)
_MONTH_FIRST = re.compile(rf"\b({_MONTH})\.?\s{{1,3}}(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-–/&]\s*\d{{1,2}}(?:st|nd|rd|"
                          rf"th)?)?,?\s{{1,3}}(\d{{4}})(?!\d)", re.I)
_NUMBERS = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?![\d])")
_COMPACT = re.compile(r"(?<!\d)(20\d{2})(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\d)")

_CLOCK = re.compile(r"(?<![\d:.])([01]?\d|2[0-4])\s?[:.h]\s?([0-5]\d)(?::[0-5]\d)?\s*([ap]\.?m\b\.?|yh|"
                    r"yp)?(?![\d])", re.I)
_HOUR = re.compile(r"(?<![\d:.])(1[0-2]|0?[1-9])\s*([ap])\.?m\b", re.I)
_MILITARY = re.compile(r"(?<![\d:./-])([01]\d|2[0-3])([0-5]\d)(?![\d/:.])")
_RANGE = re.compile(r"(?<![\d:.])(1[0-2]|0?[1-9])(?:[:.]([0-5]\d))?\s*(?:-|–|to|until)\s*(1[0-2]|"
                    r"0?[1-9])(?:[:.]([0-5]\d))?\s*([ap])\.?m\b",
                    re.I)


def date_said(text: str) -> date | None:
    """The first day `text` (up to 300 characters of it) names beyond doubt, or None."""
    text = text[:300]
    if not _DIGIT.search(text):
        return None
    found = []
    for pattern, order in ((_ISO, (1, 3, 4)), (_DAY_FIRST, (3, 2, 1)), (_MONTH_FIRST, (3, 1, 2)), (_COMPACT, (1, 2, 3))):
        match = pattern.search(text)
        if match:
            year, month, day = (match[group] for group in order)
            found.append((match.start(), year, _MONTHS.get(month.lower(), month), day))
    match = _NUMBERS.search(text)
    if match:
        first, second = int(match[1]), int(match[3])
        if first > 12 or first == second:
            found.append((match.start(), match[4], second, first))
        elif second > 12:
            found.append((match.start(), match[4], first, second))
    for _, year, month, day in sorted(found):
        try:
            said = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if 1980 <= said.year <= 2100:
            return said
    return None


def time_said(text: str) -> time | None:
    """The time of day at which something starts by `text` (`9:30am`, `11.00-11.45`, `2-2:45pm`, `1100`, `4 pm`), or None."""
    if not _DIGIT.search(text):
        return None
    text = _without_dates(text[:300])
    span = _RANGE.search(text)
    if span:
        hour, minute, end, afternoon = int(span[1]), int(span[2] or 0), int(span[3]), span[5].lower() == "p"
        if afternoon and hour != 12 and (hour <= end or (end == 12 and hour == 12)):
            hour += 12  # 2-2:45pm; but 11-1pm starts in the morning
        return time(hour % 24, minute)
    match = _CLOCK.search(text)
    hour_only = _HOUR.search(text)
    if match and not (hour_only and hour_only.start() < match.start()):
        hour, minute, half = int(match[1]), int(match[2]), (match[3] or "").lower()
        if not half and 1 <= hour <= 6 and not match[1].startswith("0"):
            return None  # "1:30" at a camp is hardly the night, but it does not say so
        return _clock(hour, minute, half[:1] if half[:1] in "ap" else {"yh": "p", "yp": "p"}.get(half, ""))
    if hour_only:
        return _clock(int(hour_only[1]), 0, hour_only[2].lower())
    match = _MILITARY.search(text)
    return _clock(int(match[1]), int(match[2]), "") if match else None


def is_only_a_date(text: str) -> bool:
    """Whether a line says when, and nothing else (a weekday, a time and a zone may stand beside the day)."""
    if date_said(text) is None:
        return False
    rest = _without_dates(text)
    rest = re.sub(r"\b(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?|utc|gmt|bst|cest|cet|est|edt|"
                  r"pst|pdt|[ap]m|week of|date|at|from|to|on|day \d)\b", "", rest, flags=re.I)
    return not re.search(r"[^\W\d_]{2,}", rest)


def _without_dates(text: str) -> str:
    for pattern in (_ISO, _DAY_FIRST, _MONTH_FIRST, _NUMBERS, _COMPACT):
        text = pattern.sub(" ", text)
    return text


def _clock(hour: int, minute: int, half: str) -> time | None:
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    return time(hour, minute) if hour < 24 else (time(0, 0) if (hour, minute) == (24, 0) else None)
