"""Mail that comes back: what stops mail to an address, and the address that bounces come to.

No such mailbox (5.1.x) stops mail at once; other failures do when three mails in a row came back. What is refused by a rule
(5.7.x) says nothing about the mailbox and counts for neither. A person says themselves that their address works again.
"""

import hmac
import re
from base64 import b32encode
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import db
from app.infra.mail import Mail
from app.infra.mail_sending import ADDRESS, NO_MAILBOX
from app.letters import desk, wishes

IN_A_ROW = 3
BOUNCED = "came back: "
_LOCAL = re.compile(r"bounce-([0-9]{1,10})-([a-z2-7]{20})")
_STATUS = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")
_BY_RULE = re.compile(r"(5\d\d )?5\.7\.|554 (?![0-9]\.)")


def came_back(one: Mail, said: str, dead: bool, *, at: datetime) -> str:
    """A mail was refused or came back, for the reason `said`; stops mail to its person where that is due. Returns what is to be
    kept of it with the mail."""
    said = ADDRESS.sub("an address", said)[:300]  # a server may tell where it forwards to
    if one.person_id is None or (_BY_RULE.match(said) and not dead):
        return said
    row = wishes.of_all([one.person_id])[one.person_id]
    row.soft_bounces = _run(one)
    if row.stopped_at is None and (dead or row.soft_bounces >= IN_A_ROW):
        row.stopped_at, row.stopped_because = at, said
    return BOUNCED + said


def mail_arrived(person: Person) -> None:
    """A link in a mail was used, so the address it went to works: that of `person` is written to again."""
    row = wishes.known(person)
    if row is not None and (row.stopped_at or row.soft_bounces):
        row.stopped_at, row.stopped_because, row.soft_bounces = None, "", 0


def _run(one: Mail) -> int:
    """How many mails to one person came back in a row, `one` among them."""
    rows = db.session.execute(select(Mail.id, Mail.problem).where(
        Mail.person_id == one.person_id, Mail.sent_at.is_not(None) | Mail.problem.startswith(BOUNCED)).order_by(Mail.id)).all()
    before = [problem for number, problem in rows if number < one.id]
    after = [problem for number, problem in rows if number > one.id]
    return 1 + _bounced(reversed(before)) + _bounced(after)


def _bounced(problems: Iterable[str]) -> int:
    count = 0
    for problem in problems:
        if not problem.startswith(BOUNCED):
            break
        count += 1
    return count


def report(one: Mail, message: EmailMessage, *, at: datetime) -> None:
    """What a server reports of a mail (RFC 3464): that it came back, or that it arrived after all. Anything else that is sent to
    a mail's return address (an answer of somebody's holiday program) says nothing."""
    for fields in _of_recipients(message):
        action = str(fields.get("Action", "")).strip().lower()
        status = _STATUS.search(str(fields.get("Status", "")))
        if action == "failed":
            code = status[0] if status else "5.0.0"
            told = str(fields.get("Diagnostic-Code", "")).partition(";")[2] or "no reason given"
            one.problem = came_back(one, f"{code} {' '.join(told.split())}", NO_MAILBOX.match(code) is not None, at=at)
            return
        if action in ("delivered", "relayed", "expanded") and one.person_id:
            wishes.of_all([one.person_id])[one.person_id].soft_bounces = 0


def _of_recipients(message: EmailMessage) -> list[EmailMessage]:
    """The fields of each recipient in a delivery report."""
    if message.get_content_type() != "multipart/report":
        return []
    return [fields for part in message.walk() if part.get_content_type() == "message/delivery-status"
            for fields in part.get_payload() if isinstance(fields, EmailMessage) and "Action" in fields]


def address(one: Mail) -> str | None:
    """Where a mail comes back to, named after it; None where this site takes no mail."""
    domain = desk.desk().reply_domain
    return f"{_local(one)}@{domain}" if domain else None


def whose(local: str) -> Mail | None:
    """The mail that a local part, in whatever case, was made for; None for any that was not, or if its person has another address
    by now (what comes back tells nothing of the new one)."""
    found = _LOCAL.fullmatch(local.lower())
    one = db.session.get(Mail, int(found[1])) if found and int(found[1]) < 2**31 else None
    return one if one is not None and hmac.compare_digest(_local(one), local.lower()) else None


def _local(one: Mail) -> str:
    person = db.session.get(Person, one.person_id) if one.person_id else None
    signed = b32encode(desk.signature("bounce", one.id, one.message_id, (person.email or "") if person else "")[:12])
    return f"bounce-{one.id}-{signed.decode().lower().rstrip('=')}"
