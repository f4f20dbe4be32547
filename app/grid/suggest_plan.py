"""A suggested grid as what it changes: a list of steps, each one session and its new place; as text that travels in a form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.errors import Invalid
from app.grid.advice import Adviser
from app.grid.advice_model import Situation

STEP = re.compile(r"([sp])(\d{1,9})\.(\d{1,9})\.(\d{1,9})")
MOST_STEPS = 3000


@dataclass(frozen=True, slots=True)
class Step:
    """A session (or a pitch that is none yet) goes to a room and slot; without a room it leaves the grid."""

    pitch_id: int | None
    session_id: int | None
    room_id: int
    slot_id: int

    @property
    def written(self) -> str:
        """As in the text of a plan."""
        return f"{f's{self.session_id}' if self.session_id else f'p{self.pitch_id}'}.{self.slot_id}.{self.room_id}"

    def says(self, situation: Situation) -> str:
        """In words."""
        pitch_id = self.pitch_id or next(one.pitch_id for one in situation.held if one.session_id == self.session_id)
        was = next((one for one in situation.held if one.session_id == self.session_id and one.cells), None)
        title = situation.pitches[pitch_id].title
        if not self.room_id:
            return f"“{title}” leaves {situation.where(was.room_id, was.slot_id)}" if was else f"“{title}” gets no place"
        where = situation.where(self.room_id, self.slot_id)
        from_there = f"moves from {situation.where(was.room_id, was.slot_id)}" if was else "goes"
        return f"“{title}” {from_there} to {where}"


def step_of(adviser: Adviser, key: tuple[str, int], room_id: int, slot_id: int) -> Step:
    """What the solver calls `key` goes there."""
    held = adviser.held_of(key)
    return Step(adviser.pitch_of(key).id, held.session_id if held else None, room_id, slot_id)


def steps_of(adviser: Adviser, placements: Iterable[dict]) -> list[Step]:
    """What differs between a grid that the solver found and the grid as it stands; what it has no place for stays off."""
    now = {(one["session"], one["run"]): (one["slot"], one["room"]) for one in adviser.posed.current}
    then = {(one["session"], one.get("run", 0)): (one["slot"], one["room"]) for one in placements}
    found = [step_of(adviser, key, int(room[1:]), int(slot[1:])) for key, (slot, room) in then.items()
             if now.get(key) != (slot, room)]
    return found + [step_of(adviser, key, 0, 0) for key in now if key not in then]


def written(steps: Iterable[Step]) -> str:
    """The steps as text."""
    return ",".join(step.written for step in steps)


def read_plan(text: str) -> list[Step]:
    """The steps that a page sent back. Raises Invalid for anything else."""
    parts = text.split(",") if text else []
    found = [STEP.fullmatch(part) for part in parts[:MOST_STEPS + 1]]
    if not found or not all(found) or len(found) > MOST_STEPS:
        raise Invalid("That suggestion could not be read. Build the grid again.")
    steps = [Step(int(number) if kind == "p" else None, int(number) if kind == "s" else None, int(room), int(slot))
             for kind, number, slot, room in (match.groups() for match in found)]
    if len({(step.pitch_id, step.session_id) for step in steps}) < len(steps):
        raise Invalid("That suggestion has a session twice. Build the grid again.")
    return steps
