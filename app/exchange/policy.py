"""Who may bring files in and take them out."""

from app.accounts.models import Person
from app.events import policy as events
from app.events.models import Event
from app.grid import sight


def can_import(person: Person | None, event: Event) -> bool:
    """Bring notes, a grid or attendees into the event: organisers."""
    return events.can_organise(person, event)


def can_export_grid(person: Person | None, event: Event) -> bool:
    """Take the grid out as a file: whoever may read the event."""
    return events.can_read(person, event)


def can_see_grid(person: Person | None, event: Event) -> bool:
    """See where sessions are, in feeds: whoever may read the event, a draft only who arranges it."""
    return sight.may_see(person, event)


def can_have_feed(person: Person | None, event: Event) -> bool:
    """Have a secret address for one's own calendar: whoever holds a pass."""
    return events.can_take_part(person, event)


def can_export_attendees(person: Person | None, event: Event) -> bool:
    """Take names and e-mail addresses out: organisers."""
    return events.can_organise(person, event)
