"""Reading boards, their stages and groups. A fixed number of SQL statements each, however much there is."""

from dataclasses import dataclass

from sqlalchemy import and_, func, select
from sqlalchemy.orm import contains_eager, selectinload

from app.accounts.models import Person
from app.boards import policy
from app.boards.insight_models import REMOVED, SHOWN, Cluster, Insight
from app.boards.models import OPEN, Board, BoardStage, Group, Member, Prompt, Seating
from app.boards.statements import BOARD, HERE, STAGE
from app.errors import NotFound
from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, READ_ALL, READ_PUBLISHED, Event
from app.grid.models import Session
from app.infra import db
from app.notes.models import PUBLISHED, Note
from app.pitches.models import Pitch


@dataclass(frozen=True, slots=True)
class Listed:
    """A board in a list. `session`: the title of the session it is of, if any; `stage`: where everybody is, if it has several."""

    id: int
    title: str
    open: bool
    session_id: int | None
    session: str
    stage: str
    insights: int


def board_in(event: Event, board_id: int) -> Board:
    """A board of the event, with its session (1 statement, one more for its leaders). Raises NotFound."""
    board = db.session.scalar(BOARD, {"board": board_id, "event": event.id})
    if board is None:
        raise NotFound("There is no such board at this event.")
    return board


def board_read_by(person: Person | None, event: Event, board_id: int) -> Board:
    """As `board_in`, for who may read it; raises NotFound for others, too."""
    board = board_in(event, board_id)
    if not policy.can_read(person, board):
        raise NotFound("There is no such board at this event, or it is not open to everybody.")
    return board


def boards_of(event: Event, person: Person | None, session: Session | None = None) -> list[Listed]:
    """The event's boards that `person` may read, or those of one session, oldest first (2 statements)."""
    written = (select(func.count()).select_from(Insight).where(Insight.board_id == Board.id, Insight.state == SHOWN)
               .correlate(Board).scalar_subquery())
    asked = (select(Board.id, Board.title, Board.state, Board.session_id, Pitch.title, BoardStage.title, written)
             .outerjoin(Session, Session.id == Board.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
             .outerjoin(BoardStage, and_(BoardStage.board_id == Board.id, BoardStage.here))
             .where(Board.event_id == event.id).order_by(Board.id))
    if session is not None:
        asked = asked.where(Board.session_id == session.id)
    if not events_policy.can_take_part(person, event):
        if event.visibility == ATTENDEES_ONLY or event.notes_readers not in (READ_ALL, READ_PUBLISHED):
            return []
        if event.notes_readers == READ_PUBLISHED:
            published = select(Note.session_id).where(Note.state == PUBLISHED)
            asked = asked.where(Board.session_id.in_(published) | (Board.session_id.is_(None) & (Board.state != OPEN)))
    return [Listed(board_id, title, state == OPEN, session_id, session_title or "", stage or "", count)
            for board_id, title, state, session_id, session_title, stage, count in db.session.execute(asked)]


def stages_of(board: Board) -> list[BoardStage]:
    """The board's stages in order, each with its prompts, material and groups (5 statements at most)."""
    return list(db.session.scalars(
        select(BoardStage).where(BoardStage.board_id == board.id).order_by(BoardStage.position, BoardStage.id)
        .options(selectinload(BoardStage.prompts), selectinload(BoardStage.material),
                 selectinload(BoardStage.seating).selectinload(Seating.groups))))


def stage_here(board: Board) -> BoardStage:
    """The stage everybody is in (1 statement)."""
    return db.session.scalar(HERE, {"board": board.id})


def stage_in(board: Board, stage_id: int | None) -> BoardStage:
    """A stage of the board, by default the one everybody is in (1 statement). Raises NotFound."""
    stage = stage_here(board) if stage_id is None else db.session.scalar(STAGE, {"board": board.id, "stage": stage_id})
    if stage is None:
        raise NotFound("There is no such stage on this board.")
    return stage


def stage_id_of(thing: Insight | Cluster) -> int:
    """The id of the stage that an insight or a cluster stands in (1 statement)."""
    return db.session.scalar(select(Prompt.stage_id).where(Prompt.id == thing.prompt_id))


def group_in(board: Board, group_id: int) -> Group:
    """A group of the board, of whichever seating (1 statement). Raises NotFound."""
    group = db.session.scalar(select(Group).where(Group.id == group_id, Group.board_id == board.id))
    if group is None:
        raise NotFound("There is no such group on this board.")
    return group


def seat_of(stage: BoardStage, mark: str | None) -> int | None:
    """The id of the group that whoever has the mark sits in during the stage (1 statement); None for nobody and for no group."""
    if mark is None or stage.seating_id is None:
        return None
    return db.session.scalar(select(Member.group_id).where(Member.seating_id == stage.seating_id, Member.mark == mark))


def insight_in(board: Board, insight_id: int) -> Insight:
    """An insight of the board that has not been removed, with its prompt and cluster (1 statement). Raises NotFound."""
    insight = db.session.scalar(
        select(Insight).where(Insight.id == insight_id, Insight.board_id == board.id, Insight.state != REMOVED)
        .join(Insight.prompt).outerjoin(Insight.cluster)
        .options(contains_eager(Insight.prompt), contains_eager(Insight.cluster)))
    if insight is None:
        raise NotFound("There is no such note on this board, or its words were taken out for good.")
    return insight


def cluster_in(board: Board, cluster_id: int) -> Cluster:
    """A cluster of the board (1 statement). Raises NotFound."""
    cluster = db.session.scalar(select(Cluster).where(Cluster.id == cluster_id, Cluster.board_id == board.id))
    if cluster is None:
        raise NotFound("There is no such group of notes on this board.")
    return cluster


def thing_in(board: Board, ref: str) -> Insight | Cluster:
    """What a reference of a page (i45, c3) stands for. Raises NotFound."""
    if ref[1:].isascii() and ref[1:].isdigit() and len(ref) < 10:
        if ref[0] == "i":
            return insight_in(board, int(ref[1:]))
        if ref[0] == "c":
            return cluster_in(board, int(ref[1:]))
    raise NotFound("There is no such note on this board.")

