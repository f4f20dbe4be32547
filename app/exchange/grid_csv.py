"""Grids as the UKGovCamp family keeps them: CSV exports of a shared spreadsheet, in both editions' columns.

    grid = read_grid_csv(data)
    for row in grid.rows: place(row.slot, row.room, row.title, row.leaders)

A row may exist before its session does (no title yet). The room is in a column of its own, or hidden in the hashtag
(`ukgc18s1r3` is session 1 in room 3). Nothing stops the import of the other rows: what is wrong with one is said, with its
number as a spreadsheet shows it.
"""

import re
from dataclasses import dataclass, field
from datetime import date, time

from app.exchange.csv_tables import BadTable, Row, Table, columns, read_table, write_table
from app.exchange.dates_said import date_said, time_said
from app.exchange.note_title import grid_code
from app.exchange.people_names import Named, parse_names

_COLUMNS = {
    "id": ("row", "ref", "session id", "number"),
    "year": ("edition", "event year"),
    "day": ("date", "day name", "event day"),
    "time": ("start", "start time", "starts", "begins", "slot time", "session time"),
    "end": ("end time", "ends", "finish", "until"),
    "session": ("slot", "session number", "session no", "slot number", "timeslot", "time slot", "period"),
    "room": ("room name", "location", "venue", "space", "where"),
    "capacity": ("room capacity", "seats", "size", "room size"),
    "title": ("session title", "name", "session name", "topic", "pitch", "talk", "subject"),
    "leader1": ("leader", "leader 1", "leaders", "session leader", "session leaders", "lead", "pitcher", "facilitator", "host",
                "hosts", "speaker", "speakers", "who", "led by", "presenter"),
    "leader2": ("leader 2", "second leader", "facilitator 2", "host 2", "speaker 2"),
    "leader3": ("leader 3", "third leader", "facilitator 3", "host 3", "speaker 3"),
    "leader4": ("leader 4", "fourth leader", "host 4", "speaker 4"),
    "leader5": ("leader 5",),
    "notesUrl": ("notes url", "sessionnotes", "session notes", "notes", "notes link", "link to notes", "notes doc", "google doc",
                 "doc", "docs", "document", "etherpad", "pad"),
    "notesLongUrl": ("sessionnoteslongurl", "session notes long url", "notes long url", "long url", "full url"),
    "hashtag": ("hash tag", "tag", "session hashtag", "code", "grid code"),
    "twitterConversation": ("twitter conversation", "twitter", "conversation", "tweets", "twitter search"),
    "cancelled": ("canceled", "cancelled because", "reason for cancelling"),
    "description": ("about", "summary", "abstract", "details", "what"),
}
EXPORT_COLUMNS = ("year", "day", "time", "session", "room", "capacity", "title", "leader1", "leader2", "leader3", "leader4",
                  "notesUrl", "hashtag", "end", "cancelled")
LONGEST_TITLE = 300
LONGEST_LEADERS = 1_000  # characters of a cell


@dataclass(frozen=True)
class GridRow:
    """One cell of the grid. Empty values mean that the file did not say; `number` is the row in the file."""

    number: int
    title: str = ""
    slot: int | None = None
    slot_text: str = ""
    starts: time | None = None
    ends: time | None = None
    time_text: str = ""
    room: str = ""
    capacity: int | None = None
    capacity_text: str = ""
    leaders: tuple[Named, ...] = ()
    notes_url: str = ""
    conversation_url: str = ""
    hashtag: str = ""
    year: int | None = None
    day: date | None = None
    day_text: str = ""
    description: str = ""
    cancelled: str = ""
    other: dict[str, str] = field(default_factory=dict)  # cells of columns that have no place of their own


@dataclass(frozen=True)
class Grid:
    """The rows, what to know about the file as a whole or a row of it, and the columns that were not understood."""

    rows: tuple[GridRow, ...]
    warnings: tuple[str, ...]
    unknown_columns: tuple[str, ...]


def read_grid_csv(data: bytes) -> Grid:
    """A grid from CSV bytes. Raises `csv_tables.BadTable` when it is no table or has no columns of a grid."""
    return read_grid_table(read_table(data))


def columns_known(header: tuple[str, ...]) -> set[str]:
    """Which fields of a grid the headings name."""
    return set(columns(header, _COLUMNS)[0])


