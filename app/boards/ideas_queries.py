"""Reading ideas: the bazaar, one idea, and what was made of what. Each asks a fixed number of SQL statements."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, exists, false, func, null, select, true
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import Person
from app.boards.bazaar_policy import reads_boards
from app.boards.idea_models import PUBLIC_PLEDGE, Idea, IdeaJoiner, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board, Group
from app.errors import NotFound
from app.events.models import Event, Topic
from app.grid.models import Session
from app.infra import db
from app.infra.markup.text import excerpt
from app.pitches.models import Pitch, PitchTopic
from app.pitches.queries import LARGEST_ID, topic_keys

PAGE = 48
PANEL = 3  # ideas shown on an event's front page
OF_SESSION = 5  # and on a session's page
SUMMARY = 320  # characters of what to try, on a card
OFFERED, NOT_OFFERED = "yes", "no"

JOINED = select(func.count()).where(IdeaJoiner.idea_id == Idea.id).correlate(Idea).scalar_subquery()
PLEDGED = (select(func.count()).where(Pledge.idea_id == Idea.id, Pledge.shown == PUBLIC_PLEDGE)
           .correlate(Idea).scalar_subquery())


@dataclass(frozen=True, slots=True)
class Card:
    """An idea as lists show it. `offered` is who offers it, "" for nobody yet; `pledges` counts only what everybody may see.

    `insight_id`, `board` and `group` are what the reader may read of where it came from; `noted`: it was a line of the notes.
    """

    id: int
    name: str
    what: str
    offered: str
    joined: int
    mine: bool
    pledges: int
    session_id: int | None
    session: str
    noted: bool
    insight_id: int | None
    board_id: int | None
    board: str
    group: str
    topics: tuple[tuple[str, str], ...] = ()

    @property
    def summary(self) -> str:
        """The first words of what to try."""
        return excerpt(self.what, SUMMARY)


@dataclass(frozen=True)
class Chosen:
    """What the bazaar is narrowed to."""

    topic: int | None = None
    session: int | None = None
    offered: str = ""

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.topic or self.session or self.offered)


@dataclass(frozen=True)
class Listing:
    """One page of ideas, how many fit, how many there are, and what they can be narrowed to."""

    chosen: Chosen
    total: int
    all: int
    page: int
    size: int
    cards: list[Card] = field(default_factory=list)
    topics: list[tuple[int, str]] = field(default_factory=list)
    sessions: list[tuple[int, str]] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.size))


def bazaar(event: Event, person: Person | None, chosen: Chosen, page: int = 1, *, size: int = PAGE) -> Listing:
    """The ideas of the event that were not withdrawn, in the order they were put up (7 statements).

    Raises NotFound for a page that is not there.
    """
    there = (Idea.event_id == event.id) & ~Idea.withdrawn
    wanted = there & _narrowed(chosen)
    everything, total = db.session.execute(
        select(func.count(), func.coalesce(func.sum(case((wanted, 1), else_=0)), 0)).select_from(Idea)
        .outerjoin(Session, Session.id == Idea.session_id).where(there)).one()
    listing = Listing(chosen, total, everything, page, size)
    if page > listing.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    listing.cards.extend(_cards(event, person, wanted, Idea.id, limit=size, offset=(page - 1) * size))
    listing.topics.extend((topic_id, name) for topic_id, name in db.session.execute(
        select(Topic.id, Topic.name).where(Topic.id.in_(
            select(PitchTopic.topic_id).join(Session, Session.pitch_id == PitchTopic.pitch_id)
            .join(Idea, Idea.session_id == Session.id).where(there))).order_by(Topic.name, Topic.id)))
    listing.sessions.extend((session_id, title) for session_id, title in db.session.execute(
        select(Session.id, Pitch.title).join(Pitch, Pitch.id == Session.pitch_id)
        .where(Session.id.in_(select(Idea.session_id).where(there))).order_by(Pitch.title, Session.id)))
    return listing


def newest(event: Event, person: Person | None) -> list[Card]:
    """The ideas put up last (at most 4 statements)."""
    return _cards(event, person, (Idea.event_id == event.id) & ~Idea.withdrawn, Idea.id.desc(), limit=PANEL)


def what_there_is(event: Event) -> tuple[int, bool]:
    """How many ideas there are at the event, and whether there is any board (1 statement)."""
    ideas = select(func.count()).where(Idea.event_id == event.id, ~Idea.withdrawn).scalar_subquery()
    return db.session.execute(select(ideas, exists().where(Board.event_id == event.id))).one()


def of_session(session: Session, person: Person | None) -> tuple[list[Card], int]:
    """The first ideas that came out of a session, and how many there are (1 statement where there is none, at most 5)."""
    there = (Idea.session_id == session.id) & ~Idea.withdrawn
    count = db.session.scalar(select(func.count()).select_from(Idea).where(there))
    return (_cards(session.event, person, there, Idea.id, limit=OF_SESSION) if count else []), count


def _narrowed(chosen: Chosen) -> ColumnElement[bool]:
    wanted = true()
    if chosen.topic:
        wanted &= Session.pitch_id.in_(select(PitchTopic.pitch_id).where(PitchTopic.topic_id == chosen.topic))
    if chosen.session:
        wanted &= Idea.session_id == chosen.session
    if chosen.offered:
        wanted &= (Idea.offered_name != "") if chosen.offered == OFFERED else (Idea.offered_name == "")
    return wanted


def _cards(event: Event, person: Person | None, wanted: ColumnElement[bool], *order, limit: int, offset: int = 0) -> list[Card]:
    of_session = aliased(Pitch)
    seen = (Insight.state == SHOWN) & reads_boards(person, event)
    mine = exists().where(IdeaJoiner.idea_id == Idea.id, IdeaJoiner.person_id == person.id) if person else false()
    rows = db.session.execute(
        select(Idea, JOINED, mine, PLEDGED, of_session.id, of_session.title, case((seen, Insight.id), else_=null()),
               case((seen, Board.id), else_=null()), case((seen, Board.title), else_=""), case((seen, Group.name), else_=""))
        .outerjoin(Session, Session.id == Idea.session_id).outerjoin(of_session, of_session.id == Session.pitch_id)
        .outerjoin(Insight, Insight.id == Idea.insight_id).outerjoin(Board, Board.id == Insight.board_id)
        .outerjoin(Group, Group.id == Insight.group_id).where(wanted).order_by(order[0]).limit(limit).offset(offset)).all()
    topics = _topics(event, {row[4] for row in rows if row[4]})
    return [Card(idea.id, idea.name, idea.what, idea.offered_name, joined, bool(own), pledged, idea.session_id, title or "",
                 bool(idea.line), insight_id, board_id, board or "", group or "", topics.get(pitch_id, ()))
            for idea, joined, own, pledged, pitch_id, title, insight_id, board_id, board, group in rows]


def _topics(event: Event, pitch_ids: set[int]) -> dict[int, tuple[tuple[str, str], ...]]:
    """Name and colour of each pitch's topics (2 statements)."""
    if not pitch_ids:
        return {}
    colours, found = topic_keys(event), {}
    for pitch_id, topic_id, name in db.session.execute(
            select(PitchTopic.pitch_id, Topic.id, Topic.name).join(Topic, Topic.id == PitchTopic.topic_id)
            .where(PitchTopic.pitch_id.in_(pitch_ids)).order_by(PitchTopic.pitch_id, Topic.id)):
        found.setdefault(pitch_id, []).append((name, colours.get(topic_id, "")))
    return {pitch_id: tuple(names) for pitch_id, names in found.items()}


