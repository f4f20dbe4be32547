"""Who looks at a board in this request: what they may, what is theirs, and what they asked to see of it."""

from contextlib import nullcontext
from functools import partial

from flask import request, session

from app.boards import device, policy, queries
from app.boards.insights_queries import ALL, Reader, groups_of
from app.boards.models import Board, BoardStage, Group
from app.errors import NotFound
from app.events import policy as events_policy
from app.infra import clock
from app.web.guard import person

SHORT = 10  # digits of an id


def read(event, board_id: int) -> tuple[Board, Reader]:
    """A board that who asks may read, and they as its reader. Raises NotFound."""
    somebody = person()
    with events_policy.sure_of(somebody, event) if somebody else nullcontext():
        board = queries.board_in(event, board_id)
        rights = policy.rights(somebody, board)
    if not rights.read:
        raise NotFound("There is no such board at this event, or it is not open to everybody.")
    marks = partial(device.author_mark, at=clock.now()) if device.SESSION_KEY in session else None
    return board, Reader(rights, somebody and somebody.id, device.voter_mark(somebody, board.id) if somebody else None, marks)


def stage_asked(board: Board) -> BoardStage:
    """The stage that the address asks for, by default where everybody is. Raises NotFound."""
    said = request.args.get("stage", "")
    if not said:
        return queries.stage_in(board, None)
    return queries.stage_in(board, number(said))


def group_asked(board: Board, stage: BoardStage) -> tuple[int | str | None, list[Group]]:
    """Whose columns the address asks for: a group's id, `ALL`, or by default those of one's own group, else of all; and the
    stage's groups.

    A group of another seating than the stage's is as none. Raises NotFound for one of another board.
    """
    said, groups = request.args.get("group", ""), groups_of(stage)
    if said and said != ALL:
        asked = number(said)
        if any(group.id == asked for group in groups):
            return asked, groups
        if asked:
            queries.group_in(board, asked)
    if not groups:
        return None, groups
    return (said == ALL and ALL) or own_group(board, stage) or ALL, groups


def own_group(board: Board, stage: BoardStage) -> int | None:
    """The id of the group that who asks sits in during the stage."""
    return queries.seat_of(stage, device.seat_mark(person(), board.id)) if person() else None


def number(said: str | None) -> int:
    """An id that was sent. Raises NotFound for anything else."""
    if not said or not (said.isascii() and said.isdigit() and len(said) < SHORT):
        raise NotFound()
    return int(said)


def number_or_none(said: str | None) -> int | None:
    """The same, where none may be said: empty or 0."""
    return number(said) or None if said else None
