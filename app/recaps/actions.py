"""Showing what came of an event, or not."""

from app.accounts.models import Person
from app.errors import require
from app.events.models import Event
from app.recaps import policy


def show(actor: Person, event: Event, shown: bool) -> None:
    """Whoever may read the event sees what came of it (`shown`), or only its organisers do. Doing it twice changes nothing."""
    require(policy.can_choose(actor, event), policy.FOR_ORGANISERS)
    event.outcomes_shown = shown
