"""Drafting what goes to the attendees, sending it now or at a time, stopping it, trying it on oneself.

What is to be sent is a row and a job of the same transaction; `sending.py` does it.
"""

from datetime import datetime, timedelta

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.infra import db, jobs
from app.mailings import policy, queries
from app.mailings.drafts import READY
from app.mailings.models import (
    BODY_LENGTH,
    DRAFT,
    EVERYBODY,
    HELPERS,
    LEADERS,
    SENDING,
    STOPPED,
    SUBJECT_LENGTH,
    TAKERS,
    WAITING,
    Mailing,
)

JOB = "mailings.send"
MOST_A_DAY = 3
FURTHEST = timedelta(days=366)
WHOM = (EVERYBODY, LEADERS, TAKERS, HELPERS)
ENOUGH = ("{} mailings go out on that day already, and more would be too much for people. Choose another day, or put it into one "
          "of those that still wait.")


class Changed(Conflict):
    """Somebody changed the mailing since it was opened."""

    def __init__(self):
        super().__init__("Another organiser changed this mailing meanwhile. Look at what it says now, then try again.")


def draft(actor: Person, event: Event, *, kind: str, recipients: str, subject: str, body: str, at: datetime) -> Mailing:
    """A mailing that nobody was sent yet. Raises Invalid for what cannot be sent."""
    require(policy.can_write(actor, event), policy.FOR_ORGANISERS)
    if kind not in READY:
        raise Invalid("Choose what it is for.", "kind")
    mailing = Mailing(event_id=event.id, kind=kind, by_id=actor.id, created_at=at, **_said(recipients, subject, body))
    db.session.add(mailing)
    db.session.flush()
    return mailing


def change(actor: Person, mailing: Mailing, *, recipients: str, subject: str, body: str, seen: int) -> Mailing:
    """Change what a draft says. Raises Changed when it is not at version `seen`, Conflict once anybody was sent it."""
    require(policy.can_write(actor, mailing.event), policy.FOR_ORGANISERS)
    _open(mailing, seen)
    said = _said(recipients, subject, body)
    if any(getattr(mailing, name) != value for name, value in said.items()):
        mailing.version += 1
        for name, value in said.items():
            setattr(mailing, name, value)
    mailing.state = DRAFT
    return mailing


def send(actor: Person, mailing: Mailing, *, when: datetime | None = None, seen: int, at: datetime) -> Mailing:
    """Send it at `when`, or now. Raises Invalid for a time that has passed or is more than a year away, Conflict when enough
    goes out on that day already."""
    require(policy.can_write(actor, mailing.event), policy.FOR_ORGANISERS)
    _open(mailing, seen)
    if when is not None and when <= at:
        raise Invalid("That moment has passed. Choose a later one, or send it now.", "day")
    if when is not None and when > at + FURTHEST:
        raise Invalid("Choose a day within a year.", "day")
    when = when or at
    if queries.on_the_day(mailing.event, when, besides=mailing.id) >= MOST_A_DAY:
        raise Conflict(ENOUGH.format(MOST_A_DAY))
    mailing.state, mailing.send_at, mailing.by_id, mailing.version = WAITING, when, actor.id, mailing.version + 1
    jobs.enqueue(JOB, {"mailing": mailing.id}, when)
    return mailing


def stop(actor: Person, mailing: Mailing) -> Mailing:
    """Stop what waits; of what is being sent, the rest. Raises Conflict for what is all written, or was never sent."""
    require(policy.can_write(actor, mailing.event), policy.FOR_ORGANISERS)
    if mailing.state == STOPPED:
        return mailing
    if mailing.state not in (WAITING, SENDING):
        raise Conflict("This is not waiting any more, so nothing was stopped.")
    mailing.state, mailing.version = STOPPED, mailing.version + 1
    return mailing


def may_try(actor: Person, mailing: Mailing) -> None:
    """Raises Forbidden for whoever may not have it sent to themselves."""
    require(policy.can_write(actor, mailing.event), policy.FOR_ORGANISERS)


def remove(actor: Person, mailing: Mailing) -> None:
    """Throw a draft away. Raises Conflict for one that anybody was written, or that waits."""
    require(policy.can_write(actor, mailing.event), policy.FOR_ORGANISERS)
    _open(mailing, mailing.version)
    db.session.delete(mailing)


def _open(mailing: Mailing, seen: int) -> None:
    if mailing.state not in (DRAFT, STOPPED) or mailing.written:
        raise Conflict("This mailing waits or was sent already. Stop it first, or write another.")
    if mailing.version != seen:
        raise Changed()


def _said(recipients: str, subject: str, body: str) -> dict[str, str]:
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    if recipients not in WHOM:
        raise Invalid("Choose who it goes to.", "recipients")
    if not subject:
        raise Invalid("Give it a subject.", "subject")
    if len(subject) > SUBJECT_LENGTH:
        raise Invalid(f"Keep the subject to {SUBJECT_LENGTH} characters.", "subject")
    if not any(c.isalnum() for c in body.replace("{name}", "")):
        raise Invalid("Say something.", "body")
    if len(body) > BODY_LENGTH:
        raise Invalid(f"Keep it to {BODY_LENGTH:,} characters.", "body")
    return {"recipients": recipients, "subject": subject, "body": body}
