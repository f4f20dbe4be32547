"""Mail: a row in the same transaction as what it tells of, sent by a job.

With `MAIL_URL=outbox:` the row is all there is: the keepers of the site read it and hand the link on. Otherwise SMTP.
"""

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.errors import Invalid
from app.infra import clock, db, jobs


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


_url, _from = "outbox:", "folkmoot@localhost.localdomain"


def configure(url: str, sender: str) -> None:
    """Say where mail goes (see MAIL_URL) and whom it comes from."""
    global _url, _from
    _url, _from = url, sender


def send(recipient: str, subject: str, body: str) -> None:
    """Write a mail in the current transaction. Raises `Invalid` for an address or subject that holds a line break."""
    if any(c in recipient + subject for c in "\r\n\0") or recipient.count("@") != 1:
        raise Invalid("That is not one e-mail address.", "email")
    mail = Mail(recipient=recipient, subject=subject, body=body, created_at=clock.now(),
                message_id=make_msgid(domain=_from.partition("@")[2]))
    db.session.add(mail)
    db.session.flush()
    if _url != "outbox:":
        jobs.enqueue("mail.deliver", {"mail": mail.id})


def outbox(limit: int = 200) -> list[Mail]:
    """The newest mails, for the keepers of the site."""
    return list(db.session.scalars(select(Mail).order_by(Mail.id.desc()).limit(limit)))


@jobs.handles("mail.deliver")
def deliver(payloads: list[dict]) -> None:
    """Send one mail. A repeat after a crash carries the same Message-ID, so that a mailbox can drop it."""
    for payload in payloads:
        mail = db.session.get(Mail, payload["mail"])
        if mail is None or mail.sent_at:
            continue
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = _from, Address(addr_spec=mail.recipient), mail.subject
        message["Date"], message["Message-ID"] = format_datetime(mail.created_at), mail.message_id
        message.set_content(mail.body)
        db.session.rollback()
        _smtp(message)
        with db.transaction() as session:
            session.get(Mail, payload["mail"]).sent_at = clock.now()


def _smtp(message: EmailMessage) -> None:
    parts = urlsplit(_url)
    tls = ssl.create_default_context()
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(parts.hostname, parts.port or 465, timeout=20, context=tls)
    else:
        server = smtplib.SMTP(parts.hostname, parts.port or 587, timeout=20)
    with server:
        if parts.scheme == "smtp" and (parts.username or server.has_extn("starttls")):
            server.starttls(context=tls)
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
        server.send_message(message)
