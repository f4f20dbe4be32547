"""A conversation held for a change that comes by another way than its event's pages: a mail, a job."""

from collections.abc import Iterable

from sqlalchemy import select

from app.events.models import Event
from app.followups.models import FollowUp
from app.infra import db


def held(followup_id: int) -> FollowUp | None:
    """The conversation as it is now, and nobody else changes anything of its event until the transaction ends: as
    `transaction(event)` has it for pages. None where there is none."""
    event_id = db.session.scalar(select(FollowUp.event_id).where(FollowUp.id == followup_id))
    if event_id is None:
        return None
    db.session.scalar(select(Event.id).where(Event.id == event_id).with_for_update())
    return db.session.get(FollowUp, followup_id, populate_existing=True)


def hold_events(event_ids: Iterable[int]) -> None:
    """The same for all that is in these events at once, always in one order, so that two who do it do not wait for each other."""
    db.session.execute(select(Event.id).where(Event.id.in_(list(event_ids))).order_by(Event.id).with_for_update()).all()
