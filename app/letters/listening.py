"""Taking mail by SMTP (`flask --app wsgi mail listen`), from a mail server in front that has the domain of REPLY_DOMAIN.

It stands on no network by itself: it speaks no TLS and asks for no password, and takes mail for addresses that we made and for
nobody else. What it answers is true: 250 only after the commit, 550 with a sentence for its writer, 451 while
the database is away.
"""

import asyncio
import logging
import signal

from aiosmtpd.smtp import SMTP, Envelope, Session

from app.infra import clock, db
from app.letters import desk, incoming

log = logging.getLogger(__name__)

LARGEST = 10 * 1024 * 1024  # bytes of a mail
MOST_CONNECTIONS = 20
MOST_AT_ONCE = 4  # mails that are dealt with at the same moment
MOST_COMMANDS = 500  # in one connection
IDLE_SECONDS = 60
LAST_SECONDS = 5  # for what is under way when it is told to stop


class Clerk:
    """Answers the steps of a mail. The database is asked in threads, so that a slow one holds up nobody."""

    def __init__(self, app):
        self.connections = 0
        self._app, self._some = app, asyncio.Semaphore(MOST_AT_ONCE)

    async def handle_RCPT(self, _server, _session: Session, envelope: Envelope, address: str, _options: list) -> str:
        """Take one recipient, and only one that we made."""
        if envelope.rcpt_tos:
            return "452 4.5.3 One recipient at a time"  # each has an answer of its own; the sender comes again with the next
        local, _, domain = address.rpartition("@")
        if domain.lower() != desk.desk().reply_domain:
            return str(incoming.NOBODY)
        answer = await self._ask(incoming.may_come, local, (envelope.mail_from or "").strip("<>"))
        if answer is None:
            envelope.rcpt_tos.append(address)
            return "250 2.1.5 Go on"
        return str(answer)

    async def handle_DATA(self, _server, _session: Session, envelope: Envelope) -> str:
        """Deal with the mail, and say what came of it."""
        local = envelope.rcpt_tos[0].rpartition("@")[0]
        return str(await self._ask(lambda: incoming.take(local, envelope.original_content, at=clock.now())))

    async def handle_exception(self, problem: Exception) -> str:
        """Whatever went wrong is not the sender's fault."""
        log.error("a mail could not be taken", exc_info=problem)
        return str(incoming.LATER)

    async def _ask(self, question, *given):
        def in_thread():
            with self._app.app_context():
                try:
                    return question(*given)
                except Exception:  # the database is away, or we have a fault: the mail is safe where it is
                    log.exception("a mail that came in has to come again")
                    return incoming.LATER
                finally:
                    db.session.remove()

        async with self._some:
            return await asyncio.to_thread(in_thread)


class Door(SMTP):
    """A connection. Those above the limit are told to come later."""

    line_length_limit = 64 * 1024  # some programs write a paragraph as one line

    def connection_made(self, transport) -> None:
        """Count it."""
        self._counted = self.event_handler.connections < MOST_CONNECTIONS
        if not self._counted:
            transport.write(b"421 4.3.2 Too many connections, please come later\r\n")
            transport.close()
            return
        self.event_handler.connections += 1
        super().connection_made(transport)

    def connection_lost(self, error) -> None:
        """Count it no more."""
        if self._counted:
            self.event_handler.connections -= 1
            super().connection_lost(error)

    def data_received(self, data) -> None:
        """Only from those that were let in."""
        if self._counted:
            super().data_received(data)

    def eof_received(self):
        """Only from those that were let in."""
        return super().eof_received() if self._counted else None


async def start(app, host: str, port: int) -> asyncio.Server:
    """Begin to take mail there."""
    loop, clerk = asyncio.get_running_loop(), Clerk(app)

    def door() -> Door:
        return Door(clerk, data_size_limit=LARGEST, hostname=desk.desk().reply_domain, ident="Folkmoot", timeout=IDLE_SECONDS,
                    command_call_limit=MOST_COMMANDS, loop=loop)

    return await loop.create_server(door, host or None, port)


async def listen(app, host: str, port: int) -> None:
    """Take mail there until SIGTERM or SIGINT; what is under way is finished first."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    server = await start(app, host, port)
    log.info("taking mail for %s on %s:%s", desk.desk().reply_domain, host, port)
    await stop.wait()
    server.close()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        await asyncio.wait(others, timeout=LAST_SECONDS)