def read_grid_table(table: Table) -> Grid:
    """A grid from a table whose header names its columns. Raises `csv_tables.BadTable` when none is a grid's."""
    found, strange, warnings = columns(table.header, _COLUMNS)
    if not {"title", "session", "time", "room", "hashtag"} & set(found):
        raise BadTable("Row 1 names no column of a grid, and the table is not one of times and rooms. "
                       "One of session, time, room, title or hashtag is needed there.")
    warnings = [*table.warnings, *warnings]
    if "title" not in found:
        warnings.append("There is no column for titles: every row was read as an empty place in the grid.")
    if strange:
        warnings.append(f"Not used, but kept with each row: {', '.join(f'“{name}”' for name in strange[:20])}.")
    rows, places, titles = [], {}, {}
    for raw in table.rows:
        row = _row(raw, found, table.header, strange, warnings)
        if row is None:
            continue
        _note_doubles(row, places, titles, warnings)
        rows.append(row)
    return Grid(tuple(rows), tuple(warnings), tuple(strange))


def write_grid_csv(rows: list[GridRow]) -> str:
    """The rows in the family's columns, formula marks made harmless; `read_grid_csv` reads them back."""
    return write_table(EXPORT_COLUMNS, (
        [row.year or "", row.day.isoformat() if row.day else row.day_text,
         row.starts.strftime("%H%M") if row.starts else row.time_text, row.slot if row.slot is not None else row.slot_text,
         row.room, row.capacity if row.capacity is not None else row.capacity_text, row.title,
         *[leader.name for leader in row.leaders[:4]], *[""] * (4 - len(row.leaders[:4])), row.notes_url, row.hashtag,
         row.ends.strftime("%H%M") if row.ends else "", row.cancelled]
        for row in rows))


