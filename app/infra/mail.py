"""Mail: a row in the same transaction as what it tells of, sent by a job (mail_sending.py, mail_message.py).

With `MAIL_URL=outbox:` the row is all there is: the keepers of the site read it and hand the link on. Otherwise SMTP.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import make_msgid

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, case, delete, func, select, true
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.infra import clock, db, jobs
from app.infra.mail_message import is_address, one_line

JOB = "mail.deliver"
UNWANTED = "not sent: no longer wanted"
AHEAD = timedelta(hours=1)  # the queue goes by time, so what is due since then comes before all that is due now


class Mail(db.Base):
    """One mail to one address; `sent_at` is empty while it waits (always, with the outbox).

    `key` says what it is ("mailing:3:17"), so that work that is repeated writes it once. `headers` are those beside the usual,
    `calendar` an iCalendar part. `person_id` is whose address it is, `kind` what it is about, `problem` why the server
    refused it for good.
    """

    __tablename__ = "mail"
    __table_args__ = (UniqueConstraint("key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    kind: Mapped[str] = mapped_column(String(20), default="")
    key: Mapped[str | None] = mapped_column(String(120))
    recipient: Mapped[str] = mapped_column(Text)
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    html: Mapped[str] = mapped_column(Text, default="")
    headers: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    calendar: Mapped[str] = mapped_column(Text, default="")
    problem: Mapped[str] = mapped_column(Text, default="")
    message_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(db.Moment)
    sent_at: Mapped[datetime | None] = mapped_column(db.Moment)


@dataclass(frozen=True)
class Draft:
    """A mail that is to be written; the fields that `Mail` has too mean the same. It is sent from `run_at` on. `time_zone` is
    whose quiet hours count for who set none. A header "From" is the name that the sender's address goes with."""

    recipient: str
    subject: str
    body: str
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    calendar: str = ""
    person_id: int | None = None
    kind: str = ""
    key: str | None = None
    run_at: datetime | None = None
    time_zone: str = ""


_url, _from = "outbox:", "folkmoot@localhost.localdomain"


def configure(url: str, sender: str) -> None:
    """Say where mail goes (see MAIL_URL) and whom it comes from."""
    global _url, _from
    _url, _from = url, sender


def sender() -> str:
    """The address that mails come from."""
    return _from


def server() -> str:
    """Where mail goes, as MAIL_URL has it."""
    return _url


def kept() -> bool:
    """Whether mails are kept for the keepers of the site to hand on, rather than sent."""
    return _url == "outbox:"


def send(recipient: str, subject: str, body: str) -> None:
    """Write a plain mail in the current transaction, sent at once, before all others that wait: for signing in and the like.

    Raises `Invalid` for anything but one plain address, and for a subject that is not one line.
    """
    write([Draft(recipient, subject, body, run_at=clock.now() - AHEAD)], at=clock.now())


def write(drafts: Sequence[Draft], *, at: datetime) -> int:
    """Write mails in the current transaction, in a constant number of statements for each thousand; how many are new.

    One whose `key` was written before is left out. Raises `Invalid` for anything but one plain address, and for a subject that
    is not one line.
    """
    for draft in drafts:
        if not is_address(draft.recipient):
            raise Invalid("That is not one e-mail address.", "email")
        if one_line(draft.subject) != draft.subject:
            raise Invalid("A subject is one line.")
    if not drafts:
        return 0
    domain = _from.partition("@")[2]
    by_message = {make_msgid(domain=domain): draft for draft in drafts}
    insert = (sqlite if db.on_sqlite() else postgresql).insert(Mail)
    made = db.session.execute(insert.on_conflict_do_nothing().returning(Mail.id, Mail.message_id), [
        {"recipient": d.recipient, "subject": d.subject, "body": d.body, "html": d.html, "headers": d.headers,
         "calendar": d.calendar, "person_id": d.person_id, "kind": d.kind, "key": d.key, "problem": "",
         "message_id": message_id, "created_at": at}
        for message_id, d in by_message.items()]).all()
    if not kept():
        jobs.enqueue_all(JOB, [{"mail": number, **({"zone": by_message[name].time_zone} if by_message[name].time_zone else {})}
                               for number, name in made], [by_message[name].run_at or at for _number, name in made])
    return len(made)


def outbox(limit: int = 200) -> list[Mail]:
    """The newest mails, for the keepers of the site."""
    return list(db.session.scalars(select(Mail).where(Mail.message_id != "").order_by(Mail.id.desc()).limit(limit)))


def remember(keys: Sequence[str], *, person_id: int, at: datetime) -> None:
    """Let what has these keys never be written again: it went out as part of another mail."""
    if keys:
        insert = (sqlite if db.on_sqlite() else postgresql).insert(Mail)
        db.session.execute(insert.on_conflict_do_nothing(), [
            {"person_id": person_id, "key": key, "recipient": "", "subject": "", "body": "", "html": "", "headers": {},
             "calendar": "", "problem": "", "message_id": "", "kind": "", "created_at": at, "sent_at": at} for key in keys])


def over(one: Mail, *, problem: str = "") -> None:
    """Mark a mail as sent (or, with a `problem`, as one that never will be) and forget whom it went to and what it said.

    What stays, that it was written and whose it was, keeps it from being written again and lets a bounce be understood.
    """
    if problem:
        one.problem = problem[:500]
    else:
        one.sent_at = clock.now()
    one.recipient = one.subject = one.body = one.html = one.calendar = ""
    one.headers = {}


def forget(before: datetime) -> None:
    """Take away what was written before then: what was sent or refused, and what was kept for handing on."""
    done = Mail.sent_at.is_not(None) | (Mail.problem != "")
    db.session.execute(delete(Mail).where(Mail.created_at < before, true() if kept() else done),
                       execution_options={"synchronize_session": False})


def counts() -> dict[str, int]:
    """For the keepers of the site, of the mails still known: how many wait, were sent, were refused or came back."""
    refused, waiting = Mail.problem.not_in(("", UNWANTED)), Mail.sent_at.is_(None) & (Mail.problem == "")
    sent, refused, waiting = db.session.execute(select(
        func.count(Mail.sent_at), func.count(case((refused, 1))), func.count(case((waiting, 1))))).one()
    return {"waiting": waiting, "sent": sent, "refused": refused}


def refusals(limit: int = 50) -> list[Mail]:
    """The newest mails that will never be sent, for the keepers: when, what kind, and why."""
    return list(db.session.scalars(select(Mail).where(Mail.problem.not_in(("", UNWANTED))).order_by(Mail.id.desc()).limit(limit)))
