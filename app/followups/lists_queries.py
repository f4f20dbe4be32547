"""Lists of conversations: of an event, across the events of a series, and of one person.

What somebody does not see stands on no list of theirs; a pledge's conversation only while everybody may see the pledge.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.accounts.models import Person
from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Insight
from app.boards.models import Board
from app.errors import NotFound
from app.events.models import Event, Series, Topic
from app.followups import policy
from app.followups.models import (
    ASK,
    CAME,
    GOING,
    HOST,
    LOOKING,
    OFFER,
    POSTED,
    RESTED,
    STANDING,
    FollowUp,
    FollowUpPerson,
    Offer,
)
from app.followups.models import OPEN as STILL_OPEN
from app.grid.models import Placement, Session
from app.infra import db
from app.notes.models import Note
from app.pitches.models import MERGED, OPEN, Pitch, PitchTopic

PAGE = 20
PANEL = 5  # conversations shown on an event's front page
STATES = (LOOKING, GOING, CAME, RESTED)


@dataclass(frozen=True)
class Said:
    """Something offered or asked for, as lists show it to who reads the conversation's posts."""

    kind: str
    text: str
    name: str


@dataclass(frozen=True)
class Conversation:
    """One conversation in a list. `posted`: how many people want to be kept posted; who they are is not in here.

    `kind` names what its `source` is. `offers` and `asks` count what stands; `said` is what of it the reader may read.
    """

    id: int
    title: str
    stands: str
    event: Event
    came_of: str
    moved_at: datetime
    posted: int
    offers: int
    asks: int
    source: policy.Source
    kind: str
    session: Session | None = None
    leaders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """What a list of conversations is narrowed to; without a state, the first in which there is any."""

    state: str | None = None
    offering: bool = False
    asking: bool = False
    event: str | None = None
    year: int | None = None
    topic: str | None = None


@dataclass(frozen=True)
class Listing:
    """One page of conversations in one state, and how many there are in each; how many offer and ask for something."""

    chosen: Chosen
    state: str
    counts: dict[str, int]
    offering: int
    asking: int
    page: int
    items: list[Conversation] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.counts[self.state] // PAGE))

    @property
    def total(self) -> int:
        """How many there are in whatever state."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class Choices:
    """What a series' list can be narrowed to: only events that the person may find, and what is in them."""

    events: list[Event]
    topics: list[tuple[str, str]]

    @property
    def years(self) -> list[int]:
        """The years of those events, newest first."""
        return sorted({event.year for event in self.events}, reverse=True)


HAS_HOST = exists().where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == HOST)
STANDS = case((FollowUp.state != STILL_OPEN, FollowUp.state), (HAS_HOST, GOING), else_=LOOKING)
POSTED_COUNT = (select(func.count()).where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == POSTED)
                .correlate(FollowUp).scalar_subquery())
OFFERS, ASKS = ((select(func.count()).where(Offer.followup_id == FollowUp.id, Offer.kind == kind, Offer.state == STANDING)
                 .correlate(FollowUp).scalar_subquery()) for kind in (OFFER, ASK))


def of_event(event: Event, person: Person | None, chosen: Chosen, page: int = 1) -> Listing:
    """Conversations of `event`, for somebody who may read it, those that moved last first."""
    return _listing(Event.id == event.id, person, chosen, page, FollowUp.moved_at.desc(), FollowUp.id)


def of_series(series: Series, person: Person | None, chosen: Chosen, page: int = 1) -> Listing:
    """Conversations of those events of `series` that `person` may find, newest event first."""
    return _listing((Event.series_id == series.id) & policy.may_find(person), person, chosen, page,
                    Event.starts_on.desc(), Event.id.desc(), FollowUp.id)


def choices_of(series: Series, person: Person | None) -> Choices:
    """What the conversations of `series` that `person` may find can be narrowed to."""
    there = (Event.series_id == series.id) & policy.may_find(person) & policy.may_see(person)
    events = db.session.scalars(select(Event).where(Event.id.in_(_conversations(Event.id).where(there)))
                                .order_by(Event.starts_on.desc(), Event.id.desc()))
    return Choices(list(events), _topics(there))


