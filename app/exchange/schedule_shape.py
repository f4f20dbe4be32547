"""What a schedule from elsewhere says, whichever format it came in: sessions with their times, rooms, leaders and links.

Every reader (`frab_xml`, `frab_json`, `calendar_reader`, `table_schedule`) gives this shape; `bringing_schedule` puts it into
the event. Nothing here knows the database.
"""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.exchange.plain_html import to_markdown
from app.infra import clock

LARGEST_FILE = 8 * 1024 * 1024  # bytes
MOST_ENTRIES = 3_000
LONGEST_TEXT = 20_000  # characters of a description
LONGEST_GUID = 200
LONGEST_SESSION = timedelta(days=14)  # as long as an event lasts
SESSION, BREAK, PLENARY = "session", "break", "plenary"

_BREAK = re.compile(r"(?:(?:tea|coffee|lunch|dinner|breakfast|comfort|morning|afternoon|short)\W*(?:and|&|/)?\s*)*"
                    r"(?:break|lunch|coffee|tea|dinner|breakfast|refreshments|networking)(?:\s+(?:break|time))?", re.I)
_PLENARY = re.compile(r"(?:(?:welcome|opening|introductions?|intro|pitch(?:es|ing)?|closing|wrap[\s-]?up|registration|arrival|"
                      r"doors(?: open)?|grid (?:making|building)|plenary|pub|drinks|finish|end)(?:\W+|$)"
                      r"(?:(?:and|&|to|of|the|day|session)\W+)*)+", re.I)
_LONGEST_BREAK = 60  # characters of what a break is called


class BadSchedule(Exception):
    """The file cannot be brought in; the message is a sentence that says why."""


@dataclass(frozen=True)
class Entry:
    """One session as the file says it. `where` is its place in the file ("row 7", "event 3"); empty values were not said."""

    where: str
    title: str = ""
    guid: str = ""
    starts: datetime | None = None  # aware
    ends: datetime | None = None
    slot: int | None = None  # the number of the session row, where a table says one
    room: str = ""
    seats: int | None = None
    leaders: tuple[str, ...] = ()
    about: str = ""
    topics: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # (label, address)
    cancelled: str = ""  # why it does not take place
    kind: str = SESSION
    year: int | None = None
    remarks: tuple[str, ...] = ()  # what was odd about it, in sentences


@dataclass(frozen=True)
class RoomSaid:
    """A room that the file describes beside the sessions in it."""

    name: str
    seats: int | None = None


@dataclass(frozen=True)
class Schedule:
    """A whole file: what kind it is, its sessions in the order of the file, and what was odd about it as a whole."""

    kind: str
    entries: tuple[Entry, ...]
    rooms: tuple[RoomSaid, ...] = ()
    remarks: tuple[str, ...] = ()
    title: str = ""


@dataclass
class Collecting:
    """Entries as a reader finds them: counts, refuses too many, and gives each guid only once."""

    entries: list[Entry] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    _guids: set[str] = field(default_factory=set)

    def add(self, entry: Entry) -> None:
        """Keep `entry`. Raises `BadSchedule` when there are more than an event can hold."""
        if len(self.entries) >= MOST_ENTRIES:
            raise BadSchedule(f"The file has more than {MOST_ENTRIES:,} sessions.")
        if entry.guid:
            if entry.guid in self._guids:
                again = f"Its identifier “{entry.guid[:60]}” stands at another session of the file too, so it was not used."
                entry = Entry(**{**vars(entry), "guid": "", "remarks": (*entry.remarks, again)})
            self._guids.add(entry.guid)
        self.entries.append(entry)


def text_of(value) -> str:
    """Anything of JSON or XML as text for several lines, without characters that no text holds."""
    text = value if isinstance(value, str) else "" if value is None or isinstance(value, dict | list) else str(value)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]", "", text).strip()[:LONGEST_TEXT]


def described(*texts) -> str:
    """The texts that a session is described by, each once, as paragraphs of Markdown."""
    return "\n\n".join(dict.fromkeys(filter(None, (to_markdown(text_of(text)) for text in texts))))


def stopped(status) -> str:
    """Why it does not take place, from a status that says only that."""
    return "Cancelled" if line_of(status).lower() in ("canceled", "cancelled") else ""


