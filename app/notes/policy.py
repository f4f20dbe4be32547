"""Who may do what with a session's notes."""

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import NAMED, Event
from app.grid.models import Session


def can_read(person: Person | None, session: Session) -> bool:
    """Read the notes: whoever may read the event."""
    return events_policy.can_read(person, session.event)


def can_write(person: Person | None, session: Session) -> bool:
    """Write them, and see and restore earlier revisions: whoever holds a pass.

    What was taken out again ("don't write that down") is not for everybody to read, so history is for those who were there.
    """
    return events_policy.can_take_part(person, session.event)


def can_take_notes(person: Person | None, session: Session) -> bool:
    """Say "I'll take notes": whoever holds a pass."""
    return events_policy.can_take_part(person, session.event)


def can_bring_in(person: Person | None, session: Session) -> bool:
    """Bring notes in from a file: organisers."""
    return events_policy.can_organise(person, session.event)


def names_people(event: Event) -> bool:
    """Whether the event's rule is that notes name who wrote them. Otherwise (Chatham House Rule) no author is kept or shown."""
    return event.attribution == NAMED
