"""schedule.json as frab and pretalx write it, and plain lists of sessions as other sites offer them."""

import json
import re
from collections.abc import Iterable
from datetime import date

from app.exchange import schedule_shape as shape
from app.exchange.schedule_shape import BadSchedule, Collecting, Entry, RoomSaid, Schedule, line_of
from app.infra import clock

KIND, LIST_KIND = "schedule.json", "a JSON list of sessions"
MOST_PARTS = 300_000  # opening brackets and commas: what becomes objects in memory
_LISTS = ("sessions", "events", "talks", "schedule", "data", "results", "items")


def read_json_schedule(data: bytes, zone: str) -> Schedule:
    """The schedule in JSON bytes; times without a zone are on the wall in the file's zone, or else in `zone`.

    Raises `BadSchedule` with the reason for what is not JSON, not a schedule, or not as the format demands.
    """
    if data.count(b"{") + data.count(b"[") + data.count(b",") > MOST_PARTS:
        raise BadSchedule("The file holds far more than a schedule does.")
    try:
        content = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise BadSchedule("The JSON is not written in UTF-8.") from problem
    except RecursionError as problem:
        raise BadSchedule("The JSON goes far deeper than a schedule does.") from problem
    except ValueError as problem:
        raise BadSchedule(f"The JSON is not well-formed (line {getattr(problem, 'lineno', 1)}).") from problem
    if isinstance(content, dict) and isinstance(content.get("schedule"), dict):
        return _frab(content["schedule"], zone)
    if isinstance(content, dict):
        content = next((content[name] for name in _LISTS if isinstance(content.get(name), list)), None)
    if isinstance(content, list) and any(isinstance(one, dict) and "title" in one for one in content):
        return _list(content, zone)
    raise BadSchedule("This JSON is no schedule: there is neither “schedule” with “conference” in it, nor a list of sessions.")


def _frab(schedule: dict, zone: str) -> Schedule:
    conference = schedule.get("conference")
    if not isinstance(conference, dict):
        raise BadSchedule("“schedule” has no “conference”, which the format demands.")
    if "rooms" in schedule:
        raise BadSchedule("“rooms” stands in “schedule”, where the format allows none: it belongs into “schedule.conference”."
                          + _wrong_ids(conference))
    if not isinstance(conference.get("days"), list):
        raise BadSchedule("“schedule.conference” has no list of “days”, which the format demands.")
    zone = shape.zone_called(conference.get("time_zone_name")) or zone
    found, days, rooms = Collecting(), set(), {}
    for said in conference["rooms"] if isinstance(conference.get("rooms"), list) else []:
        if isinstance(said, dict) and (name := line_of(said.get("name"))):
            seats = said.get("capacity")
            rooms[name] = RoomSaid(name, int(seats) if isinstance(seats, int | float) and 0 < seats < 100_000 else None)
    for place, day, event in _events(conference["days"]):
        entry = _entry(event, place, day, zone, len(found.entries) + 1)
        found.add(entry)
        if entry.starts:
            days.add(clock.local(entry.starts, zone).date())
    first, last = shape.day_in(conference.get("start")), shape.day_in(conference.get("end"))
    found.remarks.extend(shape.header_remark(days, first, last))
    held = {entry.room for entry in found.entries}
    return Schedule(KIND, tuple(found.entries), tuple(room for room in rooms.values() if room.name in held),
                    tuple(found.remarks), line_of(conference.get("title")))


def _wrong_ids(conference: dict) -> str:
    """A further sentence where sessions carry identifiers that are no numbers."""
    days = conference["days"] if isinstance(conference.get("days"), list) else []
    wrong = [event["id"] for _, _, event in _events(days) if "id" in event and not isinstance(event["id"], int)]
    return f" Also, the “id” of a session must be a number, and “{line_of(wrong[0])[:40]}” is text." if wrong else ""


def _events(days: list) -> Iterable[tuple[str, date | None, dict]]:
    """(room, day, event) of every session under days and rooms; what is no object is passed over."""
    for day in days:
        rooms = day.get("rooms") if isinstance(day, dict) else None
        for name, events in rooms.items() if isinstance(rooms, dict) else []:
            for event in events if isinstance(events, list) else []:
                if isinstance(event, dict):
                    yield line_of(name), shape.day_in(day.get("date")), event


