"""Handing mails to an SMTP server, so that none is lost and none is sent twice.

A job for each mail; a batch of them goes over one connection. That a mail is sent is committed right after the server has taken
it (its 250), before the next is begun: a worker killed at any other moment leaves the mail to be sent, and one killed between the
two sends it once more, with the same Message-ID. What the server refuses for good (5xx for this recipient or this mail) is not
tried again; everything else is, after growing pauses, for five days. With that a mail's words and recipient are gone from here.

What the mails are about is for others to know: `use` is how the rooms are asked before sending and told of refusals.
"""

import logging
import re
import smtplib
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote, urlsplit

from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from app.errors import Busy
from app.infra import clock, db, jobs, mail
from app.infra.mail import Mail
from app.infra.mail_message import message

log = logging.getLogger(__name__)

BATCH = 100
BATCH_SECONDS = 20  # after which the rest is put back, so that a sign-in link need not wait for a slow server
STEP_SECONDS = 30  # that the server may take to answer
TAKING_SECONDS = 300  # that it may take over a whole mail: one given up too early would be sent twice
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(hours=1)  # pauses before a mail is tried again
GIVEN_UP = timedelta(days=5)

NO_MAILBOX = re.compile(r"5\.1\.(?!7\b|8\b)")  # RFC 3463; those two say that the sender's address is bad
ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,255}")  # as a server names it in what it says
_FAILS = (smtplib.SMTPException, OSError, ValueError)  # the last for what smtplib cannot write, such as a password beyond ASCII
Wait = datetime | None  # when to send a mail instead of now; None: not at all


@dataclass
class Rooms:
    """What the rooms have to say. `ask` gets mails with the time zones of their events and names those that are not to be sent
    now. `goes_to` is the address a mail goes to, `returns_to` the envelope's sender. `refused` is called in the transaction
    in which a mail is marked as one that its recipient's side refused, with what the server said and whether no such mailbox
    exists; it returns what to keep of it. It is not told of what we gave up: that says nothing of the recipient."""

    ask: Callable[[list[tuple[Mail, str]]], dict[int, Wait]] = lambda mails: {}
    goes_to: Callable[[Mail], str] = lambda one: one.recipient
    refused: Callable[[Mail, str, bool], str] = lambda one, said, dead: said
    returns_to: Callable[[Mail], str] = lambda one: mail.sender()


_rooms = Rooms()


def use(rooms: Rooms) -> None:
    """Ask and tell these."""
    global _rooms
    _rooms = rooms


class Unreachable(Exception):
    """The server cannot be reached or takes no mail from us just now; nothing is wrong with the mail."""


class Refused(Exception):
    """The server's answer to one mail: `code` and what it `said`."""

    def __init__(self, code: int, said: bytes | str):
        self.code = code
        self.said = " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())[:300]
        super().__init__(f"{code} {self.said}")

    @property
    def dead(self) -> bool:
        """Whether there is no such mailbox, now and for ever."""
        return self.code >= 500 and NO_MAILBOX.match(self.said) is not None


@jobs.handles(mail.JOB, batch=BATCH, patient=True)
def deliver(payloads: list[dict]) -> Iterator[jobs.Again]:
    """Send mails. Yields those that are to be tried again, and when."""
    if mail.kept():
        return  # MAIL_URL says so since they were written: they are in the outbox
    waits = _ask(payloads)
    until, connection = time.monotonic() + BATCH_SECONDS, _Connection()
    away = None
    try:
        for index, payload in enumerate(payloads):
            if payload["mail"] in waits:
                if when := waits[payload["mail"]]:
                    yield jobs.Again(index, payload, when)
                continue
            if index and (time.monotonic() > until or jobs.stopping()):
                yield jobs.Again(index, payload, clock.now())
                continue
            try:
                if away is None:
                    _one(payload["mail"], connection)
                    continue
                problem = away
            except Unreachable as told:
                log.warning("the mail server cannot be used: %s", told)
                problem = away = told
            except Refused as told:
                problem = told
            if again := _again(index, payload, problem):
                yield again
    finally:
        connection.close()


def _ask(payloads: list[dict]) -> dict[int, Wait]:
    """Those not to be sent now; who asked not to be written to has what waited for them taken back."""
    zones = {payload["mail"]: payload.get("zone", "") for payload in payloads}
    mails = db.session.scalars(select(Mail).where(Mail.id.in_(zones), Mail.sent_at.is_(None), Mail.problem == "")).all()
    waits = _rooms.ask([(one, zones[one.id]) for one in mails])
    db.session.rollback()
    gone = [number for number, when in waits.items() if when is None]
    if gone:
        with db.transaction() as session:
            for one in session.scalars(select(Mail).where(Mail.id.in_(gone))):
                mail.over(one, problem=mail.UNWANTED)
    return waits


