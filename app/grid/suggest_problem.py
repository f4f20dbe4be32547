"""An event as a problem for the grid solver (`unconf-grid/1`), and its answers as sessions, rooms and slots again.

The instance holds numbers only: no title, no name, and people by their place in a list, so that the solver's process knows
nobody. What cannot be changed any more (a slot that has begun) is left out; what stands in it still keeps its leaders and rooms.
"""

import math
from collections import defaultdict
from dataclasses import dataclass, field

from app.grid.advice_model import APART, Held, Situation, Wanted
from app.grid.suggest_order import windows

TURNOUT = 0.7  # of those who mark "interested" about seven in ten come
ANY_NUMBER = 100_000  # seats of a room whose size nobody has said


@dataclass(frozen=True)
class Posed:
    """A problem with what its ids mean: `sessions` gives the run of each (solver's session id, run), None for one not made yet.

    `notes` says in words what could not be respected.
    """

    instance: dict
    current: list[dict]
    sessions: dict[tuple[str, int], Held | None]
    notes: list[str] = field(default_factory=list)

    def names_of(self, held: Held) -> tuple[str, int] | None:
        """How the solver calls a session; None when the session is not part of the problem."""
        return next((key for key, one in self.sessions.items() if one is not None and one.session_id == held.session_id), None)


def likely(pitch: Wanted) -> int:
    """How many are expected in all: seven in ten of those interested, or the hands counted in the room if those are more."""
    return max(math.ceil(TURNOUT * len(pitch.marks) - 1e-9), pitch.hands or 0)


def problem_of(situation: Situation, *, ordered: bool = True, named: bool = False) -> Posed:
    """The problem of this situation. No SQL.

    `ordered` turns "before" rules into times that each session may have (stricter than the rule, so that what is found always
    keeps it); without it they are left out. `named` adds titles and names, for advice given in words inside this process.
    """
    slots = [slot for slot in situation.slots if slot.id not in situation.started]
    open_ids, room_ids = {slot.id for slot in slots}, {room.id for room in situation.rooms}
    notes: list[str] = []
    loose, fixed = _sort_out(situation, open_ids, room_ids)
    leaders = _Leaders(situation)
    closed = {room_id: {slot_id for other, slot_id in situation.closings if other == room_id and slot_id in open_ids}
              for room_id in room_ids}
    busy: dict[int, set[int]] = defaultdict(set)
    for one in fixed:
        for room_id, slot_id in one.cells:
            if slot_id in open_ids:
                if room_id in closed:
                    closed[room_id].add(slot_id)
                if not one.cancelled:
                    for leader in leaders.of(situation.pitches[one.pitch_id]):
                        busy[leader].add(slot_id)
    for slot_id in open_ids & set(situation.away):
        for leader in leaders.away(situation, slot_id):
            busy[leader].add(slot_id)
    some_step_free = any(room.step_free for room in situation.rooms)
    if not some_step_free and any(situation.pitches[pitch_id].step_free for pitch_id in loose):
        notes.append("Some sessions ask for a step-free room, and no room is said to be step-free.")
    pins = _pins(situation, loose, closed, busy, leaders, some_step_free, notes)
    allowed = windows(situation, loose, slots, pins, notes) if ordered else {}
    sessions, current, keys = [], [], {}
    for pitch_id, runs in loose.items():
        pitch, name = situation.pitches[pitch_id], f"p{pitch_id}"
        runs = sorted(runs, key=lambda one: (one.session_id not in pins, one.run)) if runs else []
        shown = runs or [None]
        for number, one in enumerate(shown):
            keys[name, number] = one
            if one is not None and one.cells:
                current.append({"session": name, "run": number, "slot": f"t{one.slot_id}", "room": f"r{one.room_id}"})
        share = math.ceil(likely(pitch) / situation.runs_of(pitch_id) - 1e-9)
        sessions.append({
            "id": name, "title": pitch.title if named else "", "leaders": [f"l{n}" for n in leaders.of(pitch)],
            "topics": [f"g{topic}" for topic in pitch.topics], "runs": len(shown), "length": _length(runs),
            "step_free": pitch.step_free and some_step_free, "expected": share * len(shown),
            "allowed_slots": [f"t{i}" for i in allowed[pitch_id]] if pitch_id in allowed else None,
            "pins": [{"slot": f"t{one.slot_id}", "room": f"r{one.room_id}"} for one in runs if one.session_id in pins]})
    return Posed({
        "format": "unconf-grid/1", "turnout": TURNOUT,
        "slots": [{"id": f"t{slot.id}", "next": f"t{after}" if (after := situation.after.get(slot.id)) in open_ids else None,
                   "name": situation.when(slot.id).split(" ", 1)[1] if named else ""} for slot in slots],
        "rooms": [{"id": f"r{room.id}", "capacity": room.seats or ANY_NUMBER, "step_free": room.step_free,
                   "closed": [f"t{i}" for i in sorted(closed[room.id])], "name": room.name if named else ""}
                  for room in situation.rooms],
        "sessions": sessions, "rules": _apart(situation, loose),
        "attendees": _attendees(situation, loose, leaders),
        "leaders": [{"id": f"l{number}", "unavailable": [f"t{i}" for i in sorted(busy[number])],
                     "attendee": leaders.attending.get(leaders.people[number]),
                     "name": leaders.names[number] if named else ""} for number in range(len(leaders.names))],
    }, current, keys, notes)


def _length(runs: list[Held]) -> int:
    return runs[0].length if runs else 1


