"""What advice about a grid is made from, read once: who wants what, who leads it, where it stands, what is closed or forbidden.

It holds who marked what and who asked for step-free rooms: it never leaves the server, and is read only for those who arrange.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import or_, select

from app.events.models import Event, Pass
from app.events.queries import closings_of, session_rooms, session_slots
from app.grid import places
from app.grid.models import Placement, Session
from app.grid.standings import slot_after
from app.infra import db
from app.pitches import queries as pitches
from app.pitches.models import OPEN, Interest, LeaderAway, Pitch, PitchRule
from app.pitches.queries import Led

BEFORE, APART = "before", "apart"


@dataclass(frozen=True, slots=True)
class RoomThen:
    """A room as it was when advice was asked for. Advice is kept longer than a database session lives, so it holds no rows."""

    id: int
    name: str
    number: int | None
    seats: int | None
    step_free: bool


@dataclass(frozen=True, slots=True)
class SlotThen:
    """A slot, likewise."""

    id: int
    kind: str
    number: int | None
    label: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventThen:
    """An event with its rooms and slots, likewise."""

    id: int
    time_zone: str
    starts_on: date
    ends_on: date
    rooms: tuple[RoomThen, ...]
    slots: tuple[SlotThen, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A pitch, and who wants it: `marks` are person ids."""

    id: int
    title: str
    hands: int | None
    step_free: bool
    led_by: tuple[Led, ...]
    topics: tuple[int, ...]
    marks: frozenset[int]


@dataclass(frozen=True, slots=True)
class Held:
    """A session: one run of a pitch. `cells` are (room id, slot id) that it takes, none when it is off the grid."""

    session_id: int
    pitch_id: int
    run: int
    length: int
    pinned: bool
    cancelled: bool
    cells: tuple[tuple[int, int], ...]

    @property
    def room_id(self) -> int | None:
        """The room it stands in."""
        return self.cells[0][0] if self.cells else None

    @property
    def slot_id(self) -> int | None:
        """The slot it begins in."""
        return self.cells[0][1] if self.cells else None

    @property
    def slot_ids(self) -> tuple[int, ...]:
        """Every slot it takes, in order."""
        return tuple(slot_id for _, slot_id in self.cells)


@dataclass(frozen=True, slots=True)
class Rule:
    """Of two pitches the first comes earlier (BEFORE), or they are never at the same time (APART)."""

    id: int
    kind: str
    first_id: int
    second_id: int


@dataclass(frozen=True, slots=True)
class Away:
    """Leaders who cannot be there in one slot: people's ids, and names (folded) where only that is known."""

    people: set[int] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def holds(self, led: Led, namesakes: Iterable[int]) -> bool:
        """Whether this leader is away; one who is only a name is everybody called that (`namesakes`, person ids)."""
        if led.name.casefold() in self.names or led.person_id in self.people:
            return True
        return led.person_id is None and any(person_id in self.people for person_id in namesakes)


@dataclass(frozen=True)
class Situation:
    """An event's grid at a moment. `started` are the slots that are over or on now: nothing there can be changed any more."""

    event: EventThen
    at: datetime
    rooms: list[RoomThen]
    slots: list[SlotThen]
    pitches: dict[int, Wanted]
    held: list[Held]
    closings: dict[tuple[int, int], str]
    away: dict[int, Away]
    rules: list[Rule]
    step_free_people: frozenset[int]
    over: frozenset[int]
    started: frozenset[int]
    after: dict[int, int]  # slot id -> the slot that a double session goes on in

    @property
    def on_grid(self) -> list[Held]:
        """Sessions that have a place and take place."""
        return [one for one in self.held if one.cells and not one.cancelled]

    def to_come(self) -> list[Held]:
        """Those of them that are not over: what is over needs no advice."""
        return [one for one in self.on_grid if not set(one.slot_ids) <= self.over]

    def runs_of(self, pitch_id: int) -> int:
        """How many times a pitch is held, at least once: its audience is shared between them."""
        return max(1, sum(1 for one in self.on_grid if one.pitch_id == pitch_id))

    def namesakes(self, name: str) -> list[int]:
        """The people who lead something under this name, by id."""
        return self._called.get(name.casefold(), [])

    @property
    def _called(self) -> dict[str, list[int]]:
        found = self.__dict__.get("called")
        if found is None:
            found = defaultdict(list)
            for pitch in self.pitches.values():
                for led in pitch.led_by:
                    if led.person_id and led.person_id not in found[led.name.casefold()]:
                        found[led.name.casefold()].append(led.person_id)
            self.__dict__["called"] = found
        return found

    def is_away(self, led: Led, slot_id: int) -> bool:
        """Whether a leader cannot be there in a slot."""
        away = self.away.get(slot_id)
        return away is not None and away.holds(led, self.namesakes(led.name))

    def room(self, room_id: int) -> RoomThen:
        """A room by its id."""
        return next(room for room in self.event.rooms if room.id == room_id)

    def slot(self, slot_id: int) -> SlotThen:
        """A slot by its id."""
        return next(slot for slot in self.event.slots if slot.id == slot_id)

    def where(self, room_id: int, slot_id: int) -> str:
        """A place in words: "Turing at 11:40"."""
        return places.place_of(self.room(room_id), self.slot(slot_id), self.event)

    def when(self, slot_id: int) -> str:
        """A time as it stands in a sentence: "at 11:40", "in session 1"."""
        slot = self.slot(slot_id)
        return f"{'at' if slot.starts_at else 'in'} {places.when_of(slot, self.event)}"


