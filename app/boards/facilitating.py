"""What all pages of those who run a board have in common."""

from collections.abc import Callable

from flask import current_app

from app.accounts.models import Person
from app.boards import marks, policy
from app.boards.models import Board, Seating
from app.boards.queries import board_in
from app.boards.set_up_queries import whole_board
from app.errors import NotFound, require
from app.events.models import Event
from app.web.guard import person


def board_to_run(event: Event, board_id: int) -> Board:
    """A board of this event with all its parts, for somebody who runs it. Raises NotFound, Forbidden."""
    board = whole_board(event, board_id)
    require(policy.can_facilitate(person(), board), policy.FOR_FACILITATORS)
    return board


def board_to_run_by(somebody: Person | None, event: Event, board_id: int) -> bool:
    """Whether `somebody` runs that board (still): for streams."""
    try:
        return policy.can_facilitate(somebody, board_in(event, board_id))
    except NotFound:
        return False


def name_of(seating: Seating) -> str:
    """What a set of groups is called on pages: its name, or its first and last group."""
    names = [group.name for group in seating.groups]
    span = "no groups yet" if not names else names[0] if len(names) == 1 else f"{names[0]} to {names[-1]}"
    return f"{seating.name} ({span})" if seating.name else span


def seatings_of(board: Board) -> list[tuple[Seating, str]]:
    """The board's sets of groups with what they are called, those of the same name told apart by their stages."""
    found = []
    for seating in board.seatings:
        stages = [stage.title for stage in board.stages if stage.seating_id == seating.id and stage.title]
        found.append((seating, name_of(seating) + (f", as in “{stages[0]}”" if stages and len(board.seatings) > 1 else "")))
    return found


def mark_of(board: Board) -> Callable[[int], str]:
    """What makes the seat mark of somebody's id on this board: how names are put to seats for who runs it."""
    key, board_id = current_app.secret_key, board.id
    return lambda person_id: marks.of_person(key, marks.SEAT, board_id, person_id)
