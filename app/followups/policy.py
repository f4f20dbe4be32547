"""Who may do what with a conversation. Hosts are shown to all who read the event; who else is in it, only to few.

A conversation begins with its *source*: a session, an insight, an idea or a pledge, and is seen by whoever sees that. While a
pledge is private its conversation is its person's alone, whoever was in it before, and on no list. `seats`, here and below, are
the ids of the breakout groups that the person sits in, for a pledge that is shown to one of them.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, false, select
from sqlalchemy.orm import aliased

from app.accounts.models import Person
from app.boards import policy as boards_policy
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import HIDDEN, Insight
from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, PUBLIC, Event, Pass, Role, SeriesOwner
from app.events.policy import takes_part
from app.followups.models import HOST, READ_ALL, READ_PASS, FollowUp, FollowUpPerson, Offer
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy
from app.pitches import policy as pitches_policy
from app.pitches.models import Pitch

Source = Session | Insight | Idea | Pledge
Past = Session | FollowUp  # what a later pitch may carry on: a session, which need not have begun a conversation, or one
NO_SEATS: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Rights:
    """What somebody may do with the conversations of an event, after one question to the database."""

    volunteer: bool
    help: bool


@dataclass(frozen=True)
class May:
    """What somebody may do with one conversation that they see: for its page. `part` is theirs in it: HOST, POSTED or none."""

    part: str | None
    take_part: bool
    read_posts: bool
    post: bool
    host: bool
    see_people: bool
    help: bool
    keep_order: bool = False


def rights(person: Person | None, event: Event) -> Rights:
    """What `person` may do with the conversations of `event`."""
    role = events_policy.role(person, event)
    return Rights(volunteer=person is not None and (role >= Role.ATTENDEE or event.visibility != ATTENDEES_ONLY),
                  help=role >= Role.CAMPMAKER)


def may(person: Person | None, followup: FollowUp) -> May:
    """All of it at once, for somebody who sees the conversation (2 statements at most)."""
    role, part = events_policy.role(person, followup.event), part_of(person, followup)
    signed_in, helps = person is not None, role >= Role.CAMPMAKER
    holds = role >= Role.ATTENDEE or (
        (part == HOST or (part is None and followup.readers == READ_PASS)) and holds_pass(person, followup.event))
    read = followup.readers == READ_ALL or part is not None or (followup.readers == READ_PASS and holds)
    return May(part=part, take_part=signed_in, read_posts=read, post=read and signed_in, host=helps or part == HOST,
               see_people=helps or (part == HOST and holds), keep_order=helps or (part == HOST and holds), help=helps)


def can_volunteer(person: Person | None, source: Source, seats: frozenset[int] = NO_SEATS) -> bool:
    """Host it, offer or ask for something, be kept posted, leave, or say that somebody should carry it on.

    Anybody who is signed in, may read the event and sees the source: with a pass or without.
    """
    return person is not None and events_policy.can_read(person, source_event(source)) and can_see(person, source, seats)


def can_help(person: Person | None, source: Source, seats: frozenset[int] = NO_SEATS) -> bool:
    """Name a host on somebody's behalf, take a named one off, stop looking for one: campmakers and organisers who see
    the source."""
    return rights(person, source_event(source)).help and can_see(person, source, seats)


def can_see(person: Person | None, source: Source, seats: frozenset[int] = NO_SEATS) -> bool:
    """See the conversation, for somebody who may read the event: whoever sees the pledge, or reads the insight's board.

    An insight that is hidden is seen by who runs its board.
    """
    if isinstance(source, Pledge):
        return boards_policy.can_read_pledge(person, source, seats)
    if isinstance(source, Insight):
        return boards_policy.can_read(person, source.board) and (
            source.state != HIDDEN or boards_policy.can_facilitate(person, source.board))
    return True


def source_event(source: Source) -> Event:
    """The event that a conversation's source is of."""
    return source.board.event if isinstance(source, Insight) else source.event


def part_of(person: Person | None, followup: FollowUp) -> str | None:
    """What `person` is in the conversation: HOST, POSTED, or None for who is not in it."""
    return next((one.part for one in followup.people if person is not None and one.person_id == person.id), None)


