"""Commands about people: `flask accounts first-keeper`."""

from datetime import datetime

import click
from flask import current_app

from app.accounts import actions, links
from app.accounts.blueprint import blueprint
from app.accounts.models import INVITATION
from app.infra import clock
from app.infra.db import transaction
from app.web.templating import absolute_url_for


def first_keeper() -> None:
    """Print a one-time link that makes its opener the first keeper, while there is none."""
    with transaction():
        secret = actions.first_keeper_link(at=clock.now())
    if secret is None:
        return
    with current_app.test_request_context():
        url = absolute_url_for("accounts.first_keeper", secret=secret)
    click.echo(f"Nobody looks after this site yet. Open this link to be the first (it works once, within a day):\n\n  {url}\n")


def sign_in_link(email: str, *, at: datetime) -> str:
    """The address of a new single-use link that signs in whoever has this e-mail address, for whoever runs the site.

    It works for a week, like an invitation.
    """
    with transaction():
        secret = links.make(INVITATION, email=email, at=at)
    with current_app.test_request_context():
        return absolute_url_for("accounts.link", secret=secret)


@blueprint.cli.command("first-keeper")
def first_keeper_command() -> None:
    """Print the link that makes the first keeper; print nothing when there is one."""
    first_keeper()
