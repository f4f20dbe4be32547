"""Who may pitch, mark interest, change and merge. Whether a pitch's state allows it is asked in actions."""

from datetime import datetime

from app.accounts.models import Person
from app.events import policy as events
from app.events.models import Event, Role
from app.pitches.models import Pitch


def can_pitch(person: Person | None, event: Event) -> bool:
    """Pitch something that one leads: whoever holds a pass."""
    return events.can_take_part(person, event)


def pitching_closed(event: Event, at: datetime) -> bool:
    """Whether attendees cannot pitch any more. Who helps still can."""
    return event.pitches_close_at is not None and event.pitches_close_at <= at


def can_see_marks(person: Person | None, event: Event, at: datetime) -> bool:
    """See how many are interested in what: everybody, unless that is hidden until pitching closes; then organisers only."""
    return not event.marks_hidden or pitching_closed(event, at) or events.can_organise(person, event)


def can_set_up_pitching(person: Person | None, event: Event) -> bool:
    """Say when pitching closes, whether marks are hidden until then, and how many one person has: organisers."""
    return events.can_organise(person, event)


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


def can_score(person: Person | None, event: Event) -> bool:
    """Be dealt others' pitches and score them: whoever holds a pass."""
    return events.can_take_part(person, event)


def can_run_scoring(person: Person | None, event: Event) -> bool:
    """Open and close a round of scoring: organisers."""
    return events.can_organise(person, event)


def can_enter_scores(person: Person | None, event: Event) -> bool:
    """Print cards and type in what stands on them: campmakers and organisers."""
    return events.can_help(person, event)


def can_see_totals(person: Person | None, event: Event, *, closed: bool) -> bool:
    """See what pitches scored: everybody once the round is closed; before, who helps, so that nobody scores as others did."""
    return events.can_read(person, event) if closed else events.can_help(person, event)


def can_join_queue(person: Person | None, event: Event) -> bool:
    """Stand in the pitching queue with a pitch of one's own: whoever holds a pass. Whether it is open is asked in actions."""
    return events.can_take_part(person, event)


def can_run_queue(person: Person | None, event: Event) -> bool:
    """The pitching station: pitch for others, call the next, note hands, change the order, open and close the queue."""
    return events.can_help(person, event)


def can_leave_queue(person: Person | None, event: Event, pitcher_id: int | None) -> bool:
    """Take an entry out of the queue: who is to pitch it, and clerks."""
    role = events.role(person, event)
    return role >= Role.CAMPMAKER or (role >= Role.ATTENDEE and person is not None and pitcher_id == person.id)
