"""Single-use links: made, looked at, used. Of a link's secret only the digest is kept, so reading the table lets nobody in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from app.accounts.models import FIRST_KEEPER, INVITATION, SIGN_IN, TIE_ADDRESS, Link
from app.errors import Refused
from app.infra import db

LIFETIMES = {
    SIGN_IN: timedelta(minutes=15),
    TIE_ADDRESS: timedelta(days=1),  # typed at the door of an event, read in the evening
    INVITATION: timedelta(days=7),
    FIRST_KEEPER: timedelta(days=1),
}
SIGNS_IN = (SIGN_IN, INVITATION)
BY_STRANGERS = (SIGN_IN, TIE_ADDRESS)
MAILS_AN_HOUR = 3  # that strangers may cause to one address
KEPT = timedelta(days=1)  # after a link's end


class Spent(Refused):
    """The link was used before, or is too old, or never was one."""

    status = 410
    heading = "This link cannot be used any more"

    def __init__(self):
        super().__init__("Each link works once and for a limited time. Ask for a new one.")


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make(purpose: str, *, at: datetime, email: str | None = None, person_id: int | None = None, next_path: str = "/") -> str:
    """A new link; returns its secret, which is nowhere else. Links that ended a day ago are forgotten on the way."""
    secret = secrets.token_urlsafe(32)
    db.session.execute(delete(Link).where(Link.expires_at < at - KEPT))
    db.session.add(Link(digest=_digest(secret), purpose=purpose, email=email, person_id=person_id, next_path=next_path,
                        created_at=at, expires_at=at + LIFETIMES[purpose]))
    return secret


def strangers_may_write_to(email: str, *, at: datetime) -> bool:
    """Whether somebody not known to us may cause one more mail to `email`: three in an hour, counted in the database.

    On PostgreSQL requests for one address wait for each other here; SQLite has one writer anyway.
    """
    if not db.on_sqlite():
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(email, 0))))
    sent = db.session.scalar(select(func.count(Link.id)).where(
        Link.email == email, Link.purpose.in_(BY_STRANGERS), Link.created_at > at - timedelta(hours=1)))
    return sent < MAILS_AN_HOUR


def look_at(secret: str, purposes: tuple[str, ...], *, at: datetime) -> Link | None:
    """The unused, unexpired link with this secret, or None. Changes nothing."""
    return db.session.scalar(select(Link).where(_usable(secret, purposes, at)))


def use(secret: str, purposes: tuple[str, ...], *, at: datetime) -> Link:
    """Use the link with this secret up; of two who try at once only one gets it. Raises `Spent`."""
    taken = db.session.execute(update(Link).where(_usable(secret, purposes, at)).values(used_at=at),
                               execution_options={"synchronize_session": False})
    if taken.rowcount != 1:
        raise Spent()
    return db.session.scalars(select(Link).where(Link.digest == _digest(secret))).one()


def _usable(secret: str, purposes: tuple[str, ...], at: datetime):
    return (Link.digest == _digest(secret)) & Link.purpose.in_(purposes) & Link.used_at.is_(None) & (Link.expires_at > at)


def forget(*conditions) -> None:
    """Take away the links that fit, used or not."""
    db.session.execute(delete(Link).where(*conditions), execution_options={"synchronize_session": False})
