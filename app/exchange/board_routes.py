"""Boards to take along (Markdown, CSV, a page to print), and stickies to bring in."""

import base64
import binascii
import zlib

from flask import flash, redirect, render_template, request, url_for
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField

from app.boards import board_text, policy, queries, recording
from app.boards.models import Board
from app.boards.reading_out import BoardOut, board_out
from app.boards.set_up_queries import whole_board
from app.errors import Invalid, require
from app.events.models import READ_ALL, Event
from app.exchange.answers import base_url
from app.exchange.blueprint import blueprint
from app.exchange.board_actions import bring_in_stickies
from app.exchange.board_csv import Sheet, read_board_csv, write_board_csv
from app.exchange.board_plan import Plan, plan_of
from app.exchange.csv_tables import BadTable
from app.exchange.notes_zip import slug
from app.exchange.out_routes import file_answer
from app.infra import clock
from app.infra.db import transaction
from app.web.forms import Form
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.limits import limiter

BOARD = "/e/<event_slug>/boards/<int:board_id>"
LARGEST = 2 * 1024 * 1024  # bytes of a CSV of stickies
SHOWN = 12  # rows of a preview that are shown in full
OLD_FORM = "The page was open too long. Choose the file again."


class StickiesForm(Form):
    """A file; then, with what would be done before one's eyes, the word to do it. `data` is the file as it was read."""

    file = FileField("CSV file", [FileRequired("Choose a file.")])
    data = HiddenField()
    make_groups = BooleanField("Make these groups")


@blueprint.get(f"{BOARD}.<any(md,csv):kind>")
@limiter.limit("600 per 10 minutes")
@allow(READER)
def board_file(event: Event, board_id: int, kind: str):
    """The board as a file, for whoever may read it. Who runs it gets what is hidden, too, marked so."""
    out = _out(event, board_id)
    board, for_all = out.board, event.notes_readers == READ_ALL and person() is None
    text = write_board_csv(out) if kind == "csv" else board_text.document(
        out, recording.links_of(board, base_url()), names=True)
    data = text.encode("utf-8-sig" if kind == "csv" else "utf-8")
    return file_answer(data, kind, f"{event.slug}-board-{slug(board.title)}-{board.id}.{kind}", for_all)


@blueprint.get(f"{BOARD}/print")
@allow(READER)
def board_print(event: Event, board_id: int):
    """The board as a page to print: columns one below the other, and whose the pictures are."""
    out = _out(event, board_id)
    return render_template("exchange/board_print.html", active="boards", board=out.board, out=out,
                           links=recording.links_of(out.board), group_name=board_text.group_name, credit=board_text.credit,
                           dots=board_text.dots, kinds=out.board.kinds)


@blueprint.route(f"{BOARD}/import", methods=["GET", "POST"])
@allow(ATTENDEE)
def board_import(event: Event, board_id: int):
    """Choose a CSV of stickies; see what it would do; have it done."""
    board = whole_board(event, board_id)
    require(policy.can_facilitate(person(), board), policy.FOR_FACILITATORS)
    form = StickiesForm()
    if request.method == "GET":
        return _page(board, form)
    previewed = bool(form.data.data)
    if previewed:
        form.file.validators = ()
    if not form.validate():
        return _page(board, form), 422
    try:
        data = _unpacked(form.data.data) if previewed else form.file.data.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise BadTable("The file is larger than 2 MB, which is more than 5,000 notes need.")
        sheet = read_board_csv(data)
    except BadTable as problem:
        form.file.errors = [str(problem)]
        return _page(board, form), 422
    if previewed and request.form.get("do") == "bring in":
        try:
            with transaction(event):
                plan = bring_in_stickies(person(), whole_board(event, board_id), sheet, make_groups=form.make_groups.data,
                                         at=clock.now(), **_defaults())
                new, there = len(plan.new), plan.there
        except Invalid as problem:
            form.refuse(problem)
            return _page(whole_board(event, board_id), form, sheet, data), 422
        flash(_said(new, there), "success")
        return redirect(url_for("boards.show", event_slug=event.slug, board_id=board_id), 303)
    return _page(board, form, sheet, data)


def _out(event: Event, board_id: int) -> BoardOut:
    board = queries.board_read_by(person(), event, board_id)
    return board_out(board, hidden=policy.can_facilitate(person(), board))


def _page(board: Board, form: StickiesForm, sheet: Sheet | None = None, data: bytes = b"") -> str:
    chosen = _defaults()
    plan: Plan | None = plan_of(board, sheet, **chosen) if sheet is not None else None
    here = next(stage for stage in board.stages if stage.here)
    return render_template(
        "exchange/board_import.html", active="boards", board=board, form=form, plan=plan, sheet=sheet, chosen=chosen, shown=SHOWN,
        packed=_packed(data) if data else "", prompts=here.prompts, groups=here.seating.groups if here.seating else [],
        asks_column=sheet is not None and any(not one.column for one in sheet.stickies),
        asks_group=sheet is not None and here.seating is not None and any(not one.group for one in sheet.stickies))


def _defaults() -> dict[str, int | None]:
    """Where notes go that do not say where, as it was chosen."""
    said = {name: request.form.get(name, "") for name in ("prompt", "group")}
    return {f"{name}_id": int(one) if one.isascii() and one.isdigit() and len(one) < 10 else None for name, one in said.items()}


def _packed(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def _unpacked(packed: str) -> bytes:
    """The file that a preview was made of. Raises BadTable for what is none, or unpacks to more than may be."""
    try:
        return zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), LARGEST + 1)
    except (binascii.Error, zlib.error, ValueError) as problem:
        raise BadTable(OLD_FORM) from problem


def _said(new: int, there: int) -> str:
    if not new:
        return "Everything in the file is on the board already, so nothing changed."
    said = "One note was brought in." if new == 1 else f"{new:,} notes were brought in."
    return said + (f" {there:,} more {'was' if there == 1 else 'were'} there already." if there else "")
