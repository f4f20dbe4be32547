"""The conversations that one person is in, and what waits for them there."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, TO_GROUP, IdeaJoiner, Pledge
from app.boards.insight_models import Insight
from app.boards.models import Board
from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, Event
from app.events.policy import takes_part
from app.followups import policy
from app.followups.models import HOST, OPEN, STANDING, FollowUp, FollowUpPerson, Offer
from app.grid.models import Session
from app.infra import clock, db
from app.notes.models import Note
from app.pitches.queries import LARGEST_ID

PAGE = 30
SOON_DAYS = 14
UNSEEN = "A conversation that you do not see any more"


@dataclass(frozen=True)
class Own:
    """One of somebody's conversations. `seen`: they may still look at it; else nothing of it is told but that they are in it.

    `asked_by`: who asks them to host it. `question`: its hosts were asked whether it goes on. `next_at`: its next date, if soon.
    `over`: the day it was to end on has passed. `offers`: what they offer or ask for in it and what stands.
    """

    followup: FollowUp
    called: str
    seen: bool
    hosting: bool
    asked: bool = False
    asked_by: str = ""
    question: bool = False
    next_at: datetime | None = None
    over: bool = False
    offers: list[Offer] = field(default_factory=list)

    @property
    def waits(self) -> bool:
        """Whether something waits for an answer of theirs."""
        return self.asked or self.question


@dataclass(frozen=True)
class Mine:
    """One page of somebody's conversations: those in which something waits for them first, then what they host."""

    items: list[Own]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))

    @property
    def waiting(self) -> int:
        """How many of this page wait for an answer."""
        return sum(one.waits for one in self.items)


def of_person(person: Person, at: datetime, page: int = 1) -> Mine:
    """The conversations that `person` is in, those that wait for them and that they host first, then the one that moved last.

    Raises NotFound for a page that is not there.
    """
    own = FollowUpPerson.person_id == person.id
    total = db.session.scalar(select(func.count()).select_from(FollowUpPerson).where(own))
    made = Mine([], total, page)
    if page > made.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    rows = db.session.execute(
        select(FollowUp, FollowUpPerson).join(FollowUpPerson, FollowUpPerson.followup_id == FollowUp.id).where(own)
        .order_by(FollowUpPerson.asked_at.is_(None), ((FollowUpPerson.part == HOST) & (FollowUp.asked > 0)).desc(),
                  (FollowUp.state == OPEN).desc(), FollowUpPerson.part, FollowUp.moved_at.desc(), FollowUp.id)
        .limit(PAGE).offset((page - 1) * PAGE).options(*_whole(), joinedload(FollowUpPerson.asked_by))).all()
    offers: dict[int, list[Offer]] = {}
    for offer in db.session.scalars(select(Offer).where(
            Offer.person_id == person.id, Offer.state == STANDING,
            Offer.followup_id.in_([followup.id for followup, _ in rows])).order_by(Offer.id)) if rows else ():
        offers.setdefault(offer.followup_id, []).append(offer)
    seen = _seen([followup.id for followup, _ in rows], person)
    made.items.extend(_own(followup, part, followup.id in seen, offers.get(followup.id, []), at) for followup, part in rows)
    return made


def own_conversation(person: Person, followup_id: int) -> FollowUp | None:
    """A conversation that `person` is in, whether or not they still see it."""
    return db.session.scalar(
        select(FollowUp).join(FollowUpPerson, FollowUpPerson.followup_id == FollowUp.id)
        .where(FollowUp.id == followup_id, FollowUpPerson.person_id == person.id).options(*_whole())
    ) if followup_id <= LARGEST_ID else None


def name_for(person: Person, followup: FollowUp) -> str:
    """What it is called, for somebody in it: nothing of it where they do not see it any more."""
    return followup.called if policy.can_read(person, followup) else UNSEEN


def waiting_for(person: Person) -> tuple[int, int]:
    """In how many conversations `person` is, and in how many of them an answer of theirs is waited for (1 statement)."""
    waits = FollowUpPerson.asked_at.is_not(None) | (
        (FollowUpPerson.part == HOST) & (FollowUp.asked > 0) & (FollowUp.state == OPEN))
    return tuple(db.session.execute(
        select(func.count(), func.count().filter(waits)).select_from(FollowUpPerson)
        .join(FollowUp, FollowUp.id == FollowUpPerson.followup_id).where(FollowUpPerson.person_id == person.id)).one())


def _seen(ids: list[int], person: Person) -> set[int]:
    """Which of these conversations `person` sees (`policy.can_read`), but for pledges shown to a breakout group (1 statement).

    Which groups they sit in is known on the pages of an event only.
    """
    joined = select(IdeaJoiner.idea_id).where(IdeaJoiner.person_id == person.id)
    pledge = (Pledge.shown == PUBLIC_PLEDGE) | (Pledge.person_id == person.id) | (
        (Pledge.shown == TO_GROUP) & Pledge.group_id.is_(None) & Pledge.idea_id.in_(joined) & takes_part(person))
    return set(db.session.scalars(
        select(FollowUp.id).join(Event, Event.id == FollowUp.event_id).outerjoin(Pledge, Pledge.id == FollowUp.pledge_id)
        .outerjoin(Insight, Insight.id == FollowUp.insight_id).outerjoin(Board, Board.id == Insight.board_id)
        .outerjoin(Note, Note.session_id == Board.session_id)
        .where(FollowUp.id.in_(ids), (Event.visibility != ATTENDEES_ONLY) | takes_part(person),
               policy.sees_insight(person), FollowUp.pledge_id.is_(None) | pledge)))


def _own(followup: FollowUp, part: FollowUpPerson, seen: bool, offers: list[Offer], at: datetime) -> Own:
    hosting = part.part == HOST
    if not seen:
        return Own(followup, UNSEEN, False, hosting)
    soon = followup.next_at is not None and at - timedelta(days=1) <= followup.next_at <= at + timedelta(days=SOON_DAYS)
    today = clock.local(at, followup.event.time_zone).date()
    still = followup.state == OPEN
    return Own(followup, followup.called, True, hosting, asked=part.asked_at is not None,
               asked_by=part.asked_by.name if part.asked_by else "", question=hosting and still and followup.asked > 0,
               next_at=followup.next_at if soon and still else None,
               over=still and followup.ends_on is not None and followup.ends_on < today, offers=offers)


def _whole() -> tuple:
    return (selectinload(FollowUp.people), joinedload(FollowUp.event), joinedload(FollowUp.session).joinedload(Session.pitch),
            joinedload(FollowUp.insight).joinedload(Insight.board).joinedload(Board.session).joinedload(Session.pitch),
            joinedload(FollowUp.idea), joinedload(FollowUp.pledge))
