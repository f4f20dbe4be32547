"""Who may pitch, mark interest, change and merge. Whether a pitch's state allows it is asked in actions."""

from app.accounts.models import Person
from app.events import policy as events
from app.events.models import Event, Role
from app.pitches.models import Pitch


def can_pitch(person: Person | None, event: Event) -> bool:
    """Pitch something that one leads: whoever holds a pass."""
    return events.can_take_part(person, event)


def can_pitch_for_others(person: Person | None, event: Event) -> bool:
    """Pitch on somebody's behalf, without being a leader: campmakers and organisers."""
    return events.can_help(person, event)


def can_bring_in(person: Person | None, event: Event) -> bool:
    """Record what was pitched elsewhere, with as many leaders as it had or none that anybody knows: organisers."""
    return events.can_organise(person, event)


def can_mark_interest(person: Person | None, event: Event) -> bool:
    """Say "I'm interested": whoever holds a pass."""
    return events.can_take_part(person, event)


def can_change(person: Person | None, pitch: Pitch) -> bool:
    """Edit, withdraw and reopen: who pitched it and its leaders, as long as they hold a pass; campmakers and organisers."""
    role = events.role(person, pitch.event)
    return role >= Role.CAMPMAKER or (role >= Role.ATTENDEE and is_own(person, pitch))


def is_own(person: Person | None, pitch: Pitch) -> bool:
    """Whether `person` pitched or leads it."""
    return person is not None and (pitch.pitched_by_id == person.id or any(x.person_id == person.id for x in pitch.leaders))


def can_merge(person: Person | None, event: Event) -> bool:
    """Make one pitch of several, and undo it: campmakers and organisers."""
    return events.can_help(person, event)
