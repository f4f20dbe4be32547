"""The cover model for OR-tools: exact for every rule, free to change all of the grid or only some slots of it.

For each attendee and slot: attended is at most the sum of the wished sessions there, and at most 1. What does not change is left
out, so that a neighbourhood of a few slots makes a small model even where the event is large.
"""

import threading
from collections import defaultdict
from collections.abc import Callable

from app.grid.solver.extras import bits
from app.grid.solver.tables import Tables


class Cover:
    """The model around the grid `at`, of which the items in `free` may move, to cells in the slots `slots`."""

    def __init__(self, tables: Tables, at: list[int], free: set[int], slots: set[int]):
        from ortools.sat.python import cp_model  # start-up cost
        self.cp, self.tables, self.at = cp_model, tables, at
        self.model = cp_model.CpModel()
        self.terms: list[tuple] = []
        self.constant = 0
        self.choice: list[dict] = []  # for each item: cell -> variable, or 1 where it is fixed
        for item, cell in enumerate(at):
            if item in free:
                cells = [c for c, fits in enumerate(tables.fits[item]) if fits and all(
                    each // tables.rooms in slots for each in tables.span(item, c))]
                cells += [cell] if cell >= 0 and cell not in cells else []
                self.choice.append({c: self.model.new_bool_var("") for c in cells})
            else:
                self.choice.append({cell: 1} if cell >= 0 else {})
        self._places(free)
        self._times()
        self._ties()
        self._topics()
        self._wishes()

    def _cost(self, variable, price: int) -> None:
        if isinstance(variable, int):
            self.constant += variable * price
        elif price:
            self.terms.append((variable, price))

    def _places(self, free: set[int]) -> None:
        tables, weights, holding = self.tables, self.tables.problem.weights, defaultdict(list)
        self.placed: dict[int, object] = {}  # by group: whether it is on the grid
        for group, blocks in enumerate(tables.groups):
            items = [item for block in blocks for item, _, _ in tables.blocks[block]]
            must = any(tables.must[tables.items[item][0]] for item in items)
            if not free & set(items):
                self.placed[group] = int(self.at[items[0]] >= 0)
            else:
                self.placed[group] = 1 if must else self.model.new_bool_var("")
            for item in items:
                if item in free:
                    self.model.add(sum(self.choice[item].values()) == self.placed[group])
            sessions = {tables.items[item][0] for item in items}
            self.constant += weights.unplaced * len(sessions)
            self._cost(self.placed[group], -weights.unplaced * len(sessions))
        for item, choice in enumerate(self.choice):
            for cell, variable in choice.items():
                self._cost(variable, tables.price[item][cell])
                for each in tables.span(item, cell):
                    holding[each].append(variable)
        for variables in holding.values():
            self._at_most_one(variables)

    def _at_most_one(self, variables: list) -> None:
        """Of literals of which a fixed one is the number 1."""
        fixed = sum(variable for variable in variables if isinstance(variable, int))
        loose = [variable for variable in variables if not isinstance(variable, int)]
        if fixed:
            for variable in loose:
                self.model.add(variable == 0)
        elif len(loose) > 1:
            self.model.add_at_most_one(loose)

    def _times(self) -> None:
        """`starts[i][t]` and `there[i][t]`: whether an item starts in a slot, is on in it; absent where it cannot be."""
        tables = self.tables
        self.starts: list[dict] = []
        self.there: list[dict] = []
        for item, choice in enumerate(self.choice):
            by_slot, on = defaultdict(list), defaultdict(list)
            for cell, variable in choice.items():
                by_slot[cell // tables.rooms].append(variable)
            starts = {slot: self._any(variables) for slot, variables in by_slot.items()}
            for slot, variable in starts.items():
                on[slot].append(variable)
                if tables.length[item] == 2 and tables.runs_on[slot]:
                    on[slot + 1].append(variable)
            self.starts.append(starts)
            self.there.append({slot: self._any(variables) for slot, variables in on.items()})
        for slot in range(tables.slots):
            here = [item for item in range(len(tables.items)) if slot in self.there[item]]
            leading = defaultdict(list)
            for item in here:
                for leader in bits(tables.leaders[item]):
                    leading[leader].append(self.there[item][slot])
            for variables in leading.values():
                self._at_most_one(variables)
            for number, item in enumerate(here):
                for other in here[:number]:
                    if tables.apart[item] & tables.session_bit[other]:
                        self._at_most_one([self.there[item][slot], self.there[other][slot]])

    def _any(self, variables: list):
        if len(variables) == 1:
            return variables[0]
        either = self.model.new_bool_var("")
        self.model.add(sum(variables) == either)
        return either

    def _ties(self) -> None:
        tables = self.tables
        for item, partners in enumerate(tables.partners):
            for other, step, same_room in partners:
                if step < 0:
                    continue
                for slot in range(tables.slots):
                    then = slot + step
                    whole = then < tables.slots and all(tables.runs_on[slot:then])
                    if whole:
                        self._equal(self.starts[item].get(slot, 0), self.starts[other].get(then, 0))
                    else:
                        self._equal(self.starts[item].get(slot, 0), 0)
                    if slot < step or not all(tables.runs_on[slot - step:slot]):
                        self._equal(self.starts[other].get(slot, 0), 0)
                    for room in range(tables.rooms) if whole and same_room else ():
                        self._equal(self.choice[item].get(slot * tables.rooms + room, 0),
                                    self.choice[other].get(then * tables.rooms + room, 0))

    def _equal(self, one, other) -> None:
        if not (isinstance(one, int) and isinstance(other, int)):
            self.model.add(one == other)

    def _topics(self) -> None:
        tables, weight = self.tables, self.tables.problem.weights.topic
        for topic in range(len(tables.topic_names)):
            for slot in range(tables.slots):
                on = [(self.there[item][slot], tables.topics[item].count(topic)) for item in range(len(tables.items))
                      if slot in self.there[item] and topic in tables.topics[item]]
                most, limit = sum(count for _, count in on), tables.topic_limit[topic]
                if most > limit and all(isinstance(variable, int) for variable, _ in on):
                    self.constant += weight * (most - limit)
                elif most > limit:
                    over = self.model.new_int_var(0, most - limit, "")
                    self.model.add(over >= sum(variable * count for variable, count in on) - limit)
                    self._cost(over, weight)

    def _wishes(self) -> None:
        """People with the same wishes who lead the same are one person who counts for several."""
        tables = self.tables
        weight = tables.problem.weights.lost
        self.constant += weight * tables.all_wishes
        wished, led = defaultdict(list), defaultdict(list)
        for session, people in enumerate(tables.session_wishes):
            for person in bits(people):
                wished[person].append(session)
        for item, people in enumerate(tables.led_by):
            for person in bits(people):
                led[person].append(item)
        alike: dict[tuple, int] = defaultdict(int)
        for person, sessions in wished.items():
            alike[tuple(sessions), tuple(led[person])] += 1
        for (sessions, leading), count in alike.items():
            self._person(sessions, leading, weight * count)

    def _person(self, sessions: tuple[int, ...], leading: tuple[int, ...], weight: int) -> None:
        tables = self.tables
        plain = [tables.items_of[session][0] for session in sessions if tables.plain[tables.items_of[session][0]]]
        special = [session for session in sessions if not tables.plain[tables.items_of[session][0]]]
        taking = defaultdict(list)  # slot -> what of doubles and repeats would fill it
        for session in special:
            attends = []
            for item in tables.items_of[session]:
                for slot, start in self.starts[item].items():
                    goes = self.model.new_bool_var("")
                    self.model.add(goes <= start)
                    attends.append(goes)
                    taking[slot].append(goes)
                    if tables.length[item] == 2 and tables.runs_on[slot]:
                        taking[slot + 1].append(goes)
                    self._cost(goes, -weight)
            if len(attends) > 1:
                self.model.add_at_most_one(attends)
        for slot in range(tables.slots):
            on = [self.there[item][slot] for item in plain if slot in self.there[item]]
            busy = [self.there[item][slot] for item in leading if slot in self.there[item]]
            filled = taking[slot]
            if not on and not filled:
                continue
            if all(isinstance(each, int) for each in on + busy) and not filled:
                self._cost(int(bool(on) and not busy), -weight)
                continue
            got = self.model.new_bool_var("")
            self._cost(got, -weight)
            self.model.add(got <= sum(on))
            for each in busy:
                self.model.add(sum(filled) + got + each <= 1)
            if filled and not busy:
                self.model.add(sum(filled) + got <= 1)

    def solve(self, seconds: float, workers: int, below: int, better: Callable[[list[int]], None] = lambda at: None,
              seed: int = 1) -> tuple[bool, int | None]:
        """Looks for grids that cost less than `below`, hands on each; whether no better one is proved to exist, and a bound."""
        cp, model = self.cp, self.model
        cost = cp.LinearExpr.weighted_sum([variable for variable, _ in self.terms], [price for _, price in self.terms])
        model.minimize(cost + self.constant)
        for item, choice in enumerate(self.choice):
            for cell, variable in choice.items():
                if not isinstance(variable, int):
                    model.add_hint(variable, int(self.at[item] == cell))
        solver = cp.CpSolver()
        parameters = solver.parameters
        parameters.max_time_in_seconds, parameters.num_workers, parameters.random_seed = seconds, workers, seed
        parameters.max_memory_in_mb = 800
        choices, lock = self.choice, threading.Lock()

        class Heard(cp.CpSolverSolutionCallback):
            """Hands on what is found while the search goes on."""

            def on_solution_callback(self) -> None:
                with lock:
                    if self.objective_value < below:
                        better([next((cell for cell, chosen in choice.items() if self._is(chosen)), -1) for choice in choices])

            def _is(self, variable) -> bool:
                return isinstance(variable, int) or bool(self.value(variable))

        status = solver.solve(model, Heard())
        bound = solver.best_objective_bound
        known = int(-(-(bound - 1e-6) // 1)) if status in (cp.OPTIMAL, cp.FEASIBLE, cp.UNKNOWN) and abs(bound) < 1e15 else None
        return status == cp.OPTIMAL, known
