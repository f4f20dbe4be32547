"""Who may ask to be introduced to whom, who may answer, and who does not hear from whom.

What somebody is shown of another depends on what they themselves did and on what the other *gave* them; never on what the other
refused. So nothing here that asks for the other's refusals (`shut`, `shut_among`) may decide what the refused is shown or told.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import selectinload

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import PUBLIC, Event, Series
from app.events.policy import takes_part
from app.followups import policy as followups_policy
from app.followups.models import HOST, FollowUp, Offer, Post
from app.infra import db
from app.introductions.models import NEVER, YES, Introduction, MeetingWish, Shut
from app.pitches.models import MERGED, OPEN, Leader, Pitch

LAPSES = timedelta(days=60)  # an ask that was not answered with yes is over, whatever was answered
ASKS_A_DAY = 5  # of one person's
PROPOSALS_A_DAY = 20  # of one campmaker's
DAY = timedelta(days=1)
NOT_SHOWN = "There is nobody of that name to ask here."
NOT_OPEN = "This introduction is not open any more."


@dataclass(frozen=True)
class Place:
    """Where somebody's name is shown: an event (with one of its conversations), or those worth meeting of a series.

    `seats`: the breakout groups who looks sits in, for the conversation of a pledge that is shown to one of them.
    """

    event: Event | None = None
    series: Series | None = None
    followup_id: int | None = None
    seats: frozenset[int] = frozenset()


def shut(a_id: int, b_id: int) -> bool:
    """Whether one of the two does not want to hear from the other (1 statement). For pairing people; never to tell either."""
    return bool(shut_among((a_id, b_id)))


def shut_among(person_ids: Iterable[int]) -> set[tuple[int, int]]:
    """The pairs among these people of whom one does not want to hear from the other, as (smaller id, larger id) (1 statement)."""
    ids = set(person_ids)
    found = db.session.execute(select(Shut.person_id, Shut.other_id).where(Shut.person_id.in_(ids))) if len(ids) > 1 else ()
    return {(min(pair), max(pair)) for pair in found if pair[1] in ids}


def has_shut(person_id: int, other_id: int) -> bool:
    """Whether `person_id` does not want to hear from `other_id`."""
    return db.session.get(Shut, (person_id, other_id)) is not None


def is_shown(actor: Person | None, other_id: int, place: Place) -> bool:
    """Whether the name of `other_id` is shown to `actor` at that place, other than as somebody who only wants to read.

    In a conversation: its hosts to whoever sees it; who offers, asks or posts to whoever reads its posts. At an event: who leads
    one of its pitches. In a series: both want to meet people there.
    """
    if actor is None or actor.id == other_id:
        return False
    if place.event is None:
        return place.series is not None and can_meet(actor, place.series) and wish_of(
            actor.id, place.series.id) and wish_of(other_id, place.series.id)
    if not events_policy.can_read(actor, place.event):
        return False
    if place.followup_id is None:
        return bool(db.session.scalar(select(exists().where(
            Leader.person_id == other_id, Leader.pitch_id == Pitch.id, Pitch.event_id == place.event.id,
            Pitch.state.in_((OPEN, MERGED))))))
    return _in_conversation(actor, other_id, place)


def _in_conversation(actor: Person, other_id: int, place: Place) -> bool:
    followup = db.session.scalar(select(FollowUp).options(selectinload(FollowUp.people)).where(
        FollowUp.id == place.followup_id, FollowUp.event_id == place.event.id))
    if followup is None or not followups_policy.can_read(actor, followup, place.seats):
        return False
    if any(one.person_id == other_id and one.part == HOST for one in followup.people):
        return True
    said = select(exists().where(Offer.followup_id == followup.id, Offer.person_id == other_id)
                  | exists().where(Post.followup_id == followup.id, Post.person_id == other_id, Post.name != "", ~Post.hidden))
    return followups_policy.can_read_posts(actor, followup, place.seats) and bool(db.session.scalar(said))


def can_ask(actor: Person | None, other_id: int, place: Place) -> bool:
    """Ask to be introduced to somebody, block or report them: to whom their name is shown there."""
    return is_shown(actor, other_id, place)


def event_of(actor: Person, other: Person, place: Place) -> Event | None:
    """The event that an introduction is of, to whose organisers it can be reported: that of the place; of a series the newest
    that is public, or that both hold a pass to, as both read its name (1 statement at most)."""
    if place.event is not None or place.series is None:
        return place.event
    both = or_(Event.visibility == PUBLIC, and_(takes_part(actor), takes_part(other)))
    return db.session.scalar(select(Event).where(Event.series_id == place.series.id, both)
                             .order_by(Event.starts_on.desc(), Event.id.desc()).limit(1))


def answer_of(introduction: Introduction, person_id: int) -> str:
    """What one of the two answered."""
    return introduction.a_answer if introduction.a_id == person_id else introduction.b_answer


def other_of(introduction: Introduction, person_id: int) -> int:
    """The id of the other of the two."""
    return introduction.b_id if introduction.a_id == person_id else introduction.a_id


def is_part_of(actor: Person | None, introduction: Introduction) -> bool:
    """Whether `actor` is one of the two."""
    return actor is not None and actor.id in (introduction.a_id, introduction.b_id)


def can_answer(actor: Person | None, introduction: Introduction, at: datetime) -> bool:
    """Say yes, not now or never again: one of the two, while it is open, unless they shut the other out.

    Open: not lapsed, not taken back, and the two have not both said yes. Who asked has answered; *never* is an answer for good.
    """
    return (is_part_of(actor, introduction) and not asked(introduction, actor.id) and is_open(introduction, at)
            and answer_of(introduction, actor.id) != NEVER and not has_shut(actor.id, other_of(introduction, actor.id)))


def asked(introduction: Introduction, person_id: int) -> bool:
    """Whether it was this one of the two who asked. (A campmaker whose account became one with theirs may be `by`, too.)"""
    return introduction.by_id == person_id and answer_of(introduction, person_id) == YES


def is_open(introduction: Introduction, at: datetime) -> bool:
    """Whether a yes could still come of it."""
    return (introduction.withdrawn_at is None and at < introduction.asked_at + LAPSES
            and not (introduction.a_answer == YES == introduction.b_answer))


def may_be_open(at: datetime) -> ColumnElement[bool]:
    """`is_open` as a condition on `Introduction`."""
    return and_(Introduction.withdrawn_at.is_(None), Introduction.asked_at > at - LAPSES,
                or_(Introduction.a_answer != YES, Introduction.b_answer != YES))


def can_introduce(actor: Person | None, event: Event) -> bool:
    """Introduce two people of the event to each other: campmakers and organisers."""
    return events_policy.can_help(actor, event)


def can_meet(actor: Person | None, series: Series) -> bool:
    """Be shown people of a series worth meeting: whoever holds a pass to one of its events, and its owners."""
    return actor is not None and bool(db.session.scalar(
        select(exists().where(Event.series_id == series.id, takes_part(actor)))))


def wish_of(person_id: int, series_id: int) -> bool:
    """Whether somebody wants to meet people of a series."""
    return db.session.get(MeetingWish, (series_id, person_id)) is not None


def can_report(actor: Person | None, event: Event) -> bool:
    """Tell the organisers of an event that something is wrong: whoever is signed in and may read it."""
    return actor is not None and events_policy.can_read(actor, event)


def can_read_reports(actor: Person | None, event: Event) -> bool:
    """Read what was reported at an event, but for what is about oneself: its organisers."""
    return events_policy.can_organise(actor, event)


def can_change_own(actor: Person | None) -> bool:
    """Change what one shares oneself, whom one shuts out, and whether one wants to meet people: everybody their own."""
    return actor is not None