def topics_of(event: Event, person: Person | None) -> list[tuple[str, str]]:
    """Key and name of the topics that the conversations of `event` have (1 statement)."""
    return _topics((Event.id == event.id) & policy.may_see(person))


def looking_at(event: Event, person: Person | None) -> tuple[list[Conversation], int]:
    """The conversations of `event` that look for a host and most people want to hear of, and how many look in all."""
    wanted = (Event.id == event.id) & policy.may_see(person) & (STANDS == LOOKING)
    found = db.session.scalar(_conversations(func.count()).where(wanted))
    return items_of(wanted, person, POSTED_COUNT.desc(), FollowUp.id, limit=PANEL) if found else [], found


def _conversations(*columns) -> Select:
    """Conversations with what they began with, the session that it came from, its pitch, and the event.

    Not listed: one whose pitch or idea was withdrawn.
    """
    return (select(*columns).select_from(FollowUp).join(Event, Event.id == FollowUp.event_id)
            .outerjoin(Pledge, Pledge.id == FollowUp.pledge_id)
            .outerjoin(Idea, Idea.id == func.coalesce(FollowUp.idea_id, Pledge.idea_id))
            .outerjoin(Insight, Insight.id == FollowUp.insight_id).outerjoin(Board, Board.id == Insight.board_id)
            .outerjoin(Note, Note.session_id == Board.session_id)
            .outerjoin(Session, Session.id == func.coalesce(FollowUp.session_id, Idea.session_id, Board.session_id))
            .outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .where(or_(and_(FollowUp.session_id.is_not(None), Pitch.state.in_((OPEN, MERGED))),
                       FollowUp.idea_id.is_not(None) & ~Idea.withdrawn,
                       FollowUp.insight_id.is_not(None), FollowUp.pledge_id.is_not(None))))


def _topics(there: ColumnElement[bool]) -> list[tuple[str, str]]:
    return [(key, name) for key, name in db.session.execute(
        _conversations(Topic.key, func.min(Topic.name)).join(PitchTopic, PitchTopic.pitch_id == Pitch.id)
        .join(Topic, Topic.id == PitchTopic.topic_id).where(there).group_by(Topic.key).order_by(Topic.key))]


def _listing(there: ColumnElement[bool], person: Person | None, chosen: Chosen, page: int, *order) -> Listing:
    there &= policy.may_see(person)
    if chosen.event:
        there &= Event.slug == chosen.event
    if chosen.year:
        there &= Event.starts_on.between(date(chosen.year, 1, 1), date(chosen.year, 12, 31))
    if chosen.topic:
        there &= Pitch.id.in_(select(PitchTopic.pitch_id).join(Topic, Topic.id == PitchTopic.topic_id)
                              .where(Topic.key == chosen.topic))
    wanted = [OFFERS > 0] * chosen.offering + [ASKS > 0] * chosen.asking
    rows = _conversations(STANDS.label("stands"), case((OFFERS > 0, 1), else_=0).label("offering"),
                          case((ASKS > 0, 1), else_=0).label("asking"),
                          case((and_(True, *wanted), 1), else_=0).label("wanted")).where(there).subquery()
    found = db.session.execute(select(rows.c.stands, func.sum(rows.c.wanted), func.sum(rows.c.offering), func.sum(rows.c.asking))
                               .group_by(rows.c.stands)).all()
    counts = dict.fromkeys(STATES, 0) | {stands: wanted for stands, wanted, *_ in found}
    state = chosen.state if chosen.state in STATES else next((one for one in STATES if counts[one]), LOOKING)
    listing = Listing(chosen, state, counts, sum(row[2] for row in found), sum(row[3] for row in found), page)
    if page > listing.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    listing.items.extend(items_of(and_(there, state == STANDS, *wanted), person, *order, limit=PAGE, offset=(page - 1) * PAGE))
    return listing


