"""Reading pages of the grid: the grid itself in its views, its stream and history, a session's page."""

import re
from contextlib import nullcontext

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for

from app.accounts.models import Person
from app.errors import Forbidden, NotFound
from app.events import notices
from app.events import policy as events_policy
from app.events.following import follow
from app.events.models import Event
from app.events.queries import closings_of
from app.grid import advice_shown, kept_grid, places, policy, queries, sight, undoing
from app.grid import history as told
from app.grid.cancelling import REASON_LENGTH
from app.grid.forms import seats_of
from app.grid.models import Session
from app.infra import clock
from app.pitches import policy as pitches_policy
from app.pitches import queries as pitches
from app.pitches.models import MERGED, OPEN, Pitch
from app.web.guard import ORGANISER, READER, allow, person
from app.web.panels import Panel, facts_of, panels_of
from app.web.sending import HTML, sent, tagged

blueprint = Blueprint("grid", __name__)

VIEWS = ("auto", "grid", "list", "notes")  # how the reader wants it; auto: a table where it fits, otherwise a list
ARRANGE = "arrange"
SHARED = re.compile(r"/e/(?P<event_slug>[^/]+)/grid/shared/(?P<mode>\w+)")  # addresses of `shared`, for app/web/unasked.py
FITS = ((6, "s"), (10, "m"), (15, "l"))  # how many rooms want how much width (static/src/grid.css)


@blueprint.get("/e/<event_slug>/grid")
@allow(READER)
def show(event):
    """The grid in the view that `?view=` asks for."""
    view = request.args.get("view", "auto")
    if view == "mine":  # where it was until it had a page of its own
        return redirect(url_for("grid.mine", event_slug=event.slug), 301)
    view = view if view in VIEWS else "auto"
    mine = pitches.own_of(event, person())
    live, summary = kept_grid.grid_for(event, person(), view, clock.now(), mine, lambda: _made(event, view))
    return render_template("grid/show.html", active="grid", can_arrange=policy.can_arrange(person(), event),
                           can_pitch=pitches_policy.can_pitch(person(), event), mode=view, live=live, summary=summary,
                           shared=kept_grid.the_same_for_all(event), mine=mine)


@blueprint.get("/e/<event_slug>/grid/arrange")
@allow(ORGANISER)
def arrange(event):
    """The grid with everything that moves sessions."""
    context = _grid(event, ARRANGE)
    context["slot_choices"] = [(row.slot.id, row.when) for row in context["grid"].rows if row.slot.number is not None]
    context["room_choices"] = [(room.id, ", ".join(filter(None, (room.name, seats_of(room)))))
                               for room in context["grid"].rooms if room.number is not None]
    return render_template("grid/arrange.html", active="grid", reason_length=REASON_LENGTH, **context)


@blueprint.get("/e/<event_slug>/grid/fragment/<mode>")
@allow(READER)
def fragment(event, mode: str):
    """What the page's live region holds for who asks, in one of VIEWS or for arranging. Answers 304 to whoever has it already."""
    if mode == ARRANGE and not policy.can_arrange(person(), event):
        raise Forbidden()
    if mode not in (*VIEWS, ARRANGE):
        raise NotFound()
    if mode == ARRANGE:
        return tagged(render_template("grid/_live.html", **_grid(event, mode)))
    mine = pitches.own_of(event, person())
    return tagged(kept_grid.grid_for(event, person(), mode, clock.now(), mine, lambda: _made(event, mode))[0])


@blueprint.get("/e/<event_slug>/grid/shared/<mode>")
@allow(READER)
def shared(event, mode: str) -> Response:
    """The same for whoever may see it, without what is their own: the very bytes for everybody, fetched without cookies.

    Nothing of a draft, or of an event that is not open to everybody: their pages ask for `fragment`.
    """
    if mode not in VIEWS or not kept_grid.the_same_for_all(event):
        raise NotFound()
    return sent(kept_grid.shared(event, mode, clock.now(), lambda: _made(event, mode)), HTML, everybody=True)


@blueprint.get("/e/<event_slug>/grid/own")
@allow(READER)
def own_pitches(event):
    """Which pitches the reader leads or marked, for pages that mark them by themselves; and the newest pitch known to that."""
    return jsonify(mine=sorted(pitches.own_of(event, person())), known=pitches.newest_of(event))


@blueprint.get("/e/<event_slug>/grid/stream")
@allow(READER)
def stream(event):
    """Nudges when the grid, a pitch that could show on it, or the event's rooms and times change."""
    own = [notices.topic(event.id, person().id)] if person() else []
    return follow(event, f"grid:{event.id}", f"set-up:{event.id}", *own)


