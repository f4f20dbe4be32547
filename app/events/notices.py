"""Notices: what concerns one person, shown on every page of the event until they say "Got it", and mailed if they wish.

Other rooms write them (the grid: a session moved; pitches: a merge) and call `told` in the same transaction.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, exists, select, update

from app.accounts.models import Person
from app.errors import Conflict, require
from app.events import policy
from app.events.models import DRAFT, Event, Notice, Pass
from app.events.queries import pass_of
from app.infra import db, jobs, live

MAIL_JOB = "events.mail_notices"
MAIL_AFTER = timedelta(minutes=1)  # so that what is undone at once is never mailed
SHOWN, LISTED = 3, 200


def topic(event_id: int, person_id: int) -> str:
    """What open pages of that person listen for."""
    return f"notices:{event_id}:{person_id}"


def told(event: Event, person_ids: Iterable[int], *, at: datetime) -> None:
    """Say that the notices of these people changed in this transaction: their open pages are nudged, mails follow in a minute."""
    event_id, ids = event.id, sorted(set(person_ids))
    if not ids:
        return
    version = event.version

    def nudge() -> None:
        for person_id in ids:
            live.publish(topic(event_id, person_id), version)

    db.after_commit(nudge)
    wished = exists().where(Pass.event_id == event_id, Pass.mail_changes, Pass.person_id.in_(ids))
    if db.session.scalar(select(wished)):
        jobs.enqueue(MAIL_JOB, {"event": event_id}, run_at=at + MAIL_AFTER)


def theirs(event: Event, person: Person) -> list[ColumnElement[bool]]:
    """Of notices: that they are for `person` and may be seen now. While the grid is a draft, none about sessions may."""
    return _of(event.id, person.id, event.grid_state == DRAFT)


def _of(event_id, person_id, draft: bool) -> list[ColumnElement[bool]]:
    there = [Notice.event_id == event_id, Notice.person_id == person_id]
    return [*there, Notice.about != "session"] if draft else there  # those name places, which are hidden in a draft


# Made once, for drafts and for others: every page of an event asks it.
UNSEEN = {draft: select(Notice).where(*_of(bindparam("event"), bindparam("person"), draft), Notice.seen_at.is_(None))
          .order_by(Notice.at.desc(), Notice.id.desc()).limit(bindparam("most")) for draft in (True, False)}


def unseen_of(person: Person | None, event: Event, most: int = SHOWN) -> tuple[list[Notice], bool]:
    """The newest notices that `person` has not seen, and whether there are more than `most` (1 statement)."""
    if person is None:
        return [], False
    asked = {"event": event.id, "person": person.id, "most": most + 1}
    found = list(db.session.scalars(UNSEEN[event.grid_state == DRAFT], asked))
    return found[:most], len(found) > most


def notices_of(person: Person, event: Event) -> list[Notice]:
    """The newest notices of `person`, seen or not (1 statement)."""
    return list(db.session.scalars(select(Notice).where(*theirs(event, person)).order_by(Notice.at.desc(), Notice.id.desc())
                                   .limit(LISTED)))


def got_it(actor: Person, event: Event, ids: Iterable[int], *, at: datetime) -> None:
    """Mark one's own notices among `ids` as seen; others are left alone."""
    require(policy.can_read(actor, event))
    db.session.execute(update(Notice).where(Notice.event_id == event.id, Notice.person_id == actor.id, Notice.id.in_(list(ids)),
                                            Notice.seen_at.is_(None)).values(seen_at=at).execution_options(synchronize_session=False))


def wish_mail(actor: Person, event: Event, wanted: bool) -> None:
    """Say whether changes that concern one shall be mailed. Raises Conflict for an owner of the series without a pass."""
    require(policy.can_take_part(actor, event), "Mails are for people with a pass to the event.")
    held = pass_of(event, actor)
    if held is None:
        raise Conflict("Mails are for people with a pass to the event: join it first.")
    held.mail_changes = wanted
