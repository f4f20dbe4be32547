"""One file of whichever format, read by what is in it: its name says nothing that can be relied on."""

import re
from collections.abc import Sequence
from datetime import date

from app.exchange.calendar_reader import read_calendar
from app.exchange.frab_json import read_json_schedule
from app.exchange.frab_xml import read_frab_xml
from app.exchange.schedule_shape import LARGEST_FILE, BadSchedule, Schedule
from app.exchange.spreadsheet import is_spreadsheet
from app.exchange.table_schedule import read_csv_schedule, read_sheet_schedule
from app.exchange.zip_checks import is_zip


def read_schedule(data: bytes, zone: str, days: Sequence[date]) -> Schedule:
    """The schedule in `data`. Times without a zone are on the wall in `zone`; those without a date are on the first of `days`.

    Raises `BadSchedule` with a sentence for what cannot be brought in. Costs no more than the file's size allows
    (`LARGEST_FILE`); reaches for nothing outside the file.
    """
    if len(data) > LARGEST_FILE:
        raise BadSchedule(f"The file is larger than {LARGEST_FILE // 1024 ** 2} MB, which is more than a schedule needs.")
    if not data.strip():
        raise BadSchedule("The file is empty.")
    if is_spreadsheet(data):
        return read_sheet_schedule(data, zone, days)
    if is_zip(data) or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise BadSchedule("This is a packed file or an old kind of spreadsheet. Save the sheet as .xlsx or CSV and bring that.")
    front = _front(data)
    if front.startswith("<"):
        if re.match(r"<!doctype html|<html", front, re.I):
            raise BadSchedule("This is a web page. Bring the schedule itself: XML, JSON, iCalendar, CSV or .xlsx.")
        return read_frab_xml(data, zone)
    if front.startswith(("{", "[")):
        return read_json_schedule(data, zone)
    if front[:15].upper() == "BEGIN:VCALENDAR":
        return read_calendar(data, zone)
    return read_csv_schedule(data, zone, days)


def _front(data: bytes) -> str:
    """The first characters without white space and byte order marks."""
    head = data[:4096]
    encoding = "utf-16" if head[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