def situation_of(event: Event, at: datetime) -> Situation:
    """How the event's grid stands at the moment `at` (9 statements beyond its rooms and slots)."""
    placed = select(Session.pitch_id).join(Placement, Placement.session_id == Session.id).where(Session.event_id == event.id)
    rows = db.session.execute(select(Pitch.id, Pitch.title, Pitch.hands, Pitch.step_free)
                              .where(Pitch.event_id == event.id, or_(Pitch.state == OPEN, Pitch.id.in_(placed)))
                              .order_by(Pitch.id)).all()
    leaders, topics = pitches.leaders_by_pitch(event), pitches.topics_by_pitch(event)
    marks: dict[int, set[int]] = defaultdict(set)
    for pitch_id, person_id in db.session.execute(
            select(Interest.pitch_id, Interest.person_id).join(Pitch, Pitch.id == Interest.pitch_id)
            .where(Pitch.event_id == event.id)):
        marks[pitch_id].add(person_id)
    then = _then(event)
    slots = session_slots(then)
    over = places.over(then, at)
    return Situation(
        event=then, at=at, rooms=session_rooms(then), slots=slots,
        pitches={pitch_id: Wanted(pitch_id, title, hands, step_free, leaders.get(pitch_id, ()), topics.get(pitch_id, ()),
                                  frozenset(marks.get(pitch_id, ()))) for pitch_id, title, hands, step_free in rows},
        held=_held(event, {row.id for row in rows}), closings=closings_of(event), away=away_at(event),
        rules=[Rule(*row) for row in db.session.execute(
            select(PitchRule.id, PitchRule.kind, PitchRule.first_id, PitchRule.second_id)
            .where(PitchRule.event_id == event.id).order_by(PitchRule.id))],
        step_free_people=frozenset(db.session.scalars(
            select(Pass.person_id).where(Pass.event_id == event.id, Pass.step_free))),
        over=frozenset(over),
        started=frozenset(over | {slot.id for slot in slots if slot.starts_at and slot.starts_at <= at}),
        after={slot.id: following.id for slot in event.slots
               if slot.number is not None and (following := slot_after(event, slot))})


def _then(event: Event) -> EventThen:
    return EventThen(
        event.id, event.time_zone, event.starts_on, event.ends_on,
        tuple(RoomThen(room.id, room.name, room.number, room.seats, room.step_free) for room in event.rooms),
        tuple(SlotThen(slot.id, slot.kind, slot.number, slot.label, slot.starts_at, slot.ends_at) for slot in event.slots))


def _held(event: Event, known: set[int]) -> list[Held]:
    found: dict[int, tuple] = {}
    cells: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for session_id, pitch_id, run, length, pinned, cancelled, room_id, slot_id in db.session.execute(
            select(Session.id, Session.pitch_id, Session.run, Session.length, Session.pinned, Session.cancelled,
                   Placement.room_id, Placement.slot_id).outerjoin(Placement, Placement.session_id == Session.id)
            .where(Session.event_id == event.id).order_by(Session.pitch_id, Session.run, Placement.part)):
        if pitch_id not in known:
            continue
        found[session_id] = (session_id, pitch_id, run, length, pinned, bool(cancelled))
        if room_id is not None:
            cells[session_id].append((room_id, slot_id))
    return [Held(*row, tuple(cells.get(session_id, ()))) for session_id, row in found.items()]


def away_at(event: Event) -> dict[int, Away]:
    """Who is away, by slot id (1 statement)."""
    found: dict[int, Away] = defaultdict(Away)
    for slot_id, person_id, key in db.session.execute(
            select(LeaderAway.slot_id, LeaderAway.person_id, LeaderAway.key).where(LeaderAway.event_id == event.id)):
        if person_id is not None:
            found[slot_id].people.add(person_id)
        else:
            found[slot_id].names.add(key)
    return dict(found)

