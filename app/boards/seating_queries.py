"""Who sits where: for the person themselves by their mark, for who runs the board by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.boards.insight_models import REMOVED, Insight
from app.boards.models import Board, BoardStage, Group, Member, Prompt, Seating
from app.boards.set_up_queries import here, holders
from app.errors import NotFound
from app.events.models import Event, Pass
from app.infra import db
from app.pitches.models import Interest

SOMEBODY = "Somebody who holds no pass any more"


def seating_now(board: Board) -> Seating | None:
    """The groups that matter now: of the stage everybody is in, else of the next one that has any, else of the last before."""
    stage = here(board)
    before = [s.seating for s in board.stages if s.position < stage.position and s.seating]
    after = [s.seating for s in board.stages if s.position >= stage.position and s.seating]
    return after[0] if after else before[-1] if before else None


def group_called(event: Event, code: str) -> Group:
    """The group of this event's boards with that code (folded). Raises NotFound for any other (1 statement)."""
    group = db.session.scalar(select(Group).join(Board, Board.id == Group.board_id)
                              .where(Group.code == code, Board.event_id == event.id)) if code else None
    if group is None:
        raise NotFound("No group has this code. Look at it again: it is on the table, or on the screen.")
    return group


def seat_of(seating: Seating | None, mark: str | None) -> int | None:
    """The group (its number) that whoever makes this mark sits in, if any (1 statement)."""
    if seating is None or mark is None:
        return None
    return db.session.scalar(select(Member.group_id).where(Member.seating_id == seating.id, Member.mark == mark))


@dataclass(frozen=True)
class OwnSeat:
    """Somebody's own place in a seating. `joined`: they are at the board; `group` and `wish` are numbers of groups."""

    joined: bool = False
    group: int | None = None
    wish: int | None = None


def own_seat(seating: Seating, mark: str) -> OwnSeat:
    """The place of whoever makes this mark (1 statement)."""
    row = db.session.execute(select(Member.group_id, Member.wants_id).where(
        Member.seating_id == seating.id, Member.mark == mark)).one_or_none()
    return OwnSeat(True, *row) if row else OwnSeat()


def seated(seating: Seating | None) -> dict[int, int]:
    """How many sit in each group; under 0 those who have none yet (1 statement)."""
    if seating is None:
        return {}
    return {group or 0: n for group, n in db.session.execute(
        select(Member.group_id, func.count()).where(Member.seating_id == seating.id).group_by(Member.group_id))}


def written(stage: BoardStage) -> dict[int, int]:
    """How many notes each group has in a stage; under 0 those of the whole room (1 statement). Removed ones do not count."""
    return {group or 0: n for group, n in db.session.execute(
        select(Insight.group_id, func.count()).join(Prompt, Prompt.id == Insight.prompt_id)
        .where(Prompt.stage_id == stage.id, Insight.state != REMOVED).group_by(Insight.group_id))}


@dataclass(frozen=True)
class Sitter:
    """Somebody at the board, as who runs it sees them. `wish` is the topic they asked for, if any."""

    mark: str
    name: str
    group_id: int | None
    wish: str = ""


@dataclass(frozen=True)
class Seated:
    """Everybody at the board: by group (number), and those who have none."""

    groups: dict[int, list[Sitter]] = field(default_factory=dict)
    waiting: list[Sitter] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many are at the board."""
        return len(self.waiting) + sum(map(len, self.groups.values()))


def sitters(event: Event, seating: Seating, mark_of: Callable[[int], str]) -> Seated:
    """Who sits where, by name, for who runs the board. `mark_of` makes the mark of a person's id, which is how names are found:
    none is kept with a seat (2 statements)."""
    names = {mark_of(person_id): name for person_id, name in holders(event)}
    topics = {group.id: group.topic or group.name for group in seating.groups}
    groups: dict[int, list[Sitter]] = {group.id: [] for group in seating.groups}
    waiting: list[Sitter] = []
    rows = db.session.execute(select(Member.mark, Member.group_id, Member.wants_id).where(Member.seating_id == seating.id))
    people = [Sitter(mark, names.get(mark, SOMEBODY), group_id, topics.get(wish, "")) for mark, group_id, wish in rows]
    for sitter in sorted(people, key=lambda one: (one.name.casefold(), one.mark)):
        groups.get(sitter.group_id, waiting).append(sitter)
    return Seated(groups, waiting)


def joined(board: Board) -> set[str]:
    """The marks of everybody who sits, or sat, in any seating of the board (1 statement)."""
    return set(db.session.scalars(select(Member.mark).where(Member.seating_id.in_([s.id for s in board.seatings])).distinct()))


def marked(board: Board) -> list[int]:
    """Ids of those with a pass who marked the board's session as one they would come to (1 statement)."""
    if board.session is None:
        return []
    return list(db.session.scalars(select(Interest.person_id).join(Pass, Pass.person_id == Interest.person_id).where(
        Interest.pitch_id == board.session.pitch_id, Pass.event_id == board.event_id)))


def held(event: Event) -> list[int]:
    """Ids of everybody with a pass (1 statement)."""
    return list(db.session.scalars(select(Pass.person_id).where(Pass.event_id == event.id)))


def places_of(seatings: Iterable[Seating]) -> dict[int, dict[str, int]]:
    """Who (mark) sits in which group (number), by seating (1 statement)."""
    found: dict[int, dict[str, int]] = {seating.id: {} for seating in seatings}
    for seating_id, mark, group_id in db.session.execute(select(Member.seating_id, Member.mark, Member.group_id).where(
            Member.seating_id.in_(list(found)), Member.group_id.is_not(None))):
        found[seating_id][mark] = group_id
    return found
