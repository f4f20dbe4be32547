"""One person's day: what they lead or marked in the order of time, where two are at once, where there is nothing yet. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.events.models import Event, Notice
from app.events.words import named
from app.grid import places
from app.grid.queries import Cell, Grid, Row


@dataclass(frozen=True, slots=True)
class Mine:
    """A session of theirs in a slot. `again`: where else it is held ("14:45 in Turing"); `moved`: where it was
    before."""

    cell: Cell
    leads: bool
    again: tuple[str, ...]
    moved: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A slot of the day. `clash`: the sessions of theirs that are at once, and a way out of it in words; `free`: what has free
    seats where nothing is theirs, most wanted first."""

    row: Row
    state: str
    mine: list[Mine] = field(default_factory=list)
    clash: str = ""
    free: list[Cell] | None = None

    @property
    def is_pause(self) -> bool:
        """Whether it is a break or plenary."""
        return self.row.cells is None


def day_of(event: Event, grid: Grid, person_id: int, at: datetime, moves: Mapping[int, Notice]) -> list[Stop]:
    """The day of the person that `grid` was made for, at the moment `at`. `moves` are what they were told (by session id)."""
    at_once, over = places.overlapping(event.slots), places.over(event, at)
    held: dict[int, list[Cell]] = {}
    for cell in grid.cells:
        held.setdefault(cell.pitch_id, []).append(cell)
    when = {row.slot.id: row.when for row in grid.rows}
    theirs = {row.slot.id: [cell for cell in row.cells or () if cell and cell.mine] for row in grid.rows}
    stops = []
    for row in grid.rows:
        state = row.state or ("past" if row.slot.id in over else "")
        if row.cells is None:
            stops.append(Stop(row, state))
            continue
        mine = theirs[row.slot.id]
        together = {cell.pitch_id: cell for slot_id in at_once[row.slot.id] for cell in theirs[slot_id]}
        gap = not together and row.slot.id not in over
        stops.append(Stop(
            row, state, [_mine(cell, person_id, held, when, moves) for cell in mine],
            _clash(list(together.values()), held, when) if mine and len(together) > 1 else "",
            sorted((cell for cell in row.cells if cell and cell.part == 1 and (cell.seats is None or cell.interest < cell.seats)),
                   key=lambda cell: -cell.interest) if gap else None))
    return stops


def _mine(cell: Cell, person_id: int, held: Mapping[int, list[Cell]], when: Mapping[int, str],
          moves: Mapping[int, Notice]) -> Mine:
    again = tuple(f"{when[other.slot_id]} in {other.room_name}" for other in held.get(cell.pitch_id, ())
                  if other.session_id != cell.session_id)
    moved = moves[cell.session_id].was if cell.session_id in moves else ""
    return Mine(cell, any(led.person_id == person_id for led in cell.led_by), again, moved)


def _clash(cells: list[Cell], held: Mapping[int, list[Cell]], when: Mapping[int, str]) -> str:
    """That sessions are at once, and which of them is held again."""
    titles = named(f"“{cell.title}”" for cell in cells)
    said = f"{titles} are at the same time."
    for cell in cells:
        other = next((one for one in held.get(cell.pitch_id, ()) if one.session_id != cell.session_id), None)
        if other is not None:
            said += f" “{cell.title}” is held again at {when[other.slot_id]} in {other.room_name}."
    return said
