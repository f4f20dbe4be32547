"""What the JSON API answers with, as plain values. `openapi.py` describes the same shapes, and a test holds the two together."""

from datetime import datetime

from app.events.models import Event
from app.exchange.published import NowAndNext, OutRoom, OutSession, OutSlot, Published
from app.infra import clock


def moment(at: datetime | None, zone: str) -> str | None:
    """A moment in the event's own zone, with its distance from UTC."""
    return clock.local(at, zone).isoformat(timespec="seconds") if at else None


def event_brief(event: Event, base_url: str, api_url: str) -> dict:
    """One event of the list."""
    return {"slug": event.slug, "name": event.name, "starts_on": event.starts_on.isoformat(),
            "ends_on": event.ends_on.isoformat(), "time_zone": event.time_zone, "venue": event.venue,
            "url": f"{base_url}/e/{event.slug}", "api_url": f"{api_url}/events/{event.slug}"}


def event_of(grid: Published, api_url: str) -> dict:
    """The event itself, and where everything about it is."""
    here = f"{api_url}/events/{grid.slug}"
    return {"slug": grid.slug, "name": grid.name, "starts_on": grid.starts_on.isoformat(), "ends_on": grid.ends_on.isoformat(),
            "time_zone": grid.zone, "venue": grid.venue, "url": grid.url, "api_url": here, "about": grid.about,
            "hashtag": grid.hashtag, "published": not grid.draft, "grid_url": f"{here}/grid", "sessions_url": f"{here}/sessions",
            "now_url": f"{here}/now", "calendar_url": f"{grid.url}/grid.ics", "schedule_xml_url": f"{grid.url}/schedule.xml",
            "schedule_json_url": f"{grid.url}/schedule.json"}


def grid_of(grid: Published) -> dict:
    """The whole grid: its columns, its rows, and every session that has a place."""
    return {"event": grid.slug, "version": grid.version, "time_zone": grid.zone, "published": not grid.draft,
            "rooms": [room_of(room) for room in grid.rooms], "slots": [slot_of(slot, grid.zone) for slot in grid.slots],
            "sessions": [session_of(session, grid) for session in grid.sessions if session.slot]}


def room_of(room: OutRoom) -> dict:
    """A column of the grid."""
    return {"id": room.id, "number": room.number, "name": room.name, "seats": room.seats, "floor": room.floor,
            "step_free": room.step_free}


def slot_of(slot: OutSlot, zone: str) -> dict:
    """A row of the grid."""
    return {"id": slot.id, "number": slot.number, "kind": slot.kind, "label": slot.label,
            "starts_at": moment(slot.starts_at, zone), "ends_at": moment(slot.ends_at, zone)}


def session_of(session: OutSession, grid: Published) -> dict:
    """A session, wherever it is."""
    url = f"{grid.url}/sessions/{session.id}"
    return {"id": session.id, "guid": session.guid, "title": session.title, "about": session.about,
            "leaders": list(session.leaders), "topics": list(session.topics), "code": session.code, "run": session.run,
            "room": {"id": session.room.id, "name": session.room.name} if session.room else None,
            "slot": {"id": session.slot.id, "number": session.slot.number} if session.slot else None, "slots": session.slots,
            "starts_at": moment(session.starts_at, grid.zone), "ends_at": moment(session.ends_at, grid.zone),
            "cancelled": bool(session.cancelled), "cancelled_because": session.cancelled, "sequence": session.sequence,
            "changed_at": moment(session.changed_at, grid.zone), "url": url, "note_url": f"{url}/note",
            "calendar_url": f"{url}.ics"}


def sessions_of(grid: Published) -> dict:
    """Every session of the event."""
    return {"event": grid.slug, "version": grid.version, "time_zone": grid.zone, "published": not grid.draft,
            "sessions": [session_of(session, grid) for session in grid.sessions]}


def now_of(found: NowAndNext, grid: Published) -> dict:
    """What is on, what comes next, and when to ask again."""
    return {"event": grid.slug, "version": grid.version, "time_zone": grid.zone, "published": not grid.draft,
            "now": [session_of(session, grid) for session in found.now],
            "next": [session_of(session, grid) for session in found.next],
            "next_at": moment(found.next_at, grid.zone), "changes_at": moment(found.changes_at, grid.zone)}
