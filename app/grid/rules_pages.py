"""Pages on which organisers say what the grid has to respect, and attendees that they need step-free rooms."""

from itertools import groupby

from flask import flash, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import Invalid, Refused
from app.events.models import Event, Role, Slot
from app.events.policy import role
from app.events.queries import closings_of, pass_of, room_in, session_rooms, session_slots, slot_in
from app.events.words import named
from app.grid import queries, rules
from app.grid.advice_model import away_at
from app.grid.models import Placement, Session
from app.grid.pages import blueprint
from app.grid.places import over, place_of, when_of
from app.infra import clock, db
from app.infra.db import transaction
from app.pitches.models import OPEN, Pitch, PitchRule
from app.pitches.queries import pitch_in
from app.web.guard import ATTENDEE, ORGANISER, allow, person, wants_json
from app.web.panels import Panel
from app.web.templating import safe_next


@blueprint.get("/e/<event_slug>/grid/rules")
@allow(ORGANISER)
def rules_page(event):
    """Everything the grid has to respect, and the forms to change it."""
    return _page(event)


@blueprint.post("/e/<event_slug>/grid/rules/close")
@allow(ORGANISER)
def rules_close(event):
    """Close a room (`room`) in slots (`slots`, several), or in all that are not over (`from_now`)."""
    room = room_in(event, request.form.get("room", 0, type=int))

    def act():
        room_now = room_in(event, room.id)
        slots = rules.slots_from(event, clock.now()) if "from_now" in request.form else _slots(event)
        rules.close(person(), event, room_now, slots, request.form.get("because", ""))

    name = room.name
    return _do(event, act, lambda: f"{name} is closed. What stood there is shown at the top, with what mends it.", to_grid=True)


@blueprint.post("/e/<event_slug>/grid/rules/reopen")
@allow(ORGANISER)
def rules_reopen(event):
    """Open a room (`room`) again in slots (`slots`, several)."""
    room = room_in(event, request.form.get("room", 0, type=int))
    name = room.name
    return _do(event, lambda: rules.reopen(person(), event, room_in(event, room.id), _slots(event)),
               lambda: f"{name} is open again.")


@blueprint.post("/e/<event_slug>/grid/rules/pin")
@allow(ORGANISER)
def rules_pin(event):
    """Pin a session (`session`) where it is (`on`), or let go of it."""
    session_id, on = request.form.get("session", 0, type=int), "on" in request.form

    def said() -> str:
        title = queries.session_in(event, session_id).pitch.title
        return f"“{title}” is pinned: suggestions leave it where it is." if on else f"“{title}” is not pinned any more."

    queries.session_in(event, session_id)
    return _do(event, lambda: rules.pin(person(), event, queries.session_in(event, session_id), on), said)


@blueprint.post("/e/<event_slug>/grid/rules/add")
@allow(ORGANISER)
def rules_add(event):
    """Add a rule between two pitches: `kind`, `first`, `second`."""
    first, second = (request.form.get(name, 0, type=int) for name in ("first", "second"))

    def act():
        if not first or not second:
            raise Invalid("Choose two pitches.", "second")
        rules.add_rule(person(), event, request.form.get("kind", ""), pitch_in(event, first), pitch_in(event, second))

    return _do(event, act, lambda: "The rule is added.")


@blueprint.post("/e/<event_slug>/grid/rules/remove")
@allow(ORGANISER)
def rules_remove(event):
    """Remove a rule (`rule`)."""
    rule_id = request.form.get("rule", 0, type=int)
    return _do(event, lambda: rules.remove_rule(person(), event, rule_id), lambda: "The rule is removed.")


@blueprint.post("/e/<event_slug>/grid/rules/away")
@allow(ORGANISER)
def rules_away(event):
    """Say in which slots (`slots`, several; none: here all day) a leader (`who`) is away."""
    who = request.form.get("who", "")
    name = rules.leaders_of(event).get(who, "")

    def said() -> str:
        times = [when_of(slot, event) for slot in _slots(event)]
        return f"{name} is away at {named(times)}." if times else f"{name} can be there at any time."

    return _do(event, lambda: rules.say_away(person(), event, who, _slots(event)), said)


