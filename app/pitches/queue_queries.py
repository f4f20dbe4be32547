"""Reading the queue and the stage. Each function says how many SQL statements it takes; none takes more with more pitches."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, func, literal, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event
from app.infra import db
from app.pitches import queue_order
from app.pitches.models import OPEN, Interest, Leader, Pitch
from app.pitches.queries import LARGEST_ID, Interested, led_by
from app.pitches.queue_models import LEFT, PITCHED, SECONDS, UP, WAITING, QueueEntry, Stage
from app.pitches.queue_order import Wait

IN_USE = select(or_(Stage.open, Stage.entry_id.is_not(None))).where(Stage.event_id == bindparam("event"))  # made once, as LATEST
NEXT_SHOWN = 3  # on the stage screen


@dataclass(slots=True)
class Line:
    """A pitch in the queue, as pages show it. `wait` is for those who wait, `round` counts from 1."""

    id: int
    pitch_id: int
    title: str
    pitcher_name: str
    pitcher_id: int | None
    state: str
    position: float
    round: int | None
    hands: int | None
    called_at: datetime | None
    wait: Wait | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """The queue at a moment: the stage, who is up, who waits in order, and what was pitched, the newest first."""

    version: int
    open: bool
    seconds: int
    started_at: datetime | None
    up: Line | None
    waiting: list[Line] = field(default_factory=list)
    pitched: list[Line] = field(default_factory=list)

    @property
    def next(self) -> list[Line]:
        """Those the stage screen names."""
        return self.waiting[:NEXT_SHOWN]

    @property
    def ends_at(self) -> datetime | None:
        """When the countdown reaches nothing; empty when it does not run."""
        return self.started_at + timedelta(seconds=self.seconds) if self.started_at else None

    def of(self, person: Person | None) -> list[Line]:
        """Where `person` stands: up, or waiting, in order."""
        here = [self.up, *self.waiting] if self.up else self.waiting
        return [line for line in here if person is not None and line.pitcher_id == person.id]


def queue_of(event: Event) -> Queue:
    """The event's queue (2 statements)."""
    stage = db.session.execute(select(Stage.version, Stage.open, Stage.seconds, Stage.started_at, Stage.entry_id)
                               .where(Stage.event_id == event.id)).one_or_none()
    version, is_open, seconds, started_at, up_id = stage or (0, False, SECONDS, None, None)
    rows = db.session.execute(
        select(QueueEntry.id, QueueEntry.pitch_id, Pitch.title, QueueEntry.pitcher_name, QueueEntry.pitcher_id, QueueEntry.state,
               QueueEntry.position, QueueEntry.round, Pitch.hands, QueueEntry.called_at, Pitch.merged_into_id, Pitch.state)
        .join(Pitch, Pitch.id == QueueEntry.pitch_id).where(QueueEntry.event_id == event.id, QueueEntry.state != LEFT)).all()
    lines = [Line(*row[:-2]) for row in rows if row[-1] == OPEN]
    had = queue_order.had_by(queue_order.turns((row[1], row[-2], row[4], row[3]) for row in rows if row[5] in (UP, PITCHED)))
    up = next((line for line in lines if line.id == up_id), None)
    waiting = [line for line in lines if line.state == WAITING]
    rounds, waiting = queue_order.rounds(waiting, had), queue_order.in_order(waiting, had)
    for before, line in enumerate(waiting, 1 if up else 0):
        line.round, line.wait = rounds[line.id] + 1, queue_order.wait(before, seconds)
    pitched = sorted((line for line in lines if line.state == PITCHED), key=lambda line: (line.called_at, line.id), reverse=True)
    return Queue(version, is_open, seconds, started_at if up else None, up, waiting, pitched)


