"""The whole search: a first grid at once, annealing in longer and longer rounds, then proof or improvement by OR-tools if it fits."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from app.grid.solver.anneal import MUST, Annealer
from app.grid.solver.blocks import fill, restore, start_from
from app.grid.solver.desk import places_of
from app.grid.solver.problem import BadProblem, Pin, Place, Problem, read_places
from app.grid.solver.rules import breaks, why_not
from app.grid.solver.state import Cost, State
from app.grid.solver.tables import Tables

CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}
QUIET = 0.15  # seconds between two grids told


@dataclass(frozen=True)
class Options:
    """How to search; `clock` says what `seconds` are (wall, or CPU of the process for measuring)."""

    seconds: float = 20.0
    seed: int = 1
    start: tuple[Place, ...] = ()
    clock: str = "wall"
    exact: bool = True  # whether OR-tools may be used

    def now(self) -> float:
        """The clock's reading in seconds."""
        return CLOCKS[self.clock]()


@dataclass(frozen=True)
class Grid:
    """One grid found: its cost, what it breaks (only what cannot be mended, such as pins that collide), and what changed."""

    cost: Cost
    breaks: tuple[str, ...]
    placements: tuple[Place, ...]
    moved: tuple[str, ...]  # sessions that are not where `Problem.current` has them, those without a place now included
    unplaced: tuple[tuple[str, str], ...]  # (session, why)
    elapsed: float
    bound: int | None = None  # no grid can cost less

    def plain(self) -> dict[str, Any]:
        """As one line of what the process says."""
        parts = dict(vars(self.cost))
        said = {"objective": parts.pop("objective"), "parts": parts, "breaks": list(self.breaks),
                "placements": [place.plain() for place in self.placements], "moved": list(self.moved),
                "unplaced": [{"session": session, "why": why} for session, why in self.unplaced], "elapsed": round(self.elapsed, 3)}
        return said if self.bound is None else said | {"bound": self.bound}


def read_request(request: Mapping[str, Any]) -> tuple[Problem, Options]:
    """The problem with the options' pins, current grid and price of moves in it. Raises BadProblem."""
    if not isinstance(request, Mapping) or not isinstance(request.get("instance"), Mapping):
        raise BadProblem("The request has no instance.")
    given = request.get("options") or {}
    problem = Problem.read(request["instance"])
    try:
        options = Options(seconds=min(3600.0, max(0.1, float(given.get("seconds", 20)))), seed=int(given.get("seed", 1)),
                          start=read_places(given.get("start")), clock=str(given.get("clock", "wall")), exact=bool(given.get("exact", True)))
        if options.clock not in CLOCKS:
            raise BadProblem("The clock is either wall or cpu.")
        if given.get("current") is not None:
            price = int(given.get("move_price", 10))
            problem = replace(problem, current=read_places(given["current"]),
                              weights=replace(problem.weights, move_slot=price, move_room=price))
        if given.get("pins"):
            problem = _pinned(problem, given["pins"])
    except (KeyError, TypeError, ValueError, AttributeError) as trouble:
        if isinstance(trouble, BadProblem):
            raise
        raise BadProblem(f"The options cannot be read: {type(trouble).__name__} {trouble}") from trouble
    problem = Problem.read(problem.plain())
    return problem, options if options.start else replace(options, start=problem.current)


def _pinned(problem: Problem, pins: list[Mapping[str, Any]]) -> Problem:
    sessions = {session.id: session for session in problem.sessions}
    for pin in pins:
        session, run = sessions.get(pin["session"]), int(pin.get("run", 0))
        if session is None or not 0 <= run < session.runs:
            raise BadProblem(f"A pin names {pin['session']!r}, run {run}, which is not among the sessions.")
        old = list(session.pins) + [None] * (session.runs - len(session.pins))
        old[run] = Pin(pin.get("slot") or None, pin.get("room") or None)
        sessions[session.id] = replace(session, pins=tuple(old))
    return replace(problem, sessions=tuple(sessions.values()))


class Search:
    """One search; `found` is called with every better grid as it is met. `run` says why it ended: time, optimal or settled."""

    def __init__(self, problem: Problem, options: Options, found: Callable[[Grid], None]):
        self.problem, self.options, self.found = problem, options, found
        self.began = options.now()
        self.tables = Tables(problem)
        self.rng = Random(options.seed)
        self.bound: int | None = None
        self._told: int | None = None
        self._last = 0.0
        self._shown = State(self.tables)

    def left(self) -> float:
        """Seconds until the time is up."""
        return self.began + self.options.seconds - self.options.now()

    def run(self) -> str:
        """Searches until the time is up or nothing better can be found."""
        state = State(self.tables)
        start_from(state, self.options.start)
        fill(state, self.rng)
        self.annealer = annealer = Annealer(state, self.rng)
        self.tell(at_once=True)
        if not self.tables.cells or not self.tables.items:
            return "settled"
        harm = annealer.usual_harm()
        resolving = bool(self.problem.current) and self.problem.weights.move_slot + self.problem.weights.move_room > 0
        small = self.options.exact and len(self.tables.items) * self.tables.slots <= SMALL
        hot, cold = max(1.5, (0.1 if resolving else 0.2) * harm), 0.6
        shares = (0.02, 0.12, 0.45) if small else (0.02, 0.12, 1.0)
        for share in shares:
            seconds = min(self.left(), max(0.25, share * self.options.seconds))
            if seconds > 0:
                restore(state, annealer.best[1])
                annealer.run(seconds, hot, cold, self.tell, self.options.now)
                self.tell(at_once=True)
        return "time"

    def tell(self, *, at_once: bool = False) -> None:
        """Passes on the best grid if it is new; not too often unless `at_once`."""
        value, at = self.annealer.best
        now = self.options.now()
        if self._told is not None and value >= self._told or not at_once and now - self._last < QUIET:
            return
        self._told, self._last = value, now
        self.found(self.grid(at))

    def grid(self, at: list[int]) -> Grid:
        """What there is to say about the grid with these cells."""
        state, tables = self._shown, self.tables
        restore(state, at)
        changed, off = {}, {}
        for item, cell in enumerate(at):
            session = self.problem.sessions[tables.items[item][0]].id
            if tables.current[item] not in (-1, cell):
                changed[session] = True
            if cell < 0:
                off.setdefault(session, item)
        return Grid(cost=state.cost(), breaks=tuple(breaks(state)), placements=tuple(places_of(state)), moved=tuple(changed),
                    unplaced=tuple((session, why_not(state, item)) for session, item in off.items()),
                    elapsed=self.options.now() - self.began, bound=self.bound)


SMALL = 150  # items times slots, up to which OR-tools gets a share of the time
__all__ = ["MUST", "Grid", "Options", "Search", "read_request"]
