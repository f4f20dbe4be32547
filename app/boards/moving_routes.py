"""Moving notes and groups of notes, also without scripts; putting notes together; titles; undo."""

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.boards import moving, queries, readers, undoing
from app.boards.blueprint import blueprint
from app.boards.columns import Column, column_of
from app.boards.insight_actions import refusal
from app.boards.insight_models import Cluster, Insight
from app.boards.insight_routes import BOARD, INSIGHT
from app.boards.insights_queries import ALL, view_of
from app.boards.models import Board
from app.errors import Invalid, require
from app.infra.db import transaction
from app.web.guard import ATTENDEE, allow, person, wants_json
from app.web.templating import safe_next

CLUSTER = f"{BOARD}/clusters/<int:cluster_id>"


@blueprint.route(f"{INSIGHT}/move", methods=["GET", "POST"])
@allow(ATTENDEE)
def move(event, board_id: int, insight_id: int):
    """Move a note: into a column (`prompt`, `group`, `material`, or all in `column`), `before` something in it; or `onto` a note
    or a cluster; or `out` of its cluster. GET is the form for it.
    """
    if request.method == "GET":
        return _form(event, board_id, lambda board: queries.insight_in(board, insight_id))
    sent = request.form
    with transaction(event):
        board = queries.board_in(event, board_id)
        one = queries.insight_in(board, insight_id)
        if sent.get("out"):
            message, number = "Taken out of its group.", moving.take_out(person(), board, one)
        elif sent.get("onto"):
            before = queries.thing_in(board, sent["before"]) if sent.get("before") else None
            message = "Put together."
            number = moving.group(person(), board, one, queries.thing_in(board, sent["onto"]),
                                  before if isinstance(before, Insight) else None)
        else:
            message, number = "Moved.", _to_column(board, one)
        version, cluster_id = board.version, one.cluster_id
    return _answer(event, board_id, f"i{insight_id}", message, number, version, id=insight_id, cluster=cluster_id)


@blueprint.route(f"{CLUSTER}/move", methods=["GET", "POST"])
@allow(ATTENDEE)
def move_cluster(event, board_id: int, cluster_id: int):
    """Move a group of notes with all that is in it: into a column, `before` something in it. GET is the form for it."""
    if request.method == "GET":
        return _form(event, board_id, lambda board: queries.cluster_in(board, cluster_id))
    with transaction(event):
        board = queries.board_in(event, board_id)
        number = _to_column(board, queries.cluster_in(board, cluster_id))
        version = board.version
    return _answer(event, board_id, f"c{cluster_id}", "Moved.", number, version, id=cluster_id)


@blueprint.route(CLUSTER, methods=["GET", "POST"])
@allow(ATTENDEE)
def cluster(event, board_id: int, cluster_id: int):
    """Give a group of notes a `title`; `was` is the one that one saw. GET is the form for it."""
    if request.method == "GET":
        board, reader = readers.read(event, board_id)
        require(reader.rights.write, refusal(board))
        return render_template("boards/cluster.html", active="boards", board=board, cluster=queries.cluster_in(board, cluster_id),
                               of={"event_slug": event.slug, "board_id": board_id})
    with transaction(event):
        board = queries.board_in(event, board_id)
        one = queries.cluster_in(board, cluster_id)
        title = moving.entitle(person(), board, one, title=request.form.get("title", ""), was=request.form.get("was", ""))
        version, edited = board.version, one.edited
    return _answer(event, board_id, f"c{cluster_id}", "Saved.", None, version, id=cluster_id, title=title, edited=edited)


@blueprint.post(f"{BOARD}/undo")
@allow(ATTENDEE)
def undo(event, board_id: int):
    """Undo the change of that `number`."""
    number = readers.number(request.form.get("number"))
    with transaction(event):
        version = undoing.undo(person(), queries.board_in(event, board_id), number)
    return _answer(event, board_id, "", "Undone.", None, version)


def _to_column(board: Board, thing: Insight | Cluster) -> int | None:
    """Move `thing` where the form says."""
    sent = request.form
    if sent.get("column"):
        parts = (sent["column"].split("-") + ["", ""])[:3]
    elif sent.get("prompt"):
        parts = [sent.get(name, "") for name in ("prompt", "group", "material")]
    else:
        raise Invalid("Choose where it goes.", "column")
    column, _prompt = column_of(board, readers.number(parts[0]), *map(readers.number_or_none, parts[1:]))
    before = queries.thing_in(board, sent["before"]) if sent.get("before") else None
    return moving.move(person(), board, thing, column, before)


def _form(event, board_id: int, find):
    """The page that moves something: first the column, then where in it."""
    board, reader = readers.read(event, board_id)
    require(reader.rights.write, refusal(board))
    thing = find(board)
    stage = queries.stage_in(board, queries.stage_id_of(thing))
    view = view_of(board, stage, ALL, reader)
    lanes = [lane for part in view.parts for lane in part.lanes if lane.prompt]
    wanted = request.args.get("column") or Column.of(thing).key
    chosen = next((lane for lane in lanes if lane.column.key == wanted), None)
    return render_template("boards/move.html", active="boards", board=board, thing=thing, stage=stage, lanes=lanes, chosen=chosen,
                           is_cluster=isinstance(thing, Cluster), of={"event_slug": event.slug, "board_id": board_id})


def _answer(event, board_id: int, ref: str, message: str, number: int | None, version: int, **more):
    if wants_json():
        return jsonify(version=version, change=number, message=message, **more)
    flash(message, "success")
    page = safe_next(request.form.get("next") or url_for("boards.show", event_slug=event.slug, board_id=board_id)).split("#")[0]
    if number is not None:  # the page then offers it, without scripts too
        page += f"{'&' if '?' in page else '?'}undo={number}"
    return redirect(f"{page}#{ref}" if ref else page, 303)
