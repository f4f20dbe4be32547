"""What the screens around the venue show: the board of what is on now and next, and the sign on a room's door. Pure.

Both are made from the grid as a stranger sees it, whoever opened the screen: a hall looks at it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.events.models import BREAK_SLOT, Event, Room
from app.grid import places
from app.grid.gone import Gone
from app.grid.queries import Cell, Grid, Row
from app.infra import clock

BEFORE, NOW, PAUSE, BETWEEN, AFTER, UNTIMED = "before", "now", "pause", "between", "after", "untimed"


@dataclass(frozen=True, slots=True)
class Empty:
    """Why cells (room id, slot id) are empty: closed rooms with the reason, and cancelled sessions."""

    closed: Mapping[tuple[int, int], str] = field(default_factory=dict)
    gone: Mapping[tuple[int, int], list[Gone]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A session on a screen. `start` and `until` are times as on the wall; `goes_on`: it began in the slot before."""

    cell: Cell
    start: str
    until: str
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A room and what it holds: a session, or why there is none (see `Empty`), or (None): free."""

    room: Room
    now: Shown | Gone | str | None = None
    next: Shown | Gone | str | None = None


@dataclass(frozen=True, slots=True)
class Board:
    """Now and next in every room. `until`: when all that is on ends (empty when not all of it ends then); `next_at`: when what is
    next begins, with the day if that is not today; `pause`: a break or plenary that is on; `follows`: what comes before the next
    sessions, or instead of any."""

    phase: str
    headline: str
    until: str = ""
    next_at: str = ""
    pause: Row | None = None
    follows: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def has_now(self) -> bool:
        """Whether sessions are on."""
        return self.phase == NOW

    @property
    def has_next(self) -> bool:
        """Whether sessions are to come."""
        return bool(self.next_at)


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a door sign: a slot, its `state` ("past", "now" or ""), and what the room holds then, as in `Line`."""

    row: Row
    state: str
    holds: Shown | Gone | str | None = None

    @property
    def is_pause(self) -> bool:
        """Whether everybody is elsewhere then."""
        return self.row.cells is None


@dataclass(frozen=True, slots=True)
class Sign:
    """A room's day. `now` and `next` are what is on in it, and the next session in it that takes place."""

    room: Room
    day: str
    entries: list[Entry]
    now: Entry | None
    next: Entry | None


def name_of(row: Row) -> str:
    """What a break or plenary is called."""
    return row.slot.label or ("Break" if row.slot.kind == BREAK_SLOT else "Everybody together")


def board_of(event: Event, grid: Grid, at: datetime, empty: Empty) -> Board:
    """Now and next at the moment `at`."""
    ends = places.ends_of(event.slots)
    timed = sorted((row for row in grid.rows if row.slot.starts_at), key=lambda row: row.slot.starts_at)
    if not timed:
        return Board(UNTIMED, "This event’s sessions have no times")
    on = [row for row in timed if row.slot.starts_at <= at < ends[row.slot.id]]
    coming = [row for row in timed if row.slot.starts_at > at]
    now, pause = [row for row in on if row.cells is not None], next((row for row in on if row.cells is None), None)
    sessions = [row for row in coming if row.cells is not None]
    upcoming: list[Row] = []
    if sessions:
        over_at = min(ends[row.slot.id] for row in sessions if row.slot.starts_at == sessions[0].slot.starts_at)
        upcoming = [row for row in sessions if row.slot.starts_at < over_at]
    phase = _phase(event, timed, now, pause, coming, at)
    follows = coming[0] if coming and coming[0].cells is None else None
    until = {row.end for row in now}
    return Board(
        phase, _headline(event, phase, pause, coming, at), until=until.pop() if len(until) == 1 else "",
        next_at=_at(event, sessions[0], at) if sessions else "", pause=pause,
        follows=f"{name_of(follows)} at {_at(event, follows, at)}" if follows and phase != BEFORE else "",
        lines=[Line(room, _holds(grid, now, i, empty), _holds(grid, upcoming, i, empty)) for i, room in enumerate(grid.rooms)]
        if now or upcoming else [])


