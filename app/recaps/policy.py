"""Who sees what came of an event: whoever may read the event, where its organisers show it; else its organisers alone."""

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import Event, Pass, Role, SeriesOwner

NOT_SHOWN = "The organisers of this event do not show what came of it."
FOR_ORGANISERS = "Only organisers choose who sees what came of their event."


def can_see(person: Person | None, event: Event) -> bool:
    """See the event's page of what came of it, and its files."""
    return events_policy.can_organise(person, event) or (event.outcomes_shown and events_policy.can_read(person, event))


def can_choose(person: Person | None, event: Event) -> bool:
    """Show it to whoever may read the event, or keep it among organisers."""
    return events_policy.can_organise(person, event)


def shown_to(person: Person | None) -> ColumnElement[bool]:
    """`can_see`, for somebody who may read the event, as a condition on `Event`: for lists across events."""
    if person is None:
        return Event.outcomes_shown
    return (Event.outcomes_shown
            | Event.id.in_(select(Pass.event_id).where(Pass.person_id == person.id, Pass.role >= Role.ORGANISER))
            | Event.series_id.in_(select(SeriesOwner.series_id).where(SeriesOwner.person_id == person.id)))