def _sort_out(situation: Situation, open_ids: set[int], room_ids: set[int]) -> tuple[dict[int, list[Held]], list[Held]]:
    """Pitches that may be placed or moved, with the runs of each; and the sessions on the grid that stay as they are."""
    loose: dict[int, list[Held]] = {}
    fixed: list[Held] = []
    by_pitch: dict[int, list[Held]] = defaultdict(list)
    for one in situation.held:
        by_pitch[one.pitch_id].append(one)
    for pitch_id in situation.pitches:
        held = by_pitch.get(pitch_id, [])
        free, length = [], None
        for one in held:
            if not one.cells:
                continue
            stays = one.cancelled or not {slot for _, slot in one.cells} <= open_ids or one.room_id not in room_ids
            if stays or (length is not None and one.length != length):
                fixed.append(one)
            else:
                free.append(one)
                length = one.length
        if free:
            loose[pitch_id] = free
        elif not any(one.cells or one.cancelled for one in held):
            loose[pitch_id] = held[:1]  # it waits for a place; it is a session already if it had one once
    return loose, fixed


class _Leaders:
    """Leaders by number. Somebody known only by name is everybody of that name who leads here, or else a leader of their own."""

    def __init__(self, situation: Situation):
        self.people: list[int | None] = []
        self.names: list[str] = []
        self.attending: dict[int | None, str] = {}  # what those who marked something are called among the attendees
        self._of_person: dict[int, int] = {}
        self._of_name: dict[str, int] = {}
        self._situation = situation
        for pitch in situation.pitches.values():
            for led in pitch.led_by:
                if led.person_id and led.person_id not in self._of_person:
                    self._of_person[led.person_id] = self._add(led.person_id, led.name)
        for pitch in situation.pitches.values():
            for led in pitch.led_by:
                key = led.name.casefold()
                if not led.person_id and not situation.namesakes(led.name) and key not in self._of_name:
                    self._of_name[key] = self._add(None, led.name)

    def _add(self, person_id: int | None, name: str) -> int:
        self.people.append(person_id)
        self.names.append(name)
        return len(self.names) - 1

    def of(self, pitch: Wanted) -> list[int]:
        """The numbers of those who lead a pitch."""
        found: list[int] = []
        for led in pitch.led_by:
            people = [led.person_id] if led.person_id else self._situation.namesakes(led.name)
            found += [self._of_person[i] for i in people] or [self._of_name[led.name.casefold()]]
        return list(dict.fromkeys(found))

    def away(self, situation: Situation, slot_id: int) -> set[int]:
        """The numbers of those who are away in a slot."""
        return {number for pitch in situation.pitches.values() for led in pitch.led_by if situation.is_away(led, slot_id)
                for number in ([self._of_person[led.person_id]] if led.person_id else self.of(
                    Wanted(0, "", None, False, (led,), (), frozenset())))}


def _pins(situation, loose, closed, busy, leaders, some_step_free, notes) -> set[int]:
    """The sessions that stay where they are, by id. A pin that breaks a rule by itself or with an earlier one is left out."""
    kept: set[int] = set()
    taken: dict[int, set] = defaultdict(set)  # by slot: leaders and pitches there already
    for pitch_id, runs in loose.items():
        pitch = situation.pitches[pitch_id]
        own = {*(("leader", n) for n in leaders.of(pitch)), ("pitch", pitch_id)}
        apart = {("pitch", other) for rule in situation.rules
                 if rule.kind == APART and pitch_id in (rule.first_id, rule.second_id)
                 for other in (rule.first_id, rule.second_id) if other != pitch_id}
        for one in runs:
            if not (one.pinned and one.cells):
                continue
            room = situation.room(one.room_id)
            wrong = (any(slot in closed[one.room_id] for slot in one.slot_ids)
                     or any(slot in busy[n] for n in leaders.of(pitch) for slot in one.slot_ids)
                     or (pitch.step_free and some_step_free and not room.step_free)
                     or any((own | apart) & taken[slot] for slot in one.slot_ids))
            if wrong:
                notes.append(f"“{pitch.title}” is pinned to {situation.where(one.room_id, one.slot_id)}, where it cannot stay: "
                             "it may be moved.")
                continue
            kept.add(one.session_id)
            for slot in one.slot_ids:
                taken[slot] |= own
    return kept


def _apart(situation: Situation, loose: dict) -> list[dict]:
    return [{"type": "not_together", "sessions": [f"p{rule.first_id}", f"p{rule.second_id}"]} for rule in situation.rules
            if rule.kind == APART and rule.first_id in loose and rule.second_id in loose]


def _attendees(situation: Situation, loose: dict, leaders: _Leaders) -> list[dict]:
    """Everybody who marked something, by number; for each hand counted beyond the marks somebody unknown, who wants only that."""
    wishes: dict[int, list[str]] = defaultdict(list)
    unknown: list[dict] = []
    for pitch_id in loose:
        pitch = situation.pitches[pitch_id]
        for person_id in pitch.marks:
            wishes[person_id].append(f"p{pitch_id}")
        unknown += [{"id": f"h{pitch_id}.{n}", "wishes": [f"p{pitch_id}"], "step_free": False}
                    for n in range(max(0, (pitch.hands or 0) - len(pitch.marks)))]
    people = sorted(wishes)
    leaders.attending = {person_id: f"a{number}" for number, person_id in enumerate(people)}
    return [{"id": name, "wishes": wishes[person_id], "step_free": person_id in situation.step_free_people}
            for person_id, name in leaders.attending.items()] + unknown
