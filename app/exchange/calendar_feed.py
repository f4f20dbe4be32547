"""The grid as calendars read it (iCalendar, RFC 5545)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.exchange.published import OutSession, Published
from app.followups.dates_calendar import Date, entry
from app.infra import ics

REFRESH = "PT15M"


def calendar(grid: Published, sessions: list[OutSession], *, name: str, dates: Sequence[Date] = ()) -> bytes:
    """A calendar of those `sessions` that have a time, in the event's zone, and of `dates` of conversations."""
    timed = [s for s in sessions if s.starts_at is not None]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Folkmoot//Grid//EN", "CALSCALE:GREGORIAN", f"NAME:{ics.escaped(name)}",
             f"X-WR-CALNAME:{ics.escaped(name)}", f"X-WR-TIMEZONE:{grid.zone}", f"URL:{grid.url}/grid",
             f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}", f"X-PUBLISHED-TTL:{REFRESH}"]
    moments: dict[str, list[datetime]] = {}
    for zone, at in (*((grid.zone, s.starts_at) for s in timed), *((d.zone, d.at) for d in dates if d.minutes is not None)):
        moments.setdefault(zone, []).append(at)
    for zone, found in moments.items():
        lines += ics.zone_lines(zone, min(found), max(found))
    for session in timed:
        lines += _event(grid, session)
    for date in dates:
        lines += entry(date)
    lines.append("END:VCALENDAR")
    return ics.document(lines)


def _event(grid: Published, session: OutSession) -> list[str]:
    page = f"{grid.url}/sessions/{session.id}"
    led_by = f"Led by {', '.join(session.leaders)}" if session.leaders else ""
    said = "\n".join(filter(None, (f"Cancelled: {session.cancelled}" if session.cancelled else "", session.about, led_by,
                                   f"Session: {page}", f"Notes: {page}/note")))
    place = ", ".join(filter(None, (session.room.name, session.room.floor, grid.venue)))
    ends_at = session.ends_at or session.starts_at + timedelta(hours=1)
    changed = ics.stamp(session.changed_at)
    lines = ["BEGIN:VEVENT", f"UID:{ics.bare(session.uid)}", f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}",
             f"SEQUENCE:{session.sequence}",
             f"DTSTART{ics.moment(session.starts_at, grid.zone)}", f"DTEND{ics.moment(ends_at, grid.zone)}",
             f"SUMMARY:{ics.escaped(session.title)}", f"LOCATION:{ics.escaped(place)}", f"DESCRIPTION:{ics.escaped(said)}",
             f"URL:{page}", f"STATUS:{'CANCELLED' if session.cancelled else 'CONFIRMED'}"]
    if session.topics:
        lines.append(f"CATEGORIES:{','.join(map(ics.escaped, session.topics))}")
    return [*lines, "END:VEVENT"]
