"""What came of an event or a series: the numbers, and what they count in people's own words, each with where it came from.

A fixed number of SQL statements. Only what the reader may read: of notes and boards, of pledges those that everybody sees.
"""

from dataclasses import dataclass, field

from sqlalchemy import case, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards.bazaar_policy import reads_boards, reads_notes
from app.boards.idea_models import KEPT, PUBLIC_PLEDGE, Idea, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board
from app.events.models import Event, Series
from app.followups import lists_queries
from app.followups import policy as followups_policy
from app.followups.lists_queries import Conversation
from app.followups.models import CAME, FollowUp
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import PUBLISHED, Note
from app.notes.queries import says_something
from app.recaps import policy
from app.recaps.counting import Numbers, numbers_of
from app.recaps.taken_on import TakenOn, taken_on

MOST = 500  # of one kind, in words; numbers count them all
OF_SERIES = 50  # outcomes of a series, the newest; each event has all of its own


@dataclass(frozen=True)
class Outcome:
    """A conversation that came to something; `line` is the line of notes that it began from, `noted`: there are notes to read."""

    conversation: Conversation
    line: str = ""
    noted: bool = False

    @property
    def began_with(self) -> str:
        """What it began with: "session", "insight", "idea" or "pledge"."""
        return type(self.conversation.source).__name__.lower()


@dataclass(frozen=True)
class Tried:
    """An idea that was tried, and where it came from as far as the reader may read that."""

    idea: Idea
    line: str
    insight: str
    board_id: int | None
    insight_id: int | None
    noted: bool


@dataclass(frozen=True)
class Recap:
    """What came of one event."""

    numbers: Numbers
    outcomes: list[Outcome] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    kept: list[Pledge] = field(default_factory=list)
    again: list[TakenOn] = field(default_factory=list)


@dataclass(frozen=True)
class SeriesRecap:
    """What came of a series: of each event that the reader may find and whose page is shown to them, newest first."""

    events: list[tuple[Event, Numbers]]
    total: Numbers
    outcomes: list[Outcome]


def came_of(event: Event, person: Person | None) -> Recap:
    """What came of the event, for somebody who may see its page."""
    noted = _readable_notes(event, person)
    items = _came(Event.id == event.id, person, MOST)
    lines = _lines(items, noted)
    return Recap(numbers_of([event], person)[event.id],
                 [Outcome(one, lines.get(one.id, ""), one.session is not None and one.session.id in noted) for one in items],
                 _tried(event, person, noted), _kept(event), taken_on([event.id], person))


def of_series(series: Series, person: Person | None) -> SeriesRecap:
    """What came of the series' events that `person` may find and whose page is shown to them."""
    there = (Event.series_id == series.id) & followups_policy.may_find(person) & policy.shown_to(person)
    events = list(db.session.scalars(select(Event).where(there).order_by(Event.starts_on.desc(), Event.id.desc())))
    numbers = numbers_of(events, person)
    return SeriesRecap([(event, numbers[event.id]) for event in events], sum(numbers.values(), Numbers()),
                       [Outcome(one) for one in _came(there, person, OF_SERIES)])


def _came(there, person: Person | None, most: int) -> list[Conversation]:
    return lists_queries.items_of(there & followups_policy.may_see(person) & (FollowUp.state == CAME), person,
                                  Event.starts_on.desc(), FollowUp.state_at.desc(), FollowUp.id, limit=most)


def _lines(items: list[Conversation], noted: set[int]) -> dict[int, str]:
    """The lines of notes that conversations of sessions began from, for who reads those notes (1 statement)."""
    return dict(db.session.execute(select(FollowUp.id, FollowUp.line).where(
        FollowUp.id.in_([one.id for one in items]), FollowUp.session_id.in_(noted))).all())


def _readable_notes(event: Event, person: Person | None) -> set[int]:
    """The sessions of the event that have notes which `person` may read (2 statements)."""
    wanted = [Session.event_id == event.id]
    if not notes_policy.can_read_all(person, event):
        wanted += [Note.state == PUBLISHED] if event.notes_readers == "published" else [Note.session_id.is_(None)]
    return set(db.session.scalars(says_something(
        select(Note.session_id).join(Session, Session.id == Note.session_id)).where(*wanted)))


def _tried(event: Event, person: Person | None, noted: set[int]) -> list[Tried]:
    seen = (Insight.state == SHOWN) & reads_boards(person, event)
    line_read = reads_notes(person, event, Idea.session_id)
    rows = db.session.execute(
        select(Idea, case((line_read, Idea.line), else_=""), case((seen, Insight.text), else_=""), case((seen, Board.id)),
               case((seen, Insight.id)))
        .outerjoin(Insight, Insight.id == Idea.insight_id).outerjoin(Board, Board.id == Insight.board_id)
        .where(Idea.event_id == event.id, ~Idea.withdrawn, Idea.tried_at.is_not(None))
        .options(joinedload(Idea.session).joinedload(Session.pitch)).order_by(Idea.tried_at, Idea.id).limit(MOST))
    return [Tried(idea, line or "", words or "", board_id, insight_id, idea.session_id in noted)
            for idea, line, words, board_id, insight_id in rows]


def _kept(event: Event) -> list[Pledge]:
    return list(db.session.scalars(
        select(Pledge).where(Pledge.event_id == event.id, Pledge.shown == PUBLIC_PLEDGE, Pledge.state == KEPT)
        .options(joinedload(Pledge.person), joinedload(Pledge.idea)).order_by(Pledge.id).limit(MOST)))
