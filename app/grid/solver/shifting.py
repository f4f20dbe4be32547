"""Moves of annealing that are too large for swapping two cells: doubles, repeats and sessions that follow each other."""

from random import Random

from app.grid.solver.blocks import agrees, evict, group_of, in_the_way, items_of_group, put_all, slots_of, spots
from app.grid.solver.rules import legal_at
from app.grid.solver.state import State


class Shifter:
    """Changes a grid by one block. `light[i]`: item i is single, runs once and is tied to nothing; `heavy`: groups that are not.

    `worth[i]` is what it is worth to have item i on the grid at all.
    """

    def __init__(self, state: State, rng: Random, light: list[bool], heavy: list[int], worth: list[int]):
        self.state, self.rng, self.light, self.heavy, self.worth = state, rng, light, heavy, worth
        self._known: dict[int, list[list[tuple[int, int]]]] = {}

    def shift(self) -> bool:
        """Moves, places or takes off one block; what is in its way goes where that came from, or waits for a place it fits.

        False: it cannot be done, and the grid is in no order; the caller puts it back.
        """
        state, rng = self.state, self.rng
        group = rng.choice(self.heavy)
        block = rng.choice(state.tables.groups[group])
        items = items_of_group(state.tables, group)
        if state.at[items[0]] < 0:
            touched = self._insert(group)
        elif rng.random() < 0.15 and self.pool():
            touched = evict(state, items)
        else:
            touched = self._shift(block)
        if touched is None:
            return False
        state.settle(touched)
        self._refill()
        return True

    def pool(self) -> list[int]:
        """Light items without a place."""
        at, light = self.state.at, self.light
        return [item for item, cell in enumerate(at) if cell < 0 and light[item]]

    def _shift(self, block: int) -> set[int] | None:
        """A block on the grid goes elsewhere; the light items it lands on take the cells it leaves."""
        state, tables, rng = self.state, self.state.tables, self.rng
        options = self._spots(block)
        if not options:
            return None
        spot = rng.choice(options)
        old = [(item, state.at[item]) for item, _ in spot]
        left = [cell for item, at in old for cell in tables.span(item, at)]
        touched = set()
        for item, at in old:
            touched |= slots_of(tables, item, at)
            state.lift(item)
        state.settle(touched)
        blocking = in_the_way(state, spot)
        if len(blocking) > 4 or group_of(tables, spot[0][0]) in {group_of(tables, item) for item in blocking}:
            return None
        movers = [item for item in blocking if self.light[item]]
        touched |= evict(state, blocking)
        touched |= put_all(state, spot)
        state.settle(touched)
        rng.shuffle(left)
        for item in movers:
            for cell in left:
                if state.cells[cell] < 0 and tables.fits[item][cell]:
                    state.put(item, cell)
                    state.settle((cell // tables.rooms,))
                    if legal_at(state, item):
                        touched.add(cell // tables.rooms)
                        break
                    state.lift(item)
                    state.settle((cell // tables.rooms,))
        return touched if all(legal_at(state, item) for item, _ in spot) else None

    def _insert(self, group: int) -> set[int] | None:
        """A group without a place is put somewhere, over whatever is there."""
        state, tables, rng, touched = self.state, self.state.tables, self.rng, set()
        for block in tables.groups[group]:
            options = self._spots(block)
            if not options:
                return None
            spot = rng.choice(options)
            blocking = in_the_way(state, spot)
            if group in {group_of(tables, item) for item in blocking}:
                return None
            touched |= evict(state, blocking) | put_all(state, spot)
        return touched

    def _spots(self, block: int) -> list[list[tuple[int, int]]]:
        if block not in self._known:
            self._known[block] = [spot for spot in spots(self.state.tables, block, self.rng) if agrees(self.state.tables, spot)]
        return self._known[block]

    def _refill(self) -> None:
        """Empty cells take the unplaced session that helps most there; heavy groups come back only if they fit at once."""
        state, tables = self.state, self.state.tables
        waiting = [group for group in self.heavy if state.at[items_of_group(tables, group)[0]] < 0]
        for group in waiting:
            self._come_back(group)
        pool = self.pool()
        if not pool:
            return
        for cell, occupant in enumerate(state.cells):
            if occupant >= 0:
                continue
            w, b, leaders, sessions = state.rest[cell]
            choice, most = -1, None
            for item in pool:
                if tables.fits[item][cell] and not (leaders & state.leaders[item] or sessions & state.apart[item]):
                    gain = (state.wishes[item] & ~w & ~b).bit_count() - tables.price[item][cell] + self.worth[item]
                    if most is None or gain > most:
                        choice, most = item, gain
            if choice >= 0:
                state.put(choice, cell)
                state.settle((cell // tables.rooms,))
                pool.remove(choice)

    def _come_back(self, group: int) -> None:
        state, tables = self.state, self.state.tables
        done = []
        for block in tables.groups[group]:
            for spot in self._spots(block):
                if all(state.cells[cell] < 0 for _, cell in spot) and not in_the_way(state, spot):
                    state.settle(put_all(state, spot))
                    done += spot
                    break
            else:
                state.settle(evict(state, [item for item, _ in done]) if done else ())
                return

