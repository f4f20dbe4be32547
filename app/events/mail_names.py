"""What the post is told of events and series: their names, to who may see them, and who may still get letters of events."""

from collections.abc import Iterable

from sqlalchemy import select

from app.accounts.models import Person
from app.events import policy
from app.events.models import Event, Series
from app.infra import db
from app.letters import models
from app.letters.names import allows, names


@names(models.EVENT)
def events_called(person: Person, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Names and paths of events that `person` may read."""
    found = db.session.scalars(select(Event).where(Event.id.in_(list(ids))))
    return {event.id: (event.name, f"/e/{event.slug}") for event in found if policy.can_read(person, event)}


@allows(models.EVENT)
def events_allowed(person: Person, ids: Iterable[int]) -> set[int]:
    """Those events of which `person` may get letters that were written before: in which they still take part."""
    return set(db.session.scalars(select(Event.id).where(Event.id.in_(list(ids)), policy.takes_part(person))))


@names(models.SERIES)
def series_called(_person: Person, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Names and paths of series, which everybody may see."""
    return {one.id: (one.name, f"/s/{one.slug}") for one in db.session.scalars(select(Series).where(Series.id.in_(list(ids))))}
