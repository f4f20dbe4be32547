"""Wanting to meet people of a series, and no longer wanting to."""

from datetime import datetime

from app.accounts.models import Person
from app.errors import require
from app.events.models import Series
from app.infra import db
from app.introductions import policy
from app.introductions.models import MeetingWish

HOLDERS_FIRST = "This is for people with a pass to one of the events: join one first."


def want_to_meet(actor: Person, series: Series, *, at: datetime) -> None:
    """`actor` is shown people of the series worth meeting, and to them. Doing it twice changes nothing."""
    require(policy.can_meet(actor, series), HOLDERS_FIRST)
    if not policy.wish_of(actor.id, series.id):
        db.session.add(MeetingWish(series_id=series.id, person_id=actor.id, since=at))


def stop_meeting(actor: Person, series: Series) -> None:
    """`actor` is neither shown people of the series any more nor to anybody, at once. Doing it twice changes nothing."""
    require(policy.can_change_own(actor))
    found = db.session.get(MeetingWish, (series.id, actor.id))
    if found is not None:
        db.session.delete(found)
