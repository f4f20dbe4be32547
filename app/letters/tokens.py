"""Signed links in mails that need no sign-in: who, what for, about which thing, until when.

A link is bound to one use (`what`), one person and one thing; it holds until its day, or until the person's secret is renewed
(`MailWishes.secret`), which voids all of theirs at once. GET of such a link never changes anything: programs open links.
"""

import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime, timedelta

from app.accounts.models import Person
from app.errors import Refused
from app.infra import clock, db
from app.letters import desk, wishes
from app.letters.models import MailWishes

EPOCH = date(1970, 1, 1)


class Spent(Refused):
    """The link is too old, was made void, or never was one."""

    status = 410
    heading = "This link cannot be used any more"

    def __init__(self):
        super().__init__("Links in mails work for a limited time. Nothing was changed. Sign in to do the same, or use the link "
                         "in a newer mail.")


def token(person: Person, what: str, thing_id: int, days: int) -> str:
    """The end of a link for `person` to do `what` with a thing, good for `days` days. Wants a transaction when they never had
    one before. Letters, digits, `-`, `_` and `.` only."""
    return signed(wishes.of(person), what, thing_id, days)


def signed(row: MailWishes, what: str, thing_id: int, days: int) -> str:
    """The same for whoever's wishes these are, without asking the database."""
    last = (clock.now().date() + timedelta(days=days) - EPOCH).days
    return f"{row.person_id}.{thing_id}.{last}.{_signature(row, what, thing_id, last)}"


def read(token: str, what: str) -> tuple[Person, int]:
    """The person and the thing that `token` was made for. Raises `Spent` for anything else than a good one for `what`."""
    parts = token.split(".")
    if len(token) > 120 or len(parts) != 4 or not all(p.isascii() and p.isdigit() and len(p) < 16 for p in parts[:3]):
        raise Spent()
    person_id, thing_id, last = map(int, parts[:3])
    row = db.session.get(MailWishes, person_id) if person_id < 2**31 else None
    given = parts[3].encode("utf-8", "replace")
    good = row is not None and hmac.compare_digest(_signature(row, what, thing_id, last).encode(), given)
    if not good or last > 200_000 or clock.now() >= datetime.combine(EPOCH + timedelta(days=last + 1), datetime.min.time(), UTC):
        raise Spent()
    return db.session.get(Person, person_id), thing_id


def _signature(row: MailWishes, what: str, thing_id: int, last: int) -> str:
    return urlsafe_b64encode(desk.signature("link", row.secret, row.person_id, what, thing_id, last)).decode().rstrip("=")