def _phase(event: Event, timed: Sequence[Row], now: Sequence[Row], pause: Row | None, coming: Sequence[Row], at: datetime) -> str:
    if now:
        return NOW
    if pause:
        return PAUSE
    if not coming:
        return AFTER
    first = min(row.slot.starts_at for row in timed if _day(event, row.slot.starts_at) == _day(event, coming[0].slot.starts_at))
    return BEFORE if first > at else BETWEEN


def _headline(event: Event, phase: str, pause: Row | None, coming: Sequence[Row], at: datetime) -> str:
    if phase == PAUSE:
        return name_of(pause)
    if phase == BEFORE:
        row = coming[0]
        return f"{name_of(row) if row.cells is None else 'Sessions'} from {_at(event, row, at)}"
    return {NOW: "Now and next", BETWEEN: "Time to change rooms", AFTER: f"That was {event.name}"}[phase]


def _day(event: Event, moment: datetime):
    return clock.local(moment, event.time_zone).date()


def _at(event: Event, row: Row, at: datetime) -> str:
    """When a slot begins: 11:40, and the day when that is not today."""
    local = clock.local(row.slot.starts_at, event.time_zone)
    return row.start if local.date() == _day(event, at) else f"{row.start} on {local:%A} {local.day} {local:%B}"


def _holds(grid: Grid, rows: Sequence[Row], i: int, empty: Empty) -> Shown | Gone | str | None:
    """What the `i`th room holds in the first of `rows` in which it holds anything."""
    for row in rows:
        if row.cells[i]:
            return _shown(grid, row, i)
    cells = [(grid.rooms[i].id, row.slot.id) for row in rows]
    return next((empty.gone[cell][0] for cell in cells if empty.gone.get(cell)), None) or next(
        (empty.closed[cell] for cell in cells if cell in empty.closed), None)


def _shown(grid: Grid, row: Row, i: int) -> Shown:
    cell, last = row.cells[i], row
    if cell.part == 1 and cell.length > 1:
        last = next((other for other in grid.rows if other.cells and other.cells[i] and other.cells[i].part == 2
                     and other.cells[i].session_id == cell.session_id), row)
    return Shown(cell, row.start, last.end, goes_on=cell.part == 2)


def sign_of(event: Event, grid: Grid, room: Room, at: datetime, empty: Empty) -> Sign:
    """The door sign of `room` at the moment `at`: today's slots, or those of the next day that has any."""
    ends = places.ends_of(event.slots)
    i = next((i for i, other in enumerate(grid.rooms) if other.id == room.id), None)
    days = sorted({_day(event, row.slot.starts_at) for row in grid.rows if row.slot.starts_at})
    today = _day(event, at)
    day = next((one for one in days if one >= today), days[-1] if days else None)
    entries = []
    for row in grid.rows:
        if i is None or (row.slot.starts_at and _day(event, row.slot.starts_at) != day):
            continue
        state = ""
        if row.slot.starts_at:
            state = "past" if ends[row.slot.id] <= at else "now" if row.slot.starts_at <= at else ""
        entries.append(Entry(row, state, None if row.cells is None else _holds(grid, [row], i, empty)))
    if all(entry.state == "past" for entry in entries):  # a record to read, as on the grid
        entries = [Entry(entry.row, "", entry.holds) for entry in entries]
    now = next((e for e in sorted(entries, key=lambda e: e.holds is None) if e.state == "now"), None)
    coming = next((e for e in entries if isinstance(e.holds, Shown) and not e.holds.goes_on and e.row.slot.starts_at
                   and e.row.slot.starts_at > at), None)
    return Sign(room, f"{day:%A} {day.day} {day:%B}" if day else "", entries, now, coming)