def items_of(wanted: ColumnElement[bool], person: Person | None, *order, limit: int, offset: int = 0) -> list[Conversation]:
    """Conversations of which that holds, as a list shows them to `person` (6 statements at most)."""
    place = joinedload(Session.placement)
    rows = db.session.execute(
        _conversations(FollowUp, STANDS, Session, Event, Pitch, POSTED_COUNT, OFFERS, ASKS)
        .where(wanted).order_by(*order).limit(limit).offset(offset)
        .options(contains_eager(Session.pitch),
                 place.joinedload(Placement.room), place.joinedload(Placement.slot), selectinload(Pitch.topics),
                 selectinload(Pitch.leaders), joinedload(FollowUp.session).joinedload(Session.pitch), joinedload(FollowUp.idea),
                 joinedload(FollowUp.pledge).joinedload(Pledge.person), joinedload(FollowUp.insight))).all()
    ids = [row[0].id for row in rows]
    hosts: dict[int, dict[str, str]] = defaultdict(dict)
    for followup_id, name in db.session.execute(
            select(FollowUpPerson.followup_id, FollowUpPerson.name).order_by(FollowUpPerson.id)
            .where(FollowUpPerson.followup_id.in_(ids), FollowUpPerson.part == HOST)):
        hosts[followup_id][name.casefold()] = name
    said = _said(ids, person) if any(row[6] or row[7] for row in rows) else {}
    return [Conversation(
        id=one.id, title=one.called, stands=stands, event=event, came_of=one.came_of, moved_at=one.moved_at, posted=posted,
        offers=offers, asks=asks, source=one.source, kind=_kind(one), session=session, hosts=tuple(hosts[one.id].values()),
        leaders=tuple(leader.name for leader in pitch.leaders) if pitch and one.session_id else (),
        topics=tuple(pitch.topics) if pitch else (), said=tuple(said.get(one.id, ())))
        for one, stands, session, event, pitch, posted, offers, asks in rows]


def _kind(followup: FollowUp) -> str:
    return next(name for name in ("session", "insight", "idea", "pledge") if getattr(followup, f"{name}_id") is not None)


def _said(ids: list[int], person: Person | None) -> dict[int, list[Said]]:
    found: dict[int, list[Said]] = defaultdict(list)
    for followup_id, kind, text, name in db.session.execute(
            select(Offer.followup_id, Offer.kind, Offer.text, Person.name).join(FollowUp, FollowUp.id == Offer.followup_id)
            .join(Event, Event.id == FollowUp.event_id).join(Person, Person.id == Offer.person_id)
            .where(Offer.followup_id.in_(ids), Offer.state == STANDING, policy.reads_posts(person)).order_by(Offer.id)):
        found[followup_id].append(Said(kind, text, name))
    return found


def counts_of(event_ids: list[int], person: Person | None) -> dict[int, dict[str, int]]:
    """How many conversations of each of these events stand how, as their lists count them for who may read the events
    (1 statement)."""
    rows = _conversations(FollowUp.event_id, STANDS.label("stands")).where(
        FollowUp.event_id.in_(event_ids), policy.may_see(person)).subquery()
    found: dict[int, dict[str, int]] = defaultdict(dict)
    for event_id, stands, count in db.session.execute(
            select(rows.c.event_id, rows.c.stands, func.count()).group_by(rows.c.event_id, rows.c.stands)):
        found[event_id][stands] = count
    return found


def hosts_of(event_ids: list[int], person: Person | None) -> dict[int, set[str]]:
    """Who hosts the conversations of each of these events, each once (1 statement): an account by its number, else a name."""
    found: dict[int, set[str]] = defaultdict(set)
    for event_id, host_id, name in db.session.execute(
            _conversations(FollowUp.event_id, FollowUpPerson.person_id, FollowUpPerson.name)
            .join(FollowUpPerson, (FollowUpPerson.followup_id == FollowUp.id) & (FollowUpPerson.part == HOST))
            .where(FollowUp.event_id.in_(event_ids), policy.may_see(person))):
        found[event_id].add(f"#{host_id}" if host_id else name.casefold())
    return found
