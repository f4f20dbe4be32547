"""What is to be arranged: the `unconf-grid/1` instance as plain objects, read with care and written back unchanged."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

FORMAT = "unconf-grid/1"
LARGEST = {"slots": 400, "rooms": 400, "sessions": 3000, "attendees": 20000, "leaders": 20000}
HEAVIEST = 1_000_000


class BadProblem(ValueError):
    """The instance contradicts itself or cannot be read; the text says where, in words fit for people."""


@dataclass(frozen=True)
class Slot:
    """One time in the grid; a double session that starts here runs on into `next`. `name` is what people read."""

    id: str
    next: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Room:
    """Seats, what it offers, and the slots in which it is closed."""

    id: str
    capacity: int
    step_free: bool = False
    equipment: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True)
class Pin:
    """A run that must be in this slot, this room, or both."""

    slot: str | None = None
    room: str | None = None


@dataclass(frozen=True)
class Session:
    """A pitch to be placed `runs` times, each `length` (1 or 2) slots long."""

    id: str
    leaders: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    runs: int = 1
    length: int = 1
    needs: frozenset[str] = frozenset()
    step_free: bool = False
    allowed_slots: frozenset[str] | None = None
    pins: tuple[Pin | None, ...] = ()
    expected: float | None = None
    must_place: bool = False
    title: str = ""


@dataclass(frozen=True)
class Leader:
    """Somebody who leads; `attendee` is the same person among the attendees."""

    id: str
    unavailable: frozenset[str] = frozenset()
    attendee: str | None = None
    name: str = ""


@dataclass(frozen=True)
class Attendee:
    """Somebody who marked the sessions in `wishes`."""

    id: str
    wishes: tuple[str, ...] = ()
    step_free: bool = False


@dataclass(frozen=True)
class NotTogether:
    """Two sessions that may not run at the same time."""

    one: str
    other: str


@dataclass(frozen=True)
class Follows:
    """`second` starts in the slot right after `first` ends, both placed or neither."""

    first: str
    second: str
    same_room: bool = False


@dataclass(frozen=True)
class Weights:
    """What one of each costs; moves count against `Problem.current`."""

    lost: int = 1
    overflow: int = 1
    access: int = 3
    topic: int = 2
    unplaced: int = 10
    move_slot: int = 0
    move_room: int = 0


@dataclass(frozen=True)
class Place:
    """A run of a session in a slot and a room."""

    session: str
    slot: str
    room: str
    run: int = 0

    def plain(self) -> dict[str, Any]:
        """As in a solution file."""
        return {"session": self.session, "run": self.run, "slot": self.slot, "room": self.room}


@dataclass(frozen=True)
class Problem:
    """An instance; slots are in order of time."""

    slots: tuple[Slot, ...]
    rooms: tuple[Room, ...]
    sessions: tuple[Session, ...]
    leaders: tuple[Leader, ...] = ()
    attendees: tuple[Attendee, ...] = ()
    rules: tuple[NotTogether | Follows, ...] = ()
    current: tuple[Place, ...] = ()
    turnout: float = 0.6
    weights: Weights = field(default_factory=Weights)
    must_place_all: bool = False
    name: str = ""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Problem":
        """The instance in `given`. Raises BadProblem for what is missing, of the wrong kind, unknown or contradictory."""
        try:
            problem = _read(given)
        except BadProblem:
            raise
        except (KeyError, TypeError, ValueError, AttributeError) as trouble:
            raise BadProblem(f"The instance cannot be read: {type(trouble).__name__} {trouble}") from trouble
        _check(problem)
        return problem

    def plain(self) -> dict[str, Any]:
        """As JSON in the format it was read from; `Problem.read` of it gives an equal problem."""
        return {
            "format": FORMAT, "name": self.name, "turnout": self.turnout, "must_place_all": self.must_place_all,
            "weights": dict(vars(self.weights)),
            "slots": [{"id": t.id, "next": t.next, "name": t.name} for t in self.slots],
            "rooms": [{"id": r.id, "capacity": r.capacity, "step_free": r.step_free, "equipment": sorted(r.equipment),
                       "closed": sorted(r.closed), "name": r.name} for r in self.rooms],
            "sessions": [{
                "id": s.id, "title": s.title, "leaders": list(s.leaders), "topics": list(s.topics), "runs": s.runs,
                "length": s.length, "needs": sorted(s.needs), "step_free": s.step_free,
                "allowed_slots": None if s.allowed_slots is None else sorted(s.allowed_slots),
                "pins": [pin and {"slot": pin.slot, "room": pin.room} for pin in s.pins], "expected": s.expected,
                "must_place": s.must_place} for s in self.sessions],
            "leaders": [{"id": x.id, "unavailable": sorted(x.unavailable), "attendee": x.attendee, "name": x.name}
                        for x in self.leaders],
            "attendees": [{"id": a.id, "wishes": list(a.wishes), "step_free": a.step_free} for a in self.attendees],
            "rules": [{"type": "not_together", "sessions": [r.one, r.other]} if isinstance(r, NotTogether) else
                      {"type": "follows", "first": r.first, "second": r.second, "same_room": r.same_room} for r in self.rules],
            "current": [p.plain() for p in self.current] or None,
        }


def read_places(given: Iterable[Mapping[str, Any]] | None) -> tuple[Place, ...]:
    """Placements from JSON. Raises BadProblem."""
    try:
        return tuple(Place(str(p["session"]), str(p["slot"]), str(p["room"]), int(p.get("run", 0))) for p in given or ())
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        raise BadProblem(f"A placement cannot be read: {type(trouble).__name__} {trouble}") from trouble


def _read(given: Mapping[str, Any]) -> Problem:
    if given.get("format", FORMAT) != FORMAT:
        raise BadProblem(f"The format is {given['format']!r}, not {FORMAT}.")
    for name, most in LARGEST.items():
        if len(given.get(name) or ()) > most:
            raise BadProblem(f"More than {most} {name}.")
    weights = {name: given["weights"][name] for name in vars(Weights()) if name in (given.get("weights") or {})}
    rules: list[NotTogether | Follows] = []
    for rule in given.get("rules") or ():
        if rule["type"] == "not_together":
            one, other = rule["sessions"]
            rules.append(NotTogether(one, other))
        elif rule["type"] == "follows":
            rules.append(Follows(rule["first"], rule["second"], bool(rule.get("same_room"))))
        else:
            raise BadProblem(f"There is no rule of the type {rule['type']!r}.")
    return Problem(
        slots=tuple(Slot(t["id"], t.get("next") or None, str(t.get("name") or "")) for t in given["slots"]),
        rooms=tuple(Room(r["id"], int(r["capacity"]), bool(r.get("step_free")), frozenset(r.get("equipment") or ()),
                         frozenset(r.get("closed") or ()), str(r.get("name") or "")) for r in given["rooms"]),
        sessions=tuple(_session(s) for s in given["sessions"]),
        leaders=tuple(Leader(x["id"], frozenset(x.get("unavailable") or ()), x.get("attendee"), str(x.get("name") or ""))
                      for x in given.get("leaders") or ()),
        attendees=tuple(Attendee(a["id"], tuple(a.get("wishes") or ()), bool(a.get("step_free")))
                        for a in given.get("attendees") or ()),
        rules=tuple(rules), current=read_places(given.get("current")), turnout=float(given.get("turnout", 0.6)),
        weights=Weights(**weights), must_place_all=bool(given.get("must_place_all")), name=str(given.get("name", "")))


def _session(s: Mapping[str, Any]) -> Session:
    allowed, expected = s.get("allowed_slots"), s.get("expected")
    return Session(
        id=s["id"], leaders=tuple(dict.fromkeys(s.get("leaders") or ())), topics=tuple(s.get("topics") or ()),
        runs=int(s.get("runs", 1)), length=int(s.get("length", 1)), needs=frozenset(s.get("needs") or ()),
        step_free=bool(s.get("step_free")), allowed_slots=None if allowed is None else frozenset(allowed),
        pins=tuple(Pin(pin.get("slot") or None, pin.get("room") or None) if pin else None for pin in s.get("pins") or ()),
        expected=None if expected is None else float(expected), must_place=bool(s.get("must_place")),
        title=str(s.get("title") or ""))


def _check(problem: Problem) -> None:
    """Raises BadProblem unless every id is known once and every number makes sense."""
    known = {}
    for name in ("slots", "rooms", "sessions", "leaders", "attendees"):
        ids = [thing.id for thing in getattr(problem, name)]
        if not all(isinstance(one, str) for one in ids):
            raise BadProblem(f"An id among the {name} is not text.")
        if len(set(ids)) < len(ids):
            raise BadProblem(f"{next(one for one in ids if ids.count(one) > 1)!r} is there twice among the {name}.")
        known[name] = set(ids)

    def must_know(name: str, ids: Iterable[str | None], where: str) -> None:
        for one in ids:
            if one is not None and one not in known[name]:
                raise BadProblem(f"{where} names {one!r}, which is not among the {name}.")

    for slot, after in zip(problem.slots, [*problem.slots[1:], None], strict=False):
        if slot.next is not None and (after is None or slot.next != after.id):
            raise BadProblem(f"Slot {slot.id!r} runs on into {slot.next!r}, which is not the slot listed after it.")
    for room in problem.rooms:
        must_know("slots", room.closed, f"Room {room.id!r}")
        if room.capacity < 0:
            raise BadProblem(f"Room {room.id!r} has fewer than no seats.")
    for leader in problem.leaders:
        must_know("slots", leader.unavailable, f"Leader {leader.id!r}")
        must_know("attendees", [leader.attendee], f"Leader {leader.id!r}")
    for attendee in problem.attendees:
        must_know("sessions", attendee.wishes, f"Attendee {attendee.id!r}")
    for s in problem.sessions:
        where = f"Session {s.id!r}"
        must_know("leaders", s.leaders, where)
        must_know("slots", s.allowed_slots or (), where)
        must_know("slots", [pin.slot for pin in s.pins if pin], where)
        must_know("rooms", [pin.room for pin in s.pins if pin], where)
        if s.length not in (1, 2) or not 1 <= s.runs <= 20 or len(s.pins) > s.runs:
            raise BadProblem(f"{where} has a length, a number of runs or of pins that cannot be.")
        if s.expected is not None and not (math.isfinite(s.expected) and 0 <= s.expected <= HEAVIEST):
            raise BadProblem(f"{where} expects an audience that cannot be.")
    for rule in problem.rules:
        pair = [rule.one, rule.other] if isinstance(rule, NotTogether) else [rule.first, rule.second]
        must_know("sessions", pair, "A rule")
        if pair[0] == pair[1]:
            raise BadProblem(f"A rule sets session {pair[0]!r} against itself.")
    for name, weight in vars(problem.weights).items():
        if not isinstance(weight, int) or not 0 <= weight <= HEAVIEST:
            raise BadProblem(f"The weight of {name!r} must be a whole number from 0 to {HEAVIEST}.")
    if not (math.isfinite(problem.turnout) and 0 <= problem.turnout <= 1000):
        raise BadProblem("The turnout must be a number from 0 up.")
    seen = [(place.session, place.run) for place in problem.current]
    if len(set(seen)) < len(seen):
        raise BadProblem("The current grid has a session twice.")
