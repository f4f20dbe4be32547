"""Reading series, events and their parts."""

from sqlalchemy import select

from app.errors import NotFound
from app.events.models import Event, Room, Series, Slot
from app.infra import db


def event_called(slug: str) -> Event | None:
    """The event with this web address, if there is one."""
    return db.session.scalar(select(Event).where(Event.slug == slug))


def series_called(slug: str) -> Series | None:
    """The series with this web address, if there is one."""
    return db.session.scalar(select(Series).where(Series.slug == slug))


def session_rooms(event: Event) -> list[Room]:
    """The columns of the grid, in order."""
    return sorted((r for r in event.rooms if r.number is not None), key=lambda r: r.number)


def session_slots(event: Event) -> list[Slot]:
    """The rows of the grid that hold sessions, in order."""
    return [s for s in event.slots if s.number is not None]


def room_in(event: Event, room_id: int) -> Room:
    """A room of this event. Raises NotFound for any other."""
    room = next((r for r in event.rooms if r.id == room_id), None)
    if room is None:
        raise NotFound("There is no such room at this event.")
    return room


def slot_in(event: Event, slot_id: int) -> Slot:
    """A slot of this event. Raises NotFound for any other."""
    slot = next((s for s in event.slots if s.id == slot_id), None)
    if slot is None:
        raise NotFound("There is no such slot at this event.")
    return slot
