"""A grid being arranged by hand: what it costs, what a move would change, and the best places for one session."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.grid.solver.problem import Place, Problem
from app.grid.solver.rules import breaks, clashes, legal_at, misfits, name_of, title
from app.grid.solver.state import Cost, State
from app.grid.solver.tables import Tables


@dataclass(frozen=True)
class Answer:
    """What putting a session in a place would do; `change` is the cost after less the cost before."""

    session: str
    run: int
    slot: str
    room: str
    cost: Cost
    change: Cost
    losers: int  # people who lose a wish by it
    gainers: int
    breaks: tuple[str, ...]  # rules that it breaks and that hold now, in words
    displaced: str | None = None  # the session that was there: it swaps places, or leaves the grid if the mover had none
    off_grid: bool = False  # the displaced session has no place then


class Desk:
    """Judges a grid. Refuses no illegal grid: it says what is broken.

    `left_out` are placements that share a cell with an earlier one. Raises KeyError for ids that are not in the problem.
    """

    def __init__(self, problem: Problem, placements: Iterable[Place] = (), tables: Tables | None = None):
        self.problem = problem
        self.tables = tables or Tables(problem)
        self.state = State(self.tables)
        self.left_out: list[Place] = []
        for place in placements:
            item, cell = self._item(place.session, place.run), self._cell(place.slot, place.room)
            try:
                self.state.put(item, cell)
            except ValueError:
                self.left_out.append(place)
        self.state.settle(range(self.tables.slots))

    def _item(self, session: str, run: int) -> int:
        return self.tables.item_of[self.tables.session_of[session], run]

    def _cell(self, slot: str, room: str) -> int:
        return self.tables.slot_of[slot] * self.tables.rooms + self.tables.room_of[room]

    def cost(self) -> Cost:
        """The objective and its parts now."""
        return self.state.cost()

    def breaks(self) -> list[str]:
        """Every hard rule the grid breaks now, in words."""
        found = []
        for place in self.left_out:
            room = name_of(self.problem.rooms[self.tables.room_of[place.room]])
            slot = name_of(self.problem.slots[self.tables.slot_of[place.slot]])
            name = title(self.tables, self._item(place.session, place.run))
            found.append(f"Two sessions are in {room} at {slot}: “{name}” is counted as having no place.")
        return found + breaks(self.state)

    def placements(self) -> list[Place]:
        """Where everything is."""
        return places_of(self.state)

    def move(self, session: str, slot: str, room: str, run: int = 0) -> None:
        """Puts a session in a place; what was there swaps with it, or leaves the grid."""
        self._do(self._item(session, run), self._cell(slot, room))

    def take_off(self, session: str) -> None:
        """Takes every run of a session off the grid."""
        touched: set[int] = set()
        for item in self.tables.items_of[self.tables.session_of[session]]:
            if self.state.at[item] >= 0:
                touched |= self._slots(item)
                self.state.lift(item)
        self.state.settle(touched)

    def moving(self, session: str, slot: str, room: str, run: int = 0) -> Answer:
        """What this move would cost and break. Nothing is changed."""
        item, cell = self._item(session, run), self._cell(slot, room)
        before = list(self.state.at)
        cost, got = self.state.cost(), self.state.got()
        standing = self._standing(self._involved(item, cell))
        answer = self._judge(item, cell, cost, got, standing)
        self._back(before)
        return answer

    def best_places(self, session: str, run: int = 0, limit: int = 10) -> list[Answer]:
        """The places, best first, that break no rule that holds now; an occupant swaps there if that is legal too.

        What has no place yet is offered empty cells only. Repeats and sessions that follow each other are placed one by one: that
        the others are still without a place does not rule a cell out, and is said in `breaks`.
        """
        item, state = self._item(session, run), self.state
        before, found = list(state.at), []
        for cell in range(self.tables.cells):
            if cell == before[item] or not self.tables.fits[item][cell]:
                continue
            involved = self._involved(item, cell)
            held = [each for each in involved if state.at[each] >= 0 and legal_at(state, each)]
            self._do(item, cell)
            if legal_at(state, item) and all(state.at[each] >= 0 and legal_at(state, each) for each in held if each != item):
                found.append((state.total(), cell))
            self._back(before)
        cost, got = state.cost(), state.got()
        answers = []
        for _, cell in sorted(found)[:limit]:
            answers.append(self._judge(item, cell, cost, got, self._standing(self._involved(item, cell))))
            self._back(before)
        return answers

    def _slots(self, item: int) -> set[int]:
        return {each // self.tables.rooms for each in self.tables.span(item, self.state.at[item])}

    def _involved(self, item: int, cell: int) -> list[int]:
        """The mover, whatever is in its way, and all that are tied to them: other runs, and what follows or is followed."""
        state, tables = self.state, self.tables
        found = {item} | {state.cells[each] for each in tables.span(item, cell)} - {-1}
        found |= {run for each in found for run in tables.items_of[tables.items[each][0]]}
        return sorted(found | {other for each in found for other, _, _ in tables.partners[each]})

    def _standing(self, items: list[int]) -> set[str]:
        return {text for item in items if self.state.at[item] >= 0
                for text in [*misfits(self.tables, item, self.state.at[item]), *clashes(self.state, item)]}

    def _do(self, item: int, cell: int) -> list[int]:
        """Makes the move; the items that were in the way."""
        state, tables = self.state, self.tables
        old, touched = state.at[item], set()
        if old >= 0:
            touched |= self._slots(item)
            state.lift(item)
        others = list(dict.fromkeys(state.cells[each] for each in tables.span(item, cell) if state.cells[each] >= 0))
        homes = [state.at[other] for other in others]
        for other in others:
            touched |= self._slots(other)
            state.lift(other)
        state.put(item, cell)
        touched |= self._slots(item)
        for other, home in zip(others, homes, strict=True):
            if old < 0:
                continue
            goal = old + home - cell if home > cell else old  # the second half of a double's place swaps with the other half
            if 0 <= goal < tables.cells and all(state.cells[each] < 0 for each in tables.span(other, goal)):
                state.put(other, goal)
                touched |= self._slots(other)
        state.settle(touched)
        return others

    def _back(self, at: list[int]) -> None:
        state, touched = self.state, set()
        changed = [item for item, cell in enumerate(at) if state.at[item] != cell]
        for item in changed:
            if state.at[item] >= 0:
                touched |= self._slots(item)
                state.lift(item)
        for item in changed:
            if at[item] >= 0:
                state.put(item, at[item])
                touched |= self._slots(item)
        state.settle(touched)

    def _judge(self, item: int, cell: int, cost: Cost, got: list[int], standing: set[str]) -> Answer:
        """Makes the move and says what it did; the caller takes it back."""
        tables, state = self.tables, self.state
        involved = self._involved(item, cell)
        others = self._do(item, cell)
        after, now = state.cost(), state.got()
        session, run = tables.items[item]
        slot, room = divmod(cell, tables.rooms)
        broken = [text for each in involved if state.at[each] >= 0
                  for text in [*misfits(tables, each, state.at[each]), *clashes(state, each)]]
        broken += [f"“{title(tables, each)}” must have a place." for each in others
                   if state.at[each] < 0 and tables.must[tables.items[each][0]]]
        return Answer(
            session=self.problem.sessions[session].id, run=run,
            slot=self.problem.slots[slot].id, room=self.problem.rooms[room].id, cost=after, change=after - cost,
            losers=sum(1 for a, b in zip(got, now, strict=True) if b < a),
            gainers=sum(1 for a, b in zip(got, now, strict=True) if b > a),
            breaks=tuple(text for text in dict.fromkeys(broken) if text not in standing),
            displaced=self.problem.sessions[tables.items[others[0]][0]].id if others else None,
            off_grid=any(state.at[other] < 0 for other in others))


def places_of(state: State) -> list[Place]:
    """The grid of a state."""
    tables = state.tables
    return [place_of(tables, item, cell) for item, cell in enumerate(state.at) if cell >= 0]


def place_of(tables: Tables, item: int, cell: int) -> Place:
    """A cell as a placement."""
    session, run = tables.items[item]
    slot, room = divmod(cell, tables.rooms)
    problem = tables.problem
    return Place(problem.sessions[session].id, problem.slots[slot].id, problem.rooms[room].id, run)
