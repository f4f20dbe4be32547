"""What was learned at an event: its insights across sessions, boards and groups. A fixed number of SQL statements.

Only what the reader may read of boards; hidden and removed insights are left out for everybody, and dots that are not shown yet
are neither said nor used.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, and_, case, func, null, or_, select, true

from app.accounts.models import Person
from app.boards.bazaar_policy import reads_boards
from app.boards.idea_models import Idea
from app.boards.insight_models import SHOWN, Cluster, Insight
from app.boards.models import VOTED, Board, BoardStage, Group, Prompt
from app.errors import NotFound
from app.events.models import Event, Topic
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Pitch, PitchTopic

PAGE = 50
PANEL = 3  # insights shown on an event's front page
BY_PROMPT, BY_TOPIC, BY_DOTS, NEWEST = "prompt", "topic", "dots", "newest"
ORDERS = {BY_PROMPT: "By prompt", BY_TOPIC: "By topic", BY_DOTS: "Most dots", NEWEST: "Newest"}

DOTS_SHOWN = or_(BoardStage.voting == VOTED, ~BoardStage.votes_hidden)
DOTS = case((DOTS_SHOWN, Insight.votes), else_=0)
# What a session is about: its first topic; what a group was about comes first.
SESSION_TOPIC = (select(Topic.name).join(PitchTopic, PitchTopic.topic_id == Topic.id)
                 .where(PitchTopic.pitch_id == Session.pitch_id).order_by(Topic.id).limit(1).correlate(Session).scalar_subquery())
TOPIC = case((and_(Group.id.is_not(None), Group.topic != ""), Group.topic), else_=func.coalesce(SESSION_TOPIC, ""))


@dataclass(frozen=True, slots=True)
class Learned:
    """One insight as the page shows it. `dots` is None where they are not shown; `topic` is its first topic, or ""."""

    id: int
    text: str
    signed: str
    colour: str
    dots: int | None
    prompt: str
    topic: str
    board_id: int
    board: str
    group: str
    cluster: str
    session_id: int | None
    session: str
    idea_id: int | None
    idea: str


@dataclass(frozen=True)
class Chosen:
    """What is asked for: keys of a prompt and a topic (their words, whatever the case), a session, a board, in which order."""

    by: str = BY_PROMPT
    prompt: str = ""
    topic: str = ""
    session: int | None = None
    board: int | None = None
    ideas: bool = False

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.prompt or self.topic or self.session or self.board or self.ideas)


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that the page can be narrowed to, and how many insights there are of it."""

    value: str | int
    label: str
    count: int


@dataclass(frozen=True)
class Listing:
    """A page of what was learned, and what it can be narrowed to. `became` is how many insights became an idea."""

    chosen: Chosen
    total: int
    all: int
    became: int
    page: int
    items: list[Learned] = field(default_factory=list)
    prompts: list[Choice] = field(default_factory=list)
    topics: list[Choice] = field(default_factory=list)
    sessions: list[Choice] = field(default_factory=list)
    boards: list[Choice] = field(default_factory=list)

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def learned(event: Event, person: Person | None, chosen: Chosen, page: int = 1) -> Listing:
    """The insights of the event that `person` may read, as asked for (7 statements).

    Raises NotFound for a page beyond the last.
    """
    there = and_(Board.event_id == event.id, Insight.state == SHOWN, reads_boards(person, event))
    prompts, groups, topics = _prompts(there), _group_topics(there), _topics(there)
    wanted = and_(there, _narrowed(chosen, [p.words for p in prompts], [g.topic for g in groups]))
    total, everything, became = db.session.execute(_insights(
        func.coalesce(func.sum(case((wanted, 1), else_=0)), 0), func.count(), func.count(Idea.id)).where(there)).one()
    listing = Listing(chosen, total, everything, became, page)
    if page > listing.pages:
        raise NotFound("There is no such page: the list is shorter now.")
    listing.items.extend(_items(wanted, _order(chosen.by), limit=PAGE, offset=(page - 1) * PAGE))
    listing.prompts.extend(_gathered((p.words, p.count) for p in prompts))
    listing.topics.extend(_gathered([*((g.topic, g.count) for g in groups), *((t.name, t.count) for t in topics)]))
    boards = db.session.execute(_insights(Board.id, Board.title, Session.id, Pitch.title, func.count()).where(there)
                                .group_by(Board.id, Board.title, Session.id, Pitch.title).order_by(Board.title, Board.id)).all()
    listing.boards.extend(Choice(board_id, title, count) for board_id, title, _, _, count in boards)
    listing.sessions.extend(_of_sessions(boards))
    return listing


