"""The plenary on a projector, and the page on which who runs the board picks what it shows."""

from flask import redirect, render_template, request, url_for

from app.accounts.models import Person
from app.boards import plenary_actions, plenary_queries, policy
from app.boards import queries as boards
from app.boards.blueprint import blueprint
from app.boards.facilitating import board_to_run
from app.boards.models import Board
from app.boards.plenary import in_order, pages_of, top_of
from app.boards.set_up_queries import whole_board
from app.boards.set_up_routes import BOARD
from app.boards.versions import topic
from app.errors import Conflict, Invalid, NotFound, require
from app.events.following import follow
from app.events.models import Event
from app.infra import clock, db
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person

NOT_READ = "This board is not for everybody to read."
SECONDS = 20  # that each screen stays


@blueprint.get(f"{BOARD}/plenary")
@allow(READER)
def plenary(event, board_id: int):
    """The top insights of every prompt across groups, screen after screen. Without scripts `page` says which."""
    return render_template("boards/plenary.html", **_screens(_read(event, board_id)))


@blueprint.get(f"{BOARD}/plenary/fragment")
@allow(READER)
def plenary_fragment(event, board_id: int):
    """What changes on it."""
    return render_template("boards/_plenary.html", **_screens(_read(event, board_id))), {"Cache-Control": "no-store"}


@blueprint.get(f"{BOARD}/plenary/stream")
@allow(READER)
def plenary_stream(event, board_id: int):
    """Nudges when anything of the board changes."""
    _read(event, board_id)

    def may(somebody: Person | None, what: Event) -> bool:
        try:
            return policy.can_read(somebody, boards.board_in(what, board_id))
        except NotFound:
            return False

    return follow(event, topic(board_id), may=may)


def _read(event: Event, board_id: int) -> Board:
    board = whole_board(event, board_id)
    require(policy.can_read(person(), board), NOT_READ)
    return board


def _screens(board: Board) -> dict:
    """The screens, and which is shown first. `stage` leaves only one stage's prompts. Those without any answer are left out,
    unless nothing is written at all."""
    entries, wanted = plenary_queries.entries_of(board), request.args.get("stage", type=int)
    asked = [(stage, prompt) for stage, prompt in plenary_queries.asked(board) if wanted in (None, stage.id)]
    asked = [(stage, prompt) for stage, prompt in asked if entries.get(prompt.id)] or [
        (stage, prompt) for stage, prompt in asked if stage.here or wanted]
    pages = [page for stage, prompt in asked
             for page in pages_of(prompt.words, stage.title if len(board.stages) > 1 else "", top_of(entries.get(prompt.id, [])))]
    at = min(max(1, request.args.get("page", 1, type=int) or 1), max(1, len(pages)))
    return {"event": board.event, "board": board, "pages": pages, "at": at, "following": at % max(1, len(pages)) + 1,
            "wanted": wanted, "now": clock.now(), "seconds": SECONDS, "facilitates": policy.can_facilitate(person(), board)}


@blueprint.route(f"{BOARD}/plenary/pick", methods=["GET", "POST"])
@allow(ATTENDEE)
def plenary_pick(event, board_id: int):
    """Pick and order: `do` is what with which, as "up i45"; a tap each."""
    problem = ""
    if request.method == "POST":
        do, _, ref = request.form.get("do", "").partition(" ")
        try:
            with transaction(event):
                board = board_to_run(event, board_id)
                thing = boards.thing_in(board, ref)
                plenary_actions.pick(person(), board, thing, do)
                prompt_id = thing.prompt_id
            return redirect(url_for(".plenary_pick", event_slug=event.slug, board_id=board_id) + f"#p{prompt_id}", 303)
        except (Invalid, Conflict, NotFound) as refused:
            db.session.rollback()
            problem = refused.message
    board = board_to_run(event, board_id)
    entries = plenary_queries.entries_of(board)
    asked = [(stage, prompt, *_apart(entries.get(prompt.id, []))) for stage, prompt in plenary_queries.asked(board)]
    return render_template("boards/pick.html", active="boards", tab="plenary", board=board, asked=asked, problem=problem), (
        409 if problem else 200)


def _apart(entries: list) -> tuple[list, list]:
    """Picked and not picked, each in order."""
    ordered = in_order(entries)
    return [e for e in ordered if e.picked is not None], [e for e in ordered if e.picked is None]
