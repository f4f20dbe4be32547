"""Headers laid out as a table: one label a row (`| Leader | Jane |`), or a row of labels above a row of values."""

import re
from dataclasses import dataclass

from app.exchange.markdown_text import plain_text
from app.exchange.note_labels import NOTES, OTHER, SUMMARY, fields_of
from app.exchange.note_lines import ROW, RULE, Line, cells, is_delimiter


@dataclass
class TableHeader:
    """A label and its value from a table, with the numbers of the rows they stand in."""

    fields: tuple[str, ...]
    written: str
    value: str
    rows: list[int]


@dataclass
class Table:
    """What a block of rows is: the headers in it, and the line after it."""

    headers: list[TableHeader]
    end: int
    delimiter: int | None  # line number of the |---| row
    leftover_rows: list[int]  # rows with text that are no headers


def read_table(lines: list[Line], start: int) -> Table:
    """The table that begins at `lines[start]`; its `headers` are empty when it is a table of something else."""
    end = start
    while end < len(lines) and lines[end].kind == ROW:
        end += 1
    rows = [(line.number, cells(line.text)) for line in lines[start:end]]
    delimiter = next((number for number, row in rows[:2] if any(row) and is_delimiter("|".join(row))), None)
    rows = [(number, row) for number, row in rows if number != delimiter and any(_words(cell) for cell in row)]
    headers = _downwards(rows) or _across(rows, delimiter)
    used = {number for header in headers for number in header.rows}
    return Table(headers, end, delimiter, [number for number, _ in rows if number not in used])


def _downwards(rows: list[tuple[int, list[str]]]) -> list[TableHeader]:
    headers, known_rows = [], 0
    for position, (number, row) in enumerate(rows):
        pairs = _pairs(row)
        if position == 0 and len(row) > 1 and _fields(row[0]) and _fields(row[1]) and len(pairs) < 2:
            return []  # a row of column names
        if pairs:
            known_rows += 1
            headers += [TableHeader(fields, written, value, [number]) for fields, written, value in pairs]
    enough = known_rows >= 2 or (known_rows == 1 and len(rows) == 1)
    return headers if enough and known_rows * 2 >= len(rows) else []


def _pairs(row: list[str]) -> list[tuple[tuple[str, ...], str, str]]:
    """The label and value pairs of a row, if it is made of nothing else."""
    if len(row) == 1:
        label, colon, value = row[0].partition(":")
        return [(_fields(label), _words(label), value.strip(" *_"))] if colon and _fields(label) else []
    while len(row) > 2 and not row[-1]:
        row = row[:-1]
    if len(row) == 3 and not row[1]:
        row = [row[0], row[2]]
    if len(row) % 2 or len(row) > 8:
        return []
    pairs = [(_fields(row[place]), _words(row[place]), row[place + 1]) for place in range(0, len(row), 2)]
    return pairs if all(fields for fields, _, _ in pairs) else []


def _across(rows: list[tuple[int, list[str]]], delimiter: int | None) -> list[TableHeader]:
    if len(rows) != 2 or delimiter is None:
        return []
    (first, labels), (second, values) = rows
    if len(labels) < 2 or not all(_fields(label) for label in labels):
        return []
    values = values + [""] * (len(labels) - len(values))
    return [TableHeader(_fields(label), _words(label), value, [first, second])
            for label, value in zip(labels, values, strict=False)]


def _fields(cell: str) -> tuple[str, ...]:
    fields = fields_of(_words(cell).rstrip(" :?："))
    return () if any(field in (OTHER, SUMMARY, NOTES) for field in fields) else fields


def _words(cell: str) -> str:
    return " ".join(plain_text(cell[:300]).split()).strip(" :")


def blank_row(row: str) -> str:
    """A table row with the same number of cells and nothing in them: keeps a table a table when its first row is taken."""
    return "| " + " | ".join("" for _ in cells(row)) + " |"


def rows_around(lines: list[Line], number: int) -> bool:
    """Whether a line stands next to a row of a table (a rule there belongs to the table)."""
    near = [lines[place] for place in (number - 1, number + 1) if 0 <= place < len(lines)]
    return lines[number].kind == RULE and any(line.kind == ROW for line in near)


def cell_lines(value: str) -> str:
    """A cell's value with its line breaks as newlines."""
    return re.sub(r"<br\s*/?>", "\n", value, flags=re.I)