def _of_sessions(boards: Iterable) -> list[Choice]:
    counts: dict[int, Choice] = {}
    for _, _, session_id, title, count in boards:
        if session_id is not None:
            counts[session_id] = Choice(session_id, title, count + (counts[session_id].count if session_id in counts else 0))
    return sorted(counts.values(), key=lambda one: (one.label.casefold(), one.value))


def most_wanted(event: Event, person: Person | None) -> tuple[list[Learned], int]:
    """A few insights of the event with most dots, and how many there are (1 statement where there is none, else 2)."""
    there = and_(Board.event_id == event.id, Insight.state == SHOWN, reads_boards(person, event))
    count = db.session.scalar(_insights(func.count()).where(there))
    return (_items(there, [DOTS.desc(), Insight.id], limit=PANEL) if count else []), count


def key_of(words: str) -> str:
    """The key by which a prompt or a topic is asked for: its words, whatever their case and white space."""
    return " ".join(words.split()).casefold()


def _insights(*columns) -> Select:
    """Insights with their board, stage, prompt, group, cluster, session and idea."""
    return (select(*columns).select_from(Insight).join(Board, Board.id == Insight.board_id)
            .join(Prompt, Prompt.id == Insight.prompt_id).join(BoardStage, BoardStage.id == Prompt.stage_id)
            .outerjoin(Group, Group.id == Insight.group_id).outerjoin(Cluster, Cluster.id == Insight.cluster_id)
            .outerjoin(Session, Session.id == Board.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
            .outerjoin(Idea, and_(Idea.insight_id == Insight.id, ~Idea.withdrawn)))


def _items(wanted: ColumnElement[bool], order: list, *, limit: int, offset: int = 0) -> list[Learned]:
    rows = db.session.execute(_insights(
        Insight.id, Insight.text, Insight.signed, Insight.colour, case((DOTS_SHOWN, Insight.votes), else_=null()), Prompt.words,
        TOPIC, Board.id, Board.title, Group.name, Cluster.title, Session.id, Pitch.title, Idea.id, Idea.name)
        .where(wanted).order_by(*order).limit(limit).offset(offset))
    return [Learned(*row[:9], row[9] or "", row[10] or "", row[11], row[12] or "", row[13], row[14] or "") for row in rows]


def _order(by: str) -> list:
    of_prompt = [Prompt.words, DOTS.desc(), Insight.id]
    return {BY_DOTS: [DOTS.desc(), Insight.id], NEWEST: [Insight.id.desc()],
            BY_TOPIC: [case((TOPIC == "", 1), else_=0), TOPIC, *of_prompt]}.get(by, of_prompt)


def _narrowed(chosen: Chosen, prompts: list[str], topics: list[str]) -> ColumnElement[bool]:
    wanted = true()
    if chosen.prompt:
        wanted &= Prompt.words.in_([words for words in prompts if key_of(words) == chosen.prompt])
    if chosen.topic:
        wanted &= or_(Group.topic.in_([words for words in topics if key_of(words) == chosen.topic]), Session.pitch_id.in_(
            select(PitchTopic.pitch_id).join(Topic, Topic.id == PitchTopic.topic_id).where(Topic.key == chosen.topic)))
    if chosen.session:
        wanted &= Board.session_id == chosen.session
    if chosen.board:
        wanted &= Board.id == chosen.board
    if chosen.ideas:
        wanted &= Idea.id.is_not(None)
    return wanted


def _prompts(there: ColumnElement[bool]) -> list:
    return db.session.execute(_insights(Prompt.words, func.count().label("count")).where(there).group_by(Prompt.words)
                              .order_by(Prompt.words)).all()


def _group_topics(there: ColumnElement[bool]) -> list:
    return db.session.execute(_insights(Group.topic, func.count().label("count")).where(there, Group.topic != "")
                              .group_by(Group.topic).order_by(Group.topic)).all()


def _topics(there: ColumnElement[bool]) -> list:
    return db.session.execute(
        _insights(Topic.name, func.count().label("count")).join(PitchTopic, PitchTopic.pitch_id == Pitch.id)
        .join(Topic, Topic.id == PitchTopic.topic_id).where(there).group_by(Topic.name).order_by(Topic.name)).all()


def _gathered(pairs: Iterable[tuple[str, int]]) -> list[Choice]:
    """The same words whatever their case are one choice, said as they come first."""
    found: dict[str, Choice] = {}
    for words, count in pairs:
        key = key_of(words)
        there = found.get(key)
        found[key] = Choice(key, there.label if there else words, count + (there.count if there else 0))
    return sorted(found.values(), key=lambda one: one.label.casefold())