def _one(number: int, connection: "_Connection") -> None:
    """Send one mail, unless that was done, and commit that it is."""
    one = db.session.get(Mail, number)
    if one is None or one.sent_at or one.problem:
        db.session.rollback()
        return
    envelope, recipient = _rooms.returns_to(one), _rooms.goes_to(one)
    try:
        content = message(sender=mail.sender(), recipient=recipient, subject=one.subject, message_id=one.message_id,
                          body=one.body, html=one.html, calendar=one.calendar, headers=one.headers, at=clock.now())
    except ValueError as problem:  # it can never be sent, and must not hold up the others
        log.exception("mail %s cannot be made", number)
        db.session.rollback()
        _give_up(number, f"could not be made: {problem}")
        return
    db.session.rollback()  # no read transaction is open while the server thinks
    try:
        connection.send(envelope, recipient, content)
    except Refused as problem:
        if problem.code < 500:
            raise
        said, dead = f"{problem.code} {problem.said}".replace(recipient, "this address"), problem.dead
        _end(number, lambda one: _rooms.refused(one, said, dead))
        return
    _end(number)


def _give_up(number: int, problem: str) -> None:
    """A mail will never be sent, and that is nobody's fault but ours or our server's: nothing is held against its person."""
    _end(number, lambda one: ADDRESS.sub("an address", problem)[:300])


def _end(number: int, problem: Callable[[Mail], str] = lambda one: "") -> None:
    """Commit that a mail is sent, or never will be for this problem; while the database is away, wait for it."""
    while True:
        try:
            with db.transaction() as session:
                one = session.get(Mail, number)
                if one is not None:
                    mail.over(one, problem=problem(one))
            return
        except (Busy, OperationalError):
            log.exception("mail %s: the database does not answer; trying again", number)
            time.sleep(0.5)


def _again(index: int, payload: dict, problem: Exception) -> jobs.Again | None:
    """When to try again; None when that has gone on for five days."""
    now, tries = clock.now(), payload.get("tries", 0)
    since = payload.get("since") or now.timestamp()
    if now.timestamp() - since > GIVEN_UP.total_seconds():
        _give_up(payload["mail"], f"given up after five days: {problem}")
        return None
    pause = min(LONGEST, SHORTEST * 2 ** min(tries, 12))
    return jobs.Again(index, {**payload, "tries": tries + 1, "since": since}, now + pause)


class _Connection:
    """A connection to the server of MAIL_URL, opened when the first mail wants it and kept for those after."""

    def __init__(self):
        self._server: smtplib.SMTP | None = None
        self._used = 0

    def send(self, envelope: str, recipient: str, content: bytes) -> None:
        """Hand one mail over; returns when the server has taken it. Raises `Refused` for this mail, `Unreachable` for any.

        A connection that ends between two mails is opened once more.
        """
        if self._server is not None and not self._begins(envelope):
            self.close()
        if self._server is None:
            self._open()
            if not self._begins(envelope):
                raise Unreachable("the connection ended")
        try:
            for step, code, said in self._steps(recipient, content):
                if code == 421:
                    self.close(polite=False)
                if not 200 <= code < 300 and not (step == "DATA" and code == 354):
                    self._reset()
                    raise Refused(code, said)
        except _FAILS as problem:
            self.close(polite=False)
            raise Refused(451, f"the connection ended: {problem}") from problem
        self._used += 1

    def _steps(self, recipient: str, content: bytes) -> Iterator[tuple[str, int, bytes]]:
        server = self._server
        yield "RCPT", *server.rcpt(recipient)
        yield "DATA", *server.docmd("DATA")
        server.sock.settimeout(TAKING_SECONDS)
        server.send(_dotted(content) + b".\r\n")
        yield "taken", *server.getreply()
        server.sock.settimeout(STEP_SECONDS)

    def _begins(self, envelope: str) -> bool:
        """Whether the server takes mail from us on this connection; one that has ended it, or had enough, does not."""
        try:
            code, said = self._server.mail(envelope)
        except _FAILS:
            return False
        if code == 250:
            return True
        if code == 421 or self._used:
            return False
        self.close()
        # Whatever it has against our address it has against every mail: that is for the keepers to mend, and no mail is at fault.
        raise Unreachable(f"it takes no mail from {envelope}: {code} {said.decode('utf-8', 'replace')[:200]}")

    def _open(self) -> None:
        parts, tls = urlsplit(mail.server()), ssl.create_default_context()
        self._used = 0
        try:
            if parts.scheme == "smtps":
                server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=STEP_SECONDS, context=tls)
            else:
                server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=STEP_SECONDS)
        except _FAILS as problem:
            raise Unreachable(f"{type(problem).__name__}: {problem}") from problem
        self._server = server
        try:
            server.ehlo_or_helo_if_needed()
            if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
                server.starttls(context=tls)
                server.ehlo()
            if parts.username:
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except _FAILS as problem:
            self.close()
            raise Unreachable(f"{type(problem).__name__}: {problem}") from problem

    def _reset(self) -> None:
        if self._server is not None:
            try:
                self._server.rset()
            except _FAILS:
                self.close()

    def close(self, *, polite: bool = True) -> None:
        """End the connection; saying so first, if it still stands."""
        server, self._server = self._server, None
        if server is not None:
            try:
                if polite:
                    server.quit()
            except _FAILS:
                pass
            finally:
                server.close()


def _dotted(content: bytes) -> bytes:
    """`content` with a dot before each line's first dot, and a line break at its end (RFC 5321, 4.5.2)."""
    content = content if content.endswith(b"\r\n") else content + b"\r\n"
    return (b"." if content.startswith(b".") else b"") + content.replace(b"\r\n.", b"\r\n..")
