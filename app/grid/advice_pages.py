"""What the arranging page asks while somebody thinks: what a move would cost, the best places for one session, all warnings."""

from flask import jsonify, render_template, request

from app.errors import NotFound
from app.events.queries import room_in, slot_in
from app.grid import advice_shown, queries
from app.grid.advice import Offer
from app.grid.models import Session
from app.grid.pages import blueprint
from app.infra import clock
from app.pitches.queries import pitch_in
from app.web.guard import ORGANISER, allow, person
from app.web.panels import facts_of


@blueprint.get("/e/<event_slug>/grid/warnings")
@allow(ORGANISER)
def warnings(event):
    """Everything that is wrong with the grid, with what would mend each."""
    grid = queries.grid_of(event, person(), at=clock.now(), facts=facts_of("cell", event))
    return render_template("grid/warnings.html", active="grid", advice=advice_shown.shown(event, grid, everything=True),
                           version=grid.version)


@blueprint.get("/e/<event_slug>/grid/cost")
@allow(ORGANISER)
def cost(event):
    """What it would cost to put a session (`session`, or `pitch` for one without) in `room` at `slot`, as JSON."""
    session, pitch_id = _asked(event)
    room, slot = room_in(event, request.args.get("room", 0, type=int)), slot_in(event, request.args.get("slot", 0, type=int))
    offer = advice_shown.cost_of(event, session, pitch_id, room.id, slot.id)
    here = session.placement if session else None
    if offer is None or (here and (here.room_id, here.slot_id) == (room.id, slot.id)):
        return jsonify(costs="", breaks=[], gain=0)
    return jsonify(costs=offer.costs, breaks=list(offer.breaks), gain=offer.gain)


@blueprint.get("/e/<event_slug>/grid/best")
@allow(ORGANISER)
def best(event):
    """The three best places for a session (`session`, or `pitch` for one without), as JSON."""
    session, pitch_id = _asked(event)
    return jsonify(places=[_plain(offer) for offer in advice_shown.best_places(event, session, pitch_id)])


def _asked(event) -> tuple[Session | None, int]:
    """The session or pitch that the address names. Raises NotFound for another event's."""
    if "session" in request.args:
        session = queries.session_in(event, request.args.get("session", 0, type=int))
        return session, session.pitch_id
    if "pitch" not in request.args:
        raise NotFound("Say which session.")
    pitch = pitch_in(event, request.args.get("pitch", 0, type=int))
    return queries.session_of(pitch), pitch.id


def _plain(offer: Offer) -> dict:
    return {"room": offer.room_id, "slot": offer.slot_id, "where": offer.where, "says": offer.says, "costs": offer.costs,
            "swaps": offer.swaps}
