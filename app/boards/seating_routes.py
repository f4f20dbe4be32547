"""Sitting down at a board (a tap, a code, a QR code), and the pages on which who runs it deals people out."""

import secrets

from flask import flash, redirect, render_template, request, url_for

from app.boards import device, policy, seating, seating_actions, seating_queries, set_up_queries
from app.boards.blueprint import blueprint
from app.boards.facilitating import board_to_run, mark_of, name_of, seatings_of
from app.boards.models import OPEN, Board, Group, Seating
from app.boards.seating_actions import LARGEST_SEED, GroupRow
from app.boards.set_up_forms import GroupsForm, RegroupForm, lines_of
from app.boards.set_up_queries import whole_board
from app.boards.set_up_routes import BOARD
from app.errors import Conflict, Invalid, NotFound, require
from app.events.join_codes import folded
from app.events.models import Event
from app.infra import db
from app.infra.db import transaction
from app.web.guard import ATTENDEE, READER, allow, person
from app.web.qr import qr_of
from app.web.templating import absolute_url_for

NO_GROUPS = "This board has no groups: everybody writes on the same one."
JOINED, MARKED, EVERYBODY = "joined", "marked", "everybody"
AMONG = {JOINED: "Everybody who has joined the board", MARKED: "Everybody who marked the session, joined or not",
         EVERYBODY: "Everybody with a pass, joined or not"}
WAYS = {seating.EVENLY: ("Evenly", "Those who sat together before are spread over all groups."),
        seating.AT_RANDOM: ("At random", "By lot, in even sizes."),
        seating.BY_TOPIC: ("By topic", "As many as even sizes allow get the topic they asked for, the rest by lot.")}


# ---- for everybody: sitting down --------------------------------------------------------------------------------------


@blueprint.route(f"{BOARD}/join", methods=["GET", "POST"])
@allow(ATTENDEE)
def join(event, board_id: int):
    """Take a seat: tap a `group` or type its `code`; or `wait` to be dealt out, with a `wish`; or `leave`."""
    if request.method == "GET":
        return _join_page(whole_board(event, board_id))
    try:
        with transaction(event):
            said = _sat_down(whole_board(event, board_id))
    except (Invalid, NotFound) as problem:
        db.session.rollback()
        return _join_page(whole_board(event, board_id), problem=problem.message, typed=request.form.get("code", "")), 422
    flash(said, "success")
    stays = "leave" in request.form or "wait" in request.form
    return redirect(url_for(".join" if stays else ".show", event_slug=event.slug, board_id=board_id), 303)


def _sat_down(board: Board) -> str:
    """Do what was tapped or typed; what happened, in a sentence."""
    somebody, mark = person(), device.seat_mark(person(), board.id)
    if "leave" in request.form:
        seating_actions.stand_up(somebody, board, _now(board), mark=mark)
        return "You have left your group."
    if "wait" in request.form:
        wish = request.form.get("wish", type=int)
        seating_actions.wait(somebody, board, _now(board), mark=mark, wish=_group(board, wish) if wish else None)
        return "You are at the board. Who runs it deals the groups out."
    if "code" in request.form:
        group = seating_queries.group_called(board.event, folded(request.form["code"]))
        if group.board_id != board.id:
            raise NotFound("That code is of another board.")
    else:
        group = _group(board, request.form.get("group", type=int))
    seating_actions.sit(somebody, board, group, mark=mark)
    return f"You are in {group.name}."


@blueprint.get("/e/<event_slug>/boards/join/<code>")
@allow(READER)
def join_group(event, code: str):
    """What a group's QR code opens: one tap sits down there."""
    group = seating_queries.group_called(event, folded(code))
    board = whole_board(event, group.board_id)
    require(policy.can_read(person(), board), policy.FOR_HOLDERS)
    return _join_page(board, chosen=group.id)


def _join_page(board: Board, *, chosen: int | None = None, problem: str = "", typed: str = ""):
    now = seating_queries.seating_now(board)
    group = next((g for one in board.seatings for g in one.groups if g.id == chosen), None)
    if group is not None:
        now = next(one for one in board.seatings if one.id == group.seating_id)
    may = policy.can_write(person(), board)
    own = seating_queries.own_seat(now, device.seat_mark(person(), board.id)) if now and may else seating_queries.OwnSeat()
    return render_template(
        "boards/join.html", active="boards", board=board, seating=now, chosen=group, may=may, own=own, problem=problem,
        typed=typed, seated=seating_queries.seated(now), open=board.state == OPEN,
        topics=[g for g in now.groups if g.topic] if now else [], facilitates=policy.can_facilitate(person(), board))


def _now(board: Board) -> Seating:
    now = seating_queries.seating_now(board)
    if now is None:
        raise Invalid(NO_GROUPS)
    return now


def _group(board: Board, group_id: int | None) -> Group:
    group = next((g for one in board.seatings for g in one.groups if g.id == group_id), None)
    if group is None:
        raise Invalid("Choose one of the groups. (They may have been changed just now.)", "group")
    return group


# ---- for who runs it -----------------------------------------------------------------------------------------------------


@blueprint.route(f"{BOARD}/groups", methods=["GET", "POST"])
@allow(ATTENDEE)
def groups(event, board_id: int):
    """Who sits where; dealing out, moving, naming the groups (what is posted here), making new ones."""
    board = board_to_run(event, board_id)
    shown_now = _asked(board)
    form = GroupsForm.of(shown_now) if shown_now else None
    if form is not None and form.validate_on_submit():
        rows = [GroupRow(id=r.id.data, name=r.name.data, topic=r.topic.data or "", remove=r.remove.data)
                for r in (entry.form for entry in form.rows) if not r.blank]
        try:
            with transaction(event):
                board = board_to_run(event, board_id)
                seating_actions.save_groups(person(), board, _asked(board), rows)
            flash("Saved.", "success")
            return _back(event, board_id)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            form.form_errors.append(problem.message)
    board = board_to_run(event, board_id)
    return _groups_page(board, form)


