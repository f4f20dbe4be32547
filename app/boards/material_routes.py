"""Pages for a stage's material, and showing its pictures."""

from flask import Response, flash, redirect, render_template, request, url_for

from app.boards import material_actions, policy, set_up_queries
from app.boards.blueprint import blueprint
from app.boards.facilitating import board_to_run
from app.boards.material_files import drop_unless_needed
from app.boards.material_forms import FIELDS, HINTS, NAMES, MaterialForm
from app.boards.material_queries import picture_called
from app.boards.models import PICTURE, PROJECT, Board, BoardStage, Material
from app.boards.set_up_routes import BOARD, STAGE
from app.errors import Conflict, Invalid, NotFound, require
from app.events.models import Event
from app.infra import db, files, pictures
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.limits import limiter, unnamed

WEEK = 7 * 24 * 3600
MIME = {"jpg": "image/jpeg", "png": "image/png"}
NOT_READ = "This board is not for everybody to read."


@blueprint.route(f"{STAGE}/material", methods=["GET", "POST"])
@limiter.limit("120 per hour", key_func=lambda: unnamed(person().id if person() else None), methods=["POST"])
@allow(ATTENDEE)
def add_material(event, board_id: int, stage_id: int):
    """Add a story, a project, a text, a link or a picture (`kind`) to a stage."""
    kind = request.args.get("kind", "")
    if kind not in FIELDS:
        raise NotFound("There is no material of that kind.")
    board = board_to_run(event, board_id)
    stage, form = set_up_queries.stage_in(board, stage_id), MaterialForm(theme=request.args.get("theme", ""))
    if form.validate_on_submit():
        try:
            made = _made(stage, form, kind) if kind == PICTURE else None
            with transaction(event):
                stage = set_up_queries.stage_in(board_to_run(event, board_id), stage_id)
                material_actions.add(person(), stage, kind, form.said(kind), made=made)
            flash(f"The {NAMES[kind]} is added.", "success")
            again = {"kind": kind} | ({"theme": form.theme.data or ""} if kind == PROJECT else {})
            return redirect(
                url_for(".add_material", event_slug=event.slug, board_id=board_id, stage_id=stage_id, **again)
                if "another" in request.form else _back(event, board_id, stage_id), 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            _say(form, problem)
    board = board_to_run(event, board_id)
    return _page(board, set_up_queries.stage_in(board, stage_id), form, kind)


def _made(stage: BoardStage, form: MaterialForm, kind: str) -> pictures.Made:
    """Make the picture anew, outside any transaction. Raises Invalid, Conflict."""
    material_actions.check(kind, form.said(kind))
    if not form.picture.data:
        raise Invalid("Choose a picture.", "picture")
    material_actions.room_for_one(stage, kind)
    db.session.rollback()  # making it takes a while: give the connection back
    try:
        return pictures.make(form.picture.data.read(pictures.LARGEST + 1))
    except pictures.NotAPicture as problem:
        raise Invalid(f"The picture was not added. {problem}", "picture") from problem


@blueprint.route(f"{BOARD}/material/<int:material_id>", methods=["GET", "POST"])
@allow(ATTENDEE)
def edit_material(event, board_id: int, material_id: int):
    """Change a piece of material."""
    board, stage, material = _material(event, board_id, material_id)
    form = MaterialForm.of(material)
    if form.validate_on_submit():
        try:
            with transaction(event):
                board, stage, material = _material(event, board_id, material_id)
                material_actions.change(person(), board, material, form.said(material.kind))
                stage_id = stage.id
            flash("Saved.", "success")
            return redirect(_back(event, board_id, stage_id), 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            _say(form, problem)
    board, stage, material = _material(event, board_id, material_id)
    return _page(board, stage, form, material.kind, material)


@blueprint.post(f"{BOARD}/material/<int:material_id>/order")
@allow(ATTENDEE)
def order_material(event, board_id: int, material_id: int):
    """Put a piece one place `up` or `down`."""
    with transaction(event):
        board, stage, material = _material(event, board_id, material_id)
        material_actions.order(person(), board, stage, material, request.form.get("to", ""))
        stage_id = stage.id
    return redirect(_back(event, board_id, stage_id), 303)


@blueprint.post(f"{BOARD}/material/<int:material_id>/remove")
@allow(ATTENDEE)
def remove_material(event, board_id: int, material_id: int):
    """Take a piece away."""
    with transaction(event):
        board, stage, material = _material(event, board_id, material_id)
        stage_id = stage.id
        key = material_actions.remove(person(), board, stage, material)
    if key:
        drop_unless_needed(key)
    flash("It is taken away.", "success")
    return redirect(_back(event, board_id, stage_id), 303)


@blueprint.get(f"{BOARD}/pictures/<name>")
@allow(READER)
def picture(event, board_id: int, name: str):
    """A picture of the material, for whoever may read the board."""
    board, found = picture_called(event, board_id, name)
    require(policy.can_read(person(), board), NOT_READ)
    for_all = policy.can_read(None, board)
    try:
        data = files.fetch(found.file)
    except KeyError:
        data = b""
    response = Response(data, status=200 if data else 410, mimetype=MIME[name.rpartition(".")[2]], headers={
        "Cache-Control": f"public, max-age={WEEK}, immutable" if for_all and data else "private, no-cache",
        "Content-Security-Policy": "default-src 'none'; sandbox", "Content-Disposition": "inline"})
    response.set_etag(found.file[:32])
    return response.make_conditional(request)


def _material(event: Event, board_id: int, material_id: int) -> tuple[Board, BoardStage, Material]:
    board = board_to_run(event, board_id)
    material = set_up_queries.material_in(board, material_id)
    return board, set_up_queries.stage_in(board, material.stage_id), material


def _back(event: Event, board_id: int, stage_id: int) -> str:
    return url_for(".edit_stage", event_slug=event.slug, board_id=board_id, stage_id=stage_id) + "#material-h"


def _page(board: Board, stage: BoardStage, form: MaterialForm, kind: str, material: Material | None = None):
    themes = list(dict.fromkeys(one.theme for s in board.stages for one in s.material if one.theme))
    page = render_template(
        "boards/material.html", active="boards", tab="set-up", board=board, stage=stage, form=form, kind=kind, name=NAMES[kind],
        fields=[form[field] for field in FIELDS[kind] if field != "picture" or material is None], material=material,
        themes=themes, largest=pictures.LARGEST // 1024 ** 2,
        hints={field: words for (field, of), words in HINTS.items() if of == kind})
    return page, 422 if form.errors else 200


def _say(form: MaterialForm, problem: Invalid | Conflict) -> None:
    if isinstance(problem, Invalid):
        form.refuse(problem)
    else:
        form.form_errors.append(problem.message)