def read_time(text: str) -> time | None:
    """`1100`, `11:00`, `11.00am`, `9`, `2pm`, `930`, `11:00-11:45` (its start) as a time of day, or None."""
    text = text.strip()
    if re.fullmatch(r"0\.\d{3,18}", text):  # a part of a day: what a spreadsheet keeps of a time that it shows as a number
        minutes = round(float(text) * 1440)
        return time(minutes // 60, minutes % 60) if minutes < 1440 else None
    if re.fullmatch(r"\d{3,4}", text):
        hour, minute = int(text[:-2]), int(text[-2:])
        return time(hour, minute) if hour < 24 and minute < 60 else None
    if re.fullmatch(r"\d{1,2}", text):
        return time(int(text)) if 7 <= int(text) < 24 else None
    plain = re.match(r"(\d{1,2})\s*[:.]\s*([0-5]\d)(?::\d\d)?(?!\s*[ap]\.?m)", text, re.I)
    if plain and not re.search(r"[ap]\.?m\b", text, re.I) and int(plain[1]) < 24:
        return time(int(plain[1]), int(plain[2]))
    return time_said(text)


def read_capacity(text: str) -> int | None:
    """The number in `50`, `50ish`, `c. 50`, `40-50` (the lower), or None."""
    found = re.search(r"\d{1,4}", text.replace(",", ""))
    return int(found[0]) if found else None


def _row(raw: Row, found: dict[str, int], header: tuple[str, ...], strange: list[str], warnings: list[str]) -> GridRow | None:
    def cell(name: str) -> str:
        place = found.get(name)
        return raw.cells[place] if place is not None and place < len(raw.cells) else ""

    def say(sentence: str) -> None:
        warnings.append(f"Row {raw.number}: {sentence}")

    if len(raw.cells) > len(header) and any(raw.cells[len(header):]):
        say(f"it has {len(raw.cells)} cells where the header has {len(header)}; the last were left out.")
    title = " ".join(cell("title").split())
    if len(title) > LONGEST_TITLE:
        say(f"the title is longer than {LONGEST_TITLE} characters and was cut.")
        title = title[:LONGEST_TITLE].rstrip()
    hashtag = cell("hashtag").lstrip("#＃").strip()
    code = grid_code(hashtag)
    slot = _slot(cell("session"), say)
    room = " ".join(cell("room").split())
    if code:
        if slot is None:
            slot = code[1]
        elif slot != code[1]:
            say(f"the hashtag {hashtag} says session {code[1]}, the column says {slot}; the column was used.")
        room = room or code[2]
    elif hashtag and not room:
        say(f"no room: the hashtag {hashtag} does not hold one.")
    starts, ends = _times(cell("time"), cell("end"), say)
    capacity_text = cell("capacity")
    capacity = read_capacity(capacity_text)
    if capacity_text and (capacity is None or not re.fullmatch(r"\d+", capacity_text)):
        say(f"the capacity “{capacity_text[:30]}” was read as {capacity}." if capacity is not None else
            f"the capacity “{capacity_text[:30]}” is not a number and was left out.")
    year = re.search(r"(?:19|20)\d\d", cell("year"))
    row = GridRow(
        number=raw.number, title=title, slot=slot, slot_text=cell("session"), starts=starts, ends=ends, time_text=cell("time"),
        room=room, capacity=capacity, capacity_text=capacity_text, leaders=_leaders(cell, say),
        notes_url=_url(cell, say, "notesLongUrl", "notesUrl"), conversation_url=_url(cell, say, "twitterConversation"),
        hashtag=hashtag, year=int(year[0]) if year else None, day=date_said(cell("day")), day_text=cell("day"),
        description=cell("description"),
        cancelled="" if re.fullmatch(r"no|n|false|0|-", cell("cancelled"), re.I) else cell("cancelled"),
        other={name: raw.cells[place] for place, name in enumerate(header)
               if name in strange and place < len(raw.cells) and raw.cells[place]})
    if row.slot is None and row.starts is None and not row.room and not row.title:
        say("it says neither when nor where nor what, and was left out.")
        return None
    return row


def _slot(text: str, say) -> int | None:
    number = re.match(r"^\D{0,20}?(\d{1,2})(?!\d|[:.]\d)", text)
    if text and not number:
        say(f"“{text[:40]}” is not the number of a session; it was kept as its name.")
    return int(number[1]) if number else None


def _times(text: str, end: str, say) -> tuple[time | None, time | None]:
    starts = read_time(text) if text else None
    if text and starts is None:
        say(f"the time “{text[:30]}” could not be read.")
    until = re.split(r"\s*(?:-|–|—|to|until)\s*", text, maxsplit=1)
    ends = read_time(end) if end else read_time(until[1]) if len(until) == 2 and until[1] else None
    return starts, ends if ends and (starts is None or ends > starts) else None


def _leaders(cell, say) -> tuple[Named, ...]:
    leaders: dict[str, Named] = {}
    for name in ("leader1", "leader2", "leader3", "leader4", "leader5"):
        text = cell(name)
        if len(text) > LONGEST_LEADERS:
            say(f"“{text[:60]}” is far longer than names are; only the first {LONGEST_LEADERS} characters were read.")
            text = text[:LONGEST_LEADERS]
        names = parse_names(text)
        for person in names.people:
            leaders.setdefault(person.name.casefold(), person)
        if names.leftovers:
            say(f"“{'; '.join(names.leftovers)[:80]}” does not look like a leader's name; it was kept as written.")
            written = " ".join(text.split())[:120]
            leaders = {**{key: value for key, value in leaders.items() if value not in names.people},
                       written.casefold(): Named(written)}
    return tuple(leaders.values())


def _url(cell, say, *names: str) -> str:
    for name in names:
        text = cell(name).strip("<> ")
        if re.match(r"https?://[^\s<>\"]+$", text, re.I):
            return text
        if re.match(r"(?:[\w-]+\.)+[a-z]{2,}/\S*$", text, re.I):
            return "https://" + text
        if text:
            say(f"“{text[:60]}” is not a web address and was left out.")
    return ""


def _note_doubles(row: GridRow, places: dict, titles: dict, warnings: list[str]) -> None:
    when = row.slot if row.slot is not None else row.starts
    if when is not None and row.room:
        place = (row.year, row.day_text.casefold(), when, row.room.casefold())
        if place in places:
            warnings.append(f"Row {row.number}: the same place in the grid as row {places[place]}.")
        places.setdefault(place, row.number)
    if row.title:
        key = (row.year, row.title.casefold())
        if key in titles:
            warnings.append(f"Row {row.number}: the same title as row {titles[key]}.")
        titles.setdefault(key, row.number)
