"""Reading conversations: of a session, an idea or a pledge, of an event, and across the events of a series.

On lists a pledge's conversation stands only while everybody may see the pledge.
"""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Select, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import Insight
from app.boards.models import Board
from app.errors import NotFound
from app.events.models import Event, Series, Topic
from app.followups import policy
from app.followups.models import HOST, POSTED, CarriedOn, FollowUp, FollowUpPerson
from app.grid.models import Placement, Session
from app.infra import db
from app.pitches.models import MERGED, OPEN, Pitch, PitchTopic
from app.pitches.queries import LARGEST_ID

# Made once: every session's page asks them.
COLUMNS = {Session: FollowUp.session_id, Insight: FollowUp.insight_id, Idea: FollowUp.idea_id, Pledge: FollowUp.pledge_id}
FOLLOWUP_OF = {kind: select(FollowUp).where(column == bindparam("source")).options(selectinload(FollowUp.people))
               for kind, column in COLUMNS.items()}
TAKEN_ON = select(CarriedOn.pitch_id).where(CarriedOn.session_id == bindparam("session")).limit(1)
PAGE = 20
NO_CONVERSATION = "There is no such conversation at this event, or it is not open to everybody."
PANEL = 5  # conversations shown on an event's front page


@dataclass(frozen=True)
class Conversation:
    """One follow-up in a list. `posted` is how many people want to be kept posted; who they are is not in here.

    It began with a pledge or an idea, where there is one; else with the session, which is otherwise where the idea came from.
    """

    id: int
    session: Session | None
    event: Event
    title: str
    posted: int
    leaders: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    idea: Idea | None = None
    pledge: Pledge | None = None


@dataclass(frozen=True)
class Chosen:
    """What a list of conversations is narrowed to."""

    hosted: bool = False
    event: str | None = None
    year: int | None = None
    topic: str | None = None


@dataclass(frozen=True)
class Listing:
    """One page of conversations: with a host or without, as chosen, and how many there are of each."""

    chosen: Chosen
    looking: int
    hosted: int
    page: int
    items: list[Conversation] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-(self.hosted if self.chosen.hosted else self.looking) // PAGE))


@dataclass(frozen=True)
class Choices:
    """What a series' list can be narrowed to: only events that the person may find, and what is in them."""

    events: list[Event]
    topics: list[tuple[str, str]]

    @property
    def years(self) -> list[int]:
        """The years of those events, newest first."""
        return sorted({event.year for event in self.events}, reverse=True)


def session_in(event: Event, session_id: int) -> Session:
    """The session of this event, with its pitch. Raises NotFound for any other."""
    session = db.session.scalar(
        select(Session).where(Session.id == session_id, Session.event_id == event.id)
        .options(joinedload(Session.pitch))) if session_id <= LARGEST_ID else None
    if session is None:
        raise NotFound("There is no such session at this event.")
    return session


def past_session(event: Event, session_id: int) -> Session:
    """A session of an earlier event of the same series, with its pitch. Raises NotFound for any other."""
    session = db.session.scalar(
        select(Session).join(Event, Event.id == Session.event_id)
        .options(joinedload(Session.pitch), contains_eager(Session.event))
        .where(Session.id == session_id, Event.series_id == event.series_id, Event.starts_on < event.starts_on)
    ) if session_id <= LARGEST_ID else None
    if session is None:
        raise NotFound("There is no such session at an earlier event of this series.")
    return session


ONE = (select(FollowUp).where(FollowUp.id == bindparam("followup"), FollowUp.event_id == bindparam("event"))
       .options(selectinload(FollowUp.people), joinedload(FollowUp.session).joinedload(Session.pitch),
                joinedload(FollowUp.insight).joinedload(Insight.board).joinedload(Board.session).joinedload(Session.pitch),
                joinedload(FollowUp.idea), joinedload(FollowUp.pledge)))


def followup_in(event: Event, followup_id: int) -> FollowUp:
    """A conversation of the event with everybody in it, whoever asks (2 statements). Raises NotFound."""
    followup = db.session.scalar(ONE, {"followup": followup_id, "event": event.id}) if followup_id <= LARGEST_ID else None
    if followup is None:
        raise NotFound(NO_CONVERSATION)
    return followup


def conversation(event: Event, followup_id: int, person: Person | None, seats: frozenset[int] = policy.NO_SEATS) -> FollowUp:
    """The same for who sees it; raises NotFound for others, too."""
    followup = followup_in(event, followup_id)
    if not policy.can_read(person, followup, seats):
        raise NotFound(NO_CONVERSATION)
    return followup


