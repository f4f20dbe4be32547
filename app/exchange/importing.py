"""Reading what people hand over, one file or row after the other, each in a transaction of its own, so that a bad one never
stops the rest."""

import hashlib
import logging
from collections.abc import Iterable, Iterator

from app.accounts.models import Person
from app.errors import Refused
from app.events.models import Event
from app.exchange import (
    actions,
    attendees_csv,
    convert,
    matching,
    own_actions,
    own_boards,
    own_notes,
    own_parts,
    own_pictures,
    own_versions,
    sensitive,
)
from app.exchange import event_file_actions as _event_file  # noqa: F401 - brings `event.json` back
from app.exchange.bringing_schedule import THE_FILE, bring_in_schedule
from app.exchange.bundles import Found, Skipped
from app.exchange.csv_tables import BadTable
from app.exchange.note_reader import read_note
from app.exchange.own_notes import OwnNote
from app.exchange.reports import FAILED, NEW, SAME, SKIPPED, Report
from app.exchange.schedule_reader import read_schedule
from app.exchange.schedule_shape import BadSchedule
from app.exchange.table_schedule import days_of
from app.infra import clock, db, files
from app.infra.db import transaction

log = logging.getLogger(__name__)


class _OnlyTried(Exception):
    """Undoes a transaction that was only a try."""


def import_notes(actor: Person, event: Event, sources: Iterable[Found | Skipped], *, only_try: bool = False) -> Iterator[Report]:
    """Bring each source in as notes and say what became of it. With `only_try` everything is undone again."""
    for source in sources:
        yield import_one(actor, event, source, only_try=only_try)


def import_one(actor: Person, event: Event, source: Found | Skipped, *, only_try: bool = False) -> Report:
    """One file of notes. Never raises for what is in the file."""
    if isinstance(source, Skipped):
        return Report(source.name, FAILED if source.refused else SKIPPED, warnings=[source.reason])
    if source.data.startswith(own_boards.MARK.encode()):
        return Report(source.name, SKIPPED, warnings=["It is a board to read. What brings it back is the .json file beside it."])
    key = hashlib.sha256(source.data).hexdigest()
    there = matching.file_holding(event, key)
    if there is not None:
        return Report(source.name, SAME, there.report.get("title", ""), there.session_id)
    if reader := own_parts.reader_of(source.name):
        return _alone(event, source.name, lambda: reader(actor, event, source.data, clock.now()) or Report(
            source.name, SKIPPED, warnings=["It is data or program code."]), only_try)
    own = own_notes.parsed(source.data)
    if own is not None:
        return _import_own(actor, event, source, own, key, only_try)
    try:
        converted = convert.to_markdown(source.name, source.data)
    except convert.Unreadable as problem:
        return Report(source.name, FAILED, warnings=[str(problem)])
    note = read_note(converted.markdown, source.name)
    warnings = [*converted.warnings, *(found.sentence for found in sensitive.warnings_in(converted.markdown))]
    if not only_try:
        files.keep(source.data)

    def bring_in() -> Report:
        return actions.bring_in_note(actor, event, note, name=source.name, key=key, warnings=warnings, at=clock.now())

    return _alone(event, source.name, bring_in, only_try)


def _import_own(actor: Person, event: Event, source: Found, own: OwnNote, key: str, only_try: bool) -> Report:
    """A file that Folkmoot wrote: nothing is guessed, the text stays as it is to the last byte, pictures come along."""
    versions = own_versions.beside(source.name, source.beside)
    shown, warnings = own_pictures.made_of((*own.pictures, *versions.pictures), source.beside)
    warnings += [found.sentence for found in sensitive.warnings_in(own.text)]
    if not only_try:
        files.keep(source.data)
    return _alone(event, source.name, lambda: own_actions.bring_in_own(
        actor, event, own, shown, name=source.name, key=key, warnings=warnings, versions=versions, at=clock.now()), only_try)


def import_grid(actor: Person, event: Event, data: bytes, *, base_url: str, only_try: bool = False) -> Iterator[Report]:
    """Bring a grid in from any format of `schedule_reader`: the whole file, or nothing of it.

    Links to pages under `base_url` are our own and are not kept as links.
    """
    try:
        schedule = read_schedule(data, event.time_zone, days_of(event.starts_on, event.ends_on))
    except BadSchedule as problem:
        yield Report(THE_FILE, FAILED, warnings=[str(problem)])
        return

    def bring_in() -> list[Report]:
        return bring_in_schedule(actor, event, schedule, base_url=base_url, at=clock.now())

    found = _alone(event, THE_FILE, bring_in, only_try)
    yield from found if isinstance(found, list) else [found]


def import_attendees(actor: Person, event: Event, data: bytes, *, only_try: bool = False) -> Iterator[Report]:
    """Bring attendees in from a ticketing export, row by row."""
    try:
        sheet = attendees_csv.read_attendees_csv(data)
    except BadTable as problem:
        yield Report("the file", FAILED, warnings=[str(problem)])
        return
    if sheet.warnings:
        yield Report("the file", NEW, warnings=list(sheet.warnings))
    for row in sheet.rows:
        def bring_in(row=row) -> Report:
            outcome = actions.bring_in_attendee(actor, event, name=row.name, email=row.email, organisation=row.organisation,
                                                ticket=row.ticket, at=clock.now())
            return Report(f"row {row.number}", outcome, row.name)

        yield _alone(event, f"row {row.number}", bring_in, only_try)


def _alone(event: Event, name: str, bring_in, only_try: bool) -> Report | list[Report]:
    """What `bring_in` reports, in a transaction of its own; what goes wrong becomes the one report."""
    report = None
    try:
        with transaction(event):
            report = bring_in()
            if only_try:
                raise _OnlyTried
    except _OnlyTried:
        pass
    except Refused as problem:
        report = Report(name, FAILED, warnings=[problem.message])
    except Exception:
        log.exception("importing %s failed", name)
        report = Report(name, FAILED, warnings=["Something went wrong on our side while reading this. Nothing of it was kept."])
        db.session.rollback()
    return report
