"""Building the grid: better and better suggestions, streamed to the organiser's screen; accepted whole, move by move, or not."""

import json
from collections.abc import Iterator

from flask import Response, flash, jsonify, redirect, render_template, request, url_for

from app.errors import Busy, Conflict, Invalid, Refused
from app.events.models import Event
from app.events.queries import room_in, slot_in
from app.grid import actions, queries
from app.grid.advice import Adviser
from app.grid.advice_shown import adviser_for
from app.grid.models import Session
from app.grid.pages import blueprint
from app.grid.solver import client
from app.grid.suggest import in_words, look, paced, request_for, without_place
from app.grid.suggest_plan import Step, read_plan, steps_of, written
from app.infra import clock, db
from app.infra.db import transaction
from app.pitches.models import Pitch
from app.pitches.queries import pitch_in
from app.web.guard import ORGANISER, allow, person, wants_json

SECONDS = 20.0
SECONDS_WITHOUT_SCRIPT = 5.0
HEARTBEAT = 1.0
LONGEST_ADDRESS = 3000  # characters of a plan that may travel in an address
BUSY = "Two other grids are being built on this server just now. Try again in a moment."
ENDED = {"optimal": "This is the best grid there is.", "settled": "Nothing better was found for a while.",
         "time": "The time is up.", "stopped": "Stopped."}


@blueprint.route("/e/<event_slug>/grid/suggest", methods=["GET", "POST"])
@allow(ORGANISER)
def suggest(event):
    """Start building, look at a suggestion (`plan`, `seen`), or without scripts: build for five seconds and show the result."""
    adviser, plan, problem = adviser_for(event), request.values.get("plan", ""), None
    seen = request.values.get("seen", type=int)
    seen = queries.version_of(event) if seen is None else seen
    fresh = request.values.get("fresh") == "1"
    found, said = None, ""
    try:
        if plan:
            found = look(adviser, read_plan(plan))
        elif request.method == "POST":
            plan, said = _build(adviser, fresh)
            found = look(adviser, read_plan(plan)) if plan else None
    except Refused as refused:
        problem = refused
    context = {"found": found, "plan": plan, "seen": seen, "said": said, "problem": problem, "fresh": fresh, "event": event}
    if request.headers.get("X-Requested-With") == "fetch":
        return render_template("grid/_suggest.html", **context), problem.status if problem else 200
    page = render_template("grid/suggest.html", active="grid", facts=_facts(adviser), **context)
    return page, problem.status if problem else 200


@blueprint.get("/e/<event_slug>/grid/suggest/stream")
@allow(ORGANISER)
def suggest_stream(event):
    """Better and better grids as server-sent events, for as long as somebody reads: `found` and at last `end`."""
    adviser = adviser_for(event)
    asked, notes = request_for(adviser, fresh=request.args.get("fresh") == "1", seconds=SECONDS)
    seen, before = queries.version_of(event), adviser.cost()
    return Response(_send(adviser, asked, notes, seen, before), mimetype="text/event-stream",
                    headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})


def _send(adviser: Adviser, asked: dict, notes: list[str], seen: int, before) -> Iterator[str]:
    yield ": the process starts when somebody reads on\n\n"
    try:
        run = client.run(asked)
    except client.Busy:
        yield _event("end", {"why": "busy", "text": BUSY})
        return
    with run:  # however this ends, a closed page included, the process ends with it
        yield _event("start", {"seen": seen, "lost": before.lost, "people": before.people, "over": before.overflow,
                               "notes": notes})
        for grid in paced(run, HEARTBEAT):
            if grid is None:
                yield ": still here\n\n"
                continue
            parts = grid["parts"]
            yield _event("found", {
                "plan": written(steps_of(adviser, grid["placements"])), "lost": parts["lost"], "people": parts["people"],
                "over": parts["overflow"], "elapsed": grid["elapsed"], "best": grid.get("bound") == grid["objective"],
                "unplaced": without_place(adviser, grid["unplaced"]),
                "breaks": [in_words(adviser, text) for text in grid.get("breaks", ())]})
        yield _event("end", {"why": run.outcome["why"], "text": _ended(adviser, run.outcome)})


def _event(name: str, data: dict) -> str:
    return f"event: {name}\ndata: {json.dumps(data)}\n\n"


def _ended(adviser: Adviser, outcome: dict) -> str:
    if outcome["why"] == "error":
        return f"The grid could not be built: {in_words(adviser, outcome.get('error', ''))}"
    return ENDED.get(outcome["why"], "")


