"""What somebody wishes and has stopped."""

from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import db
from app.letters import wishes
from app.letters.models import MailStop, MailWishes
from app.letters.names import called

SAID = {"conversation": "A conversation", "event": "An event", "series": "A series", "introductions": "Introductions"}


@dataclass(frozen=True)
class Stopped:
    """Something that a person gets no mail about; `path` is empty where there is no page that they may see."""

    about: str
    thing_id: int
    name: str
    path: str


def wishes_of(person: Person) -> MailWishes:
    """How `person` wants to be written to; what everybody has until they say otherwise, where they have not (kept nowhere)."""
    return wishes.known(person) or MailWishes(person_id=person.id, **wishes.DEFAULTS, secret="")


def stopped_by(person: Person) -> list[Stopped]:
    """What `person` stopped, the newest first."""
    stops = db.session.scalars(select(MailStop).where(MailStop.person_id == person.id).order_by(MailStop.at.desc())).all()
    names = called(person, [(stop.about, stop.thing_id) for stop in stops])
    return [Stopped(stop.about, stop.thing_id, *names.get((stop.about, stop.thing_id), (SAID[stop.about], ""))) for stop in stops]


def has_stopped(person: Person, about: str, thing_id: int) -> bool:
    """Whether `person` wants no mail about this."""
    return db.session.get(MailStop, (person.id, about, thing_id)) is not None
