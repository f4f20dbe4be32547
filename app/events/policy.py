"""Who may do what with series and events. `role` is the one question to the database that every room's policy rests on."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

from sqlalchemy import ColumnElement, bindparam, false, literal, select, union_all

from app.accounts.models import Person
from app.events.models import ATTENDEES_ONLY, PUBLIC, Event, Pass, Role, Series, SeriesOwner
from app.infra import db

# Made once: every page asks it, some several times, and an import for every session of a file.
HELD = union_all(
    select(Pass.role).where(Pass.event_id == bindparam("event"), Pass.person_id == bindparam("person")),
    select(literal(int(Role.ORGANISER))).select_from(SeriesOwner)
    .where(SeriesOwner.series_id == bindparam("series"), SeriesOwner.person_id == bindparam("person")))


_sure: ContextVar[Mapping[tuple[int, int], Role]] = ContextVar("sure of roles", default=MappingProxyType({}))


def role(person: Person | None, event: Event) -> Role:
    """What `person` is at `event`: from their pass, or organiser as an owner of its series. Asked afresh, but for `sure_of` and
    `sure_of_all`."""
    if person is None:
        return Role.STRANGER
    known = _sure.get().get((person.id, event.id))
    if known is not None:
        return known
    asked = {"event": event.id, "series": event.series_id, "person": person.id}
    return Role(max(db.session.scalars(HELD, asked), default=Role.STRANGER))


@contextmanager
def sure_of(person: Person, event: Event) -> Iterator[None]:
    """Inside, the role of `person` at `event` is asked once: for one write of many actions (an import asks it four times for
    each session), which is one moment. Not around anything that gives roles."""
    before = _sure.set({(person.id, event.id): role(person, event)})
    try:
        yield
    finally:
        _sure.reset(before)


@contextmanager
def sure_of_all(people: Iterable[Person], event: Event) -> Iterator[None]:
    """Inside, the roles at `event` of everybody whom a letter goes to are known (2 statements). As `sure_of` otherwise."""
    held = dict(db.session.execute(select(Pass.person_id, Pass.role).where(Pass.event_id == event.id)).all())
    owners = set(db.session.scalars(select(SeriesOwner.person_id).where(SeriesOwner.series_id == event.series_id)))
    before = _sure.set({(one.id, event.id): Role.ORGANISER if one.id in owners else Role(held.get(one.id, Role.STRANGER))
                        for one in people})
    try:
        yield
    finally:
        _sure.reset(before)


def owns(person: Person | None, series: Series) -> bool:
    """Whether `person` is an owner of `series`."""
    return person is not None and db.session.get(SeriesOwner, (series.id, person.id)) is not None


def can_read(person: Person | None, event: Event) -> bool:
    """See the event and everything in it: everybody, or only who holds a pass when it is for attendees only."""
    return event.visibility != ATTENDEES_ONLY or role(person, event) >= Role.ATTENDEE


def can_find(person: Person | None, event: Event) -> bool:
    """Find it in lists and in search: an unlisted event is found only by who holds a pass."""
    return event.visibility == PUBLIC or role(person, event) >= Role.ATTENDEE


def can_take_part(person: Person | None, event: Event) -> bool:
    """Pitch, mark interest, write notes, volunteer: whoever holds a pass."""
    return role(person, event) >= Role.ATTENDEE


def takes_part(person: Person | None) -> ColumnElement[bool]:
    """`can_take_part` as a condition on `Event`, for lists across events."""
    if person is None:
        return false()
    return (Event.id.in_(select(Pass.event_id).where(Pass.person_id == person.id))
            | Event.series_id.in_(select(SeriesOwner.series_id).where(SeriesOwner.person_id == person.id)))


def can_help(person: Person | None, event: Event) -> bool:
    """Act on others' behalf: campmakers and organisers."""
    return role(person, event) >= Role.CAMPMAKER


def can_organise(person: Person | None, event: Event) -> bool:
    """Set up the event and give roles: organisers and owners of the series."""
    return role(person, event) >= Role.ORGANISER


def can_set_up_events(person: Person | None, series: Series) -> bool:
    """Add an event to a series, and change the series: its owners."""
    return owns(person, series)


def can_start_series(person: Person | None) -> bool:
    """Start a new series: keepers of the site."""
    return person is not None and person.keeper
