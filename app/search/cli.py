"""Commands about search."""

import click
from flask.cli import AppGroup

from app.search import jobs
from app.search.engine import WriterBusy

search = AppGroup("search", help="Finding things.")


@search.command("rebuild")
def rebuild() -> None:
    """Look at everything again and build the search index anew. Searching goes on meanwhile."""
    try:
        click.echo(f"{jobs.rebuild()} entries are indexed.")
    except WriterBusy as problem:
        raise click.ClickException(f"{problem}. Nothing is lost: try again in a minute.") from problem
