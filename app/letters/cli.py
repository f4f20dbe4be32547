"""Commands about mail: `flask --app wsgi mail listen`."""

import asyncio

import click
from flask import current_app

from app.letters.blueprint import blueprint


@blueprint.cli.command("listen")
@click.argument("where", default="")
def listen_command(where: str) -> None:
    """Take answers and bounces by SMTP at INBOUND_MAIL (or WHERE, an address and port) until told to stop."""
    from app.letters import listening  # start-up cost

    settings = current_app.extensions["settings"]
    where = where or settings.inbound_mail
    host, _, port = where.rpartition(":")
    if not settings.reply_domain or not port.isdigit():
        raise click.ClickException("Say where with INBOUND_MAIL, such as 127.0.0.1:8025, and which domain's mail comes there "
                                   "with REPLY_DOMAIN.")
    asyncio.run(listening.listen(current_app._get_current_object(), host.strip("[]"), int(port)))