def can_read(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """See the conversation's page: who may read the event and sees what it began with."""
    return events_policy.can_read(person, followup.event) and can_see(person, followup.source, seats)


def can_leave(person: Person | None, followup: FollowUp) -> bool:
    """Leave it: whoever is in it, also when they see nothing of it any more."""
    return part_of(person, followup) is not None


def can_change_offer(person: Person | None, offer: Offer, seats: frozenset[int] = NO_SEATS) -> bool:
    """Change what one offers or asks for, and say that it was met: who said it, while they are in the conversation."""
    return person is not None and offer.person_id == person.id and can_read(person, offer.followup, seats)


def can_take_away_offer(person: Person | None, offer: Offer, seats: frozenset[int] = NO_SEATS) -> bool:
    """Take it away: who said it, and who keeps order."""
    return (person is not None and offer.person_id == person.id) or can_keep_order(person, offer.followup, seats)


def can_be_handed(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Accept the hosting that somebody hands over, or say no: who was asked, and still sees the conversation."""
    return person is not None and can_read(person, followup, seats) and any(
        one.person_id == person.id and one.asked_at is not None for one in followup.people)


def can_read_posts(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Read its posts, its shared note, what is offered and asked for in it, and by whom.

    *all*: whoever sees the conversation. *pass*: who holds a pass to an event of the series. *people*: nobody else than who is
    in the conversation, who always may while they see it.
    """
    if not can_read(person, followup, seats):
        return False
    if followup.readers == READ_ALL or part_of(person, followup) is not None:
        return True
    return followup.readers == READ_PASS and holds_pass(person, followup.event)


def holds_pass(person: Person | None, event: Event) -> bool:
    """Whether `person` holds a pass to any event of this one's series, or owns it (1 statement)."""
    return person is not None and bool(db.session.scalar(
        select(exists().where(Event.series_id == event.series_id, takes_part(person)))))


def can_post(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Say something in it, and be in it from then on: who is signed in and reads its posts."""
    return person is not None and can_read_posts(person, followup, seats)


def can_write_note(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Write its shared note: who is in it and sees it."""
    return part_of(person, followup) is not None and can_read(person, followup, seats)


def can_host(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Change its question, goal, end, readers and next step, say what it came to, rest it and open it again: its hosts, and
    the event's campmakers and organisers, as far as they see it."""
    return person is not None and can_read(person, followup, seats) and (
        part_of(person, followup) == HOST or rights(person, followup.event).help)


def can_keep_order(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """Hide what others posted, take away what they offer, and let more people read it: campmakers, organisers, and its hosts.

    Anybody who is signed in may host, so of hosts it takes a pass to an event of the series: one tap by a stranger must not
    show everybody what a few people said among themselves.
    """
    return can_host(person, followup, seats) and (
        rights(person, followup.event).help or holds_pass(person, followup.event))


def can_see_people(person: Person | None, followup: FollowUp, seats: frozenset[int] = NO_SEATS) -> bool:
    """See by name who is kept posted: who keeps order in it."""
    return can_keep_order(person, followup, seats)


def can_read_line(person: Person | None, followup: FollowUp) -> bool:
    """Read the line of the session's notes that it began from: who may read those notes."""
    return bool(followup.line) and followup.session is not None and notes_policy.can_read(person, followup.session)


def can_pitch_again(person: Person | None, past: Past, event: Event, seats: frozenset[int] = NO_SEATS) -> bool:
    """Take a conversation, or that of a session, on as a pitch at `event`: who sees the one and may take part in the other.

    `event` must be a later one of the same series.
    """
    return _later(past.event, event) and events_policy.can_take_part(person, event) and _sees_past(person, past, seats)


def can_link(person: Person | None, pitch: Pitch, past: Past, seats: frozenset[int] = NO_SEATS) -> bool:
    """Say that `pitch` carries on a conversation, or that of a session: who may change the one and sees the other.

    It is of an earlier event of the same series.
    """
    return _later(past.event, pitch.event) and pitches_policy.can_change(person, pitch) and _sees_past(person, past, seats)


def _later(earlier: Event, event: Event) -> bool:
    return event.series_id == earlier.series_id and event.starts_on > earlier.starts_on


def _sees_past(person: Person | None, past: Past, seats: frozenset[int]) -> bool:
    return can_read(person, past, seats) if isinstance(past, FollowUp) else events_policy.can_read(person, past.event)


def may_find(person: Person | None) -> ColumnElement[bool]:
    """`events.policy.can_find` as a condition on `Event`, for lists across events."""
    return (Event.visibility == PUBLIC) | takes_part(person)


def reads_posts(person: Person | None) -> ColumnElement[bool]:
    """`can_read_posts` as a condition on `FollowUp` and its `Event`, for who may read the event and sees the source."""
    may = FollowUp.readers == READ_ALL
    if person is None:
        return may
    return may | takes_part_in(person) | ((FollowUp.readers == READ_PASS) & holds_pass_there(person))


def holds_pass_there(person: Person | None) -> ColumnElement[bool]:
    """`holds_pass` as a condition on `Event`."""
    if person is None:
        return false()
    there = aliased(Event)
    held = select(there.id).join(Pass, Pass.event_id == there.id).where(
        there.series_id == Event.series_id, Pass.person_id == person.id).correlate(Event).exists()
    owned = exists().where(SeriesOwner.series_id == Event.series_id, SeriesOwner.person_id == person.id)
    return held | owned


def takes_part_in(person: Person) -> ColumnElement[bool]:
    """Whether `person` is in the conversation, as a condition on `FollowUp`."""
    return exists().where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.person_id == person.id)


def may_see(person: Person | None) -> ColumnElement[bool]:
    """`can_see` as a condition for lists, on `FollowUp` with its `Event`, `Insight`, `Board` and the `Note` of its session.

    Not listed are conversations of pledges that not everybody may see.
    """
    return sees_insight(person) & (FollowUp.pledge_id.is_(None) | (Pledge.shown == PUBLIC_PLEDGE))


def sees_insight(person: Person | None) -> ColumnElement[bool]:
    """The same, of what began with an insight; true of all others."""
    board_read = takes_part(person) | ((Event.visibility != ATTENDEES_ONLY) & boards_policy.open_to_all())
    return FollowUp.insight_id.is_(None) | (board_read & (Insight.state != HIDDEN))