def _build(adviser: Adviser, fresh: bool) -> tuple[str, str]:
    """The plan of the best grid found in a few seconds, and how it ended, in words. Raises Busy, Conflict."""
    asked, notes = request_for(adviser, fresh=fresh, seconds=SECONDS_WITHOUT_SCRIPT)
    db.session.remove()  # nothing of the database is held while the solver works
    try:
        run = client.run(asked)
    except client.Busy:
        raise Busy(BUSY) from None
    best = None
    with run:
        for best in run:  # noqa: B007 - the last is the best
            pass
    if run.outcome["why"] == "error":
        raise Conflict(_ended(adviser, run.outcome))
    unplaced = without_place(adviser, best["unplaced"]) if best else []
    plan = written(steps_of(adviser, best["placements"])) if best else ""
    ended = _ended(adviser, run.outcome) if plan else "Nothing better than the grid as it stands was found."
    return plan, " ".join([ended, *notes, *unplaced])


@blueprint.post("/e/<event_slug>/grid/suggest/accept")
@allow(ORGANISER)
def suggest_accept(event):
    """Accept a suggestion (`plan`, made when the grid was at `seen`) whole, or one of its moves (`only`)."""
    plan, seen, only = request.form.get("plan", ""), request.form.get("seen", 0, type=int), request.form.get("only", "")
    try:
        steps = read_plan(plan)
        chosen = read_plan(only) if only else steps
        if any(step not in steps for step in chosen):
            raise Invalid("That move is not part of the suggestion. Build the grid again.")
        with transaction(event):
            changed = _accept(event, chosen, seen, alone=bool(only))
    except (Conflict, Invalid) as problem:
        if wants_json():
            raise
        flash(problem.message, "danger")
        back = "grid.arrange" if request.form.get("back") == "arrange" else "grid.suggest"
        return redirect(url_for(back, event_slug=event.slug), 303)
    said = {0: "Nothing had to be changed.", 1: "One session is in its new place."}.get(
        len(changed), f"{len(changed)} sessions are in their new places.")
    left = [step for step in steps if step not in chosen]
    if wants_json():
        return jsonify(message=said, version=queries.version_of(event), plan=written(left))
    flash(said, "success")
    rest = written(left)
    if rest and len(rest) <= LONGEST_ADDRESS:
        return redirect(url_for("grid.suggest", event_slug=event.slug, plan=rest, seen=queries.version_of(event)), 303)
    return redirect(url_for("grid.arrange", event_slug=event.slug), 303)


def _accept(event: Event, steps: list[Step], seen: int, *, alone: bool) -> list[Session]:
    """Carry out steps as one change. One that is accepted alone changes places with whoever is there."""
    def thing(step: Step) -> Session | Pitch:
        return queries.session_in(event, step.session_id) if step.session_id else pitch_in(event, step.pitch_id)

    cells = [(thing(step), room_in(event, step.room_id) if step.room_id else None,
              slot_in(event, step.slot_id) if step.room_id else None) for step in steps]
    for one, room, slot in cells:
        here = one.placement if isinstance(one, Session) else None
        if here and one.pinned and (room is None or (here.room_id, here.slot_id) != (room.id, slot.id)):
            raise Conflict(f"“{one.pitch.title}” has been pinned where it is. Nothing was changed: build the grid again.")
    if alone and cells[0][1] is not None:
        one, room, slot = cells[0]
        session = one if isinstance(one, Session) else queries.session_of(one)
        if session is not None and session.placement:
            return [actions.move(person(), event, session, room, slot, seen=seen, at=clock.now())]
        pitch = session.pitch if session else one
        return [actions.place(person(), event, pitch, room, slot, seen=seen, at=clock.now(), replace=True)]
    return actions.accept(person(), event, cells, seen=seen, at=clock.now())


def _facts(adviser: Adviser) -> dict:
    """What building will respect, as numbers."""
    situation = adviser.situation
    return {
        "pitches": len({key[0] for key in adviser.posed.sessions}), "placed": len(adviser.posed.current),
        "marks": adviser.desk.tables.all_wishes,
        "people": len({person_id for pitch in situation.pitches.values() for person_id in pitch.marks}),
        "hands": sum(1 for pitch in situation.pitches.values() if pitch.hands),
        "pinned": sum(one.pinned for one in situation.on_grid),
        "rules": len(situation.rules), "closed": len(situation.closings),
        "away": sum(len(away.people) + len(away.names) for away in situation.away.values()),
        "repeats": sum(situation.runs_of(pitch_id) > 1 for pitch_id in situation.pitches),
        "doubles": sum(one.length > 1 for one in situation.on_grid), "step_free": len(situation.step_free_people),
        "rooms": len(situation.rooms), "slots": len([s for s in situation.slots if s.id not in situation.started]),
        "cost": adviser.cost(), "notes": problem_notes(adviser),
    }


def problem_notes(adviser: Adviser) -> list[str]:
    """What of the rules cannot be respected, in words."""
    return request_for(adviser, fresh=False, seconds=SECONDS)[1]
