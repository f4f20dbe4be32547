"""Pages for making a board and setting it up."""

import json
import zlib

from flask import flash, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.boards import policy, set_up_actions, set_up_queries
from app.boards.blueprint import blueprint
from app.boards.facilitating import board_to_run, mark_of, seatings_of
from app.boards.material import reading_of
from app.boards.material_files import drop_unless_needed
from app.boards.models import COLOURS, Board, BoardStage
from app.boards.practices import ONE_IDEA, PLAIN, PRACTICES, SAME_PROMPTS, filled_in, practice_of
from app.boards.seating_queries import joined
from app.boards.set_up_forms import DetailsForm, FacilitatorForm, NewBoardForm, NewStageForm, StageForm
from app.errors import Conflict, Forbidden, Invalid, Refused, require
from app.events.choices import offered
from app.events.models import CHATHAM_HOUSE, Event
from app.grid.queries import session_in
from app.infra import clock, db
from app.infra.db import transaction
from app.web.guard import ATTENDEE, allow, person

BOARD = "/e/<event_slug>/boards/<int:board_id>"
STAGE = f"{BOARD}/stages/<int:stage_id>"
NOBODY = (0, "Choose somebody")
MEANWHILE = "Somebody else changed this stage meanwhile. What you typed is below, and not saved yet: save it again to have it so."


# ---- a new one -----------------------------------------------------------------------------------------------------------


@blueprint.route("/e/<event_slug>/boards/new", methods=["GET", "POST"])
@allow(ATTENDEE)
def new(event):
    """Make a board in one form: `practice` is what it begins from, `session` what it is of, `example` fills in prompts."""
    session = _session(event)
    require(policy.can_create(person(), event, session), set_up_actions.NOT_YOURS)
    practice = practice_of(request.args.get("practice"))
    ideas = f"/e/{event.slug}/ideas"
    stages = filled_in(practice, ideas=ideas, example="example" in request.args and practice.key in (SAME_PROMPTS, PLAIN))
    form = NewBoardForm.of(practice, stages, session.pitch.title[:120] if session else "")
    if form.validate_on_submit():
        try:
            with transaction(event):
                board = set_up_actions.begin(
                    person(), event, _session(event), title=form.title.data, stages=form.plans(), groups=form.groups.data,
                    called=form.called.data, anonymous=form.anonymous.data, at=clock.now())
                board_id, grouped = board.id, bool(board.seatings)
            flash("The board is ready. People can join their groups." if grouped else "The board is ready.", "success")
            return redirect(url_for(".codes" if grouped else ".run", event_slug=event.slug, board_id=board_id), 303)
        except Invalid as problem:
            _refuse(form, problem)
            db.session.rollback()
            session = _session(event)
    page = render_template("boards/new.html", active="boards", session=session, practice=practice, practices=PRACTICES.values(),
                           form=form, chatham=event.attribution == CHATHAM_HOUSE, single=len(stages) == 1, plain=PLAIN,
                           owes_idea=practice.key == ONE_IDEA)
    return page, 422 if form.errors else 200


def _session(event: Event):
    number = request.args.get("session", type=int)
    return session_in(event, number) if number is not None else None


def _refuse(form: NewBoardForm, problem: Invalid) -> None:
    """Put the problem at the field of the row it is about (`stages-<n>-prompts`)."""
    parts = (problem.field or "").split("-")
    if len(parts) == 3 and int(parts[1]) < len(form.stages):
        field = form.stages[int(parts[1])].form[parts[2]]
        field.errors = [*field.errors, problem.message]
        form.form_errors.append(problem.message)
    else:
        form.refuse(problem)


# ---- what it is ----------------------------------------------------------------------------------------------------------


