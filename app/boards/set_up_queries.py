"""What setting a board up reads: its parts by number, and which of them hold insights already."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.boards.insight_models import Insight
from app.boards.models import Board, BoardStage, Facilitator, Material, Prompt, Seating
from app.errors import NotFound
from app.events import policy as events_policy
from app.events.models import Event, Pass
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Pitch


def whole_board(event: Event, board_id: int) -> Board:
    """A board of this event with its session, stages, prompts, material, seatings and groups (9 statements at most, however
    many there are). Raises NotFound for any other."""
    board = db.session.scalar(
        select(Board).where(Board.id == board_id, Board.event_id == event.id)
        .options(joinedload(Board.session).joinedload(Session.pitch).selectinload(Pitch.leaders),
                 selectinload(Board.stages).selectinload(BoardStage.prompts),
                 selectinload(Board.stages).selectinload(BoardStage.material),
                 selectinload(Board.seatings).selectinload(Seating.groups)))
    if board is None:
        raise NotFound("There is no such board at this event.")
    return board


def here(board: Board) -> BoardStage:
    """The stage that everybody is in."""
    return next(stage for stage in board.stages if stage.here)


def stage_in(board: Board, stage_id: int | None) -> BoardStage:
    """A stage of this board. Raises NotFound for any other."""
    return _one_of(board.stages, stage_id, "There is no such stage on this board.")


def seating_in(board: Board, seating_id: int | None) -> Seating:
    """A set of groups of this board. Raises NotFound for any other."""
    return _one_of(board.seatings, seating_id, "There are no such groups on this board.")


def material_in(board: Board, material_id: int | None) -> Material:
    """A piece of material of this board. Raises NotFound for any other."""
    return _one_of([one for stage in board.stages for one in stage.material], material_id,
                   "There is no such material on this board.")


def _one_of(things, thing_id: int | None, missing: str):
    found = next((thing for thing in things if thing.id == thing_id), None)
    if found is None:
        raise NotFound(missing)
    return found


def prompts_with_insights(board: Board) -> set[int]:
    """The prompts of a board that anybody has answered, whatever became of the answer (1 statement)."""
    return set(db.session.scalars(select(Insight.prompt_id).where(Insight.board_id == board.id).distinct()))


def groups_with_insights(board: Board) -> set[int]:
    """The groups of a board that have written anything (1 statement)."""
    return set(db.session.scalars(select(Insight.group_id).where(
        Insight.board_id == board.id, Insight.group_id.is_not(None)).distinct()))


def has_insights(material: Material) -> bool:
    """Whether anybody has said anything about a project (1 statement)."""
    return db.session.scalar(select(Insight.id).where(Insight.material_id == material.id).limit(1)) is not None


def stage_has_insights(stage: BoardStage) -> bool:
    """Whether anything was written in a stage (1 statement)."""
    asked = select(Prompt.id).where(Prompt.stage_id == stage.id)
    return db.session.scalar(select(Insight.id).where(Insight.prompt_id.in_(asked)).limit(1)) is not None


def facilitators_of(board: Board) -> list[Person]:
    """Those who were made its facilitators, by name (1 statement)."""
    return list(db.session.scalars(select(Person).join(Facilitator, Facilitator.person_id == Person.id)
                                   .where(Facilitator.board_id == board.id).order_by(Person.name, Person.id)))


def holders(event: Event) -> list[tuple[int, str]]:
    """Everybody with a pass to the event, as (id, name), by name (1 statement). Not to be shown as it is: who may see such a
    list is `policy`'s and the page's business."""
    return [(person_id, name) for person_id, name in db.session.execute(
        select(Person.id, Person.name).join(Pass, Pass.person_id == Person.id).where(Pass.event_id == event.id)
        .order_by(Person.name, Person.id))]


def may_list_holders(person: Person | None, event: Event) -> bool:
    """Whether a page may offer `person` everybody with a pass to choose from: campmakers and organisers."""
    return events_policy.can_help(person, event)
