"""Pages that move sessions. The grid's script posts to the same addresses as the forms without it."""

from collections.abc import Callable

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.errors import Conflict, Invalid, NotFound
from app.events.queries import room_in, session_rooms, session_slots, slot_in
from app.grid import actions, advice_shown, history, queries
from app.grid.forms import PlaceForm, seats_of
from app.grid.models import Session
from app.grid.pages import blueprint
from app.grid.places import place_of, when_of
from app.infra import clock
from app.infra.db import transaction
from app.pitches.queries import pitch_in
from app.web.guard import ORGANISER, allow, person, wants_json


@blueprint.route("/e/<event_slug>/pitches/<int:pitch_id>/place", methods=["GET", "POST"])
@allow(ORGANISER)
def place(event, pitch_id: int):
    """Give a pitch its place."""
    pitch = pitch_in(event, pitch_id)
    session = queries.session_of(pitch)
    if request.method == "GET" and session and session.placement:
        return redirect(url_for("grid.move", event_slug=event.slug, session_id=session.id))

    def act(form: PlaceForm) -> Session:
        return actions.place(person(), event, pitch_in(event, pitch_id), *form.cell(), seen=form.seen.data, at=clock.now(),
                             replace=form.instead.data)

    return choose(event, pitch.title, None, act)


@blueprint.route("/e/<event_slug>/sessions/<int:session_id>/move", methods=["GET", "POST"])
@allow(ORGANISER)
def move(event, session_id: int):
    """Move a session, swap it with another, or take it off the grid."""
    session = queries.session_in(event, session_id)
    if request.method == "GET" and session.placement is None:
        return redirect(url_for("grid.place", event_slug=event.slug, pitch_id=session.pitch_id))

    def act(form: PlaceForm) -> Session:
        found = queries.session_in(event, session_id)
        if form.take_off.data:
            return actions.take_off(person(), event, found, seen=form.seen.data, at=clock.now())
        return actions.move(person(), event, found, *form.cell(), seen=form.seen.data, at=clock.now(),
                            swap=wants_json() or form.instead.data)  # the grid's script has said so before the drop

    return choose(event, session.pitch.title, session, act)


@blueprint.get("/e/<event_slug>/grid/fill")
@allow(ORGANISER)
def fill(event):
    """Choose which pitch goes into a free cell (`?room=&slot=`)."""
    room = room_in(event, request.args.get("room", 0, type=int))
    slot = slot_in(event, request.args.get("slot", 0, type=int))
    if not room.for_sessions or slot.number is None:
        raise NotFound("There is no such place on the grid.")
    return render_template("grid/fill.html", active="grid", room=room, slot=slot, place=place_of(room, slot, event),
                           occupant=queries.occupant_of(room, slot), grid=queries.grid_of(event, person(), waiting=True))


def choose(event, title: str, session: Session | None, act: Callable[[PlaceForm], Session], verb: str = ""):
    """The form for a place, and what becomes of it. `session` is None when it has no place yet, `verb` what is done when it is
    not moving or placing: "again"."""
    given, problem = _given(), None
    if request.method == "POST" and "cost" not in request.form:  # that button only asks
        form = PlaceForm(event, formdata=given)
        seen = form.seen.data
        try:
            with transaction(event):
                moved = act(form)
        except (Conflict, Invalid) as refused:
            if wants_json():
                raise
            problem = refused
        else:
            said = _said(event, moved, seen)
            if wants_json():
                return jsonify(message=said, version=queries.version_of(event))
            flash(said, "success")
            anchor = f"s{moved.id}" if moved.placement else None
            return redirect(url_for("grid.arrange", event_slug=event.slug, _anchor=anchor), 303)
    taken = queries.taken_cells(event)
    version = queries.version_of(event)
    times = [{
        "slot": slot, "when": when_of(slot, event),
        "free": [(room, seats_of(room)) for room in session_rooms(event) if (room.id, slot.id) not in taken],
        "taken": [(room, taken[room.id, slot.id]) for room in session_rooms(event) if (room.id, slot.id) in taken],
    } for slot in session_slots(event)]
    here = session.placement if session else None
    first_free = next(((time["slot"].id, time["free"][0][0].id) for time in times if time["free"]), (None, None))
    slot_id, room_id = (here.slot_id, here.room_id) if here else first_free
    form = PlaceForm(event, {time["slot"].id: len(time["free"]) for time in times}, formdata=given,
                     data={"room": room_id, "slot": slot_id})
    occupied = isinstance(problem, actions.Occupied)
    return render_template(
        "grid/place.html", active="grid", title=title, session=session, where=queries.where_of(session) if session else "",
        here=(here.room_id, here.slot_id) if here else None, form=form, problem=problem, occupied=occupied, times=times,
        version=version, verb=verb or ("move" if session else "place"),
        **({} if verb else advice_shown.for_choice(event, session, request.view_args.get("pitch_id", 0), form))
    ), problem.status if problem else 200


def _given() -> MultiDict:
    """What was sent; a button for one cell ("cell", or "swap" for a taken one) counts as its time, room and consent."""
    given = MultiDict(request.form if request.method == "POST" else request.args)
    for name in ("cell", "swap"):
        slot, _, room = given.get(name, "").partition("-")
        if slot:
            given["slot"], given["room"] = slot, room
            if name == "swap":
                given["instead"] = "1"
    return given


def _said(event, session: Session, seen: int | None) -> str:
    """What the person who asked is told: what they did, or how it stands when there was nothing to do."""
    change = history.newest(event, after=seen or 0, sessions=[session])
    if change and change.by_id == person().id:
        return f"You {change.said}."
    where = queries.where_of(session)
    return f"“{session.pitch.title}” is in {where}." if where else f"“{session.pitch.title}” is not on the grid."
