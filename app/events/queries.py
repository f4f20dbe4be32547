"""Reading series, events and their parts. Lists take a fixed number of SQL statements."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, or_, select, union_all
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import PUBLIC, Event, Pass, Role, Room, RoomClosing, Series, SeriesOwner, Slot
from app.infra import db

PAGE = 50
# Made once: every page of an event asks the first, every page that shows the grid the second.
EVENT_CALLED = select(Event).where(Event.slug == bindparam("slug"))
CLOSINGS = select(RoomClosing.room_id, RoomClosing.slot_id, RoomClosing.because).where(RoomClosing.event_id == bindparam("event"))


def event_called(slug: str) -> Event | None:
    """The event with this web address, if there is one."""
    return db.session.scalar(EVENT_CALLED, {"slug": slug})


def series_called(slug: str) -> Series | None:
    """The series with this web address, if there is one."""
    return db.session.scalar(select(Series).where(Series.slug == slug))


def event_joined_by(code: str) -> Event | None:
    """The event with this join code (folded, see `join_codes`), if there is one."""
    return db.session.scalar(select(Event).where(Event.join_code == code))


def pass_of(event: Event, person: Person) -> Pass | None:
    """The pass of `person` to `event`, if they hold one."""
    return db.session.scalar(select(Pass).where(Pass.event_id == event.id, Pass.person_id == person.id))


def pass_in(event: Event, pass_id: int) -> Pass:
    """A pass to this event, with its person. Raises NotFound for any other."""
    held = db.session.scalar(select(Pass).where(Pass.id == pass_id, Pass.event_id == event.id).options(joinedload(Pass.person)))
    if held is None:
        raise NotFound("There is no such pass to this event.")
    return held


def _mine(person: Person | None):
    """The condition that an event is one which `person` holds a pass to, or one of a series they own."""
    who = person.id if person is not None else None
    return or_(Event.id.in_(select(Pass.event_id).where(Pass.person_id == who)),
               Event.series_id.in_(select(SeriesOwner.series_id).where(SeriesOwner.person_id == who)))


def events_found_by(person: Person | None, *, series: Series | None = None) -> list[Event]:
    """Events that `person` may find (`policy.can_find`), newest first, with their series; of one series if given."""
    found = select(Event).where(or_(Event.visibility == PUBLIC, _mine(person))).options(joinedload(Event.series))
    if series is not None:
        found = found.where(Event.series_id == series.id)
    return list(db.session.scalars(found.order_by(Event.starts_on.desc(), Event.id.desc())))


@dataclass(frozen=True)
class Held:
    """An event somebody has to do with, and what they are there."""

    event: Event
    role: Role


def held_by(person: Person) -> list[Held]:
    """Every event that `person` holds a pass to or owns the series of, newest first. One statement."""
    rows = db.session.execute(
        select(Event, Pass.role, SeriesOwner.person_id)
        .outerjoin(Pass, (Pass.event_id == Event.id) & (Pass.person_id == person.id))
        .outerjoin(SeriesOwner, (SeriesOwner.series_id == Event.series_id) & (SeriesOwner.person_id == person.id))
        .where(or_(Pass.id.is_not(None), SeriesOwner.person_id.is_not(None)))
        .options(joinedload(Event.series)).order_by(Event.starts_on.desc(), Event.id.desc()))
    return [Held(event, Role.ORGANISER if owner is not None else Role(role)) for event, role, owner in rows]


def series_owned_by(person: Person | None) -> list[Series]:
    """The series that `person` owns, by name."""
    if person is None:
        return []
    owned = select(Series).join(SeriesOwner).where(SeriesOwner.person_id == person.id)
    return list(db.session.scalars(owned.order_by(Series.name)))


def owners_of(series: Series) -> list[Person]:
    """The owners of `series`, by name."""
    return list(db.session.scalars(select(Person).join(SeriesOwner, SeriesOwner.person_id == Person.id)
                                   .where(SeriesOwner.series_id == series.id).order_by(func.lower(Person.name), Person.id)))


def owner_ids(series_id: int) -> set[int]:
    """Who owns a series, as ids."""
    return set(db.session.scalars(select(SeriesOwner.person_id).where(SeriesOwner.series_id == series_id)))


def event_ids_of(series: Series) -> list[int]:
    """The ids of all events in `series`."""
    return list(db.session.scalars(select(Event.id).where(Event.series_id == series.id)))


@dataclass(frozen=True)
class Holders:
    """One page of an event's pass holders."""

    passes: list[Pass]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE))


def holders_of(event: Event, *, called: str = "", role: Role | None = None, page: int = 1) -> Holders:
    """Pass holders, those with a higher role first, then by name; with `called` in their name or organisation. Two statements."""
    wanted = select(Pass).join(Person).where(Pass.event_id == event.id)
    if called:
        part = called.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        wanted = wanted.where(or_(*(func.lower(c).like(f"%{part}%", escape="\\") for c in (Person.name, Person.organisation))))
    if role is not None:
        wanted = wanted.where(Pass.role == role)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery()))
    page = min(max(1, page), max(1, -(-total // PAGE)))
    rows = db.session.scalars(wanted.options(joinedload(Pass.person)).order_by(Pass.role.desc(), func.lower(Person.name), Pass.id)
                              .limit(PAGE).offset((page - 1) * PAGE))
    return Holders(list(rows), total, page)


def role_counts(event: Event) -> dict[Role, int]:
    """How many passes there are of each role."""
    rows = db.session.execute(select(Pass.role, func.count()).where(Pass.event_id == event.id).group_by(Pass.role))
    return dict.fromkeys((Role.ORGANISER, Role.CAMPMAKER, Role.ATTENDEE), 0) | {Role(r): n for r, n in rows}


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


def closings_of(event: Event) -> dict[tuple[int, int], str]:
    """Why a room is closed, by room and slot id (1 statement)."""
    return {(room_id, slot_id): because for room_id, slot_id, because in db.session.execute(CLOSINGS, {"event": event.id})}


def rooms_in_use(event: Event) -> set[int]:
    """The ids of rooms that something needs: a session stands in them, say."""
    return _needed(Room, event)


def slots_in_use(event: Event) -> set[int]:
    """The ids of slots that something needs."""
    return _needed(Slot, event)


def _needed(model: type[Room] | type[Slot], event: Event) -> set[int]:
    """Ids of rows that a row of another table needs: it points there by a foreign key that neither cascades nor is cleared.

    Read from the foreign keys because those tables belong to rooms below, which this one does not know. The database refuses
    the removal anyway; asking first lets a page say which ones stay.
    """
    own = model.__table__
    at_event = select(own.c.id).where(own.c.event_id == event.id)
    needing = [key.parent for table in db.Base.metadata.sorted_tables for key in table.foreign_keys
               if key.column is own.c.id and key.ondelete is None]
    if not needing:
        return set()
    return set(db.session.scalars(union_all(*[select(column).where(column.in_(at_event)) for column in needing])))


def happening(events: list[Event], today: date) -> tuple[list[Event], list[Event]]:
    """`events` as (now or still to come, soonest first) and (over, newest first)."""
    coming = sorted((e for e in events if e.ends_on >= today), key=lambda e: (e.starts_on, e.id))
    return coming, [e for e in events if e.ends_on < today]
