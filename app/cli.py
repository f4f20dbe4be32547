"""Commands for whoever runs the site: `flask --app wsgi database upgrade`, `flask --app wsgi jobs work`."""

import signal
import threading

import click
from alembic import command
from alembic.config import Config as Alembic
from flask import Flask

from app.accounts import cli as accounts_cli
from app.config import ROOT
from app.infra import db, jobs


def alembic() -> Alembic:
    """Alembic told where the migrations are; there is no alembic.ini."""
    settings = Alembic()
    settings.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return settings


@click.group("database", help="Bring the database to the shape this version needs.")
def database() -> None: ...


@database.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Apply migrations up to REVISION (the newest by default)."""
    command.upgrade(alembic(), revision)


@database.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Undo migrations down to REVISION (`-1` for the last one, `base` for all)."""
    command.downgrade(alembic(), revision)


@database.command("revision")
@click.argument("message")
def revision(message: str) -> None:
    """Draft a migration from the difference between models and database; review it before committing."""
    command.revision(alembic(), message, autogenerate=True)


@click.group("jobs", help="Work that was put off: mail, the search index.")
def jobs_group() -> None: ...


@jobs_group.command("work")
@click.option("--until-idle", is_flag=True, help="Do what is due and stop.")
def work(until_idle: bool) -> None:
    """Do jobs until told to stop (SIGTERM or Ctrl-C); the one at hand is finished first."""
    if until_idle:
        click.echo(f"{jobs.work_until_idle()} jobs done")
        return
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    jobs.work(stop)
    db.session.remove()


@click.command("prepare")
@click.pass_context
def prepare(context: click.Context) -> None:
    """Make the database ready for this version, and on a first start print the link that makes the first keeper."""
    context.invoke(upgrade)
    accounts_cli.first_keeper()


def install(app: Flask) -> None:
    """Give `app` these commands."""
    app.cli.add_command(database)
    app.cli.add_command(jobs_group)
    app.cli.add_command(prepare)
