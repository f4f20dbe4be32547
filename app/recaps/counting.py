"""How much came of events: each number is one count of rows, the same rows that the list it links to shows to the same reader.

A fixed number of SQL statements, however many events there are. Pledges that only their person sees are in no number at all.
Those for a few are counted from `FEW` people on, and how many of them were kept only where as many people kept theirs and as many
did not: no number tells of anybody what they did not tell everybody.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import case, distinct, func, select

from app.accounts.models import Person
from app.boards.idea_models import KEPT, PUBLIC_PLEDGE, TO_GROUP, Idea, IdeaJoiner, Pledge
from app.events.models import LIVE, Event
from app.followups import lists_queries
from app.followups.lists_queries import STATES
from app.grid.models import Placement, Session
from app.infra import db
from app.notes.models import PUBLISHED, WRITTEN_UP, Note
from app.notes.queries import says_something
from app.recaps.taken_on import taken_on

FEW = 5


@dataclass(frozen=True)
class Numbers:
    """What came of one event, or of several, as somebody may see it.

    `hosts` names who carried a conversation on, so that the same person counts once across events. `others` are pledges that not
    everybody sees, `others_kept` how many of them were kept; None where too few people made them to say so.
    """

    held: int = 0
    noted: int = 0
    written_up: int = 0
    states: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATES, 0))
    hosts: frozenset[str] = frozenset()
    ideas: int = 0
    joined: int = 0
    tried: int = 0
    pledges: int = 0
    kept: int = 0
    others: int | None = None
    others_kept: int | None = None
    again: int = 0

    @property
    def conversations(self) -> int:
        """How many conversations there are in whatever state."""
        return sum(self.states.values())

    @property
    def anything(self) -> bool:
        """Whether there is anything to show."""
        return bool(self.held or self.noted or self.conversations or self.ideas or self.pledges or self.others or self.again)

    def __add__(self, other: "Numbers") -> "Numbers":
        def both(name: str) -> int:
            return getattr(self, name) + getattr(other, name)

        return Numbers(
            *map(both, ("held", "noted", "written_up")), {state: self.states[state] + other.states[state] for state in STATES},
            self.hosts | other.hosts, *map(both, ("ideas", "joined", "tried", "pledges", "kept")),
            _sum(self.others, other.others), _sum(self.others_kept, other.others_kept), both("again"))


def _sum(one: int | None, other: int | None) -> int | None:
    return None if one is None and other is None else (one or 0) + (other or 0)


def numbers_of(events: Iterable[Event], person: Person | None) -> dict[int, Numbers]:
    """The numbers of each of the events, which `person` may read (8 statements)."""
    ids = [event.id for event in events]
    held, noted, ideas = _held(ids), _noted(ids), _ideas(ids)
    states, hosts = lists_queries.counts_of(ids, person), lists_queries.hosts_of(ids, person)
    pledges, again = _pledges(ids), defaultdict(int)
    for one in taken_on(ids, person):
        again[one.event_id] += 1
    return {one: Numbers(
        held.get(one, 0), *noted.get(one, (0, 0)), dict.fromkeys(STATES, 0) | states.get(one, {}), frozenset(hosts.get(one, ())),
        *ideas.get(one, (0, 0, 0)), *pledges.get(one, (0, 0, None, None)), again[one]) for one in ids}


def _held(ids: list[int]) -> dict[int, int]:
    """Sessions that have a place on a grid that everybody sees, and were not cancelled."""
    return dict(db.session.execute(
        select(Session.event_id, func.count()).join(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .join(Event, Event.id == Session.event_id)
        .where(Session.event_id.in_(ids), Session.cancelled == "", Event.grid_state == LIVE).group_by(Session.event_id)).all())


def _noted(ids: list[int]) -> dict[int, tuple[int, int]]:
    """Sessions whose notes say anything, and those of them that are written up or published."""
    finished = case((Note.state.in_((WRITTEN_UP, PUBLISHED)), 1), else_=0)
    return {event_id: (count, done) for event_id, count, done in db.session.execute(
        says_something(select(Session.event_id, func.count(), func.sum(finished)).select_from(Note)
                       .join(Session, Session.id == Note.session_id))
        .where(Session.event_id.in_(ids)).group_by(Session.event_id))}


def _ideas(ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Ideas that were not withdrawn, how often somebody joined one, and how many were tried."""
    joined = select(func.count()).where(IdeaJoiner.idea_id == Idea.id).correlate(Idea).scalar_subquery()
    rows = select(Idea.event_id, joined.label("joined"), case((Idea.tried_at.is_not(None), 1), else_=0).label("tried")).where(
        Idea.event_id.in_(ids), ~Idea.withdrawn).subquery()
    return {event_id: tuple(numbers) for event_id, *numbers in db.session.execute(
        select(rows.c.event_id, func.count(), func.sum(rows.c.joined), func.sum(rows.c.tried)).group_by(rows.c.event_id))}


def _pledges(ids: list[int]) -> dict[int, tuple[int, int, int | None, int | None]]:
    """Pledges that everybody sees and those of them that were kept; then those for a few, where enough people made them."""
    found: dict[int, list] = {}
    rows = select(Pledge.event_id, Pledge.shown, Pledge.person_id, case((Pledge.state == KEPT, 1), else_=0).label("kept")).where(
        Pledge.event_id.in_(ids), Pledge.shown.in_((PUBLIC_PLEDGE, TO_GROUP))).subquery()
    for event_id, shown, kept, count, makers in db.session.execute(
            select(rows.c.event_id, rows.c.shown, rows.c.kept, func.count(), func.count(distinct(rows.c.person_id)))
            .group_by(rows.c.event_id, rows.c.shown, rows.c.kept)):
        found.setdefault(event_id, {})[(shown, bool(kept))] = (count, makers)
    return {event_id: _said(rows) for event_id, rows in found.items()}


def _said(rows: dict[tuple[str, bool], tuple[int, int]]) -> tuple[int, int, int | None, int | None]:
    (kept, _), (rest, _) = rows.get((PUBLIC_PLEDGE, True), (0, 0)), rows.get((PUBLIC_PLEDGE, False), (0, 0))
    (theirs, keepers), (open_, makers) = rows.get((TO_GROUP, True), (0, 0)), rows.get((TO_GROUP, False), (0, 0))
    # (Somebody may have kept one and not another, so the larger of the two is how many people there are for sure.)
    others = theirs + open_ if max(keepers, makers) >= FEW else None
    return kept + rest, kept, others, theirs if min(keepers, makers) >= FEW else None
