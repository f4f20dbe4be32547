"""`event.json`: what an event's zip says of the event beside its notes, so that all of it can be brought back.

Set-up (not who may read and write, nor who holds a pass), rooms, slots, topics, pitches, and how each session stands. Nobody's
account is in it: leaders are names. Pure; bringing it back is `event_file_actions.py`.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime

VERSION = 1
LARGEST = 8 * 1024 * 1024  # bytes
MOST = {"rooms": 200, "slots": 500, "topics": 500, "pitches": 5_000, "sessions": 50}
# What each thing says, and of which type; a key that is not there is its type's empty value, or None if it is in `_MAY_LACK`.
EVENT = {"name": str, "hashtag": str, "starts_on": date, "ends_on": date, "time_zone": str, "venue": str, "about": str,
         "note_template": str, "code_of_conduct": str, "notes_licence": str, "notes_tidy_hours": int, "hue": int}
ROOM = {"name": str, "number": int, "seats": int, "floor": str, "step_free": bool, "equipment": str, "notes": str,
        "for_sessions": bool}
SLOT = {"kind": str, "number": int, "label": str, "notes": str, "starts_at": datetime, "ends_at": datetime}
TOPIC = {"name": str, "about": str}
PITCH = {"title": str, "about": str, "withdrawn": bool, "leaders": list, "topics": list, "step_free": bool, "hands": int,
         "sessions": list}
SESSION = {"guid": str, "run": int, "length": int, "pinned": bool, "cancelled": str, "room": str, "slot": int}
_MAY_LACK = {"number", "seats", "starts_at", "ends_at", "hands", "slot"}


class BadEventFile(ValueError):
    """It says that it is ours and cannot be read; the message says where."""


@dataclass(frozen=True)
class EventFile:
    """What the file says, every part of it of the type that it should be. `slot` of a session is its place in `slots`, from 1."""

    event: dict
    rooms: list[dict]
    slots: list[dict]
    topics: list[dict]
    pitches: list[dict]


def written(file: EventFile) -> bytes:
    """The file. The same event gives the same bytes."""
    said = {"folkmoot": VERSION, "event": _told(file.event, EVENT), "rooms": [_told(one, ROOM) for one in file.rooms],
            "slots": [_told(one, SLOT) for one in file.slots], "topics": [_told(one, TOPIC) for one in file.topics],
            "pitches": [{**_told(one, PITCH), "sessions": [_told(each, SESSION) for each in one["sessions"]]}
                        for one in file.pitches]}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")


def _told(thing: dict, shape: dict) -> dict:
    def plain(value):
        return value.isoformat() if isinstance(value, date | datetime) else value

    return {key: plain(thing[key]) for key in shape if key in thing and thing[key] not in (None, "", [], False)}


def read(data: bytes) -> EventFile | None:
    """What a file of ours says; None for a file that is none. Raises `BadEventFile`."""
    if len(data) > LARGEST:
        return None
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("folkmoot") != VERSION or not isinstance(said.get("event"), dict):
        return None
    pitches = [{**one, "sessions": [_read(each, SESSION, "session") for each in _list(one["sessions"], "sessions")]}
               for one in (_read(one, PITCH, "pitch") for one in _list(said.get("pitches"), "pitches"))]
    for one in pitches:
        if not all(isinstance(word, str) for word in (*one["leaders"], *one["topics"])):
            raise BadEventFile("A pitch has leaders or topics that are no words.")
    return EventFile(
        _read(said["event"], EVENT, "event"), [_read(one, ROOM, "room") for one in _list(said.get("rooms"), "rooms")],
        [_read(one, SLOT, "slot") for one in _list(said.get("slots"), "slots")],
        [_read(one, TOPIC, "topic") for one in _list(said.get("topics"), "topics")], pitches)


def _list(value: object, what: str) -> list:
    if value is None:
        return []
    if not isinstance(value, list) or len(value) > MOST[what]:
        raise BadEventFile(f"Its {what} are no list, or more than {MOST[what]:,}.")
    return value


def _read(value: object, shape: dict, what: str) -> dict:
    if not isinstance(value, dict):
        raise BadEventFile(f"A {what} in it is none.")
    found = {}
    for key, kind in shape.items():
        one = value.get(key)
        if one is None:
            if kind in (date,):
                raise BadEventFile(f"A {what} in it has no {key}.")
            found[key] = None if key in _MAY_LACK else kind()
            continue
        try:
            one = kind.fromisoformat(one) if kind in (date, datetime) else one
        except (ValueError, TypeError):
            one = None
        if type(one) is not kind or (kind is datetime and one.tzinfo is None) or (kind is int and not 0 <= one < 10**9):
            raise BadEventFile(f"A {what} in it has a {key} that cannot be used.")
        found[key] = one.replace("\0", "") if kind is str else one
    return found
