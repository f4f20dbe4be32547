"""The JSON API described in OpenAPI 3.1. `tests/exchange/test_api.py` holds every word of it against the API itself."""

from typing import Any

VERSION = "1.0.0"
_TEXT, _WHOLE, _YES = {"type": "string"}, {"type": "integer"}, {"type": "boolean"}
_MOMENT, _DAY, _ADDRESS = ({"type": "string", "format": form} for form in ("date-time", "date", "uri"))


def _or_null(schema: dict) -> dict:
    return schema | {"type": [schema["type"], "null"]}


def _object(says: str, /, **properties: dict) -> dict:
    return {"type": "object", "description": says, "properties": properties, "required": list(properties),
            "additionalProperties": False}


def _list(of: str) -> dict:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{of}"}}


_BRIEF = {"slug": _TEXT | {"description": "the event's part of every address"}, "name": _TEXT, "starts_on": _DAY, "ends_on": _DAY,
          "time_zone": _TEXT | {"description": "IANA name, such as Europe/London"}, "venue": _TEXT, "url": _ADDRESS,
          "api_url": _ADDRESS}
_HEAD = {"event": _TEXT, "version": _TEXT | {"description": "the same for as long as the grid is the same"}, "time_zone": _TEXT,
         "published": _YES | {"description": "false while the organisers still arrange a draft, which only they are shown"}}
_PLACE = {"type": ["object", "null"], "additionalProperties": False}

SCHEMAS = {
    "EventBrief": _object("An event in the list.", **_BRIEF),
    "Events": _object("Public events, newest first.", events=_list("EventBrief")),
    "Event": _object(
        "An event.", **_BRIEF, about=_TEXT | {"description": "Markdown"}, hashtag=_TEXT, published=_HEAD["published"],
        grid_url=_ADDRESS, sessions_url=_ADDRESS, now_url=_ADDRESS, calendar_url=_ADDRESS, schedule_xml_url=_ADDRESS,
        schedule_json_url=_ADDRESS),
    "Room": _object("A column of the grid.", id=_WHOLE, number=_or_null(_WHOLE) | {"description": "the 3 of s1r3"}, name=_TEXT,
                    seats=_or_null(_WHOLE), floor=_TEXT, step_free=_YES),
    "Slot": _object("A row of the grid.", id=_WHOLE, number=_or_null(_WHOLE) | {"description": "the 1 of s1r3"},
                    kind=_TEXT | {"enum": ["session", "break", "plenary"]}, label=_TEXT, starts_at=_or_null(_MOMENT),
                    ends_at=_or_null(_MOMENT)),
    "Session": _object(
        "A session. One without a place has no room, slot or time.", id=_WHOLE, guid=_TEXT | {"format": "uuid"}, title=_TEXT,
        about=_TEXT | {"description": "Markdown"}, leaders={"type": "array", "items": _TEXT},
        topics={"type": "array", "items": _TEXT}, code=_TEXT | {"description": "s1r3, or nothing"},
        run=_WHOLE | {"description": "2 where a popular session is held again"},
        room=_PLACE | {"properties": {"id": _WHOLE, "name": _TEXT}, "required": ["id", "name"]},
        slot=_PLACE | {"properties": {"id": _WHOLE, "number": _or_null(_WHOLE)}, "required": ["id", "number"]},
        slots=_WHOLE | {"description": "how many slots it takes"}, starts_at=_or_null(_MOMENT), ends_at=_or_null(_MOMENT),
        cancelled=_YES, cancelled_because=_TEXT, sequence=_WHOLE | {"description": "grows with every change"},
        changed_at=_MOMENT, url=_ADDRESS, note_url=_ADDRESS, calendar_url=_ADDRESS),
    "Grid": _object("The grid.", **_HEAD, rooms=_list("Room"), slots=_list("Slot"), sessions=_list("Session")),
    "Sessions": _object("Every session of the event, those without a place last.", **_HEAD, sessions=_list("Session")),
    "Now": _object("What is on.", **_HEAD, now=_list("Session"), next=_list("Session"), next_at=_or_null(_MOMENT),
                   changes_at=_or_null(_MOMENT) | {"description": "when to ask again"}),
    "Error": _object("What went wrong.", error={
        "type": "object", "properties": {"message": _TEXT}, "required": ["message"]}),
}

_SLUG = {"name": "event_slug", "in": "path", "required": True, "schema": {"type": "string", "pattern": "^[^/]+$"},
         "description": "the last part of the event's address"}
_ID = {"name": "session_id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
_AT = {"name": "at", "in": "query", "required": False, "schema": _MOMENT | {"pattern": r"^(19|2[01])\d\d-"},
       "description": "the moment to answer for, with its distance from UTC; now if not said"}
_SEEN = {"name": "If-None-Match", "in": "header", "required": False, "schema": _TEXT,
         "description": "the ETag of the answer you have: 304 if it is still right"}


def _answer(of: str, about: str) -> dict:
    return {"description": about, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{of}"}}}}


def _get(name: str, about: str, of: str, *parameters: dict, refusals: tuple[int, ...] = ()) -> dict[str, Any]:
    words = {400: "The moment cannot be read.", 403: "The event is for people with a pass.", 404: "There is no such thing."}
    answers = {"200": _answer(of, SCHEMAS[of]["description"]) | {"headers": {"ETag": {"schema": _TEXT}}},
               "304": {"description": "Nothing has changed since."}}
    answers |= {str(status): _answer("Error", words[status]) for status in refusals}
    return {"get": {"operationId": name, "summary": about, "parameters": [*parameters, _SEEN], "responses": answers}}


PATHS = {
    "/events": _get("events", "Public events", "Events"),
    "/events/{event_slug}": _get("event", "An event", "Event", _SLUG, refusals=(403, 404)),
    "/events/{event_slug}/grid": _get("grid", "The grid: rooms, slots and placed sessions", "Grid", _SLUG, refusals=(403, 404)),
    "/events/{event_slug}/sessions": _get("sessions", "Every session", "Sessions", _SLUG, refusals=(403, 404)),
    "/events/{event_slug}/sessions/{session_id}": _get("session", "A session", "Session", _SLUG, _ID, refusals=(403, 404)),
    "/events/{event_slug}/now": _get("now", "Now and next", "Now", _SLUG, _AT, refusals=(400, 403, 404)),
    "/openapi.json": {"get": {"operationId": "openapi", "summary": "This description", "parameters": [_SEEN], "responses": {
        "200": {"description": "OpenAPI 3.1", "content": {"application/json": {"schema": {"type": "object"}}}},
        "304": {"description": "Nothing has changed since."}}}},
}


def document(api_url: str) -> dict:
    """The whole description; `api_url` is where the API is."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Folkmoot", "version": VERSION, "license": {"name": "MIT", "identifier": "MIT"},
                 "description": "Reading an event's grid. GET only, for everybody (CORS), nothing to sign up for. What "
                                "changes in this version is only ever added; another version would have another address."},
        "servers": [{"url": api_url}], "paths": PATHS, "components": {"schemas": SCHEMAS}}