def turns_had(event: Event) -> dict[int | str, int]:
    """How many turns each pitcher has had, the one that is on counted in (1 statement)."""
    return queue_order.had_by(queue_order.turns(db.session.execute(
        select(QueueEntry.pitch_id, Pitch.merged_into_id, QueueEntry.pitcher_id, QueueEntry.pitcher_name)
        .join(Pitch, Pitch.id == QueueEntry.pitch_id)
        .where(QueueEntry.event_id == event.id, QueueEntry.state.in_((UP, PITCHED)))).all()))


def entry_in(event: Event, entry_id: int) -> QueueEntry:
    """An entry of this event's queue with its pitch (1 statement). Raises NotFound for any other."""
    entry = db.session.scalar(
        select(QueueEntry).where(QueueEntry.event_id == event.id, QueueEntry.id == entry_id).options(joinedload(QueueEntry.pitch))
    ) if entry_id <= LARGEST_ID else None
    if entry is None:
        raise NotFound("There is no such place in this event's queue.")
    return entry


def can_bring(event: Event, person: Person) -> list[tuple[int, str]]:
    """The open pitches that `person` pitched or leads and could stand in the queue with, as (id, title) (1 statement)."""
    return list(db.session.execute(_unqueued(event).where(or_(Pitch.pitched_by_id == person.id, led_by(person)))).all())


def unqueued(event: Event) -> list[tuple[int, str]]:
    """Every open pitch that could still be put in the queue, as (id, title) (1 statement)."""
    return list(db.session.execute(_unqueued(event)).all())


def _unqueued(event: Event):
    queued = select(QueueEntry.pitch_id).where(QueueEntry.event_id == event.id, QueueEntry.state != LEFT)
    return (select(Pitch.id, Pitch.title).where(Pitch.event_id == event.id, Pitch.state == OPEN, Pitch.id.not_in(queued))
            .order_by(Pitch.title, Pitch.id))


def place_of(event: Event, pitch: Pitch) -> QueueEntry | None:
    """The pitch's entry in the queue, unless it left (1 statement)."""
    return db.session.scalar(select(QueueEntry).where(QueueEntry.event_id == event.id, QueueEntry.pitch_id == pitch.id,
                                                      QueueEntry.state != LEFT))


def said_before(event: Event, title: str, pitcher: Person | str) -> Pitch | None:
    """The open pitch of this title that `pitcher` leads, whatever the case of letters; so that what was pitched before the
    day is not there twice once it is taken down at the station (2 statements)."""
    wanted = " ".join(title.split()).casefold()
    ids = [pitch_id for pitch_id, called in db.session.execute(
        select(Pitch.id, Pitch.title).where(Pitch.event_id == event.id, Pitch.state == OPEN)) if called.casefold() == wanted]
    name = (pitcher if isinstance(pitcher, str) else pitcher.name).casefold()
    found = db.session.scalars(select(Pitch).where(Pitch.id.in_(ids)).order_by(Pitch.id).options(selectinload(Pitch.leaders)))

    def leads(leader: Leader) -> bool:
        known = leader.person_id and isinstance(pitcher, Person)
        return leader.person_id == pitcher.id if known else leader.name.casefold() == name

    return next((pitch for pitch in found if any(leads(leader) for leader in pitch.leaders)), None)


def marks_on(pitch_id: int, person: Person | None) -> Interested:
    """How many would come to a pitch, and whether `person` is one of them (1 statement)."""
    mine = func.max(case((Interest.person_id == person.id, 1), else_=0)) if person is not None else literal(0)
    count, own = db.session.execute(select(func.count(), mine).where(Interest.pitch_id == pitch_id)).one()
    return Interested(count, bool(own))


def is_open(event: Event) -> bool:
    """Whether people may join the queue from their phones (1 statement)."""
    return bool(db.session.scalar(select(Stage.open).where(Stage.event_id == event.id)))


def in_use(event: Event) -> bool:
    """Whether people may join the queue now, or somebody is up (1 statement)."""
    return bool(db.session.scalar(IN_USE, {"event": event.id}))
