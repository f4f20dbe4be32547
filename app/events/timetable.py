"""Timetables as a whole: made from a few numbers, moved to another date or time zone, copied from an earlier event."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events import policy
from app.events.layout import write_slots
from app.events.models import BREAK_SLOT, PLENARY_SLOT, SESSION_SLOT, Event, Room, Slot, Topic
from app.infra import clock, db


@dataclass(frozen=True)
class Plan:
    """A day's timetable in a few numbers. Times are the event's own; `lunch_after` counts sessions, 0 is no lunch."""

    first: time
    minutes: int = 45
    gap: int = 15
    count: int = 5
    lunch_after: int = 2
    lunch_minutes: int = 60
    welcome: time | None = None


# A day as most unconferences have it, to start from.
USUAL = Plan(first=time(11), welcome=time(10))


def make_slots(actor: Person, event: Event, plan: Plan) -> None:
    """Lay out every day of the event by `plan`. Raises `Conflict` if there are slots, `Invalid` if the day is too short."""
    require(policy.can_organise(actor, event))
    if event.slots:
        raise Conflict("There is a timetable already. Change its rows, or remove them first.")
    if plan.welcome and plan.welcome >= plan.first:
        raise Invalid("The welcome must start before the first session.", "welcome")
    rows = []
    for number in range((event.ends_on - event.starts_on).days + 1):
        day = event.starts_on + timedelta(days=number)
        for kind, label, *times in _day(day, plan):
            starts_at, ends_at = (clock.instant(day, t.time(), event.time_zone) for t in times)
            rows.append((None, {"kind": kind, "label": label, "notes": "", "starts_at": starts_at, "ends_at": ends_at}))
    write_slots(event, rows, anew=True)


def _day(day: date, plan: Plan) -> list[tuple[str, str, datetime, datetime]]:
    at = datetime.combine(day, plan.first)
    found = []
    if plan.welcome:
        found.append((PLENARY_SLOT, "Welcome and pitches", datetime.combine(day, plan.welcome), at))
    for number in range(1, plan.count + 1):
        end = at + timedelta(minutes=plan.minutes)
        found.append((SESSION_SLOT, "", at, end))
        at = end + timedelta(minutes=plan.gap)
        if number == plan.lunch_after and number < plan.count:
            at = end + timedelta(minutes=plan.lunch_minutes)
            found.append((BREAK_SLOT, "Lunch", end, at))
    if found[-1][3].date() != day:
        raise Invalid("That does not fit into one day. Have fewer or shorter sessions.", "count")
    return found


def moved(moment: datetime | None, source: tuple[date, str], target: tuple[date, str]) -> datetime | None:
    """The same time on the wall on the same day of the event, where an event is (first day, time zone)."""
    if moment is None:
        return None
    wall = clock.local(moment, source[1]).replace(tzinfo=None)
    return clock.instant(target[0] + (wall.date() - source[0]), wall.time(), target[1])


def said_on_the_wall(day: date | None, at: time | None, zone: str, fields: tuple[str, str]) -> datetime | None:
    """The moment when the clock on the wall shows this in `zone`; None where neither is said. `fields` are the day's and the
    time's: Invalid names the one that is missing, or the time that the clocks jump over."""
    if day is None and at is None:
        return None
    if day is None or at is None:
        raise Invalid("Give the time as well.", fields[1]) if at is None else Invalid("Give the day as well.", fields[0])
    moment = clock.instant(day, at, zone)
    if clock.local(moment, zone).replace(tzinfo=None) != datetime.combine(day, at):
        raise Invalid(f"There is no {at:%H:%M} on that day: the clocks go forward over it. Give another time.", fields[1])
    return moment


def move_slots(event: Event, source: tuple[date, str]) -> None:
    """Keep every slot at its time on the wall after the event's first day or time zone changed; `source` is what it was.

    Raises `Invalid` (field `ends_on`) when a slot would stand on a day that the event no longer has.
    """
    target = (event.starts_on, event.time_zone)
    if source != target:
        for slot in event.slots:
            slot.starts_at, slot.ends_at = (moved(m, source, target) for m in (slot.starts_at, slot.ends_at))
    days = (event.ends_on - event.starts_on).days
    for slot in event.slots:
        day = (clock.local(slot.starts_at, event.time_zone).date() - event.starts_on).days if slot.starts_at else 0
        if not 0 <= day <= days:
            raise Invalid(f"There are slots on day {day + 1} of the event. Take them away first, or keep that day.", "ends_on")


def copy_layout(source: Event, event: Event) -> None:
    """Give a new event the rooms, topics and slots of another, slots moved to its dates. Numbers start at 1 again.

    Slots on days that the new event does not have are left out. Its caller has asked whether that may be.
    """
    count = 0
    for position, room in enumerate(source.rooms, 1):
        count += room.for_sessions
        db.session.add(Room(event_id=event.id, position=position, number=count if room.for_sessions else None, name=room.name,
                            seats=room.seats, floor=room.floor, step_free=room.step_free, equipment=room.equipment,
                            notes=room.notes, for_sessions=room.for_sessions))
    db.session.add_all(Topic(event_id=event.id, name=topic.name, key=topic.key, about=topic.about) for topic in source.topics)
    was, now = (source.starts_on, source.time_zone), (event.starts_on, event.time_zone)
    rows = [(None, {"kind": s.kind, "label": s.label, "notes": s.notes, "starts_at": moved(s.starts_at, was, now),
                    "ends_at": moved(s.ends_at, was, now)}) for s in source.slots if _within(s, event, was, now)]
    write_slots(event, rows, anew=True)


def _within(slot: Slot, event: Event, was: tuple[date, str], now: tuple[date, str]) -> bool:
    start = moved(slot.starts_at, was, now)
    return start is None or event.starts_on <= clock.local(start, event.time_zone).date() <= event.ends_on
