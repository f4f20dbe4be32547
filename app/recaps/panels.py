"""What this room shows on other pages: the way to what came of an event."""

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import Event
from app.infra import clock
from app.recaps import policy
from app.web.panels import Panel


def event_panel(event: Event, person: Person | None) -> Panel | None:
    """Once the event has begun, for who may see what came of it: a link; for organisers also that to write to attendees."""
    begun = clock.local(clock.now(), event.time_zone).date() >= event.starts_on
    organises = events_policy.can_organise(person, event)
    if not organises and not (begun and event.outcomes_shown):
        return None
    return Panel("recaps/_event_panel.html", {"event": event, "organises": organises, "begun": begun,
                                              "shown": policy.can_see(person, event)}, aside=True)
