"""Commands for whoever runs the site: `flask --app wsgi database upgrade`, `flask --app wsgi jobs work`."""

import contextlib
import signal
import threading
from pathlib import Path

import click
from alembic import command
from alembic.config import Config as Alembic
from flask import Flask

from app.accounts import cli as accounts_cli
from app.config import ROOT
from app.demo import camp
from app.infra import clock, db, jobs


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


@database.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of a SQLite database to FILE while everything runs. FILE must not exist yet."""
    if not db.on_sqlite():
        raise click.ClickException("This is PostgreSQL: use pg_dump.")
    if file.exists():
        raise click.ClickException(f"{file} is there already. Choose another name, so that no backup is overwritten.")
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.driver_connection.execute("VACUUM INTO ?", (str(file),))
    click.echo(f"Wrote {file}")


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


def make_ready(*, demo: bool = False) -> None:
    """Bring the database up to date, put the invented camp into it if asked to and it is empty, and on a first start print
    the link that makes the first keeper. Wants an application context."""
    command.upgrade(alembic(), "head")
    if demo:
        put_demo_in()
    accounts_cli.first_keeper()


@click.command("prepare")
@click.option("--demo", is_flag=True, help="Put the invented camp into an empty database.")
def prepare(demo: bool) -> None:
    """Make the database ready for this version, and on a first start print the link that makes the first keeper."""
    make_ready(demo=demo)


@click.command("demo")
def fill_demo() -> None:
    """Put the invented camp into an empty database, and print a link that signs its organiser in."""
    put_demo_in()


def put_demo_in() -> None:
    """What `flask demo` does."""
    at = clock.now()
    with contextlib.suppress(camp.NotEmpty):
        camp.fill(at.date(), at)
    click.echo("The demo camp's organiser is signed in by this link, which works once:\n"
               f"  {accounts_cli.sign_in_link(camp.ORGANISER, at=at)}")


def install(app: Flask) -> None:
    """Give `app` these commands."""
    app.cli.add_command(database)
    app.cli.add_command(jobs_group)
    app.cli.add_command(prepare)
    app.cli.add_command(fill_demo)