def _entry(event: dict, place: str, day: date | None, zone: str, number: int) -> Entry:
    remarks: list[str] = []
    starts = shape.moment(event.get("date"), zone)
    if starts is None and day and (at := shape.clock_in(event.get("start"))):
        starts = clock.instant(day, at, zone)
    length, ends = shape.length_in(event.get("duration")), shape.moment(event.get("end"), zone)
    if starts is None:
        remarks.append("It does not say when it begins.")
    elif length is None and ends is None:
        remarks.append("It does not say how long it lasts.")
    ends = shape.until(starts, starts + length if starts and length else ends, remarks)
    about = shape.described(event.get("abstract"), event.get("description"))
    subtitle = line_of(event.get("subtitle"))
    links = [("Its page elsewhere", line_of(event.get("url")))]
    links += [(line_of(one.get("title")), line_of(one.get("url"))) for one in _objects(event.get("links"))]
    return Entry(
        where=f"event {number}", title=line_of(event.get("title")), guid=shape.guid_of(event.get("guid") or event.get("id")),
        starts=starts, ends=ends, room=line_of(event.get("room")) or place, leaders=_names(event.get("persons")),
        about=f"{subtitle}\n\n{about}".strip() if subtitle and subtitle not in about else about,
        topics=tuple(filter(None, [line_of(event.get("track"))])), links=shape.links_of(*links),
        cancelled=shape.stopped(event.get("status")), remarks=tuple(remarks))


def _objects(value) -> list[dict]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _names(value) -> tuple[str, ...]:
    """The people in a list of names or objects, or in one line of names."""
    if isinstance(value, str):
        value = re.split(r"\s*(?:,|;|\n|&|\band\b)\s*", value)
    said = (one if isinstance(one, str) else
            next((one[key] for key in ("public_name", "name", "full_public_name", "full_name") if one.get(key)), "")
            for one in (value if isinstance(value, list) else []) if isinstance(one, str | dict))
    return tuple(dict.fromkeys(filter(None, map(line_of, said))))


def _list(content: list, zone: str) -> Schedule:
    found = Collecting()
    for number, one in enumerate(content, 1):
        if not isinstance(one, dict):
            found.remarks.append(f"Entry {number} is no session and was left out.")
            continue
        found.add(_plain_entry(one, zone, number))
    return Schedule(LIST_KIND, tuple(found.entries), (), tuple(found.remarks))


def _plain_entry(one: dict, zone: str, number: int) -> Entry:
    def said(*names: str):
        return next((one[name] for name in names if one.get(name) not in (None, "", [])), None)

    remarks: list[str] = []
    zone = shape.zone_called(one.get("time_zone")) or zone
    starts = shape.moment(said("starts_at", "start_date", "start", "starts", "start_time", "date", "begin"), zone)
    ends = shape.moment(said("ends_at", "end_date", "end", "ends", "end_time"), zone)
    if ends is None and starts and (length := shape.length_in(said("duration"))):
        ends = starts + length
    if starts is None:
        remarks.append("It does not say when it begins.")
    place = said("room", "venue", "location", "room_name")
    topics = said("topics", "track", "tags")
    links = [("Its page elsewhere", line_of(said("url", "link")))]
    return Entry(
        where=f"entry {number}", title=line_of(one.get("title")), guid=shape.guid_of(said("guid", "uid", "id")), starts=starts,
        ends=shape.until(starts, ends, remarks), room=line_of(place.get("name") if isinstance(place, dict) else place),
        leaders=_names(said("leaders", "persons", "speakers", "speaker", "leader", "presenters", "hosts")),
        about=shape.described(said("about", "description", "abstract", "summary")),
        topics=_names(topics if isinstance(topics, list) else [line_of(topics)]), links=shape.links_of(*links),
        cancelled=line_of(one.get("cancelled_because")) or ("Cancelled" if one.get("cancelled") is True else ""),
        remarks=tuple(remarks))
