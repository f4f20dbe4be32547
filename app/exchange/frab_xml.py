"""schedule.xml as Pentabarf, frab and pretalx write it.

The sessions say when they are; the header is believed only where they do not (real files carry last year's dates there).
"""

from datetime import date, datetime, time, timedelta
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.exchange import schedule_shape as shape
from app.exchange.schedule_shape import BadSchedule, Collecting, Entry, RoomSaid, Schedule, line_of
from app.infra import clock

KIND = "schedule.xml"
MOST_ELEMENTS = 150_000
DEEPEST = 30


class _Builder(TreeBuilder):
    """Builds the tree, and stops at one that no schedule is."""

    def __init__(self):
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag, attrs):
        self._count += 1
        self._depth += 1
        if self._count > MOST_ELEMENTS or self._depth > DEEPEST:
            raise BadSchedule("The file holds far more, or goes far deeper, than a schedule does.")
        return super().start(tag.rpartition("}")[2], attrs)

    def end(self, tag):
        self._depth -= 1
        return super().end(tag.rpartition("}")[2])


def read_frab_xml(data: bytes, zone: str) -> Schedule:
    """The schedule in XML bytes; times without a zone are on the wall in the file's zone, or else in `zone`.

    Raises `BadSchedule` for what is not well-formed, declares a document type, or is no schedule.
    """
    try:
        parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
        parser.feed(data)
        root = parser.close()
    except DefusedXmlException as problem:
        raise BadSchedule("The file declares a document type or entities, which is refused.") from problem
    except (ParseError, ValueError, LookupError) as problem:
        line = getattr(problem, "position", (0,))[0]
        raise BadSchedule(f"The XML is not well-formed{f' (line {line})' if line else ''}.") from problem
    if root is None or root.tag not in ("schedule", "iCalendar-schedule") or root.find("day") is None:
        raise BadSchedule("This XML is no schedule: there is no <schedule> with <day> in it.")
    return _read(root, zone)


def _read(root: Element, zone: str) -> Schedule:
    conference = root.find("conference")
    conference = conference if conference is not None else Element("conference")
    zone = shape.zone_called(conference.findtext("time_zone_name")) or zone
    change = shape.clock_in(conference.findtext("day_change")) or time(0)
    found, rooms, days = Collecting(), {}, set()
    for day in root.iter("day"):
        said = shape.day_in(day.get("date"))
        for room in day.iter("room"):
            name = line_of(room.get("name"))
            if name and room.find("event") is not None:
                rooms.setdefault(name, RoomSaid(name))
        for place, event in _events(day):
            entry = _entry(event, place, said, change, zone, len(found.entries) + 1)
            found.add(entry)
            if entry.starts:
                days.add(clock.local(entry.starts, zone).date())
    first, last = shape.day_in(conference.findtext("start")), shape.day_in(conference.findtext("end"))
    found.remarks.extend(shape.header_remark(days, first, last))
    return Schedule(KIND, tuple(found.entries), tuple(rooms.values()), tuple(found.remarks),
                    line_of(conference.findtext("title")))


def _events(day: Element):
    """(room it stands in, event) for every event of a day; some files leave the rooms out."""
    for child in day:
        if child.tag == "event":
            yield "", child
        elif child.tag == "room":
            name = line_of(child.get("name"))
            for event in child.iter("event"):
                yield name, event


def _entry(event: Element, place: str, day: date | None, change: time, zone: str, number: int) -> Entry:
    def said(tag: str) -> str:
        return line_of(event.findtext(tag))

    remarks: list[str] = []
    starts = shape.moment(event.findtext("date"), zone) or _on_day(said("date"), said("start"), day, change, zone)
    length = shape.length_in(said("duration"))
    if starts is None:
        remarks.append("It does not say when it begins.")
    elif length is None:
        remarks.append("It does not say how long it lasts.")
    ends = shape.until(starts, starts + length if starts and length else None, remarks)
    room = said("room") or place
    about = shape.described(event.findtext("abstract"), event.findtext("description"))
    subtitle = said("subtitle")
    people = dict.fromkeys(filter(None, (line_of(one.text) for one in event.iterfind("persons/person"))))
    links = [("Its page elsewhere", said("url"))]
    links += [(line_of(link.text), line_of(link.get("href"))) for link in event.iterfind("links/link")]
    return Entry(
        where=f"event {number}", title=said("title"), guid=shape.guid_of(event.get("guid") or event.get("id")),
        starts=starts, ends=ends, room=room, leaders=tuple(people),
        about=f"{subtitle}\n\n{about}".strip() if subtitle and subtitle not in about else about,
        topics=tuple(filter(None, [said("track")])), links=shape.links_of(*links),
        cancelled=shape.stopped(said("status")), remarks=tuple(remarks))


def _on_day(date_said: str, start: str, day: date | None, change: time, zone: str) -> datetime | None:
    """`start` on the day that stands around it; before the hour at which days change it is the night after."""
    day, at = shape.day_in(date_said) or day, shape.clock_in(start)
    if day is None or at is None:
        return None
    try:
        return clock.instant(day + timedelta(days=at < change and not shape.day_in(date_said)), at, zone)
    except OverflowError:
        return None
