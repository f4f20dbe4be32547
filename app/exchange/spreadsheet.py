"""Sheets of an .xlsx file as tables. What a formula gave when the file was saved counts; the formula itself is never read."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from app.exchange.csv_cells import restored
from app.exchange.csv_tables import LONGEST_CELL, MOST_COLUMNS, BadTable, Row, Table
from app.exchange.document_checks import BadDocument, check_xml
from app.exchange.schedule_shape import text_of
from app.exchange.zip_checks import BadZip, CheckedZip, is_zip

LARGEST_XML = 16 * 1024 * 1024  # bytes, unpacked, of all parts together
MOST_TAGS = 400_000  # a grid of 300 rows and 20 columns has 20,000
MOST_ROWS = 5_000  # of all sheets together: a grid has hundreds
MOST_SHEETS = 12
LAST_ROW = 20_000  # some programs write one empty row at the very end of a sheet: a million rows, to the reader


def is_spreadsheet(data: bytes) -> bool:
    """Whether the bytes are an .xlsx file, by what is in it and not by its name."""
    if not is_zip(data):
        return False
    try:
        return "xl/workbook.xml" in CheckedZip(data).names()
    except BadZip:
        return False


def read_spreadsheet(data: bytes) -> list[tuple[str, Table]]:
    """(name, table) of every sheet that holds anything. Raises `BadTable` when the file is damaged or not clean."""
    from openpyxl import load_workbook  # start-up cost

    _check(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets, left = [], MOST_ROWS
        for sheet in book.worksheets[:MOST_SHEETS]:
            if sheet.sheet_state != "visible":
                continue
            sheet.reset_dimensions()
            rows = list(_rows(sheet, left))
            left -= len(rows)
            if rows:
                sheets.append((sheet.title, Table(rows[0].cells, tuple(rows[1:]), ())))
        return sheets
    except BadTable:
        raise
    except Exception as problem:  # openpyxl raises whatever its reading of a damaged file runs into
        raise BadTable("The spreadsheet is damaged and could not be read. Save the sheet as CSV and bring that.") from problem


def _check(content: bytes) -> None:
    try:
        opened = CheckedZip(content)
        bad = next((entry for entry in opened.entries if entry.refused), None)
        if bad:
            raise BadTable(f"A part of the spreadsheet, {bad.name}, was refused. {bad.refused}")
        parts = [entry for entry in opened.entries if entry.name.lower().endswith((".xml", ".rels", ".vml"))]
        if sum(entry.size for entry in parts) > LARGEST_XML:
            raise BadTable("The spreadsheet is far larger than a grid is.")
        tags = 0
        for entry in parts:
            data = opened.read(entry)
            tags += data.count(b"<")
            if tags > MOST_TAGS:
                raise BadTable("The spreadsheet holds far more than a grid does.")
            check_xml(data)
    except BadZip as problem:
        raise BadTable(str(problem)) from problem
    except DefusedXmlException as problem:
        raise BadTable("The spreadsheet declares a document type or entities, which is refused.") from problem
    except (BadDocument, ParseError, ValueError, LookupError) as problem:
        raise BadTable("The spreadsheet is damaged and could not be read. Save the sheet as CSV and bring that.") from problem


def _rows(sheet, most: int) -> Iterator[Row]:
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), 1):
        if number > LAST_ROW:
            return
        texts = ["" if cell is None else _text(cell) for cell in cells]
        while texts and not texts[-1]:
            texts.pop()
        if not texts:
            continue
        if most <= 0:
            raise BadTable(f"The spreadsheet has more than {MOST_ROWS:,} rows.")
        most -= 1
        yield Row(number, tuple(texts))


def _text(value) -> str:
    """A cell as it would stand in a CSV file."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d}" if value.time() == time(0) else f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds()) // 60
        return f"{minutes // 60:02}:{minutes % 60:02}"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return restored(text_of(value)[:LONGEST_CELL].strip(" \u00a0"))
