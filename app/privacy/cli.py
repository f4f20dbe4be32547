"""Commands about people's data, for whoever runs the site: `flask --app wsgi privacy …`. See docs/privacy.md."""

import json
from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from app.accounts import addresses
from app.accounts.queries import person_called
from app.errors import Conflict, Invalid
from app.infra import clock
from app.infra.db import transaction
from app.privacy import actions, export, queries
from app.privacy.blueprint import blueprint

FILE = click.Path(dir_okay=False, path_type=Path)


@blueprint.cli.command("export")
@click.argument("email")
@click.argument("file", type=FILE)
def take_out(email: str, file: Path) -> None:
    """Write all that is known of whoever has the address EMAIL to FILE, a zip that must not exist yet."""
    person, at = _called(email), clock.now()
    with file.open("xb") as written:
        written.write(export.packed(export.of_person(person, person, at), at))
    click.echo(f"Wrote {file}")


@blueprint.cli.command("erase")
@click.argument("email")
@click.option("--remove-posts", is_flag=True, help="Take out their posts, too; else they stay without a name.")
@click.option("--anyway", is_flag=True, help="Also if they alone own a series or look after the site.")
def erase(email: str, remove_posts: bool, anyway: bool) -> None:
    """Erase whoever has the address EMAIL, who asked for it by letter."""
    try:
        with transaction():
            actions.erase_for(_called(email), posts=actions.REMOVED if remove_posts else actions.UNNAMED,
                              secret=current_app.secret_key, at=clock.now(), anyway=anyway)
    except Conflict as problem:
        raise click.ClickException(f"{problem.message} Or say --anyway.") from problem
    click.echo("Erased. Write the list of erasures beside your backups: flask --app wsgi privacy erasures FILE")


@blueprint.cli.command("erasures")
@click.argument("file", type=FILE)
def erasures(file: Path) -> None:
    """Add who was erased to the list in FILE: numbers and digests, no names. Keep it beside the backups, not in them."""
    before = [(number, digest, posts, at.isoformat()) for number, digest, posts, at in (_listed(file) if file.exists() else ())]
    now = [(one.person_id, one.digest, one.posts, one.at.isoformat()) for one in queries.erasures()]
    lines = [json.dumps({"number": number, "digest": digest, "posts": posts, "at": at})
             for number, digest, posts, at in dict.fromkeys([*before, *now])]  # an older copy of the database knows fewer
    aside = file.with_name(f"{file.name}.new")
    aside.write_text("".join(f"{line}\n" for line in lines))
    aside.replace(file)  # whole or not at all
    click.echo(f"Wrote {len(lines)} erasures to {file}")


@blueprint.cli.command("erase-again")
@click.argument("file", type=FILE)
def erase_again(file: Path) -> None:
    """After a restore: erase everybody again who is listed in FILE and in the database. Doing it twice changes nothing."""
    listed = _listed(file)
    with transaction():
        known = [(one.person_id, one.digest, one.posts, one.at) for one in queries.erasures()]
        done = actions.erase_again(list(dict.fromkeys([*listed, *known])), secret=current_app.secret_key)
    click.echo(f"{len(listed)} listed, {len(done)} erased again")


def _listed(file: Path) -> list[tuple[int, str, str, datetime]]:
    try:
        return [(one["number"], one["digest"], one["posts"], datetime.fromisoformat(one["at"]))
                for one in map(json.loads, file.read_text().splitlines())]
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise click.ClickException(f"{file} is not a list of erasures: {problem}") from problem


def _called(email: str):
    try:
        person = person_called(addresses.normal(email))
    except Invalid as problem:
        raise click.ClickException(problem.message) from problem
    if person is None:
        raise click.ClickException("Nobody here has that address.")
    return person
