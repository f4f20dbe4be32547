"""The page of who runs a board (a phone in one hand, a microphone in the other), and its buttons."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.boards import policy, seating_queries, set_up_queries, stages_actions
from app.boards.blueprint import blueprint
from app.boards.facilitating import board_to_run, board_to_run_by
from app.boards.models import OPEN, Board, BoardStage
from app.boards.practices import IDEA_OWED
from app.boards.set_up_routes import BOARD
from app.errors import Conflict, Invalid
from app.events.following import follow
from app.events.models import Event
from app.infra import clock, db
from app.infra.db import transaction
from app.web.guard import ATTENDEE, allow, person

NOT_KEPT = {"Cache-Control": "no-store"}


@blueprint.get(f"{BOARD}/run")
@allow(ATTENDEE)
def run(event, board_id: int):
    """Where everybody is, the timer, voting, who is where and what each group has written."""
    return render_template("boards/run.html", active="boards", tab="run", **_running(board_to_run(event, board_id)))


@blueprint.get(f"{BOARD}/run/fragment")
@allow(ATTENDEE)
def run_fragment(event, board_id: int):
    """What changes on that page."""
    return render_template("boards/_run.html", **_running(board_to_run(event, board_id))), NOT_KEPT


@blueprint.get(f"{BOARD}/run/stream")
@allow(ATTENDEE)
def run_stream(event, board_id: int):
    """Nudges when anything on the board changes, or somebody sits down."""
    board_to_run(event, board_id)

    def may(somebody: Person | None, what: Event) -> bool:
        return board_to_run_by(somebody, what, board_id)

    return follow(event, f"board:{board_id}", f"seats:{board_id}", may=may)


def _running(board: Board) -> dict:
    stage = set_up_queries.here(board)
    at = board.stages.index(stage)
    following = board.stages[at + 1] if at + 1 < len(board.stages) else None
    now = stage.seating or seating_queries.seating_now(board)
    seated = seating_queries.seated(now)
    return {
        "event": board.event, "board": board, "stage": stage, "number": at + 1, "following": following, "now": clock.now(),
        "seating": now, "seated": seated, "at_board": sum(seated.values()), "written": seating_queries.written(stage),
        "voting_said": stages_actions.voting_said(stage), "open": board.state == OPEN, "dots_most": stages_actions.DOTS_MOST,
        "minutes_more": (1, 5), "owes_idea": any(prompt.words == IDEA_OWED for prompt in stage.prompts),
        "anonymous": policy.anonymous(board),
    }


def _press(event: Event, board_id: int, do: Callable[[Board, BoardStage], str]):
    """Do what a button of the page says, about the stage it was shown with (`stage_id`; by default the one everybody is in)."""
    try:
        with transaction(event):
            board = board_to_run(event, board_id)
            number = request.form.get("stage_id", type=int)
            said = do(board, set_up_queries.stage_in(board, number) if number else set_up_queries.here(board))
        flash(said, "success")
    except (Invalid, Conflict) as problem:
        db.session.rollback()
        flash(problem.message, "warn")
    return redirect(url_for(".run", event_slug=event.slug, board_id=board_id), 303)


@blueprint.post(f"{BOARD}/stage")
@allow(ATTENDEE)
def move_everyone(event, board_id: int):
    """Move everyone to a stage (`stage_id`); with `start` its timer runs from now."""
    def do(board: Board, stage: BoardStage) -> str:
        stages_actions.move_everyone(person(), board, stage, start_timer="start" in request.form, at=clock.now())
        return f"Everyone is in “{stage.title}” now." if stage.title else "Everyone is in this stage now."

    return _press(event, board_id, do)


@blueprint.post(f"{BOARD}/timer")
@allow(ATTENDEE)
def timer(event, board_id: int):
    """`do`: start (for `minutes`, if said), stop, reset, or `add` so many minutes."""
    def do(_board: Board, stage: BoardStage) -> str:
        what = request.form.get("do", "start")
        if "add" in request.form:
            more = _number("add")
            stages_actions.add_minutes(person(), stage, more, at=clock.now())
            return f"{more} more {'minute' if more == 1 else 'minutes'}."
        if what == "stop":
            stages_actions.stop_timer(person(), stage, at=clock.now())
            return "The timer is stopped."
        if what == "reset":
            stages_actions.reset_timer(person(), stage)
            return "The timer is back at the beginning."
        minutes = _number("minutes") if request.form.get("minutes", "").strip() else None
        stages_actions.start_timer(person(), stage, minutes=minutes, at=clock.now())
        return "The timer runs. Everybody sees it."

    return _press(event, board_id, do)


@blueprint.post(f"{BOARD}/voting")
@allow(ATTENDEE)
def voting(event, board_id: int):
    """`do`: open (with `dots` each, and `hidden` until it is closed) or close."""
    def do(_board: Board, stage: BoardStage) -> str:
        if request.form.get("do") == "close":
            stages_actions.close_voting(person(), stage)
            return "Voting is closed. Everybody sees the numbers."
        stages_actions.open_voting(person(), stage, dots=_number("dots"), hidden="hidden" in request.form)
        return "Voting is open."

    return _press(event, board_id, do)


def _number(field: str) -> int:
    found = request.form.get(field, type=int)
    if found is None:
        raise Invalid("Give a whole number.", field)
    return found


@blueprint.post(f"{BOARD}/close")
@allow(ATTENDEE)
def close_board(event, board_id: int):
    """Close the board: read, not written on."""
    def do(board: Board, _stage: BoardStage) -> str:
        stages_actions.close(person(), board)
        return "The board is closed. It can still be read."

    return _press(event, board_id, do)


@blueprint.post(f"{BOARD}/reopen")
@allow(ATTENDEE)
def reopen_board(event, board_id: int):
    """Open it again."""
    def do(board: Board, _stage: BoardStage) -> str:
        stages_actions.reopen(person(), board)
        return "The board is open again."

    return _press(event, board_id, do)
