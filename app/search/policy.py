"""What search shows to whom. An engine is only ever asked about events that the person may find there."""

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.events.models import Event, Pass, Series, SeriesOwner
from app.followups import policy as followups
from app.followups.models import READ_ALL, READ_PASS, FollowUp, FollowUpPerson


def may_search(person: Person | None) -> ColumnElement[bool]:
    """Events found everywhere, as a condition on `Event`: public ones, and those the person holds a pass for or owns.

    An unlisted event is searched by others only on its own search page, which the guard opens to whoever may read it.
    """
    return followups.may_find(person)


def may_search_series(person: Person | None, series: Series) -> ColumnElement[bool]:
    """The same within one series."""
    return may_search(person) & (Event.series_id == series.id)


def holds_pass(person: Person | None) -> ColumnElement[bool]:
    """`followups.policy.holds_pass` as a condition on `Event`: they hold a pass to some event of its series, or own that."""
    if person is None:
        return false()
    there = aliased(Event)
    held = select(there.id).join(Pass, Pass.event_id == there.id).where(
        there.series_id == Event.series_id, Pass.person_id == person.id).correlate(Event)
    owned = exists().where(SeriesOwner.series_id == Event.series_id, SeriesOwner.person_id == person.id)
    return held.exists() | owned


def reads_posts(person: Person | None) -> ColumnElement[bool]:
    """`followups.policy.can_read_posts` as a condition on `FollowUp` and its `Event`, for who may read the event and sees what
    the conversation began with."""
    part = exists().where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.person_id == person.id) if person else false()
    return (FollowUp.readers == READ_ALL) | part | ((FollowUp.readers == READ_PASS) & holds_pass(person))
