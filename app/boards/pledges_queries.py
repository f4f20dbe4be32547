"""Reading pledges: only those that the reader may read, in whatever list. Each asks a fixed number of SQL statements.

What a breakout group's members see is asked with `seats`, the ids of the groups that the reader sits in: the database knows
them only by marks that a request can make (`pledges_seats.py`).
"""

from dataclasses import dataclass, field

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards.bazaar_policy import reads_pledges
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, Pledge
from app.boards.models import Board, Group, Member, Seating
from app.errors import NotFound
from app.events.models import Event
from app.infra import db
from app.pitches.queries import LARGEST_ID

PAGE = 50


@dataclass(frozen=True)
class Pledges:
    """A page of others' pledges that the reader may read, and all of their own."""

    own: list[Pledge]
    page: int
    total: int
    others: list[Pledge] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def pledge_in(event: Event, person: Person | None, pledge_id: int, seats: frozenset[int] = frozenset()) -> Pledge:
    """A pledge of this event that `person` may read (2 statements). Raises NotFound for any other, as for none at all."""
    pledge = db.session.scalar(
        select(Pledge).where(Pledge.id == pledge_id, Pledge.event_id == event.id, reads_pledges(person, event, seats))
        .options(joinedload(Pledge.person), joinedload(Pledge.idea), joinedload(Pledge.group), joinedload(Pledge.event))
    ) if pledge_id <= LARGEST_ID else None
    if pledge is None:
        raise NotFound("There is no such pledge, or it is not for everybody to see.")
    return pledge


def of_idea(idea: Idea, person: Person | None, seats: frozenset[int] = frozenset()) -> list[Pledge]:
    """The pledges for an idea that `person` may read, their own first (2 statements)."""
    return list(db.session.scalars(
        select(Pledge).where(Pledge.idea_id == idea.id, reads_pledges(person, idea.event, seats))
        .options(joinedload(Pledge.person), joinedload(Pledge.group))
        .order_by(case((Pledge.person_id == (person.id if person else 0), 0), else_=1), Pledge.id)))


def pledges_of(event: Event, person: Person | None, seats: frozenset[int] = frozenset(), page: int = 1) -> Pledges:
    """All that `person` pledged at the event, and a page of what others did, newest first (4 statements).

    Raises NotFound for a page that is not there.
    """
    there = [Pledge.event_id == event.id, reads_pledges(person, event, seats)]
    people = [joinedload(Pledge.person), joinedload(Pledge.idea), joinedload(Pledge.group)]
    own = list(db.session.scalars(select(Pledge).where(Pledge.event_id == event.id, Pledge.person_id == person.id)
                                  .options(*people).order_by(Pledge.id))) if person else []
    if person:
        there.append(Pledge.person_id != person.id)
    listing = Pledges(own, page, db.session.scalar(select(func.count()).select_from(Pledge).where(*there)))
    if page > listing.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    listing.others.extend(db.session.scalars(select(Pledge).where(*there).options(*people).order_by(Pledge.id.desc())
                                             .limit(PAGE).offset((page - 1) * PAGE)))
    return listing


def public_count(event: Event) -> int:
    """How many pledges of the event everybody may see (1 statement)."""
    return db.session.scalar(select(func.count()).select_from(Pledge).where(Pledge.event_id == event.id,
                                                                            Pledge.shown == PUBLIC_PLEDGE))


def boards_with_groups(event: Event) -> list[int]:
    """The ids of the event's boards at which people sit in groups (1 statement)."""
    return list(db.session.scalars(select(Board.id).where(
        Board.event_id == event.id, Board.id.in_(select(Seating.board_id))).order_by(Board.id)))


def groups_with(marks: list[str]) -> list[Group]:
    """The breakout groups in which one of these seat marks sits, newest first (1 statement)."""
    return list(db.session.scalars(
        select(Group).where(Group.id.in_(select(Member.group_id).where(Member.mark.in_(marks)))).order_by(Group.id.desc()))
    ) if marks else []