def header_remark(days: set[date], first: date | None, last: date | None) -> list[str]:
    """A sentence where the header of a file names other days than its sessions; those are believed."""
    if not (days and first and last) or (first <= min(days) and max(days) <= last + timedelta(days=1)):
        return []
    return [f"The header says {first.isoformat()} to {last.isoformat()}, the sessions are on {min(days).isoformat()} to "
            f"{max(days).isoformat()}: the sessions were believed."]


def line_of(value) -> str:
    """The same on one line."""
    return " ".join(text_of(value).split())


def guid_of(value) -> str:
    """An identifier as it is kept; one that is too long to keep counts as none."""
    guid = line_of(value)
    return guid if len(guid) <= LONGEST_GUID else ""


def links_of(*pairs: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The pairs whose address is one of the web, each address once, ten at most."""
    found: dict[str, str] = {}
    for label, url in pairs:
        if re.match(r"https?://[^\s<>\"]{3,1900}$", url, re.I):
            found.setdefault(url, (label or "Link")[:60])
    return tuple((label, url) for url, label in list(found.items())[:10])


def kind_of(title: str, room: str) -> str:
    """Whether a line without a room is a break or a plenary rather than a session, by its title."""
    bare = title.strip(" .!*-–—")
    if room or not 0 < len(bare) <= _LONGEST_BREAK:
        return SESSION
    return BREAK if _BREAK.fullmatch(bare) else PLENARY if _PLENARY.fullmatch(bare) else SESSION


def moment(text, zone: str) -> datetime | None:
    """The moment of `2024-05-31T17:20:00+01:00` (or with a space, a Z, or no zone: then on the wall in `zone`), or None."""
    found = re.match(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?$", line_of(text), re.I)
    if not found:
        return None
    try:
        at = datetime.fromisoformat(f"{found[1]}T{found[2]}")
        if not found[3]:
            return clock.instant(at.date(), at.time(), zone)
        offset = "+00:00" if found[3] in "Zz" else found[3] if ":" in found[3] else f"{found[3][:3]}:{found[3][3:]}"
        return datetime.fromisoformat(f"{at.isoformat()}{offset}").astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def day_in(text) -> date | None:
    """The day at the front of an ISO date or moment, or None."""
    try:
        return date.fromisoformat(line_of(text)[:10])
    except ValueError:
        return None


def clock_in(text) -> time | None:
    """`9:30`, `09:30:00` as a time of day, or None."""
    found = re.fullmatch(r"(\d{1,2}):([0-5]\d)(?::[0-5]\d)?", line_of(text))
    return time(int(found[1]), int(found[2])) if found and int(found[1]) < 24 else None


def length_in(text) -> timedelta | None:
    """`0:30`, `16:00`, `00:30:00`, `PT1H30M` or `45` (minutes) as a length of time; None for none or nothing readable."""
    text = line_of(text)
    if found := re.fullmatch(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?", text):
        length = timedelta(hours=int(found[1]), minutes=int(found[2]), seconds=int(found[3] or 0))
    elif found := re.fullmatch(r"P(?:(\d{1,2})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?", text, re.I):
        length = timedelta(days=int(found[1] or 0), hours=int(found[2] or 0), minutes=int(found[3] or 0))
    elif re.fullmatch(r"\d{1,4}", text):
        length = timedelta(minutes=int(text))
    else:
        return None
    return length if length > timedelta() else None


def zone_called(name) -> str:
    """The time zone of this name if there is one, else nothing."""
    name = line_of(name)
    return name if name in clock.time_zones() else ""


def until(starts: datetime | None, ends: datetime | None, remarks: list[str]) -> datetime | None:
    """When a session ends: nothing without a start or where it would end before; cut to two weeks, which is said in `remarks`."""
    if starts is None or ends is None:
        return None
    if ends <= starts:
        remarks.append("It would end before it begins, so its end was left out.")
        return None
    if ends - starts > LONGEST_SESSION:
        remarks.append("It is said to last longer than two weeks and was cut to that.")
        return starts + LONGEST_SESSION
    return ends


def wall(at: datetime, zone: str) -> str:
    """A moment as people read it in `zone`: 09:30 on 3 February 2024."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"