def followup_of(source: policy.Source) -> FollowUp | None:
    """The conversation that a session, an idea or a pledge started, with everybody in it."""
    return db.session.scalar(FOLLOWUP_OF[type(source)], {"source": source.id})


def of_ideas(event: Event) -> dict[int, tuple[str, ...]]:
    """Who hosts the conversation of each of the event's ideas that has one, by the idea's id; none: it looks for somebody (1)."""
    hosts: dict[int, dict[str, str]] = {}
    for idea_id, name in db.session.execute(
            select(FollowUp.idea_id, FollowUpPerson.name).join(Idea, Idea.id == FollowUp.idea_id)
            .outerjoin(FollowUpPerson, (FollowUpPerson.followup_id == FollowUp.id) & (FollowUpPerson.part == HOST))
            .where(Idea.event_id == event.id).order_by(FollowUpPerson.id)):
        hosts.setdefault(idea_id, {}).update({name.casefold(): name} if name else {})
    return {idea_id: tuple(names.values()) for idea_id, names in hosts.items()}


def host_names(followup: FollowUp) -> list[str]:
    """The hosts' names, each once: who was named in imported notes may have volunteered since."""
    return list({host.name.casefold(): host.name for host in followup.hosts}.values())


def of_event(event: Event, chosen: Chosen, page: int = 1) -> Listing:
    """Conversations of `event`, for whoever may read it."""
    return _listing(Event.id == event.id, chosen, page)


def of_series(series: Series, person: Person | None, chosen: Chosen, page: int = 1) -> Listing:
    """Conversations of those events of `series` that `person` may find, newest event first."""
    return _listing((Event.series_id == series.id) & policy.may_find(person), chosen, page)


def choices_of(series: Series, person: Person | None) -> Choices:
    """What the conversations of `series` that `person` may find can be narrowed to."""
    there = (Event.series_id == series.id) & policy.may_find(person)
    events = db.session.scalars(select(Event).where(Event.id.in_(_conversations(Event.id).where(there)))
                                .order_by(Event.starts_on.desc(), Event.id.desc()))
    topics = db.session.execute(
        _conversations(Topic.key, func.min(Topic.name)).join(PitchTopic, PitchTopic.pitch_id == Pitch.id)
        .join(Topic, Topic.id == PitchTopic.topic_id).where(there).group_by(Topic.key).order_by(Topic.key))
    return Choices(list(events), [(key, name) for key, name in topics])


def looking_at(event: Event) -> tuple[list[Conversation], int]:
    """The conversations of `event` that look for a host and most people want to hear of, and how many look in all."""
    wanted = (Event.id == event.id) & ~HAS_HOST
    found = db.session.scalar(_conversations(func.count()).where(wanted))
    return _items(wanted, POSTED_COUNT.desc(), FollowUp.id, limit=PANEL) if found else [], found


def carried_on_from(session: Session, person: Person | None) -> list[tuple[Pitch, Event, int | None]]:
    """Where the conversation of `session` was taken on, oldest event first: pitch, its event, and its session's id if any.

    Only at events that `person` may find. A pitch that became part of another is shown as that other. One statement where it
    was not taken on anywhere, two where it was.
    """
    if db.session.scalar(TAKEN_ON, {"session": session.id}) is None:
        return []
    taken, whole, there = aliased(Pitch), aliased(Pitch), aliased(Session)
    found = db.session.execute(
        select(whole, Event, there.id).select_from(CarriedOn).join(taken, taken.id == CarriedOn.pitch_id)
        .join(whole, whole.id == case((taken.state == MERGED, taken.merged_into_id), else_=taken.id))
        .join(Event, Event.id == whole.event_id).outerjoin(there, there.pitch_id == whole.id)
        .where(CarriedOn.session_id == session.id, whole.state.in_((OPEN, MERGED)), policy.may_find(person))
        .order_by(Event.starts_on, whole.id))
    return list({pitch.id: (pitch, event, there_id) for pitch, event, there_id in found}.values())


def sources_of(pitch: Pitch, person: Person | None) -> list[Session]:
    """The sessions whose conversation `pitch` carries on, or a pitch that became part of it. Only what `person` may find."""
    taken = aliased(Pitch)
    return list(db.session.scalars(
        select(Session).join(CarriedOn, CarriedOn.session_id == Session.id).join(taken, taken.id == CarriedOn.pitch_id)
        .join(Event, Event.id == Session.event_id)
        .where(or_(taken.id == pitch.id, taken.merged_into_id == pitch.id), policy.may_find(person))
        .options(contains_eager(Session.event), joinedload(Session.pitch)).order_by(Event.starts_on, Session.id)).unique())


