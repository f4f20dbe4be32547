"""Bringing files in and taking them out from the command line."""

import sys
from pathlib import Path

import click
from flask import Blueprint, current_app
from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Event, Pass, Role, SeriesOwner
from app.events.queries import event_called
from app.exchange import importing, queries
from app.exchange.bundles import from_paths
from app.exchange.reports import FAILED, Report, counted
from app.infra import db


def organiser_of(event: Event, email: str | None) -> Person:
    """Whom a command acts for: who has this address, or else the event's first organiser or an owner of its series."""
    if email:
        person = db.session.scalar(select(Person).where(Person.email == email.strip().lower()))
        if person is None:
            raise click.ClickException(f"Nobody here has the address {email}.")
        return person
    person = db.session.scalar(select(Person).join(Pass).where(Pass.event_id == event.id, Pass.role == Role.ORGANISER)
                               .order_by(Pass.id).limit(1))
    person = person or db.session.scalar(
        select(Person).join(SeriesOwner).where(SeriesOwner.series_id == event.series_id).limit(1))
    if person is None:
        raise click.ClickException("This event has no organiser to act for. Say whom with --as ADDRESS.")
    return person


def _event(slug: str) -> Event:
    event = event_called(slug)
    if event is None:
        raise click.ClickException(f"There is no event with the web address {slug}.")
    return event


def _say(reports, verbose: bool) -> None:
    told: list[Report] = []
    for report in reports:
        told.append(report)
        click.echo(f"{report.words:>20}  {report.name}" + (f"  →  {report.title}" if report.title else ""))
        if verbose:
            for line in report.recognised:
                click.echo(f"{'':>22}recognised  {line}")
        for line in report.unsure:
            click.echo(f"{'':>22}unsure      {line}")
        for line in report.warnings:
            click.echo(f"{'':>22}look at     {line}")
    click.echo(", ".join(f"{words.lower()}: {n}" for words, n in counted(told).items()) or "nothing to read")
    if told and all(r.outcome == FAILED for r in told):
        sys.exit(1)


def _options(command):
    for option in (click.option("--event", "slug", required=True, help="The event's web address (the last part of it)."),
                   click.option("--as", "email", help="Act for the organiser with this e-mail address."),
                   click.option("--dry-run", is_flag=True, help="Say what would happen and change nothing."),
                   click.option("--verbose", is_flag=True, help="Also say what was recognised in each file.")):
        command = option(command)
    return command


def install(blueprint: Blueprint) -> None:
    """Give the room's blueprint its commands: `flask exchange …`."""
    blueprint.cli.short_help = "Files in and out: notes, grids, attendees."

    @blueprint.cli.command("import-notes")
    @click.argument("paths", nargs=-1, required=True, type=click.Path())
    @_options
    def import_notes(paths, slug, email, dry_run, verbose) -> None:
        """Bring notes in from files, folders and zips of Markdown, text, HTML, .docx and .odt."""
        event = _event(slug)
        _say(importing.import_notes(organiser_of(event, email), event, from_paths(paths), only_try=dry_run), verbose)

    @blueprint.cli.command("import-grid")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_options
    def import_grid(file: Path, slug, email, dry_run, verbose) -> None:
        """Bring a grid in: CSV, .xlsx, schedule.xml, schedule.json or iCalendar. All of it, or nothing."""
        event = _event(slug)
        _say(importing.import_grid(organiser_of(event, email), event, file.read_bytes(), only_try=dry_run,
                                   base_url=current_app.extensions["base_url"]), verbose)

    @blueprint.cli.command("import-attendees")
    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @_options
    def import_attendees(file: Path, slug, email, dry_run, verbose) -> None:
        """Bring attendees in from a ticketing export (CSV)."""
        event = _event(slug)
        _say(importing.import_attendees(organiser_of(event, email), event, file.read_bytes(), only_try=dry_run), verbose)

    @blueprint.cli.command("export-grid")
    @click.option("--event", "slug", required=True)
    def export_grid(slug) -> None:
        """Write the grid as CSV."""
        click.echo(queries.grid_csv_of(_event(slug), current_app.extensions["base_url"]), nl=False)

    @blueprint.cli.command("export-attendees")
    @click.option("--event", "slug", required=True)
    def export_attendees(slug) -> None:
        """Write the attendees as CSV."""
        click.echo(queries.attendees_csv_of(_event(slug)), nl=False)
