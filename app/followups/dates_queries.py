"""Reading the dates of somebody's conversations."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.events.models import Event
from app.followups.models import FollowUp, FollowUpPerson
from app.infra import db

KEPT = timedelta(days=60)  # how long calendars still show a date that has passed
MOST = 200


def dated_of(person: Person, at: datetime, event: Event | None = None) -> list[FollowUp]:
    """The conversations that `person` is in (of `event`, or all) whose next step has a date, the first first (2 statements)."""
    mine = select(FollowUpPerson.followup_id).where(FollowUpPerson.person_id == person.id)
    there = select(FollowUp).where(FollowUp.id.in_(mine), FollowUp.next_at > at - KEPT)
    if event is not None:
        there = there.where(FollowUp.event_id == event.id)
    there = there.options(selectinload(FollowUp.people)).order_by(FollowUp.next_at, FollowUp.id)
    return list(db.session.scalars(there.limit(MOST)))
