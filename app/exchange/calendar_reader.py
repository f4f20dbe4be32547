"""iCalendar files (RFC 5545) as sites, Outlook and phones write them, well or badly.

Read line by line by our own few rules rather than by a calendar library: what we need is small, and a file from outside must
cost no more than its size.
"""

import re
from datetime import UTC, datetime

from app.exchange import schedule_shape as shape
from app.exchange.plain_html import to_markdown
from app.exchange.schedule_shape import BadSchedule, Collecting, Entry, Schedule, line_of, text_of
from app.exchange.text_decoding import NotText, decode
from app.infra import clock

KIND = "an iCalendar file"
MOST_LINES, LONGEST_LINE = 150_000, 50_000
_VALUE = r'(?:"[^"]*"|[^";:,]*)'
_LINE = re.compile(rf"([A-Za-z0-9-]{{1,60}})((?:;[A-Za-z0-9-]{{1,60}}={_VALUE}(?:,{_VALUE})*)*):(.*)", re.S)
_PARAMETER = re.compile(rf";([A-Za-z0-9-]+)=({_VALUE})")


def read_calendar(data: bytes, zone: str) -> Schedule:
    """The events of an iCalendar file; times without a zone are on the wall in the calendar's zone, or else in `zone`.

    Raises `BadSchedule` for what is no calendar. Lines that cannot be read are passed over and counted.
    """
    try:
        text, warnings = decode(data)
    except NotText as problem:
        raise BadSchedule("This is no iCalendar file.") from problem
    text = re.sub(r"\n[ \t]", "", text)
    found, event, inside, title, bad = Collecting(remarks=list(warnings)), None, [], "", 0
    if text.count("\n") > MOST_LINES:
        raise BadSchedule("The calendar has far more lines than an event's has.")
    for line in text.split("\n"):
        parts = _LINE.fullmatch(line) if len(line) <= LONGEST_LINE else None
        if not parts:
            bad += bool(line.strip())
            continue
        name, value = parts[1].upper(), parts[3]
        if name == "BEGIN":
            inside.append(value.strip().upper())
            if len(inside) > 10:
                raise BadSchedule("The calendar goes far deeper than calendars do.")
            if inside[-1] == "VEVENT":
                event = {}
        elif name == "END":
            if event is not None and value.strip().upper() == "VEVENT":
                found.add(_entry(event, zone, len(found.entries) + 1))
                event = None
            if inside:
                inside.pop()
        elif event is not None and inside[-1:] == ["VEVENT"]:
            event.setdefault(name, []).append(({k.upper(): v.strip('"') for k, v in _PARAMETER.findall(parts[2])}, value))
        elif name in ("X-WR-TIMEZONE", "TIMEZONE-ID"):
            zone = _zone(value) or zone
        elif name in ("X-WR-CALNAME", "NAME"):
            title = line_of(_plain(value))
    if not re.match(r"\s*BEGIN:VCALENDAR", text, re.I):
        raise BadSchedule("This is no iCalendar file: it does not begin with BEGIN:VCALENDAR.")
    if bad:
        found.remarks.append(f"{bad:,} lines could not be read and were left out." if bad > 1 else "A line could not be read.")
    if event is not None:
        found.remarks.append("The last event of the file breaks off and was left out.")
    return Schedule(KIND, tuple(found.entries), (), tuple(found.remarks), title)


def _entry(event: dict, zone: str, number: int) -> Entry:
    def said(name: str) -> str:
        return text_of(_plain(event[name][0][1])) if name in event else ""

    remarks: list[str] = []
    starts = _moment(event.get("DTSTART"), zone, remarks)
    ends = _moment(event.get("DTEND"), zone, remarks)
    if ends is None and starts and (length := shape.length_in(said("DURATION"))):
        ends = starts + length
    guid = said("UID")
    if "RECURRENCE-ID" in event:
        guid = f"{guid} {event['RECURRENCE-ID'][0][1].strip()}"
    if {"RRULE", "RDATE"} & set(event):
        remarks.append("It repeats by a rule; only its first time was brought in.")
    people = [params.get("CN", "") for name in ("ORGANIZER", "ATTENDEE") for params, _ in event.get(name, [])]
    words = [word for _, value in event.get("CATEGORIES", []) for word in re.split(r"(?<!\\),", value)]
    return Entry(
        where=f"event {number}", title=line_of(said("SUMMARY")), guid=shape.guid_of(guid), starts=starts,
        ends=shape.until(starts, ends, remarks), room=line_of(said("LOCATION")),
        leaders=tuple(dict.fromkeys(line_of(one) for one in people if one and "@" not in one)),
        about=to_markdown(said("DESCRIPTION")),
        topics=tuple(dict.fromkeys(filter(None, (line_of(_plain(word)) for word in words))))[:3],
        links=shape.links_of(("Its page elsewhere", line_of(event["URL"][0][1]) if "URL" in event else "")),
        cancelled=(line_of(said("COMMENT"))[:200] or "Cancelled") if said("STATUS").upper() == "CANCELLED" else "",
        kind=shape.kind_of(line_of(said("SUMMARY")), line_of(said("LOCATION"))), remarks=tuple(remarks))


def _moment(lines: list | None, zone: str, remarks: list[str]) -> datetime | None:
    if not lines:
        return None
    params, value = lines[0]
    found = re.fullmatch(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z)?)?", value.strip())
    if not found or found[4] is None:
        remarks.append("It says a day and no time." if found else "Its time cannot be read.")
        return None
    if (named := params.get("TZID")) and not found[7]:
        known = _zone(named)
        if not known:
            remarks.append(f"The time zone “{named[:60]}” is not known here, so its times were read as those of {zone}.")
        zone = known or zone
    try:
        at = datetime(*(int(found[n] or 0) for n in range(1, 7)), tzinfo=UTC)
        return at if found[7] else clock.instant(at.date(), at.time(), zone)
    except (ValueError, OverflowError):
        remarks.append("Its time cannot be read.")
        return None


def _zone(name: str) -> str:
    """The IANA zone meant by a TZID: its own name, one with a path in front, or one of Windows'."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON  # start-up cost

    name = name.strip().strip('"')
    if name in WINDOWS_TO_OLSON:
        return shape.zone_called(WINDOWS_TO_OLSON[name])
    parts = name.strip("/").split("/")
    return next(filter(None, (shape.zone_called("/".join(parts[start:])) for start in range(len(parts)))), "")


def _plain(value: str) -> str:
    """A text value without its backslashes."""
    return re.sub(r"\\([nN\\;,:\"])", lambda one: "\n" if one[1] in "nN" else one[1], value)
