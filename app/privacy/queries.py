"""What stands in the way of an erasure, what leaving a series would end, and who was erased."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.events.models import Event, Pass, Role, Series, SeriesOwner
from app.followups.models import FollowUp, FollowUpPerson, Offer, Post
from app.infra import clock, db
from app.introductions.models import Introduction, MeetingWish, Sharing
from app.privacy.models import Erasure
from app.rounds.models import JOINING, PAIRED, Round, RoundGroup, RoundPerson


@dataclass(frozen=True)
class InTheWay:
    """What must be handed over first: series that only they own, and the site, if they alone look after it."""

    series: tuple[Series, ...] = ()
    site: bool = False

    @property
    def sentences(self) -> list[str]:
        """What is to be done, in words."""
        said = [f"You are the only owner of {one.name}. Make somebody else an owner first." for one in self.series]
        return said + (["You alone look after this site. Another keeper is needed first."] if self.site else [])


@dataclass(frozen=True)
class Left:
    """What leaving a series would end or give back, for the page that asks."""

    conversations: int
    hosting: int
    posts: int
    offers: int
    rounds: int
    meeting: bool
    sharings: list[Sharing]
    past: list[Event]
    under_way: list[Event]
    coming: list[Event]
    owns: bool
    only_owner: bool

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to leave."""
        return not any((self.conversations, self.posts, self.offers, self.rounds, self.meeting, self.sharings, self.past,
                        self.under_way, self.coming, self.owns))


def in_the_way(person: Person) -> InTheWay:
    """What `person` must hand over before they can be erased (2 statements)."""
    return InTheWay(tuple(db.session.scalars(
        select(Series).where(_owns(person), ~_others_own(person)).order_by(Series.name))),
        person.keeper and not db.session.scalar(select(exists().where(Person.keeper, Person.id != person.id))))


def has_part_in(person: Person, series: Series) -> bool:
    """Whether `person` has something to leave in `series` as a rule: it is theirs, they hold a pass to an event of it, or are
    in a conversation of it (1 statement)."""
    return bool(db.session.scalar(select(or_(
        exists().where(SeriesOwner.series_id == series.id, SeriesOwner.person_id == person.id),
        exists().where(Pass.event_id == Event.id, Event.series_id == series.id, Pass.person_id == person.id),
        exists().where(FollowUpPerson.person_id == person.id, FollowUpPerson.followup_id.in_(conversations_in(series)))))))


def left_by(person: Person, series: Series, at: datetime) -> Left:
    """What of `series` would end if `person` left it at `at` (10 statements); events are under way by their own clocks."""
    def count(of, *where) -> int:
        return db.session.scalar(select(func.count()).select_from(of).where(of.person_id == person.id, *where))

    talks = conversations_in(series)
    rounds = select(Round.id).where(Round.series_id == series.id, Round.state.in_((JOINING, PAIRED)))
    held = list(db.session.scalars(select(Event).join(Pass, Pass.event_id == Event.id).where(
        Pass.person_id == person.id, Event.series_id == series.id).order_by(Event.starts_on.desc())))
    today = {event.id: clock.local(at, event.time_zone).date() for event in held}
    parts = db.session.scalars(select(FollowUpPerson.part).where(
        FollowUpPerson.person_id == person.id, FollowUpPerson.followup_id.in_(talks))).all()
    return Left(
        conversations=len(parts), hosting=parts.count("host"), posts=count(Post, Post.followup_id.in_(talks)),
        offers=count(Offer, Offer.followup_id.in_(talks)),
        rounds=count(RoundPerson, RoundPerson.round_id.in_(rounds)),
        meeting=bool(count(MeetingWish, MeetingWish.series_id == series.id)),
        sharings=sharings_in(person, series), past=[event for event in held if event.ends_on < today[event.id]],
        under_way=[event for event in held if event.starts_on <= today[event.id] <= event.ends_on],
        coming=[event for event in held if event.starts_on > today[event.id]],
        owns=db.session.get(SeriesOwner, (series.id, person.id)) is not None,
        only_owner=bool(db.session.scalar(select(Series.id).where(Series.id == series.id, _owns(person), ~_others_own(person)))))


def sharings_in(person: Person, series: Series) -> list[Sharing]:
    """What `person` shares with people whom they were introduced to at events of `series`, or put together with in its rounds,
    and has not taken back (2 statements)."""
    rounds = db.session.scalars(select(Round.id).where(Round.series_id == series.id))
    met = or_(Event.series_id == series.id, *[Introduction.key.like(f"round:{one}:%") for one in rounds])  # rounds/dividing.py
    return list(db.session.scalars(
        select(Sharing).join(Introduction, Introduction.id == Sharing.introduction_id)
        .outerjoin(Event, Event.id == Introduction.event_id)
        .where(Sharing.giver_id == person.id, Sharing.revoked_at.is_(None), met,
               Introduction.a_answer == "yes", Introduction.b_answer == "yes")
        .options(joinedload(Sharing.taker)).order_by(Sharing.id)))


def conversations_in(series: Series):
    """The ids of the conversations of `series`, as a subquery."""
    return select(FollowUp.id).join(Event, Event.id == FollowUp.event_id).where(Event.series_id == series.id)


def groups_in(series: Series):
    """The ids of the groups of rounds of `series` that go on, as a subquery."""
    return select(RoundGroup.id).join(Round, Round.id == RoundGroup.round_id).where(
        Round.series_id == series.id, Round.state == PAIRED)


def only_organiser(person: Person, event: Event) -> bool:
    """Whether nobody would organise `event` if `person` gave their pass back (1 statement)."""
    other = exists().where(Pass.event_id == event.id, Pass.role == Role.ORGANISER, Pass.person_id != person.id)
    owner = exists().where(SeriesOwner.series_id == event.series_id)
    mine = exists().where(Pass.event_id == event.id, Pass.role == Role.ORGANISER, Pass.person_id == person.id)
    return bool(db.session.scalar(select(mine & ~other & ~owner)))


def erasures() -> list[Erasure]:
    """Who was erased, by number only, oldest first."""
    return list(db.session.scalars(select(Erasure).order_by(Erasure.id)))


def digest_of(person_id: int, created_at: datetime) -> str:
    """What tells an account that was erased from another that got the same number later: 64 hexadecimal digits."""
    return hashlib.sha256(f"{person_id} {created_at.isoformat()}".encode()).hexdigest()


def _owns(person: Person) -> ColumnElement[bool]:
    return exists().where(SeriesOwner.series_id == Series.id, SeriesOwner.person_id == person.id)


def _others_own(person: Person) -> ColumnElement[bool]:
    other = aliased(SeriesOwner)
    return exists().where(other.series_id == Series.id, other.person_id != person.id)


