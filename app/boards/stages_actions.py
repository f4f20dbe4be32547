"""Running a board: moving everyone to a stage, its timer, its voting, closing and opening the board."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import update

from app.accounts.models import Person
from app.boards import policy
from app.boards.models import CLOSED, NO_VOTING, OPEN, VOTED, VOTING, Board, BoardStage
from app.boards.set_up_actions import MINUTES_MOST
from app.boards.set_up_queries import here
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require
from app.infra import db, findable

DOTS_MOST = 20


def move_everyone(actor: Person, board: Board, stage: BoardStage, *, start_timer: bool = False, at: datetime) -> bool:
    """Make `stage` the one everybody is in. The timer of the one before stops; with `start_timer` that of this one runs.

    False where everybody was there already: nothing changes (two taps, or two who run it, move on once).
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    _open(board)
    before = here(board)
    if stage.id == before.id:
        return False
    before.ends_at = before.paused_left = None
    db.session.flush()
    # One statement after the other: at no moment are two stages the one that everybody is in.
    for condition, is_here in ((BoardStage.board_id == board.id, False), (BoardStage.id == stage.id, True)):
        db.session.execute(update(BoardStage).where(condition).values(here=is_here).execution_options(synchronize_session="fetch"))
    if start_timer and stage.minutes:
        stage.paused_left, stage.ends_at = None, at + timedelta(minutes=stage.minutes)
    count_change(board)
    return True


def start_timer(actor: Person, stage: BoardStage, *, minutes: int | None = None, at: datetime) -> None:
    """Have the stage's timer run: for what was left when it was stopped, or for `minutes`, or for as long as the stage is meant
    to take. Raises Invalid naming `minutes` where nobody says how long."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    _open(stage.board)
    if stage.ends_at is not None and stage.ends_at > at and minutes is None:
        return
    if minutes is not None and not 1 <= minutes <= MINUTES_MOST:
        raise Invalid(f"Give 1 to {MINUTES_MOST} minutes.", "minutes")
    if minutes is not None:
        seconds = minutes * 60
    elif stage.paused_left:
        seconds = stage.paused_left
    elif stage.minutes:
        seconds = stage.minutes * 60
    else:
        raise Invalid("Say how many minutes.", "minutes")
    stage.ends_at, stage.paused_left = at + timedelta(seconds=seconds), None
    count_change(stage.board)


def stop_timer(actor: Person, stage: BoardStage, *, at: datetime) -> None:
    """Stop the stage's timer; what is left is kept for starting it again. One that is over is put back to the beginning."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    if stage.ends_at is None:
        return
    left = ceil((stage.ends_at - at).total_seconds())
    stage.ends_at, stage.paused_left = None, left if left > 0 else None
    count_change(stage.board)


def reset_timer(actor: Person, stage: BoardStage) -> None:
    """Put a timer that stands still back to the stage's whole time."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    if stage.ends_at is not None or stage.paused_left is not None:
        stage.ends_at = stage.paused_left = None
        count_change(stage.board)


def add_minutes(actor: Person, stage: BoardStage, minutes: int, *, at: datetime) -> None:
    """Give the stage more time: at the end of what is left, or from now when it is over. A stopped timer stays stopped."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    _open(stage.board)
    if not 1 <= minutes <= MINUTES_MOST:
        raise Invalid(f"Give 1 to {MINUTES_MOST} minutes.", "minutes")
    more, longest = timedelta(minutes=minutes), timedelta(minutes=MINUTES_MOST)
    if stage.ends_at is not None:
        stage.ends_at = min(max(stage.ends_at, at) + more, at + longest)
    else:
        left = stage.paused_left if stage.paused_left is not None else (stage.minutes or 0) * 60
        stage.paused_left = min(left + minutes * 60, MINUTES_MOST * 60)
    count_change(stage.board)


def open_voting(actor: Person, stage: BoardStage, *, dots: int, hidden: bool) -> None:
    """Let everybody give `dots` dots in the stage; `hidden`: nobody sees how many anything has until voting is closed.

    Dots given before stay. Where people vote on the promise that numbers stay hidden, they do: raises Conflict. Raises
    Invalid naming `dots`.
    """
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    _open(stage.board)
    if not 1 <= dots <= DOTS_MOST:
        raise Invalid(f"Give everybody 1 to {DOTS_MOST} dots.", "dots")
    if stage.voting == VOTING and stage.votes_hidden and not hidden:
        raise Conflict("People vote knowing that the numbers stay hidden until voting is closed. Close it to show them.")
    if (stage.voting, stage.dots, stage.votes_hidden) == (VOTING, dots, hidden):
        return
    stage.voting, stage.dots, stage.votes_hidden = VOTING, dots, hidden
    count_change(stage.board)


def close_voting(actor: Person, stage: BoardStage) -> None:
    """End voting in the stage: everybody sees the numbers."""
    require(policy.can_facilitate(actor, stage.board), policy.FOR_FACILITATORS)
    if stage.voting == VOTING:
        stage.voting = VOTED
        count_change(stage.board)


def close(actor: Person, board: Board) -> None:
    """Close the board: it is read, not written on. Voting that is open is closed, and no timer runs."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if board.state == CLOSED:
        return
    board.state = CLOSED
    for stage in board.stages:
        stage.ends_at = stage.paused_left = None
        if stage.voting == VOTING:
            stage.voting = VOTED
    findable.changed("board", board.id)  # a board of the whole event may be for more people to read from now on
    count_change(board)


def reopen(actor: Person, board: Board) -> None:
    """Open a closed board again."""
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if board.state == OPEN:
        return
    board.state = OPEN
    findable.changed("board", board.id)
    count_change(board)


def voting_said(stage: BoardStage) -> str:
    """How voting stands, in words for everybody; empty while there is none."""
    if stage.voting == NO_VOTING:
        return ""
    if stage.voting == VOTED:
        return "Voting is closed. The dots are counted."
    dots = "one dot" if stage.dots == 1 else f"{stage.dots} dots"
    until = " How many anything has is shown when voting is closed." if stage.votes_hidden else ""
    return f"Voting is open: everybody has {dots}.{until}"


def _open(board: Board) -> None:
    if board.state != OPEN:
        raise Conflict("This board is closed. Open it again first.")
