"""An event in the evening: who did what at it, and what there is to write about."""

from dataclasses import dataclass, field
from datetime import datetime

import pytest

from app.accounts.models import Person
from app.documents import actions as documents
from app.events.models import Event, Role
from app.grid.models import Session
from app.infra import clock, db
from app.mailings import actions
from app.mailings.models import EVENING, EVERYBODY, Mailing
from app.notes.models import Note, NoteTaker
from tests.world import AT


@dataclass
class Evening:
    """`boss` organises; Ann led Buses, Ben took notes in it and marked Bins, Cat did nothing."""

    world: object
    event: Event
    boss: Person
    ann: Person
    ben: Person
    cat: Person
    buses: Session
    bins: Session
    drafts: list[Mailing] = field(default_factory=list)

    def draft(self, body: str = "Hello {name},\n\n{yours}", *, kind: str = EVENING, subject: str = "After the camp",
              recipients: str = EVERYBODY) -> Mailing:
        """A draft of the organiser's."""
        with db.transaction():
            return actions.draft(self.boss, self.event, kind=kind, recipients=recipients, subject=subject, body=body, at=AT)

    def sent(self, mailing: Mailing, at: datetime | None = None, when: datetime | None = None) -> Mailing:
        """The mailing, to go out `when`, or now."""
        with db.transaction():
            return actions.send(self.boss, mailing, when=when, seen=mailing.version, at=at or clock.now())


def noted(session: Session, text: str = "# Notes\n\nWe said this."):
    """Notes of a session that say something."""
    with db.transaction():
        document = documents.create("", AT)
        db.session.add(Note(session_id=session.id, document_id=document.id, created_at=AT))
        documents.save(document, text, 1, AT)


@pytest.fixture
def evening(world) -> Evening:
    event = world.event(name="GovCamp North", slug="north")
    boss = world.holder(event, Role.ORGANISER, name="Olu", email="olu@example.org")
    ann, ben, cat = (world.holder(event, name=name, email=f"{name.lower()}@example.org") for name in ("Ann", "Ben", "Cat"))
    buses = world.session(event, "Buses", room=1, slot=1, leaders=[ann], topics=["Transport"])
    bins = world.session(event, "Bins", room=2, slot=1, interested=[ben])
    world.save(NoteTaker(session_id=buses.id, person_id=ben.id, name="Ben", since=AT))
    noted(buses)
    noted(bins)
    return Evening(world, event, boss, ann, ben, cat, buses, bins)