@blueprint.route(f"{BOARD}/set-up", methods=["GET", "POST"])
@allow(ATTENDEE)
def set_up(event, board_id: int):
    """What the board is called, about and shows; and the way to its stages, groups and facilitators."""
    board = board_to_run(event, board_id)
    form = DetailsForm.of(board)
    if form.validate_on_submit():
        try:
            with transaction(event):
                set_up_actions.save_details(
                    person(), board_to_run(event, board_id), title=form.title.data, about=form.about.data or "",
                    anonymous=form.anonymous.data, colour_by=form.colour_by.data, kinds=form.kinds())
            flash("Saved.", "success")
            return redirect(url_for(".set_up", event_slug=event.slug, board_id=board_id), 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            _say(form, problem)
    return _set_up_page(board_to_run(event, board_id), form)


def _set_up_page(board: Board, form: DetailsForm, *, stage_form: NewStageForm | None = None, who: FacilitatorForm | None = None):
    candidates = _candidates(board)
    who = who or FacilitatorForm(formdata=None)
    who.person.choices = offered([NOBODY, *candidates])
    page = render_template(
        "boards/set_up.html", active="boards", tab="set-up", board=board, form=form,
        stage_form=stage_form or NewStageForm(formdata=None), who=who, facilitators=set_up_queries.facilitators_of(board),
        candidates=candidates, colours=COLOURS,
        chatham=board.event.attribution == CHATHAM_HOUSE, seating_names={s.id: name for s, name in seatings_of(board)},
        lists_holders=set_up_queries.may_list_holders(person(), board.event))
    return page, 422 if form.errors or (stage_form and stage_form.errors) or who.errors else 200


def _candidates(board: Board) -> list[tuple[int, str]]:
    """Who may be chosen to run the board too: campmakers and organisers choose from all pass holders, others from those who sit
    at the board, whom they see anyway."""
    everybody = set_up_queries.holders(board.event)
    known = {somebody.id for somebody in set_up_queries.facilitators_of(board)}
    if not set_up_queries.may_list_holders(person(), board.event):
        here = joined(board)
        everybody = [(one, name) for one, name in everybody if mark_of(board)(one) in here]
    return [(one, name) for one, name in everybody if one not in known]


@blueprint.post(f"{BOARD}/facilitators")
@allow(ATTENDEE)
def add_facilitator(event, board_id: int):
    """Let somebody else run the board too."""
    form = FacilitatorForm()
    form.person.choices = offered([NOBODY, *_candidates(board_to_run(event, board_id))])
    if not form.validate() or form.person.data == NOBODY[0]:
        form.person.errors = form.person.errors or ["Choose somebody."]
        board = board_to_run(event, board_id)
        return _set_up_page(board, _unsent(board), who=form)
    with transaction(event):
        board = board_to_run(event, board_id)
        chosen = db.session.get(Person, form.person.data)
        set_up_actions.add_facilitator(person(), board, chosen)
        name = chosen.name
    flash(f"{name} can run this board now.", "success")
    return redirect(url_for(".set_up", event_slug=event.slug, board_id=board_id) + "#who-h", 303)


@blueprint.post(f"{BOARD}/facilitators/<int:person_id>/remove")
@allow(ATTENDEE)
def remove_facilitator(event, board_id: int, person_id: int):
    """Have somebody run it no more."""
    with transaction(event):
        set_up_actions.remove_facilitator(person(), board_to_run(event, board_id), person_id)
    flash("Taken off the list of those who run this board.", "success")
    return redirect(url_for(".set_up", event_slug=event.slug, board_id=board_id) + "#who-h", 303)


def _unsent(board: Board) -> DetailsForm:
    """The page's main form, where another of its forms was sent."""
    return DetailsForm(formdata=None, data={"title": board.title, "about": board.about, "anonymous": board.anonymous,
                                            "colour_by": board.colour_by,
                                            **{f"kind_{kind['colour']}": kind["label"] for kind in board.kinds}})


# ---- its stages ----------------------------------------------------------------------------------------------------------


@blueprint.post(f"{BOARD}/stages")
@allow(ATTENDEE)
def add_stage(event, board_id: int):
    """One more stage, at the end."""
    form = NewStageForm()
    if not form.validate():
        board = board_to_run(event, board_id)
        return _set_up_page(board, _unsent(board), stage_form=form)
    with transaction(event):
        stage_id = set_up_actions.add_stage(person(), board_to_run(event, board_id), title=form.stage_title.data).id
    flash("The stage is there. Say what it asks.", "success")
    return redirect(url_for(".edit_stage", event_slug=event.slug, board_id=board_id, stage_id=stage_id), 303)


@blueprint.route(STAGE, methods=["GET", "POST"])
@allow(ATTENDEE)
def edit_stage(event, board_id: int, stage_id: int):
    """A stage: its title, instructions, minutes, who answers, its prompts; and the way to its material."""
    board, stage = _stage(event, board_id, stage_id)
    form = StageForm.of(stage, seatings_of(board))
    if form.validate_on_submit():
        try:
            with transaction(event):
                board, stage = _stage(event, board_id, stage_id)
                if form.seen.data is not None and form.seen.data != _standing(stage):
                    raise Conflict(MEANWHILE)
                seating = set_up_queries.seating_in(board, form.seating.data) if form.seating.data else None
                set_up_actions.save_stage(person(), stage, title=form.title.data or "", about=form.about.data or "",
                                          minutes=form.minutes.data, seating=seating, prompts=form.prompts())
            flash("Saved.", "success")
            to = (url_for(".edit_stage", event_slug=event.slug, board_id=board_id, stage_id=stage_id) if "more" in request.form
                  else url_for(".set_up", event_slug=event.slug, board_id=board_id) + "#stages-h")
            return redirect(to, 303)
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            _say(form, problem)
    board, stage = _stage(event, board_id, stage_id)
    page = render_template(
        "boards/stage.html", active="boards", tab="set-up", board=board, stage=stage, form=form, seen=_standing(stage),
        reading=reading_of(stage.material), used=set_up_queries.prompts_with_insights(board))
    return page, 422 if form.errors else 200


@blueprint.post(f"{STAGE}/order")
@allow(ATTENDEE)
def order_stage(event, board_id: int, stage_id: int):
    """Put a stage one place `up` or `down`."""
    with transaction(event):
        set_up_actions.move_stage(person(), _stage(event, board_id, stage_id)[1], request.form.get("to", ""))
    return redirect(url_for(".set_up", event_slug=event.slug, board_id=board_id) + "#stages-h", 303)


@blueprint.post(f"{STAGE}/remove")
@allow(ATTENDEE)
def remove_stage(event, board_id: int, stage_id: int):
    """Take away a stage that nobody has written in."""
    with transaction(event):
        keys = set_up_actions.remove_stage(person(), _stage(event, board_id, stage_id)[1])
    for key in keys:
        drop_unless_needed(key)
    flash("The stage is gone.", "success")
    return redirect(url_for(".set_up", event_slug=event.slug, board_id=board_id) + "#stages-h", 303)


def _stage(event: Event, board_id: int, stage_id: int) -> tuple[Board, BoardStage]:
    board = board_to_run(event, board_id)
    return board, set_up_queries.stage_in(board, stage_id)


def _standing(stage: BoardStage) -> int:
    """A number that is another one when anything of what its form holds is."""
    said = [stage.title, stage.about, stage.minutes, stage.seating_id,
            [(p.id, p.position, p.words, p.colour) for p in stage.prompts]]
    return zlib.crc32(json.dumps(said).encode()) & 0x7FFFFFFF


def _say(form, problem: Refused) -> None:
    if isinstance(problem, Forbidden):
        raise problem
    if isinstance(problem, Invalid) and problem.field in form._fields and problem.field != "rows":
        form.refuse(problem)
    else:
        form.form_errors.append(problem.message)
