"""What places and times are called, and which slot is on now. Pure: no database, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.events.models import Event, Room, Slot
from app.infra import clock

UNKNOWN_LENGTH = timedelta(hours=1)  # how long a slot without an end is taken to last, when nothing follows sooner
PAST, NOW, NEXT = "past", "now", "next"


def when_of(slot: Slot, event: Event) -> str:
    """What a slot is called: 11:40, "11:40 on Saturday" at an event of several days, "session 1" where no times are known."""
    if slot.starts_at is None:
        return slot.label or (f"session {slot.number}" if slot.number else "an unnamed slot")
    local = clock.local(slot.starts_at, event.time_zone)
    return f"{local:%H:%M}" if event.starts_on == event.ends_on else f"{local:%H:%M} on {local:%A}"


def place_of(room: Room, slot: Slot, event: Event) -> str:
    """What a cell is called: "Turing at 11:40", "Turing in session 1"."""
    return f"{room.name} {'in' if slot.starts_at is None else 'at'} {when_of(slot, event)}"


def code(room: Room | None, slot: Slot | None) -> str:
    """The short code people say and tag: s1r3; empty where the grid has no such number."""
    return f"s{slot.number}r{room.number}" if room and slot and room.number and slot.number else ""


@dataclass(frozen=True, slots=True)
class Timing:
    """What the clock says of an event's slots: `states` by slot id (PAST, NOW, NEXT), and when that changes next."""

    states: dict[int, str]
    changes_at: datetime | None


def ends_of(slots: Sequence[Slot]) -> dict[int, datetime]:
    """When each slot with a start is over: at its end, else when the next begins, else `UNKNOWN_LENGTH` after its start."""
    starts = sorted(slot.starts_at for slot in slots if slot.starts_at)
    return {
        slot.id: slot.ends_at or min([s for s in starts if s > slot.starts_at] + [slot.starts_at + UNKNOWN_LENGTH])
        for slot in slots if slot.starts_at
    }


def timing(slots: Sequence[Slot], at: datetime, zone: str) -> Timing:
    """Which slots are over, on now, and next at the moment `at`.

    Nothing is next on a day before the event's, and nothing is past once everything is: then the grid is a record to read.
    """
    ends = ends_of(slots)
    timed = sorted((slot for slot in slots if slot.starts_at), key=lambda slot: slot.starts_at)
    boundaries = [moment for slot in timed for moment in (slot.starts_at, ends[slot.id]) if moment > at]
    if not boundaries:
        return Timing({}, None)
    states = {slot.id: PAST if ends[slot.id] <= at else NOW for slot in timed if slot.starts_at <= at}
    today = clock.local(at, zone).date()
    coming = [slot for slot in timed if slot.starts_at > at and clock.local(slot.starts_at, zone).date() == today]
    sessions = [slot for slot in coming if slot.number is not None]
    if sessions:
        states |= {slot.id: NEXT for slot in sessions if slot.starts_at == sessions[0].starts_at}
    return Timing(states, min(boundaries))


def over(event: Event, at: datetime) -> set[int]:
    """The ids of the event's slots that are over at the moment `at`; those without times are when the event is."""
    ends = ends_of(event.slots)
    whole = clock.local(at, event.time_zone).date() > event.ends_on
    return {slot.id for slot in event.slots if (ends[slot.id] <= at if slot.id in ends else whole)}


def overlapping(slots: Sequence[Slot]) -> dict[int, set[int]]:
    """For each slot the slots (itself too) that nobody can attend as well."""
    ends = ends_of(slots)
    found, running = {slot.id: {slot.id} for slot in slots}, []
    for begins, over_at, slot_id in sorted((slot.starts_at, ends[slot.id], slot.id) for slot in slots if slot.starts_at):
        running = [other for other in running if begins < other[1]]
        for began, _, other_id in running:
            if began < over_at:
                found[slot_id].add(other_id)
                found[other_id].add(slot_id)
        running.append((begins, over_at, slot_id))
    return found
