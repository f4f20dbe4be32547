"""People worth meeting: what is known of those of a series who want to meet people, as far as both may see it.

Everything is of public events and of those that both hold a pass to. Of a conversation only who is visibly in it counts (who
hosts, offers, asks or posts), and only where both read it; who merely wants to be kept posted is told to nobody. A fixed number
of SQL statements, however many want to meet people; what is made of it is in `worth.py`.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, time

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.events.models import PUBLIC, Event, Pass, Series, SeriesOwner, Topic
from app.events.policy import takes_part
from app.followups.models import HOST, READ_PEOPLE, STANDING, FollowUp, FollowUpPerson, Offer, Post
from app.grid.models import Session
from app.infra import clock, db
from app.introductions import policy
from app.introductions.models import Introduction, MeetingWish, Sharing, Shut
from app.introductions.queries import IN_FORCE
from app.pitches.models import MERGED, OPEN, Interest, Leader, Pitch, PitchTopic

TALK, PUBLIC_SIDE = "talk", 0  # a part in a conversation beside HOST; the event's id of who owns the series
FEW = 500  # so many people are named in a statement


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who wants to meet people, too."""

    id: int
    name: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody offers or asks for in a conversation."""

    person_id: int
    kind: str
    text: str
    followup_id: int
    event_id: int


@dataclass
class Known:
    """What may be said to one person of the others. Everything in it is already of what both may see."""

    candidates: dict[int, Candidate]
    # By conversation: what it is called, who is visibly in it (their part), of the other and of who asks.
    conversations: dict[int, tuple[str, dict[int, str]]] = field(default_factory=dict)
    offers: list[Said] = field(default_factory=list)
    # By pitch: its title, how many marked it at all, and who of the others did.
    marks: dict[int, tuple[str, int, set[int]]] = field(default_factory=dict)
    # By topic: its name, and who of the others comes back to it.
    topics: dict[str, tuple[str, set[int]]] = field(default_factory=dict)
    readers: "_Readers | None" = None


class _Readers:
    """Who reads which event of the series: everybody a public one, who holds a pass to it (or owns the series) any other."""

    def __init__(self, series: Series, me: Person):
        self._passes: set[tuple[int, int]] = set()
        events = db.session.execute(select(Event.id, Event.visibility).where(
            Event.series_id == series.id, or_(Event.visibility == PUBLIC, takes_part(me)))).all()
        self.open = {i for i, visibility in events if visibility == PUBLIC}
        self.ids = [i for i, _ in events]
        self._passes = {(event_id, person_id) for event_id, person_id in db.session.execute(union_all(
            select(Pass.event_id, Pass.person_id).join(MeetingWish, and_(
                MeetingWish.person_id == Pass.person_id, MeetingWish.series_id == series.id)).where(Pass.event_id.in_(self.ids)),
            select(literal(PUBLIC_SIDE), SeriesOwner.person_id).where(SeriesOwner.series_id == series.id)))}

    def holds(self, person_id: int, event_id: int) -> bool:
        """Whether somebody holds a pass to an event, or owns the series."""
        return (event_id, person_id) in self._passes or (PUBLIC_SIDE, person_id) in self._passes

    def reads(self, person_id: int, event_id: int) -> bool:
        """Whether somebody finds and reads an event."""
        return event_id in self.open or self.holds(person_id, event_id)


def known_to(series: Series, me: Person, on: date) -> Known:
    """What may be said to `me`, who wants to meet people of `series`, of the others who do (8 statements): all but topics."""
    known = Known(_candidates(series, me, on))
    if known.candidates:
        known.readers = _Readers(series, me)
        _conversations(known, known.readers, me)
        _offers(known, known.readers, series, me)
        _marks(known, known.readers, series, me)
    return known


def _candidates(series: Series, me: Person, on: date) -> dict[int, Candidate]:
    """Who wants to meet people and takes part in the series; nobody shut out by either, known already or asked before today."""
    today = clock.instant(on, time(0), "UTC")
    taking_part = or_(
        exists().where(Pass.person_id == Person.id, Pass.event_id == Event.id, Event.series_id == series.id),
        exists().where(SeriesOwner.person_id == Person.id, SeriesOwner.series_id == series.id))
    rows = db.session.execute(
        select(Person.id, Person.name, Person.organisation).join(MeetingWish, MeetingWish.person_id == Person.id).where(
            MeetingWish.series_id == series.id, Person.id != me.id, taking_part,
            ~exists().where(or_(and_(Shut.person_id == me.id, Shut.other_id == Person.id),
                                and_(Shut.person_id == Person.id, Shut.other_id == me.id))),
            ~exists().where(Sharing.introduction_id == Introduction.id, Sharing.taker_id == me.id, Sharing.giver_id == Person.id,
                            IN_FORCE),
            ~exists().where(Introduction.by_id == me.id, Introduction.a_id == me.id, Introduction.b_id == Person.id,
                            Introduction.asked_at < today, Introduction.asked_at > today - policy.LAPSES)))
    return {i: Candidate(i, name, organisation) for i, name, organisation in rows}


def _seen() -> ColumnElement[bool]:
    """Conversations whose source nobody took away or keeps to themselves; joined to `_sources`."""
    return or_(and_(FollowUp.session_id.is_not(None), Pitch.state.in_((OPEN, MERGED))), and_(
        FollowUp.idea_id.is_not(None), ~Idea.withdrawn), Insight.state == SHOWN, Pledge.shown == PUBLIC_PLEDGE)


def _sources(statement):
    return (statement.outerjoin(Session, Session.id == FollowUp.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .outerjoin(Idea, Idea.id == FollowUp.idea_id).outerjoin(Insight, Insight.id == FollowUp.insight_id)
            .outerjoin(Pledge, Pledge.id == FollowUp.pledge_id))


def _conversations(known: Known, readers: _Readers, me: Person) -> None:
    def with_me(model, *more):
        return select(model.followup_id).where(model.person_id == me.id, *more)

    own = FollowUp.id.in_(union_all(with_me(FollowUpPerson, FollowUpPerson.part == HOST), with_me(Offer),
                                    with_me(Post, ~Post.hidden)))
    found = {one.id: one for one in db.session.scalars(
        _sources(select(FollowUp)).where(own, _seen(), FollowUp.event_id.in_(readers.ids))
        .options(joinedload(FollowUp.session).joinedload(Session.pitch), joinedload(FollowUp.insight), joinedload(FollowUp.idea),
                 joinedload(FollowUp.pledge)))}
    there: dict[int, set[int]] = defaultdict(set)
    parts: dict[int, dict[int, str]] = defaultdict(dict)
    for followup_id, person_id, part in db.session.execute(union_all(
            select(FollowUpPerson.followup_id, FollowUpPerson.person_id, FollowUpPerson.part).where(
                FollowUpPerson.followup_id.in_(found), FollowUpPerson.person_id.is_not(None)),
            select(Offer.followup_id, Offer.person_id, literal(TALK)).where(Offer.followup_id.in_(found)).distinct(),
            select(Post.followup_id, Post.person_id, literal(TALK)).where(
                Post.followup_id.in_(found), Post.person_id.is_not(None), ~Post.hidden, Post.name != "").distinct())):
        if part != TALK:
            there[followup_id].add(person_id)
        concerned = person_id == me.id or person_id in known.candidates
        if concerned and part in (HOST, TALK) and parts[followup_id].get(person_id) != HOST:
            parts[followup_id][person_id] = part
    for followup_id, one in found.items():
        def reads(person_id: int, one: FollowUp = one) -> bool:
            return readers.reads(person_id, one.event_id) and (
                one.insight_id is None or readers.holds(person_id, one.event_id)) and (
                one.readers != READ_PEOPLE or person_id in there[one.id])

        seen = {person_id: part for person_id, part in parts[followup_id].items() if reads(person_id)}
        if me.id in seen and len(seen) > 1:
            known.conversations[followup_id] = one.called, seen


def _offers(known: Known, readers: _Readers, series: Series, me: Person) -> None:
    """What stands to be offered and asked for by those concerned; nothing of conversations that only the people in them read."""
    wanted = Offer.person_id.in_(select(MeetingWish.person_id).where(MeetingWish.series_id == series.id))
    rows = [Said(*row) for row in db.session.execute(
        _sources(select(Offer.person_id, Offer.kind, Offer.text, Offer.followup_id, FollowUp.event_id)
                 .join(FollowUp, FollowUp.id == Offer.followup_id))
        .where(wanted, Offer.state == STANDING, FollowUp.readers != READ_PEOPLE, FollowUp.insight_id.is_(None), _seen(),
               FollowUp.event_id.in_(readers.ids)).order_by(Offer.id))]
    known.offers = [one for one in rows if one.person_id == me.id or one.person_id in known.candidates]
    known.offers = [one for one in known.offers if readers.reads(one.person_id, one.event_id)]


def _marks(known: Known, readers: _Readers, series: Series, me: Person) -> None:
    mine = select(Interest.pitch_id).where(Interest.person_id == me.id)
    pitches = {i: (title, event_id, many) for i, title, event_id, many in db.session.execute(
        select(Pitch.id, Pitch.title, Pitch.event_id, select(func.count()).where(Interest.pitch_id == Pitch.id).scalar_subquery())
        .where(Pitch.id.in_(mine), Pitch.state.in_((OPEN, MERGED)), Pitch.event_id.in_(readers.ids)))}
    by_pitch: dict[int, set[int]] = defaultdict(set)
    for pitch_id, person_id in db.session.execute(
            select(Interest.pitch_id, Interest.person_id).join(MeetingWish, and_(
                MeetingWish.person_id == Interest.person_id, MeetingWish.series_id == series.id)).where(
                Interest.pitch_id.in_(pitches))):
        if person_id in known.candidates and readers.reads(person_id, pitches[pitch_id][1]):
            by_pitch[pitch_id].add(person_id)
    known.marks = {i: (pitches[i][0], pitches[i][2], people) for i, people in by_pitch.items()}


def topics_among(known: Known, series: Series, me: Person, ids: Collection[int]) -> None:
    """Put into `known` which topics `me` and these of the others come back to (2 statements)."""
    if known.readers is None:
        return
    readers = known.readers

    def to(who: ColumnElement[bool], model):
        return select(Topic.key, Topic.name, Pitch.event_id, model.person_id, Pitch.id).select_from(model).join(
            Pitch, Pitch.id == model.pitch_id).join(PitchTopic, PitchTopic.pitch_id == Pitch.id).join(
            Topic, Topic.id == PitchTopic.topic_id).where(who, Pitch.state.in_((OPEN, MERGED)), Pitch.event_id.in_(readers.ids))

    mine = {key: name for key, name, *_ in db.session.execute(
        union_all(to(Interest.person_id == me.id, Interest), to(Leader.person_id == me.id, Leader)))}
    wish = select(MeetingWish.person_id).where(MeetingWish.series_id == series.id)
    among = (lambda model: model.person_id.in_(ids)) if len(ids) <= FEW else (lambda model: model.person_id.in_(wish))
    both = union_all(*(to(and_(among(model), Topic.key.in_(mine)), model) for model in (Interest, Leader))).subquery()
    for key, event_id, person_id in db.session.execute(select(both.c.key, both.c.event_id, both.c.person_id).distinct()):
        if person_id in known.candidates and readers.reads(person_id, event_id):
            known.topics.setdefault(key, (mine[key], set()))[1].add(person_id)


def wants_to_meet(person: Person) -> list[Series]:
    """The series of which `person` wants to meet people, by name (1 statement)."""
    return list(db.session.scalars(select(Series).join(MeetingWish, MeetingWish.series_id == Series.id)
                                   .where(MeetingWish.person_id == person.id).order_by(Series.name)))