@blueprint.post("/e/<event_slug>/step-free")
@allow(ATTENDEE)
def step_free(event):
    """Say that one needs step-free rooms (`on`), or no longer."""
    wanted = "on" in request.form
    with transaction(event):
        rules.ask_step_free(person(), event, wanted)
    flash("Organisers see that one more person needs step-free access, not who." if wanted
          else "You no longer ask for step-free access.", "success")
    back = request.form.get("next") or url_for("events.show", event_slug=event.slug, _anchor="step-free-h")
    return redirect(safe_next(back), 303)


def step_free_panel(event: Event, somebody: Person | None, pitch: Pitch | None = None, page: str = "events.show") -> Panel | None:
    """For whoever holds a pass: the private switch for step-free access, which leads back to where it was (1 statement)."""
    held = pass_of(event, somebody) if somebody else None
    if held is None:
        return None
    at = url_for("pitches.show", event_slug=event.slug, pitch_id=pitch.id) if pitch else url_for(page, event_slug=event.slug)
    return Panel("grid/_step_free.html", {"on": held.step_free, "next": f"{at}#step-free-h"}, aside=True)


def step_free_for_pitch(pitch: Pitch, somebody: Person | None) -> Panel | None:
    """The same on the page of a pitch that can be marked (1 statement)."""
    return step_free_panel(pitch.event, somebody, pitch) if pitch.state == OPEN else None


def _slots(event: Event) -> list[Slot]:
    return [slot_in(event, slot_id) for slot_id in dict.fromkeys(request.form.getlist("slots", type=int))]


def _do(event: Event, act, said, *, to_grid: bool = False):
    """Carry out `act` and go back with `said()`; a refusal is shown at the top of the page."""
    try:
        with transaction(event):
            act()
    except Refused as problem:
        if wants_json() or problem.status not in (409, 422):
            raise
        return _page(event, problem)
    flash(said(), "success")
    back = request.form.get("back", "")
    if to_grid or back == "arrange":
        return redirect(url_for("grid.arrange", event_slug=event.slug), 303)
    return redirect(url_for("grid.rules_page", event_slug=event.slug), 303)


def _page(event: Event, problem: Refused | None = None):
    slots, rooms, closings = session_slots(event), session_rooms(event), closings_of(event)
    passed = over(event, clock.now())
    by_id = {slot.id: slot for slot in slots}
    shut = []
    for room in rooms:
        cells = [(closings[room.id, slot.id], slot) for slot in slots if (room.id, slot.id) in closings]
        for because, group in groupby(cells, key=lambda cell: cell[0]):
            held = [slot for _, slot in group]
            shut.append({"room": room, "because": because, "slots": held, "when": named(when_of(slot, event) for slot in held)})
    placed = db.session.scalars(
        select(Session).join(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .where(Session.event_id == event.id)
        .options(joinedload(Session.pitch),
                 joinedload(Session.placement).options(joinedload(Placement.room), joinedload(Placement.slot)))
        .order_by(Session.id)).all()
    pitches = dict(db.session.execute(select(Pitch.id, Pitch.title).where(Pitch.event_id == event.id, Pitch.state == OPEN)
                                      .order_by(Pitch.title, Pitch.id)).all())
    known = db.session.scalars(select(PitchRule).where(PitchRule.event_id == event.id).order_by(PitchRule.id)).all()
    leaders, away = rules.leaders_of(event), away_at(event)
    missing = {who: [slot for slot in slots if (there := away.get(slot.id)) and (
        int(who[1:]) in there.people if who[0] == "p" else who[1:] in there.names)] for who in leaders}
    return render_template(
        "grid/rules.html", active="grid", problem=problem, slots=[(slot, when_of(slot, event)) for slot in slots],
        open_slots={slot.id for slot in slots} - passed, rooms=rooms, shut=shut,
        room_options=[(room.id, room.name) for room in rooms], by_id=by_id, kinds=rules.KINDS,
        pinned=[(one, place_of(one.placement.room, one.placement.slot, event)) for one in placed if one.pinned],
        loose=[(one, place_of(one.placement.room, one.placement.slot, event)) for one in placed if not one.pinned],
        pitches=pitches, between=[rule for rule in known if rule.first_id in pitches and rule.second_id in pitches],
        leaders=leaders, away=[(who, leaders[who], named(when_of(slot, event) for slot in held))
                               for who, held in missing.items() if held],
        typed=request.form, organiser=role(person(), event) >= Role.ORGANISER), problem.status if problem else 200
