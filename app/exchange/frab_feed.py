"""schedule.xml and schedule.json, as frab and pretalx write them and conference apps read them.

Sessions without a time cannot stand in them, and neither format has a word for cancelled: apps show a session that is missing
from a newer version as cancelled, so it is left out.
"""

import json
import re
from collections import defaultdict
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from app.events.slugs import suggested
from app.exchange.published import OutSession, Published
from app.infra import clock

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ZONE_IN_JSON = re.compile(r"[A-Z][a-z]+/[A-Z][a-z]+|UTC$")
LONGEST_HOURS = 99
TYPE = "discussion"


def _days(grid: Published) -> list[tuple[date, dict[str, list[OutSession]]]]:
    """Every day of the event, and any other with sessions, each with its sessions by room."""
    days: dict[date, dict[str, list[OutSession]]] = {
        grid.starts_on + timedelta(days=n): defaultdict(list) for n in range((grid.ends_on - grid.starts_on).days + 1)}
    for session in grid.timed:
        if not session.cancelled:
            day = clock.local(session.starts_at, grid.zone).date()
            days.setdefault(day, defaultdict(list))[session.room.name].append(session)
    for rooms in days.values():
        for sessions in rooms.values():
            sessions.sort(key=lambda s: (s.starts_at, s.id))
    return sorted(days.items())


def _acronym(grid: Published) -> str:
    return grid.slug.replace("-", "_").ljust(4, "_")


def _slug(grid: Published, session: OutSession) -> str:
    return f"{_acronym(grid)}-{session.id:04}-{suggested(session.title, lambda _: False, 'session')}"


def _times(grid: Published, session: OutSession) -> tuple[str, str, str]:
    """(moment, start, length) as both formats write them."""
    local = clock.local(session.starts_at, grid.zone)
    minutes = int(((session.ends_at or session.starts_at + timedelta(hours=1)) - session.starts_at).total_seconds()) // 60
    hours, minutes = min(minutes // 60, LONGEST_HOURS), minutes % 60
    return local.isoformat(timespec="seconds"), f"{local:%H:%M}", f"{hours:02}:{minutes:02}"


def _edges(grid: Published, day: date) -> tuple[str, str]:
    """When a day begins and ends in the event's zone."""
    at = datetime.min.time()
    first, after = (clock.local(clock.instant(d, at, grid.zone), grid.zone) for d in (day, day + timedelta(days=1)))
    last = clock.local(after - timedelta(seconds=1), grid.zone)
    return first.isoformat(timespec="seconds"), last.isoformat(timespec="seconds")


def _person_id(name: str) -> int:
    """A number for a leader that is the same in every version; the format wants one, and accounts are nobody's business."""
    return crc32(name.casefold().encode()) & 0x7FFFFFFF


def _tag(name: str, text: str) -> str:
    return f"<{name}>{escape(_NOT_XML.sub('', text))}</{name}>"


def _attribute(text: str) -> str:
    return quoteattr(_NOT_XML.sub("", text))


def schedule_xml(grid: Published) -> bytes:
    """The grid as schedule.xml."""
    days = _days(grid)
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<schedule><generator name="Folkmoot" version="1"/>',
             _tag("url", f"{grid.url}/schedule.xml"), _tag("version", grid.version), "<conference>", _tag("title", grid.name),
             _tag("acronym", _acronym(grid)),
             _tag("start", days[0][0].isoformat()), _tag("end", days[-1][0].isoformat()), _tag("days", str(len(days))),
             _tag("timeslot_duration", "00:05"), _tag("base_url", f"{grid.url}/"), _tag("url", grid.url),
             _tag("time_zone_name", grid.zone), "</conference>\n"]
    guids = {room.name: room.guid for room in grid.rooms}
    for index, (day, rooms) in enumerate(days, 1):
        start, end = _edges(grid, day)
        parts.append(f'<day index="{index}" date="{day.isoformat()}" start="{start}" end="{end}">\n')
        for name in guids:
            if name not in rooms:
                continue
            parts.append(f'<room name={_attribute(name)} guid="{guids[name]}">\n')
            parts += [_xml_event(grid, session) for session in rooms[name]]
            parts.append("</room>\n")
        parts.append("</day>\n")
    parts.append("</schedule>\n")
    return "".join(parts).encode()


def _xml_event(grid: Published, session: OutSession) -> str:
    at, starts, length = _times(grid, session)
    page = f"{grid.url}/sessions/{session.id}"
    people = "".join(f'<person id="{_person_id(name)}">{escape(_NOT_XML.sub("", name))}</person>' for name in session.leaders)
    return "".join((
        f'<event id="{session.id}" guid="{session.guid}">', _tag("date", at), _tag("start", starts), _tag("duration", length),
        _tag("room", session.room.name), _tag("slug", _slug(grid, session)), _tag("url", page), _tag("title", session.title),
        _tag("subtitle", ""), _tag("track", session.topics[0] if session.topics else ""), _tag("type", TYPE),
        _tag("language", ""), _tag("abstract", session.about), _tag("description", ""), f"<persons>{people}</persons>",
        f'<links><link href={quoteattr(page + "/note")} type="related">Notes</link></links></event>\n'))


def schedule_json(grid: Published) -> bytes:
    """The grid as schedule.json."""
    days, rooms_used = _days(grid), {s.room.name for s in grid.timed}
    conference = {
        "acronym": _acronym(grid), "title": grid.name, "start": days[0][0].isoformat(), "end": days[-1][0].isoformat(),
        "daysCount": len(days), "timeslot_duration": "00:05", "url": grid.url,
        **({"time_zone_name": grid.zone} if _ZONE_IN_JSON.match(grid.zone) else {}),
        "rooms": [{"name": room.name, "guid": room.guid, "capacity": room.seats, "description": room.floor or None}
                  for room in grid.rooms if room.number is not None or room.name in rooms_used],
        "days": [{
            "index": index, "date": day.isoformat(), "day_start": _edges(grid, day)[0], "day_end": _edges(grid, day)[1],
            "rooms": {room.name: [_json_event(grid, s) for s in rooms[room.name]] for room in grid.rooms if room.name in rooms},
        } for index, (day, rooms) in enumerate(days, 1)],
    }
    return json.dumps({
        "$schema": "https://c3voc.de/schedule/schema.json", "generator": {"name": "Folkmoot", "version": "1"},
        "schedule": {"version": grid.version, "base_url": f"{grid.url}/", "conference": conference}}, ensure_ascii=False).encode()


def _json_event(grid: Published, session: OutSession) -> dict:
    at, starts, length = _times(grid, session)
    page = f"{grid.url}/sessions/{session.id}"
    return {
        "id": session.id, "guid": session.guid, "date": at, "start": starts, "duration": length, "room": session.room.name,
        "slug": _slug(grid, session), "url": page, "title": session.title, "subtitle": "",
        "track": session.topics[0] if session.topics else None, "type": TYPE, "language": None, "abstract": session.about,
        "description": "", "persons": [{"id": _person_id(leader), "public_name": leader} for leader in session.leaders],
        "links": [{"url": f"{page}/note", "title": "Notes", "type": "related"}], "attachments": []}