@blueprint.get("/e/<event_slug>/sessions/<int:session_id>")
@allow(READER)
def session_page(event, session_id: int):
    """A session's page: it stays at this address whatever happens to the session."""
    session = queries.session_in(event, session_id)
    with events_policy.sure_of(person(), event) if person() else nullcontext():  # every panel asks
        return _session_page(event, session)


def _session_page(event, session: Session) -> str:
    pitch, slot = session.pitch, session.placement.slot if session.placement else None
    became, runs = _became(pitch), queries.runs_of(session)
    code = queries.code_of(session)
    return render_template(
        "grid/session.html", active="grid", session=session, pitch=pitch, where=queries.where_of(session), code=code,
        tag=f"#{event.hashtag.lstrip('#')}{code}" if code and event.hashtag else "",
        state=places.timing(event.slots, clock.now(), event.time_zone).states.get(slot.id, "") if slot else "",
        when=places.when_of(slot, event) if slot else "", became=became,
        became_session=queries.session_of(became) if became else None,
        interest=pitches.interest_in(pitch, person()), topic_keys=pitches.topic_keys(event),
        panels=panels_of("session", session, person()), can_mark=pitches_policy.can_mark_interest(person(), event),
        can_change=pitches_policy.can_change(person(), pitch), can_arrange=policy.can_arrange(person(), event),
        hidden=not sight.may_see(person(), event), runs=runs,
        run_places={run.id: queries.where_of(run) for run in runs}, version=queries.version_of(event))


def pitch_panel(pitch: Pitch, somebody: Person | None) -> Panel | None:
    """On a pitch's page: where it is on the grid, and for organisers the way to place it."""
    if not sight.may_see(somebody, pitch.event):
        return None
    session = queries.session_of(pitch)
    may = policy.can_arrange(somebody, pitch.event) and pitch.state == OPEN
    if session is None and not may:
        return None
    return Panel("grid/_pitch_panel.html", {
        "pitch": pitch, "session": session, "where": queries.where_of(session) if session else "",
        "code": queries.code_of(session) if session else "", "can_arrange": may}, aside=True)


def pitch_places(event: Event) -> dict[int, dict]:
    """For lists of pitches: where each placed one is, and its session."""
    return queries.places_by_pitch(event)


def _became(pitch: Pitch) -> Pitch | None:
    """What the pitch is part of now, over as many merges as there were; None when it stands for itself."""
    became = None
    while pitch.state == MERGED:
        became = pitch = pitch.merged_into
    return became


def _made(event: Event, mode: str) -> tuple[str, queries.Grid]:
    """What the page's live region holds in one of VIEWS, made for nobody, to be kept; and the grid it was made of."""
    context = _grid(event, mode, for_nobody=True)
    return render_template("grid/_live.html", mark=kept_grid.MARK, **context), context["grid"]


def _grid(event: Event, mode: str, *, for_nobody: bool = False) -> dict:
    """What the templates of the grid need. Addresses are made once and filled in: `url_for` for each cell takes longer than
    all the rest of the page."""
    arranging = mode == ARRANGE
    grid = queries.grid_of(event, None if for_nobody else person(), at=clock.now(), waiting=arranging,
                           facts=facts_of("cell", event))
    at = url_for("grid.session_page", event_slug=event.slug, session_id=0).removesuffix("0")
    for cell in grid.cells:
        cell.url = f"{at}{cell.session_id}"
        cell.move_url = f"{at}{cell.session_id}/move"
    place = url_for("grid.place", event_slug=event.slug, pitch_id=0).split("0/place")[0]
    for pitch in grid.waiting:
        pitch.place_url = f"{place}{pitch.pitch_id}/place"
    for gone in (gone for there in grid.gone.values() for gone in there):
        gone.url = f"{at}{gone.session_id}"
    back = {}
    if arranging:
        changes = {"undoable": undoing.undoable(event), "redoable": undoing.redoable(event), "latest": undoing.latest(event)}
        back = {name: change and told.Told.of(change, person(), event, clock.now()) for name, change in changes.items()}
        back["advice"] = advice_shown.shown(event, grid)
    return back | {
        "event": event, "grid": grid, "mode": mode, "arranging": arranging, "closings": closings_of(event),
        "columns": [(room.id, room.name) for room in grid.rooms],
        "view": mode if mode in ("grid", "list") else "list" if mode == "notes" else "auto",
        "fit": next((fit for most, fit in FITS if len(grid.rooms) <= most), "xl"),
        "fill_url": url_for("grid.fill", event_slug=event.slug) if arranging else None,
    }
