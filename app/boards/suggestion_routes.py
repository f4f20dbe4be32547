"""Notes that may say the same: a page of suggested clusters, accepting one, turning one down."""

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.boards import moving, queries, readers, suggestions
from app.boards.blueprint import blueprint
from app.boards.insight_actions import refusal
from app.boards.insight_models import Insight
from app.boards.insight_routes import BOARD
from app.boards.insights_queries import Lane, Sticky, view_of
from app.boards.models import Board
from app.errors import require
from app.infra.db import transaction
from app.web.guard import ATTENDEE, allow, person, wants_json


@blueprint.get(f"{BOARD}/suggestions", endpoint="suggestions")
@allow(ATTENDEE)
def suggested(event, board_id: int):
    """Notes of each column that may say the same."""
    board, reader = readers.read(event, board_id)
    require(reader.rights.write, refusal(board))
    stage = readers.stage_asked(board)
    view = view_of(board, stage, readers.group_asked(board, stage)[0], reader)
    down = suggestions.turned_down(board)
    found = [(lane, some) for part in view.parts for lane in part.lanes if (some := _of_lane(lane, down))]
    return render_template("boards/suggestions.html", active="boards", board=board, stage=stage, view=view, found=found,
                           of={"event_slug": event.slug, "board_id": board.id})


@blueprint.post(f"{BOARD}/suggestions/accept")
@allow(ATTENDEE)
def accept_suggestion(event, board_id: int):
    """Put the notes (`insight`, several) together under a `title`."""
    with transaction(event):
        board = queries.board_in(event, board_id)
        some = _sent(board)
        number = moving.gather(person(), board, some, request.form.get("title", ""))
        version, cluster_id = board.version, some[0].cluster_id
    return _answer(event, board_id, "Put together.", version, change=number, cluster=cluster_id)


@blueprint.post(f"{BOARD}/suggestions/turn-down")
@allow(ATTENDEE)
def turn_down_suggestion(event, board_id: int):
    """Say that the notes (`insight`, several) do not belong together."""
    with transaction(event):
        board = queries.board_in(event, board_id)
        suggestions.turn_down(person(), board, _sent(board))
        version = board.version
    return _answer(event, board_id, "It is not suggested again.", version)


def _of_lane(lane: Lane, down: frozenset[str]) -> list[tuple[suggestions.Suggestion, list[Sticky]]]:
    lone = {thing.id: thing for thing in lane.things if isinstance(thing, Sticky) and not thing.hidden}
    return [(one, [lone[i] for i in one.insights])
            for one in suggestions.suggest([(thing.id, thing.text) for thing in lone.values()], down)]


def _sent(board: Board) -> list[Insight]:
    """The insights that the form names, each once."""
    numbers = dict.fromkeys(readers.number(said) for said in request.form.getlist("insight")[:suggestions.LARGEST])
    return [queries.insight_in(board, number) for number in numbers]


def _answer(event, board_id: int, message: str, version: int, **more):
    if wants_json():
        return jsonify(version=version, message=message, **more)
    flash(message, "success")
    asked = {name: request.form[name] for name in ("stage", "group") if request.form.get(name)}
    return redirect(url_for("boards.suggestions", event_slug=event.slug, board_id=board_id, **asked), 303)