def carries_on(pitch: Pitch) -> int | None:
    """The id of the session that this very pitch carries on, not one of its origins."""
    return db.session.scalar(select(CarriedOn.session_id).where(CarriedOn.pitch_id == pitch.id))


def later_events(session: Session, person: Person | None) -> list[Event]:
    """The later events of the series in which `person` may take part, so that the conversation may go on there."""
    if person is None:
        return []
    return list(db.session.scalars(
        select(Event).where(Event.series_id == session.event.series_id, Event.starts_on > session.event.starts_on,
                            policy.takes_part(person)).order_by(Event.starts_on, Event.id)))


HAS_HOST = exists().where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == HOST)
POSTED_COUNT = (select(func.count()).where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == POSTED)
                .correlate(FollowUp).scalar_subquery())


def _conversations(*columns) -> Select:
    """Follow-ups with what they began with, the session that it came from, its pitch, and the event.

    Not listed: one whose pitch or idea was withdrawn, one of a pledge that is not public.
    """
    return (select(*columns).select_from(FollowUp).outerjoin(Pledge, Pledge.id == FollowUp.pledge_id)
            .outerjoin(Idea, Idea.id == func.coalesce(FollowUp.idea_id, Pledge.idea_id))
            .outerjoin(Session, Session.id == func.coalesce(FollowUp.session_id, Idea.session_id))
            .outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .join(Event, Event.id == func.coalesce(Pledge.event_id, Idea.event_id, Session.event_id))
            .where(or_(FollowUp.session_id.is_not(None) & Pitch.state.in_((OPEN, MERGED)),
                       FollowUp.idea_id.is_not(None) & ~Idea.withdrawn,
                       FollowUp.pledge_id.is_not(None) & (Pledge.shown == PUBLIC_PLEDGE))))


def _listing(there: ColumnElement[bool], chosen: Chosen, page: int) -> Listing:
    if chosen.event:
        there &= Event.slug == chosen.event
    if chosen.year:
        there &= Event.starts_on.between(date(chosen.year, 1, 1), date(chosen.year, 12, 31))
    if chosen.topic:
        there &= Pitch.id.in_(select(PitchTopic.pitch_id).join(Topic, Topic.id == PitchTopic.topic_id)
                              .where(Topic.key == chosen.topic))
    total, hosted = db.session.execute(
        _conversations(func.count(), func.coalesce(func.sum(case((HAS_HOST, 1), else_=0)), 0)).where(there)).one()
    listing = Listing(chosen, looking=total - hosted, hosted=hosted, page=page)
    if page > listing.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    listing.items.extend(_items(there & (HAS_HOST if chosen.hosted else ~HAS_HOST), Event.starts_on.desc(), Event.id.desc(),
                                FollowUp.id, limit=PAGE, offset=(page - 1) * PAGE))
    return listing


def _items(wanted: ColumnElement[bool], *order, limit: int, offset: int = 0) -> list[Conversation]:
    place = joinedload(Session.placement)
    rows = db.session.execute(
        _conversations(FollowUp.id, Session, Event, Pitch, Idea, Pledge, POSTED_COUNT)
        .where(wanted).order_by(*order).limit(limit).offset(offset)
        .options(place.joinedload(Placement.room), place.joinedload(Placement.slot),
                 joinedload(Pledge.person), selectinload(Pitch.topics), selectinload(Pitch.leaders))).all()
    hosts: dict[int, dict[str, str]] = {}
    for followup_id, name in db.session.execute(
            select(FollowUpPerson.followup_id, FollowUpPerson.name).order_by(FollowUpPerson.id)
            .where(FollowUpPerson.followup_id.in_([row[0] for row in rows]), FollowUpPerson.part == HOST)):
        hosts.setdefault(followup_id, {})[name.casefold()] = name
    return [Conversation(id=i, session=session, event=event, posted=posted, idea=idea, pledge=pledge,
                         title=pledge.text if pledge else idea.name if idea else pitch.title,
                         leaders=tuple(one.name for one in pitch.leaders) if pitch and not idea and not pledge else (),
                         hosts=tuple(hosts.get(i, {}).values()), topics=tuple(pitch.topics) if pitch else ())
            for i, session, event, pitch, idea, pledge, posted in rows]