def idea_in(event: Event, idea_id: int) -> Idea:
    """An idea of this event, withdrawn or not, with where it came from and who joined (2 statements). Raises NotFound else."""
    idea = db.session.scalar(
        select(Idea).where(Idea.id == idea_id, Idea.event_id == event.id)
        .options(joinedload(Idea.session).joinedload(Session.pitch), joinedload(Idea.event),
                 joinedload(Idea.insight).joinedload(Insight.board), joinedload(Idea.insight).joinedload(Insight.prompt),
                 joinedload(Idea.insight).joinedload(Insight.group),
                 selectinload(Idea.joiners).joinedload(IdeaJoiner.person))) if idea_id <= LARGEST_ID else None
    if idea is None:
        raise NotFound("There is no such idea at this event.")
    return idea


def idea_of(insight: Insight) -> Idea | None:
    """The idea that an insight became, unless it was withdrawn (1 statement)."""
    return db.session.scalar(select(Idea).where(Idea.insight_id == insight.id, ~Idea.withdrawn))


def ideas_of_lines(session: Session) -> dict[str, Idea]:
    """The ideas made of lines of a session's notes, by what the line said (1 statement)."""
    return {idea.line: idea for idea in db.session.scalars(
        select(Idea).where(Idea.session_id == session.id, Idea.line != "", ~Idea.withdrawn).order_by(Idea.id.desc()))}


def ideas_of_insights(event: Event) -> dict[int, tuple[int, str]]:
    """Which insights of the event became an idea: its id and name by the insight's id (1 statement)."""
    return {insight_id: (idea_id, name) for insight_id, idea_id, name in db.session.execute(
        select(Idea.insight_id, Idea.id, Idea.name)
        .where(Idea.event_id == event.id, Idea.insight_id.is_not(None), ~Idea.withdrawn))}
