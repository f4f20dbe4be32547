"""What somebody wishes and has stopped."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import db, mail_message
from app.letters import wishes
from app.letters.models import NONE, MailStop, MailWishes
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


def reached(people: Sequence[Person], about: str, thing_id: int) -> list[Person]:
    """Those of `people` to whom a letter about this would be sent: who have an address and get mail of it (2 statements)."""
    ids = [one.id for one in people if mail_message.is_address(one.email or "")]
    silent = set(db.session.scalars(select(MailWishes.person_id).where(
        MailWishes.person_id.in_(ids), (MailWishes.how == NONE) | MailWishes.stopped_at.is_not(None))))
    silent.update(db.session.scalars(select(MailStop.person_id).where(
        MailStop.person_id.in_(ids), MailStop.about == about, MailStop.thing_id == thing_id)))
    return [one for one in people if one.id in ids and one.id not in silent]
