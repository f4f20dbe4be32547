"""Tables as schedules: CSV and .xlsx, with a row for each session or shaped like the wall."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from app.exchange import schedule_shape as shape
from app.exchange.csv_tables import BadTable, Row, Table, read_table
from app.exchange.dates_said import date_said
from app.exchange.grid_csv import GridRow, columns_known, read_grid_table
from app.exchange.schedule_shape import MOST_ENTRIES, SESSION, BadSchedule, Collecting, Entry, RoomSaid, Schedule
from app.exchange.spreadsheet import read_spreadsheet
from app.exchange.wall_tables import WallCell, read_wall
from app.infra import clock

CSV_KIND, SHEET_KIND = "a table (CSV)", "a spreadsheet"
_MOST_HEADERS = 10
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_csv_schedule(data: bytes, zone: str, days: Sequence[date]) -> Schedule:
    """The sessions in CSV bytes; `days` are the event's, for times without a date. Raises `BadSchedule`."""
    try:
        found = Collecting()
        _read(read_table(data), zone, days, found, "", None)
    except BadTable as problem:
        raise BadSchedule(str(problem)) from problem
    return _schedule(CSV_KIND, found)


def read_sheet_schedule(data: bytes, zone: str, days: Sequence[date]) -> Schedule:
    """The sessions in an .xlsx file, of every sheet that is a grid. Raises `BadSchedule` when none is."""
    try:
        sheets = read_spreadsheet(data)
    except BadTable as problem:
        raise BadSchedule(str(problem)) from problem
    if not sheets:
        raise BadSchedule("The spreadsheet is empty.")
    found, problems = Collecting(), []
    for name, table in sheets:
        try:
            _read(table, zone, days, found, f" of {name}" if len(sheets) > 1 else "", date_said(name) or _day_named(name, days))
        except BadTable as problem:
            problems.append((name, str(problem)))
    if len(problems) == len(sheets):
        raise BadSchedule(problems[0][1])
    found.remarks.extend(f"The sheet “{name}” was left out. {problem}" for name, problem in problems)
    return _schedule(SHEET_KIND, found)


def _schedule(kind: str, found: Collecting) -> Schedule:
    seats = {entry.room: entry.seats for entry in found.entries if entry.room and entry.seats}
    return Schedule(kind, tuple(found.entries), tuple(RoomSaid(name, n) for name, n in seats.items()), tuple(found.remarks))


def _read(table: Table, zone: str, days: Sequence[date], found: Collecting, of: str, day: date | None) -> None:
    if len(table.rows) > MOST_ENTRIES:
        raise BadTable(f"The table has more than {MOST_ENTRIES:,} rows.")
    rows = [Row(1, table.header), *table.rows]
    named = [columns_known(row.cells) for row in rows[:_MOST_HEADERS]]
    place = max(range(len(named)), key=lambda n: (len(named[n]), -n), default=0)
    if not ("title" in named[place] and len(named[place]) > 1):
        cells = read_wall(table)
        if cells is not None:
            for cell in cells:
                found.add(_from_wall(cell, zone, days, of, day))
            found.remarks.extend(table.warnings)
            return
    header = rows[place] if len(named[place]) > 1 else rows[0]
    grid = read_grid_table(Table(header.cells, tuple(row for row in rows if row.number > header.number), table.warnings))
    found.remarks.extend(f"{line[:-1]}{of}." if of and line.endswith(".") else line for line in grid.warnings)
    for row in grid.rows:
        found.add(_from_row(row, zone, days, of, day))


def _from_row(row: GridRow, zone: str, days: Sequence[date], of: str, day: date | None) -> Entry:
    when = row.day or _day_named(row.day_text, days) or date_said(row.time_text) or day or _first(days)
    starts, ends = _at(when, row.starts, zone), _at(when, row.ends, zone)
    links = shape.links_of(("Notes of the day", row.notes_url), ("The conversation elsewhere", row.conversation_url))
    return Entry(
        where=f"row {row.number}{of}", title=row.title, starts=starts, ends=ends if starts and ends and ends > starts else None,
        slot=row.slot, room=row.room, seats=row.capacity, leaders=tuple(str(one) for one in row.leaders), about=row.description,
        links=links, year=row.year, cancelled=row.cancelled,
        kind=SESSION if row.slot is not None else shape.kind_of(row.title, row.room))


def _from_wall(cell: WallCell, zone: str, days: Sequence[date], of: str, day: date | None) -> Entry:
    when = cell.row.day or day or _first(days)
    starts, ends = _at(when, cell.row.starts, zone), _at(when, cell.row.ends, zone)
    kind = shape.kind_of(cell.title, "") if cell.alone and starts else SESSION
    return Entry(
        where=f"{cell.where}{of}", title=cell.title, starts=starts, ends=ends, slot=cell.row.slot if kind == SESSION else None,
        room=cell.room if kind == SESSION else "", seats=cell.seats, leaders=cell.leaders, about=cell.about, kind=kind)


def _at(day: date | None, at: time | None, zone: str) -> datetime | None:
    return clock.instant(day, at, zone) if day and at else None


def _first(days: Sequence[date]) -> date | None:
    return days[0] if days else None


def _day_named(text: str, days: Sequence[date]) -> date | None:
    """The day of the event that "Saturday" or "Day 2" means, or None."""
    text = text.strip().lower()
    if found := re.fullmatch(r"day\s*(\d)", text):
        number = int(found[1])
        return days[number - 1] if 0 < number <= len(days) else None
    word = re.match(r"(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b", text)
    return next((day for day in days if word and day.weekday() == _WEEKDAYS.index(word[1])), None)


def days_of(first: date, last: date) -> list[date]:
    """Every day from the first to the last, at most two months of them."""
    return [first + timedelta(days=n) for n in range(min(62, (last - first).days + 1))]
