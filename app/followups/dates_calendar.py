"""The date of a conversation as calendars read it (RFC 5545): known by the conversation's guid, counted up whenever it moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.infra import clock, ics

PUBLISH, CANCEL = "PUBLISH", "CANCEL"
PRODUCT = "PRODID:-//Folkmoot//Conversations//EN"


@dataclass(frozen=True)
class Date:
    """When a conversation's next step is. `at` is its beginning; without `minutes` it is the day that holds `at` in `zone`.

    `version` counts what calendars were told (SEQUENCE), `changed_at` is when that was.
    """

    guid: str
    version: int
    changed_at: datetime
    title: str
    step: str
    at: datetime
    minutes: int | None
    where: str
    zone: str
    url: str
    cancelled: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is over: a day of 23 or 25 hours at the next midnight."""
        if self.minutes is not None:
            return self.at + timedelta(minutes=self.minutes)
        tomorrow = clock.local(self.at, self.zone).date() + timedelta(days=1)
        return clock.instant(tomorrow, datetime.min.time(), self.zone)


def calendar_file(dates: Iterable[Date], *, name: str = "", method: str = "", organiser: str = "") -> bytes:
    """A calendar of `dates`.

    With a `method` it is what a mail carries: PUBLISH for a date that is set or moved, CANCEL for one that is taken away; then
    `organiser` is the mail address it comes from, which calendars ask for.
    """
    dates = list(dates)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", PRODUCT, "CALSCALE:GREGORIAN"]
    if method:
        lines.append(f"METHOD:{method}")
    if name:
        lines += [f"NAME:{ics.escaped(name)}", f"X-WR-CALNAME:{ics.escaped(name)}"]
    lines += [line for zone in dict.fromkeys(d.zone for d in dates if d.minutes is not None)
              for line in ics.zone_lines(zone, *_span(d for d in dates if d.zone == zone))]
    for date in dates:
        lines += entry(date, organiser=organiser)
    return ics.document([*lines, "END:VCALENDAR"])


def entry(date: Date, *, organiser: str = "") -> list[str]:
    """The lines of one VEVENT. A date by the clock names its zone, whose VTIMEZONE must stand before it."""
    said = "\n".join(filter(None, (date.step and f"Next step: {date.step}", f"Conversation: {date.title}", date.url)))
    changed = ics.stamp(date.changed_at)
    lines = ["BEGIN:VEVENT", f"UID:{ics.bare(date.guid)}", f"DTSTAMP:{changed}", f"LAST-MODIFIED:{changed}",
             f"SEQUENCE:{date.version}"]
    if date.minutes is None:
        day = clock.local(date.at, date.zone).date()
        lines += [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}", "TRANSP:TRANSPARENT"]
    else:  # a length and no end: an hour that the clock shows twice cannot be named a second time
        lines += [f"DTSTART{ics.moment(date.at, date.zone)}", f"DURATION:PT{date.minutes}M"]
    lines += [f"SUMMARY:{ics.escaped(date.step or date.title)}", f"DESCRIPTION:{ics.escaped(said)}", f"URL:{ics.bare(date.url)}",
              f"STATUS:{'CANCELLED' if date.cancelled else 'CONFIRMED'}"]
    if date.where:
        lines.append(f"LOCATION:{ics.escaped(date.where)}")
    if organiser:
        lines.append(f"ORGANIZER;CN=Folkmoot:mailto:{ics.bare(organiser)}")
    return [*lines, "END:VEVENT"]


def _span(dates: Iterable[Date]) -> tuple[datetime, datetime]:
    moments = [d.at for d in dates]
    return min(moments), max(moments)
