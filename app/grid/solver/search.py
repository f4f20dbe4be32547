"""The whole search: a first grid at once, annealing in longer and longer rounds, a proof by OR-tools where the event is small.

Measured and left out: OR-tools on neighbourhoods of two or three slots of a large event, started from an annealed grid, found
nothing better in 30 s of CPU, in which annealing goes on improving (docs/benchmarks.md).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from app.grid.solver import columns, cover
from app.grid.solver.anneal import MUST, Annealer
from app.grid.solver.blocks import fill, restore, start_from
from app.grid.solver.desk import places_of
from app.grid.solver.problem import BadProblem, Pin, Place, Problem, read_places
from app.grid.solver.rules import breaks, why_not
from app.grid.solver.state import Cost, State
from app.grid.solver.tables import Tables

CLOCKS = {"wall": time.monotonic, "cpu": time.process_time}
QUIET = 0.15  # seconds between two grids told
SHORTEST = 0.25  # seconds of a round
HOT, HOTTER = 0.12, 0.2  # first temperatures, to what a random swap usually costs
# Rounds of annealing: share of the time (the last gets what is left), and how hot. Most events come out better the cool way, some
# (exams, and more sessions than cells) the hot way; a grid that is only to be mended stays cool.
ROUNDS = ((0.02, HOT), (0.12, HOT), (0.4, HOTTER), (1.0, HOT))
COLD = 0.5  # the last temperature, in lost wishes: a grid worse by one is then taken one time in seven
FEW = 16  # sessions and runs up to which the cover model has a chance to prove something


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
                "unplaced": [{"session": session, "why": why} for session, why in self.unplaced],
                "elapsed": round(self.elapsed, 3)}
        return said if self.bound is None else said | {"bound": self.bound}


def read_request(request: Mapping[str, Any]) -> tuple[Problem, Options]:
    """The problem with the options' pins, current grid and price of moves in it. Raises BadProblem."""
    if not isinstance(request, Mapping) or not isinstance(request.get("instance"), Mapping):
        raise BadProblem("The request has no instance.")
    given = request.get("options") or {}
    problem = Problem.read(request["instance"])
    try:
        options = Options(
            seconds=min(3600.0, max(0.1, float(given.get("seconds", 20)))), seed=int(given.get("seed", 1)),
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
        cold = COLD * max(1, self.problem.weights.lost)
        mending = bool(self.problem.current) and self.problem.weights.move_slot + self.problem.weights.move_room > 0
        for number, (share, heat) in enumerate(ROUNDS):
            hot = max(2 * cold, (HOT if mending else heat) * harm)
            if (left := self.left()) <= 0:
                break
            restore(state, annealer.best[1])
            annealer.run(min(left, max(SHORTEST, share * self.options.seconds)), hot, cold, self.tell, self.options.now)
            self.tell(at_once=True)
            if number == 0 and self.options.exact and self._proved():
                return "optimal"
        return "time"

    def _proved(self) -> bool:
        """Asks OR-tools for a proof or a better grid where the event is small enough; keeps what it finds."""
        value, at = self.annealer.best
        if value >= MUST or self.left() < 1:
            return False
        if columns.applies(self.tables):
            proof = columns.prove(self.tables, value, self.left())
            better, proved, self.bound = proof.at, proof.proved, proof.bound
        elif len(self.tables.items) <= FEW:
            found: list[list[int]] = []
            every = set(range(len(self.tables.items))), set(range(self.tables.slots))
            proved, self.bound = cover.Cover(self.tables, at, *every).solve(self.left() / 2, 2, value, found.append)
            better = found[-1] if found else None
        else:
            return False
        if better:
            restore(self.annealer.state, better)
            self.annealer.keep(self.annealer.value())
        if self.bound is not None:
            self._told = None
            self.tell(at_once=True)
        return proved

    def tell(self, *, at_once: bool = False) -> None:
        """Passes on the best grid if it is new; not too often unless `at_once`."""
        value, at = self.annealer.best
        now = self.options.now()
        if (self._told is not None and value >= self._told) or (not at_once and now - self._last < QUIET):
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