def _groups_page(board: Board, form: GroupsForm | None, *, regrouping: RegroupForm | None = None):
    now = _asked(board)
    event = board.event
    page = render_template(
        "boards/groups.html", active="boards", tab="groups", board=board, seating=now, seatings=seatings_of(board),
        who=seating_queries.sitters(event, now, mark_of(board)) if now else None, form=form, anonymous=policy.anonymous(board),
        regrouping=regrouping or RegroupForm(formdata=None, data={"number": len(now.groups) if now else 4,
                                                                  "called": _called(now)}),
        name=name_of(now) if now else "", ways=WAYS, among=_among(board), open=board.state == OPEN,
        free_stages=[s for s in board.stages if not set_up_queries.stage_has_insights(s)],
        used=set_up_queries.groups_with_insights(board))
    return page, 422 if (form and form.errors) or (regrouping and regrouping.errors) else 200


def _among(board: Board) -> dict[str, str]:
    return {key: words for key, words in AMONG.items()
            if key == JOINED or (key == MARKED) == (board.session is not None)}


def _called(now: Seating | None) -> str:
    """What groups are called, from the first one's name: Table of Table 1."""
    words = now.groups[0].name.split() if now and now.groups else []
    return " ".join(words[:-1]) if len(words) > 1 and words[-1].isdigit() else "Group"


def _asked(board: Board) -> Seating | None:
    number = request.values.get("seating", type=int)
    return set_up_queries.seating_in(board, number) if number is not None else seating_queries.seating_now(board)


def _back(event: Event, board_id: int):
    seating_id = request.values.get("seating", type=int)
    return redirect(url_for(".groups", event_slug=event.slug, board_id=board_id, seating=seating_id), 303)


@blueprint.post(f"{BOARD}/groups/deal")
@allow(ATTENDEE)
def deal_out(event, board_id: int):
    """Deal people out to the groups: `how`, `among` whom, `keep` those who have a seat."""
    with transaction(event):
        board = board_to_run(event, board_id)
        now = _asked(board)
        if now is None:
            raise Invalid(NO_GROUPS)
        dealt = seating_actions.deal_out(
            person(), board, now, _people(board, request.form.get("among", JOINED)), request.form.get("how", ""),
            keep="keep" in request.form, seed=secrets.randbelow(LARGEST_SEED))
    flash(f"{len(dealt)} people are in groups." if len(dealt) != 1 else "One person is in a group.", "success")
    return _back(event, board_id)


def _people(board: Board, among: str) -> set[str]:
    """The marks of those who are dealt out: who joined, and with `among` more."""
    if among not in _among(board):
        raise Invalid("Choose one of these.", "among")
    more = [] if among == JOINED else seating_queries.marked(board) if among == MARKED else seating_queries.held(board.event)
    return seating_queries.joined(board) | set(map(mark_of(board), more))


@blueprint.post(f"{BOARD}/groups/move")
@allow(ATTENDEE)
def move_people(event, board_id: int):
    """Put people (`who`, marks) into another group (`to`), or into none."""
    with transaction(event):
        board = board_to_run(event, board_id)
        to = request.form.get("to", type=int)
        group = _group(board, to) if to else None
        now = set_up_queries.seating_in(board, group.seating_id) if group else _asked(board)
        if now is None:
            raise Invalid(NO_GROUPS)
        many = seating_actions.move(person(), board, now, request.form.getlist("who"), group)
        where = group.name if group else "no group"
    flash(f"Moved to {where}: {many}.", "success")
    return _back(event, board_id)


@blueprint.post(f"{BOARD}/groups/new")
@allow(ATTENDEE)
def regroup(event, board_id: int):
    """Make new groups for the stages ticked (`stages`). The earlier ones stay readable with what they wrote."""
    form = RegroupForm()
    problems: list[str] = []
    if form.validate():
        try:
            with transaction(event):
                board = board_to_run(event, board_id)
                stages = [set_up_queries.stage_in(board, number) for number in request.form.getlist("stages", type=int)]
                made = seating_actions.regroup(person(), board, stages, number=form.number.data or 0, called=form.called.data,
                                               topics=lines_of(form.topics.data))
                seating_id = made.id
            flash("The new groups are there. Nobody sits in them yet.", "success")
            return redirect(url_for(".groups", event_slug=event.slug, board_id=board_id, seating=seating_id), 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            problems.append(problem.message)
    form.form_errors += problems
    board = board_to_run(event, board_id)
    now = _asked(board)
    return _groups_page(board, GroupsForm(formdata=None, data=GroupsForm.of(now).data) if now else None, regrouping=form)


@blueprint.get(f"{BOARD}/codes")
@allow(ATTENDEE)
def codes(event, board_id: int):
    """A sheet to print and put on the tables: each group's QR code and code."""
    board = board_to_run(event, board_id)
    now = _asked(board)
    cards = []
    for group in now.groups if now else []:
        there = absolute_url_for(".join_group", event_slug=event.slug, code=group.code)
        cards.append((group, qr_of(there, f"QR code that joins {group.name}")))
    address = absolute_url_for(".join", event_slug=event.slug, board_id=board.id).split("://", 1)[1]
    return render_template("boards/codes.html", active="boards", tab="codes", board=board, seating=now, cards=cards,
                           address=address, seatings=seatings_of(board))
