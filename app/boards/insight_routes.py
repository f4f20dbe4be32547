"""Writing notes on a board, one note's own page, changing it, its dots, hiding it, taking it out for good."""

from flask import Response, flash, jsonify, redirect, render_template, request, url_for
from flask_wtf import FlaskForm

from app.boards import device, insight_actions, policy, queries, readers, removing, votes
from app.boards.blueprint import blueprint
from app.boards.insight_actions import Clash
from app.boards.insight_models import HIDDEN, Insight
from app.boards.models import COLOURS, Board
from app.errors import Invalid, NotFound, Refused, require
from app.infra import clock
from app.infra.db import transaction
from app.notes import picture_jobs
from app.web.guard import ATTENDEE, READER, allow, person, wants_json
from app.web.limits import limiter, unnamed
from app.web.panels import panels_of
from app.web.templating import safe_next

BOARD = "/e/<event_slug>/boards/<int:board_id>"
INSIGHT = f"{BOARD}/insights/<int:insight_id>"
ADDING = "300 per 10 minutes"  # by one person: one every two seconds, or what was written during an hour offline at once


@blueprint.post(f"{BOARD}/insights")
@allow(ATTENDEE)
@limiter.limit(lambda: ADDING, key_func=lambda: unnamed(person().id if person() else None))
def add(event, board_id: int):
    """Put a note into a column (`prompt`, `group`, `material`): `text`, `colour`, `signed`.

    Sent again with its `key`, it is there once.
    """
    sent, at = request.form, clock.now()
    with transaction(event):
        board, key = queries.board_in(event, board_id), sent.get("key", "")
        mark = device.new_author_mark(key, at) if policy.anonymous(board) else None
        insight = insight_actions.add(
            person(), board, key=key, prompt_id=readers.number(sent.get("prompt")),
            group_id=readers.number_or_none(sent.get("group")), material_id=readers.number_or_none(sent.get("material")),
            text=sent.get("text", ""), colour=sent.get("colour", ""), signed=bool(sent.get("signed")), mark=mark, at=at)
        insight_id, version = insight.id, board.version
    if wants_json():
        return jsonify(id=insight_id, version=version)
    return _back(event, board_id, insight_id)


@blueprint.route(INSIGHT, methods=["GET", "POST"])
@allow(READER)
def insight(event, board_id: int, insight_id: int):
    """A note's own page, which stays its address wherever it is moved.

    POST changes it: `text`, `was` (the text one began from), `colour`, `signed`.
    """
    board, reader = readers.read(event, board_id)
    if request.method == "GET":
        return _page(event, board, reader, _shown(board, reader, insight_id))
    sent = request.form
    signed = {"1": True, "0": False}.get(sent.get("signed", "" if "signing" not in sent else "0"))
    try:
        with transaction(event):
            board = queries.board_in(event, board_id)
            one = queries.insight_in(board, insight_id)
            merged = insight_actions.edit(person(), one, text=sent.get("text", ""), was=sent.get("was", ""),
                                          colour=sent.get("colour", ""), signed=signed, mark=_mark(one))
            text, version, edited = one.text, board.version, one.edited
    except Clash as clash:
        if wants_json():
            return jsonify(error={"message": clash.message}, theirs=clash.theirs, mine=clash.mine, both=clash.both), clash.status
        board, reader = readers.read(event, board_id)
        return _page(event, board, reader, _shown(board, reader, insight_id), clash=clash), clash.status
    except Invalid as problem:
        if wants_json():
            raise
        board, reader = readers.read(event, board_id)
        return _page(event, board, reader, _shown(board, reader, insight_id), typed=sent, problem=problem), problem.status
    if wants_json():
        return jsonify(id=insight_id, version=version, text=text, edited=edited, merged=merged)
    flash("Saved, together with what somebody else wrote meanwhile." if merged else "Saved.", "success")
    return _back(event, board_id, insight_id)


