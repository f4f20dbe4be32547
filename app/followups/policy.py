"""Who may do what with a conversation. Hosts are shown to all who read the event; who is kept posted, only to few.

A conversation begins with its *source*: a session, an idea or a pledge. That of a pledge is seen by whoever sees the pledge and
by nobody else: while the pledge is private it is its person's alone, whoever was in it before, and on no list.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement

from app.accounts.models import Person
from app.boards import policy as boards_policy
from app.boards.idea_models import Idea, Pledge
from app.events import policy as events_policy
from app.events.models import PUBLIC, Event, Role
from app.events.policy import takes_part
from app.followups.models import FollowUp
from app.grid.models import Session
from app.pitches import policy as pitches_policy
from app.pitches.models import Pitch

Source = Session | Idea | Pledge


@dataclass(frozen=True)
class Rights:
    """What somebody may do with the conversations of an event, after one question to the database."""

    volunteer: bool
    help: bool


def rights(person: Person | None, event: Event) -> Rights:
    """What `person` may do with the conversations of `event`."""
    role = events_policy.role(person, event)
    return Rights(volunteer=role >= Role.ATTENDEE, help=role >= Role.CAMPMAKER)


def can_volunteer(person: Person | None, source: Source, seats: frozenset[int] = frozenset()) -> bool:
    """Host it, be kept posted, leave, or say that somebody should carry it on: whoever holds a pass and sees the source.

    `seats`: the breakout groups the person sits in, for a pledge shown to one of them.
    """
    return rights(person, source.event).volunteer and can_see(person, source, seats)


def can_help(person: Person | None, source: Source, seats: frozenset[int] = frozenset()) -> bool:
    """Name a host on somebody's behalf, take a named one off, stop looking for one: campmakers and organisers who see
    the source."""
    return rights(person, source.event).help and can_see(person, source, seats)


def can_see(person: Person | None, source: Source, seats: frozenset[int] = frozenset()) -> bool:
    """See the conversation, for somebody who may read the event: of a pledge, whoever sees the pledge."""
    return not isinstance(source, Pledge) or boards_policy.can_read_pledge(person, source, seats)


def can_see_posted(person: Person | None, followup: FollowUp, given: Rights) -> bool:
    """See by name who wants to be kept posted: campmakers, organisers and the conversation's own hosts."""
    return given.help or (given.volunteer and person is not None and any(h.person_id == person.id for h in followup.hosts))


def can_pitch_again(person: Person | None, session: Session, event: Event) -> bool:
    """Take the conversation of `session` on as a pitch at `event`: who may read the one and take part in the other.

    `event` must be a later one of the same series.
    """
    source = session.event
    return (event.series_id == source.series_id and event.starts_on > source.starts_on
            and events_policy.can_take_part(person, event) and events_policy.can_read(person, source))


def can_link(person: Person | None, pitch: Pitch, session: Session) -> bool:
    """Say that `pitch` carries on the conversation of `session`: who may change the one and read the other.

    The session is of an earlier event of the same series.
    """
    source = session.event
    return (pitch.event.series_id == source.series_id and pitch.event.starts_on > source.starts_on
            and pitches_policy.can_change(person, pitch) and events_policy.can_read(person, source))


def may_find(person: Person | None) -> ColumnElement[bool]:
    """`events.policy.can_find` as a condition on `Event`, for lists across events."""
    return (Event.visibility == PUBLIC) | takes_part(person)
