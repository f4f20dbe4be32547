"""Grids that look like the wall: a row for each time and a column for each room, or the other way round."""

import re
from dataclasses import dataclass
from datetime import date, time

from app.exchange.csv_tables import BadTable, Row, Table
from app.exchange.dates_said import date_said
from app.exchange.grid_csv import read_capacity, read_time
from app.exchange.people_names import looks_like_name, parse_names

_NOT_ROOMS = re.compile(r"(?:start|end|from|to|until|time|slot|session|day|date|when|hour|finish|duration|"
                        r"no\.?|#)s?(?: time)?", re.I)
_UNTIL = re.compile(r"\s*(?:-|–|—|\bto\b|\buntil\b)\s*")
_NUMBERED = re.compile(r"(?:session|slot|s|round|period)\s*#?(\d{1,2})\b", re.I)
_SEATS = re.compile(r" ?[(\[] ?(?:(?:cap(?:acity)?|seats|max)\.?:? ?)?(\d{1,4})"
                    r"(?: ?(?:seats|people|max|cap(?:acity)?))? ?[)\]]$", re.I)
_LAST_BRACKET = re.compile(r"^(.{2,}?)\s*[(\[]([^()\[\]]{3,80})[)\]]$", re.S)
MOST_CELLS = 10_000
LONGEST_NAMES = 300  # characters of a line that may hold leaders
_MOST_HEADERS = 12  # rows that may stand above the one with the rooms


@dataclass(frozen=True)
class WallRow:
    """What heads a row (or a column): when it is, as far as it says."""

    starts: time | None
    ends: time | None
    slot: int | None
    day: date | None
    label: str


@dataclass(frozen=True)
class WallCell:
    """A filled cell. `alone` where nothing else stands in its row: lunch, most likely."""

    where: str
    room: str
    seats: int | None
    row: WallRow
    title: str
    leaders: tuple[str, ...]
    about: str
    alone: bool


def read_wall(table: Table) -> list[WallCell] | None:
    """The cells of a table that is shaped like the wall; None when it is not. Raises `BadTable` for more than a grid has."""
    if sum(len(row.cells) - row.cells.count("") for row in table.rows) > MOST_CELLS:
        raise BadTable(f"The table has more than {MOST_CELLS:,} filled cells, which is more than a grid has.")
    rows = [Row(1, table.header), *table.rows]
    for place, row in enumerate(rows[:_MOST_HEADERS]):
        times = [_when(cell) for cell in row.cells[1:]]
        filled = [when for when, cell in zip(times, row.cells[1:], strict=True) if cell]
        if len(filled) >= 2 and None not in filled:
            return _turned(rows, place)
        if sum(bool(cell) for cell in row.cells[1:]) >= 2 and (found := _upright(rows, place)) is not None:
            return found
    return None


def _upright(rows: list[Row], place: int) -> list[WallCell] | None:
    """Rooms in row `place`, times below it."""
    header, below = rows[place].cells, rows[place + 1:]
    first = next((n for n, name in enumerate(header) if name and not _NOT_ROOMS.fullmatch(name)), None)
    if first == 0 and any(_when(row.cells[0]) for row in below if row.cells):
        first = 1  # the corner says what the grid is called
    rooms = {n: name for n, name in enumerate(header) if first is not None and n >= first and name} if first else {}
    heads = [(row, _head(row.cells[:first], header)) for row in below] if first else []
    timed = [head for _, head in heads if head is not None]
    if len(rooms) < 2 or not timed or len(timed) < 0.6 * len(heads):
        return None
    if any(_when(name) for name in rooms.values()):
        return None
    cells, day = [], None
    for row, head in heads:
        if head is None:
            day = next((said for cell in row.cells if (said := date_said(cell))), day)
            continue
        if head.day is None and day:
            head = WallRow(head.starts, head.ends, head.slot, day, head.label)
        filled = {n: cell for n, cell in enumerate(row.cells) if n >= first and cell}
        for n, text in filled.items():
            if n in rooms:
                cells.append(_cell(f"row {row.number}, {rooms[n]}"[:80], rooms[n], head, text, len(filled) == 1))
        if not filled and head.label:
            cells.append(_cell(f"row {row.number}", "", head, head.label, True))
    return cells