@blueprint.post(f"{INSIGHT}/vote")
@allow(ATTENDEE)
def vote(event, board_id: int, insight_id: int):
    """Have `dots` of one's own on a note, as many as one says: again is the same."""
    dots = request.form.get("dots", type=int)
    with transaction(event):
        board = queries.board_in(event, board_id)
        one = queries.insight_in(board, insight_id)
        left, count = votes.vote(person(), one, dots=-1 if dots is None else dots, voter=device.voter_mark(person(), board_id))
        version = board.version
    if wants_json():
        return jsonify(id=insight_id, version=version, dots=dots, left=left, votes=count)
    return _back(event, board_id, insight_id)


@blueprint.post(f"{INSIGHT}/hide")
@allow(ATTENDEE)
def hide(event, board_id: int, insight_id: int):
    """Show it to facilitators only."""
    return _visible(event, board_id, insight_id, insight_actions.hide, "Hidden. Facilitators still see it.")


@blueprint.post(f"{INSIGHT}/show")
@allow(ATTENDEE)
def unhide(event, board_id: int, insight_id: int):
    """Show a hidden one to everybody again."""
    return _visible(event, board_id, insight_id, insight_actions.show, "Everybody sees it again.")


@blueprint.route(f"{INSIGHT}/remove", methods=["GET", "POST"])
@allow(ATTENDEE)
def remove(event, board_id: int, insight_id: int):
    """“Don't write that down”: GET asks, POST takes the words out for good."""
    board, reader = readers.read(event, board_id)
    one = _shown(board, reader, insight_id)
    require(policy.can_remove(person(), one), policy.FOR_HOLDERS)
    if request.method == "GET":
        return render_template("boards/remove.html", active="boards", board=board, insight=one, form=FlaskForm())
    with transaction(event):
        board = queries.board_in(event, board_id)
        keys = removing.remove(person(), queries.insight_in(board, insight_id), at=clock.now())
        version = board.version
    for key in keys:
        picture_jobs.drop_unless_needed(key)
    if wants_json():
        return jsonify(id=insight_id, version=version, message=GONE)
    flash(GONE, "success")
    return redirect(safe_next(request.form.get("next") or url_for("boards.show", event_slug=event.slug, board_id=board_id)), 303)


GONE = "Taken out for good: its words are not on the board, in its history or in search any more."


def _visible(event, board_id: int, insight_id: int, act, message: str):
    with transaction(event):
        board = queries.board_in(event, board_id)
        number = act(person(), queries.insight_in(board, insight_id))
        version = board.version
    if wants_json():
        return jsonify(id=insight_id, version=version, change=number, message=message)
    flash(message, "success")
    return _back(event, board_id, insight_id)


def _mark(one: Insight) -> str | None:
    return device.author_mark(one.key, clock.now())


def _shown(board: Board, reader: readers.Reader, insight_id: int) -> Insight:
    """An insight that who asks may see. Raises NotFound."""
    one = queries.insight_in(board, insight_id)
    if one.state == HIDDEN and not reader.rights.facilitate:
        raise NotFound("That note is not shown.")
    return one


def _page(event, board: Board, reader: readers.Reader, one: Insight, *, clash: Clash | None = None, typed=None,
          problem: Refused | None = None) -> str:
    stage = queries.stage_in(board, one.prompt.stage_id)
    return render_template(
        "boards/insight.html", active="boards", board=board, insight=one, stage=stage, may=reader.rights, clash=clash,
        typed=typed, problem=problem,
        may_edit=policy.can_edit(person(), one, _mark(one)), own=policy.wrote(person(), one, _mark(one)),
        may_remove=policy.can_remove(person(), one), votes=one.votes if votes.shown(stage) else None,
        kinds={kind["colour"]: kind["label"] for kind in board.kinds}, colours=COLOURS,
        panels=panels_of("insight", one, person()),
        of={"event_slug": event.slug, "board_id": board.id})


def _back(event, board_id: int, insight_id: int) -> Response:
    page = safe_next(request.form.get("next") or url_for("boards.show", event_slug=event.slug, board_id=board_id))
    return redirect(f"{page.split('#')[0]}#i{insight_id}", 303)
