"""The JSON API for reading an event's grid: GET only, for every site's scripts, described by `openapi.py`."""

import json
from datetime import datetime
from zoneinfo import ZoneInfo

from flask import Response, request
from sqlalchemy import select

from app.errors import NotFound, Refused
from app.events.models import PUBLIC as PUBLIC_EVENT
from app.events.models import Event
from app.exchange import api_shapes, openapi
from app.exchange.answers import base_url, grid_for, sent, told
from app.exchange.blueprint import blueprint
from app.exchange.published import now_and_next
from app.infra import clock, db
from app.web.guard import PUBLIC, READER, allow, person
from app.web.kept import Body, body_of, kept

API = "/api/v1"
JSON = "application/json"
MOST_EVENTS = 500
FIRST_YEAR, LAST_YEAR = 1900, 2199  # beyond them some zone's moment is no date


class BadMoment(Refused):
    """`at` is no moment."""

    heading = "That moment cannot be read"


@blueprint.after_app_request
def let_others_read(response: Response) -> Response:
    """Every answer of the API, refusals too, may be read by scripts of other sites; browsers send them no cookie of ours."""
    if request.path.startswith(f"{API}/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag"
        if request.method == "OPTIONS":
            response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
            response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
    return response


@blueprint.get(f"{API}/openapi.json")
@allow(PUBLIC)
def api_description() -> Response:
    """What the API is."""
    return sent(kept("openapi", openapi.VERSION, lambda: _body(openapi.document(_api()))), JSON)


@blueprint.get(f"{API}/events")
@allow(PUBLIC)
def api_events() -> Response:
    """The public events, newest first."""
    events = db.session.scalars(select(Event).where(Event.visibility == PUBLIC_EVENT)
                                .order_by(Event.starts_on.desc(), Event.id.desc()).limit(MOST_EVENTS))
    return sent(_body({"events": [api_shapes.event_brief(event, base_url(), _api()) for event in events]}), JSON)


@blueprint.get(f"{API}/events/<event_slug>")
@allow(READER)
def api_event(event: Event) -> Response:
    """An event."""
    return _answer(event, "event", lambda grid: api_shapes.event_of(grid, _api()))


@blueprint.get(f"{API}/events/<event_slug>/grid")
@allow(READER)
def api_grid(event: Event) -> Response:
    """The grid."""
    return _answer(event, "grid", api_shapes.grid_of)


@blueprint.get(f"{API}/events/<event_slug>/sessions")
@allow(READER)
def api_sessions(event: Event) -> Response:
    """Every session."""
    return _answer(event, "sessions", api_shapes.sessions_of)


@blueprint.get(f"{API}/events/<event_slug>/sessions/<int:session_id>")
@allow(READER)
def api_session(event: Event, session_id: int) -> Response:
    """A session."""
    grid, _ = grid_for(event, person())
    session = next((s for s in grid.sessions if s.id == session_id), None)
    if session is None:
        raise NotFound("There is no such session at this event.")
    return sent(_body(api_shapes.session_of(session, grid)), JSON, event)


@blueprint.get(f"{API}/events/<event_slug>/now")
@allow(READER)
def api_now(event: Event) -> Response:
    """What is on now, and what is next; `?at=` asks about another moment."""
    grid, _ = grid_for(event, person())
    found = now_and_next(grid, _moment(request.args["at"]) if "at" in request.args else clock.now(), ZoneInfo(grid.zone))
    return sent(_body(api_shapes.now_of(found, grid)), JSON, event)


def _answer(event: Event, what: str, shape) -> Response:
    return told(event, f"api {what}", lambda grid: _written(shape(grid)), JSON)


def _moment(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text.replace(" ", "+"))  # a plus sign that nobody escaped arrives as a space
    except ValueError:
        at = None
    if at is None or at.tzinfo is None or not FIRST_YEAR <= at.year <= LAST_YEAR:
        raise BadMoment(f"Say a moment from {FIRST_YEAR} to {LAST_YEAR} with its distance from UTC, as 2027-01-23T11:40:00+00:00 "
                        "or 2027-01-23T11:40:00Z.")
    return at


def _written(value: dict) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _body(value: dict) -> Body:
    return body_of(_written(value))


def _api() -> str:
    return f"{base_url()}{API}"
