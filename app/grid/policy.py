"""Who may see and arrange the grid."""

from app.accounts.models import Person
from app.events import policy as events
from app.events.models import Event


def can_arrange(person: Person | None, event: Event) -> bool:
    """Place, move, swap and take off: organisers and owners of the series."""
    return events.can_organise(person, event)


def can_see_history(person: Person | None, event: Event) -> bool:
    """See who changed the grid and how: whoever holds a pass."""
    return events.can_take_part(person, event)