def _turned(rows: list[Row], place: int) -> list[WallCell]:
    """Times in row `place`, a room at the front of each row below."""
    header = rows[place].cells
    heads = {n: _head((cell,), ("",)) for n, cell in enumerate(header) if n and cell}
    cells = []
    for row in rows[place + 1:]:
        name = row.cells[0] if row.cells else ""
        for n, text in enumerate(row.cells):
            if n and text and name and heads.get(n):
                cells.append(_cell(f"row {row.number}, {header[n]}"[:80], name, heads[n], text, False))
    return cells


def _when(text: str) -> time | int | None:
    """What a heading says of the time: a time of day, the number of a session, or None."""
    if len(text) > 60:
        return None
    if found := _NUMBERED.match(text):
        return read_time(text[found.end():]) or int(found[1])
    return read_time(_UNTIL.split(text, maxsplit=1)[0]) or read_time(text) if re.match(r"\W*\d", text) else None


def _head(cells: tuple[str, ...], names: tuple[str, ...]) -> WallRow | None:
    """What the cells before the rooms say; None when no time is among them."""
    starts = ends = slot = day = None
    labels = []
    for n, cell in enumerate(cells):
        named = names[n] if n < len(names) else ""
        said = _when(cell)
        if not cell:
            continue
        if re.fullmatch(r"(?:end|until|to|finish)s?(?: time)?", named, re.I) and isinstance(said, time):
            ends = said
        elif re.fullmatch(r"(?:slot|session|no\.?|#)s?", named, re.I) and (number := re.fullmatch(r"\D{0,12}(\d{1,2})", cell)):
            slot = int(number[1])
        elif (when := date_said(cell)) and day is None:
            day = when
            clock = read_time(cell.split()[-1]) if " " in cell else None
            starts = starts or clock
        elif isinstance(said, time):
            starts = starts or said
            numbered, later = _NUMBERED.match(cell), _UNTIL.split(cell)
            slot = slot or (int(numbered[1]) if numbered else None)
            ends = ends or (read_time(later[1]) if len(later) == 2 and re.match(r"\d", later[1]) else None)
        elif isinstance(said, int):
            slot = slot or said
        else:
            labels.append(cell)
    if starts is None and slot is None:
        return None
    return WallRow(starts, ends if starts and ends and ends > starts else None, slot, day, " ".join(labels))


def _cell(where: str, room: str, head: WallRow, text: str, alone: bool) -> WallCell:
    room = " ".join(room.split())
    seats = _SEATS.search(room)
    room = room[:seats.start()] if seats else room
    title, leaders, about = split_cell(text)
    return WallCell(where, room, read_capacity(seats[1]) or None if seats else None, head, title, leaders, about, alone)


def split_cell(text: str) -> tuple[str, tuple[str, ...], str]:
    """(title, leaders, the rest) of what people write into one cell: "Bins (Ada Osei)", or the names on a line of their own."""
    lines = [" ".join(line.split()) for line in text.split("\n") if line.strip()]
    if not lines:
        return "", (), ""
    title, leaders, rest = lines[0], (), lines[1:]
    if rest and len(rest[-1]) <= LONGEST_NAMES:
        names = parse_names(re.sub(r"^(?:led by|with|by|leads?|leaders?|hosts?)\s*:?\s*", "", rest[-1], flags=re.I))
        if names.people and not names.leftovers:
            leaders, rest = tuple(one.name for one in names.people), rest[:-1]
    elif not rest and (found := _LAST_BRACKET.match(title[:LONGEST_NAMES])) and len(title) <= LONGEST_NAMES:
        names = parse_names(found[2])
        if names.people and not names.leftovers and all(looks_like_name(one.name, full=True) for one in names.people):
            title, leaders = found[1].strip(), tuple(one.name for one in names.people)
    return title, leaders, "\n".join(rest)
