"""A series with an owner and people who hold passes, a round they join, and a clock that goes where it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from app.accounts.models import Person
from app.events.models import Pass, Series
from app.infra import clock, db, jobs
from app.infra.mail import Mail
from app.rounds import actions, defaults, queries
from app.rounds.models import Round
from tests.pages import apart
from tests.world import AT

ZONE = "Europe/London"
NOON = AT.replace(hour=12, minute=0)


@dataclass
class Coffee:
    """`olu` owns the series; `people` hold passes to its event, and have addresses."""

    world: object
    series: Series
    olu: Person
    people: list[Person]
    clock: object

    def open(self, **changes) -> Round:
        """A round, open since the clock's moment, with everything as it is filled in."""
        at = clock.now()
        until = defaults.join_until(at, ZONE)
        windows = defaults.windows(until, ZONE)
        said = {"name": "Coffee", "question": "What next?", "join_until": until, "windows": windows, "time_zone": ZONE,
                "ask_at": defaults.ask_at(windows[-1][1], ZONE), "at": at, **changes}
        with db.transaction():
            return actions.open_round(self.olu, self.series, **said)

    def join(self, found: Round, *people: Person) -> None:
        with db.transaction():
            for person in people:
                actions.join(person, found, at=clock.now())

    def at(self, moment: datetime) -> int:
        """It is that moment now, and what is due is done; how many jobs that was."""
        self.clock(moment)
        return self.work()

    def work(self) -> int:
        """What is due is done, as in life in a process of its own."""
        return apart(jobs.work_until_idle)

    def together(self, found: Round) -> list[list[str]]:
        """Whose names are in each group."""
        return [sorted(seat.person.name for seat in group.seats) for group in db.session.get(Round, found.id).groups]

    def letters(self, start: str = "") -> list[Mail]:
        """The letters written so far whose key starts so."""
        return [mail for mail in db.session.query(Mail).order_by(Mail.id) if (mail.key or "").startswith(start)]

    def own(self, person: Person, found: Round) -> queries.Own:
        return queries.own(person, db.session.get(Round, found.id))

    def paired(self, *people: Person, **changes) -> Round:
        """A round that these were put together in."""
        found = self.open(**changes)
        self.join(found, *people)
        self.at(found.join_until)
        return db.session.get(Round, found.id)

    def say(self, person: Person, found: Round, answer: str) -> None:
        with db.transaction():
            actions.say(person, found, answer, at=clock.now())


@pytest.fixture
def coffee(world, monkeypatch) -> Coffee:
    def to(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    to(NOON)
    series = world.series("GovCamp North", "north")
    event = world.event(series)
    olu = world.owner(series, name="Olu Ade", email="olu@example.org")
    people = [Person(name=f"{name} Smith", email=f"{name.lower()}@example.org", organisation=f"Council {name}", created_at=AT)
              for name in ("Ann", "Ben", "Cat", "Dan", "Eve", "Flo")]
    world.save(*people)
    world.save(*[Pass(event_id=event.id, person_id=person.id, role=1, joined_at=AT) for person in people])
    return Coffee(world, series, olu, people, to)


DAY = timedelta(days=1)
