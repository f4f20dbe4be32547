"""Who writes to an event's attendees: its organisers, and nobody else."""

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import Event

FOR_ORGANISERS = "Only organisers write to the attendees of an event."


def can_write(person: Person | None, event: Event) -> bool:
    """Draft, try, send and stop what goes to the attendees, and see how many were written to."""
    return events_policy.can_organise(person, event)
