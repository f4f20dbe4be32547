"""Tables from files: CSV as spreadsheets and ticket shops write it, whatever the separator, encoding and order of columns.

`read_table(data)` gives the header and the rows with their line numbers; `columns(header, names)` finds the columns meant.
"""

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.exchange.csv_cells import neutral_row, restored
from app.exchange.text_decoding import NotText, decode
from app.exchange.zip_checks import is_zip

LARGEST_FILE = 8 * 1024 * 1024  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 200
LONGEST_CELL = 20_000  # characters


class BadTable(Exception):
    """The file cannot be read as a table; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Row:
    """One row: its number as a spreadsheet shows it (the header is row 1, empty rows count), and its cells."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A header, the rows below it, and what was odd about the file."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...]


def read_table(data: bytes) -> Table:
    """The table in a CSV file (commas, semicolons or tabs). Raises `BadTable`.

    Cells come without outer space, with formula marks taken off again (`csv_cells.restored`). Empty rows are left out.
    """
    if len(data) > LARGEST_FILE:
        raise BadTable(f"The file is larger than {LARGEST_FILE // 1024 ** 2} MB, which is more than a grid or a list "
                       f"of people needs.")
    if is_zip(data):
        raise BadTable("This is a spreadsheet file or a zip. Save the sheet as CSV and bring that.")
    try:
        text, warnings = decode(data)
    except NotText as error:
        raise BadTable("This is not a CSV file. Save the sheet as CSV and bring that.") from error
    text = re.sub(r"^sep=.\n", "", text, count=1, flags=re.I)
    separator = _separator(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows: list[Row] = []
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if any(cell.strip() for cell in cells):
                if len(cells) > MOST_COLUMNS or any(len(cell) > LONGEST_CELL for cell in cells):
                    raise BadTable(f"Row {number} is not a row of a table: it has too many columns or far too long a "
                                   f"cell. "
                                   "A quotation mark may be missing.")
                rows.append(Row(number, tuple(restored(cell.strip(" \u00a0")).strip(" \u00a0") for cell in cells)))
            if len(rows) > MOST_ROWS:
                raise BadTable(f"The file has more than {MOST_ROWS:,} rows.")
    except csv.Error as error:
        raise BadTable(f"Row {number + 1} cannot be read: {_plainly(str(error))}.") from error
    if not rows:
        raise BadTable("The file is empty.")
    return Table(rows[0].cells, tuple(rows[1:]), tuple(warnings))


def canonical(name: str) -> str:
    """The form in which column names are compared: no case, space or punctuation."""
    return re.sub(r"[\W_]+", "", name.lower())


def columns(header: Iterable[str], names: dict[str, Iterable[str]]) -> tuple[dict[str, int], list[str], list[str]]:
    """(column of each known field, headings that are known nowhere, sentences about headings that are there twice)."""
    known = {canonical(alias): field for field, aliases in names.items() for alias in (field, *aliases)}
    found: dict[str, int] = {}
    strange, twice = [], []
    for place, heading in enumerate(header):
        field = known.get(canonical(heading))
        if field is None:
            if heading:
                strange.append(heading)
        elif field in found:
            twice.append(f"There is more than one column for “{field}”: “{heading}” was left aside.")
        else:
            found[field] = place
    return found, strange, twice


def write_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """CSV text with "\\r\\n" line ends, every cell harmless to spreadsheets (`csv_cells.neutral`)."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(neutral_row(list(header)))
    for row in rows:
        writer.writerow(neutral_row([str(cell) for cell in row]))
    return out.getvalue()


def _separator(text: str) -> str:
    """The separator that stands most often outside quotation marks in the first line with one."""
    for line in text[:20_000].split("\n"):
        bare = re.sub(r"\"[^\"]*\"", "", line)
        counts = {mark: bare.count(mark) for mark in ",;\t|"}
        best = max(counts, key=lambda mark: counts[mark])
        if counts[best]:
            return best
    return ","


def _plainly(error: str) -> str:
    if "field larger" in error:
        return "a cell is far too long; a quotation mark may be missing"
    if "NUL" in error:
        return "it holds a character that no text has"
    return "its quotation marks do not match"
