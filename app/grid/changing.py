"""Pages that change sessions in other ways than moving them, undo and redo, and publish the grid.

As with moving, the grid's script posts to the same addresses as the forms without it.
"""

from collections.abc import Callable

from flask import flash, jsonify, redirect, render_template, request, url_for

from app.errors import Conflict, Invalid
from app.events.models import DRAFT, LIVE
from app.grid import actions, cancelling, history, publishing, queries, undoing
from app.grid.arranging import choose
from app.grid.forms import CancelForm, LengthForm, PlaceForm, PublishForm, SeenForm, UndoForm
from app.grid.models import GridChange, Session
from app.grid.pages import blueprint
from app.infra import clock
from app.infra.db import transaction
from app.web.guard import ORGANISER, allow, person, wants_json


@blueprint.route("/e/<event_slug>/sessions/<int:session_id>/again", methods=["GET", "POST"])
@allow(ORGANISER)
def again(event, session_id: int):
    """Hold a popular session again, in another slot."""
    session = queries.session_in(event, session_id)

    def act(form: PlaceForm) -> Session:
        found = queries.session_in(event, session_id)
        return actions.repeat(person(), event, found, *form.cell(), seen=form.seen.data, at=clock.now())

    return choose(event, session.pitch.title, None, act, verb="again")


@blueprint.post("/e/<event_slug>/sessions/<int:session_id>/length")
@allow(ORGANISER)
def length(event, session_id: int):
    """Make a session a double, or single again."""
    form = LengthForm()
    form.must_be_right()
    return _do(event, lambda: actions.resize(person(), event, queries.session_in(event, session_id), form.length.data,
                                             seen=form.seen.data, at=clock.now()), form.seen.data)


@blueprint.route("/e/<event_slug>/sessions/<int:session_id>/cancel", methods=["GET", "POST"])
@allow(ORGANISER)
def cancel(event, session_id: int):
    """Cancel a session, with a reason."""
    session, form, problem = queries.session_in(event, session_id), CancelForm(), None
    if request.method == "POST":
        try:
            with transaction(event):
                done = cancelling.cancel(person(), event, queries.session_in(event, session_id), form.reason.data or "",
                                         seen=form.seen.data, at=clock.now())
        except (Conflict, Invalid) as refused:
            if wants_json():
                raise
            problem = refused
            if isinstance(refused, Invalid):
                form.refuse(refused)
        else:
            return _answer(event, done, form.seen.data)
    session = queries.session_in(event, session_id)
    return render_template("grid/cancel.html", active="grid", session=session, title=session.pitch.title, form=form,
                           problem=problem if isinstance(problem, Conflict) else None, where=queries.where_of(session),
                           version=queries.version_of(event)), problem.status if problem else 200


@blueprint.post("/e/<event_slug>/sessions/<int:session_id>/reinstate")
@allow(ORGANISER)
def reinstate(event, session_id: int):
    """Let a cancelled session take place after all."""
    form = SeenForm()
    form.must_be_right()
    return _do(event, lambda: cancelling.reinstate(person(), event, queries.session_in(event, session_id), seen=form.seen.data,
                                                   at=clock.now()), form.seen.data)


@blueprint.post("/e/<event_slug>/grid/undo")
@allow(ORGANISER)
def undo(event):
    """Take a change back: the newest, or any that the history lists."""
    return _back(event, lambda form: undoing.undo(person(), event, form.version.data, newest=form.newest.data,
                                                  reopen=form.reopen.data, at=clock.now()))


@blueprint.post("/e/<event_slug>/grid/redo")
@allow(ORGANISER)
def redo(event):
    """Do again what was undone last."""
    return _back(event, lambda form: undoing.redo(person(), event, form.version.data, reopen=form.reopen.data, at=clock.now()))


def _back(event, act: Callable[[UndoForm], GridChange]):
    """Undo or redo. Where pitches were withdrawn since, a page offers to reopen them with it; a script is told to show that page
    by sending the same as a form (`by_form`)."""
    form = UndoForm()
    form.must_be_right()
    try:
        with transaction(event):
            said = act(form).said
    except undoing.Withdrawn as problem:
        if wants_json():
            return jsonify(error={"message": problem.message, "by_form": True}), problem.status
        return render_template("grid/undo.html", active="grid", problem=problem, form=form, verb=request.endpoint.split(".")[-1]
                               ), problem.status
    return _told(event, f"You {said}.", back=form.back.data)


@blueprint.post("/e/<event_slug>/grid/publish")
@allow(ORGANISER)
def publish(event):
    """Publish the grid, or make it a draft again."""
    form = PublishForm()
    form.must_be_right()
    with transaction(event):
        (publishing.publish if form.state.data == LIVE else publishing.hide)(person(), event, at=clock.now())
    return _told(event, "Everybody who may read the event sees the grid now." if event.grid_state != DRAFT else
                 "Only organisers see the grid now.")


def _do(event, act: Callable[[], Session], seen: int | None):
    with transaction(event):
        session = act()
    return _answer(event, session, seen)


def _answer(event, session: Session, seen: int | None):
    """What the person who asked is told."""
    change = history.newest(event, after=seen or 0, sessions=[session])
    mine = change is not None and change.by_id == person().id
    anchor = f"s{session.id}" if session.placement else None
    return _told(event, f"You {change.said}." if mine else f"“{session.pitch.title}” is so already.", anchor=anchor)


def _told(event, message: str, *, anchor: str | None = None, back: str = ""):
    if wants_json():
        return jsonify(message=message, version=queries.version_of(event))
    flash(message, "success")
    return redirect(url_for("grid.history" if back == "history" else "grid.arrange", event_slug=event.slug, _anchor=anchor), 303)
