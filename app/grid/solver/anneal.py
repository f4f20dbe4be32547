"""Simulated annealing: swaps of two cells by the hundred thousand a second, and now and then whole blocks changing places."""

import math
import time
from collections.abc import Callable
from random import Random

from app.grid.solver.blocks import agrees, evict, group_of, in_the_way, items_of_group, put_all, restore, slots_of, spots
from app.grid.solver.rules import legal_at
from app.grid.solver.state import State

MUST = 100_000  # what it costs to leave off what must be placed
LOOK_AT_CLOCK = 255


class Annealer:
    """Improves one grid. `best` is (objective with MUST for each obligation missed, cells of all items) of the best legal grid met."""

    def __init__(self, state: State, rng: Random):
        self.state, self.rng = state, rng
        tables = state.tables
        tied = [len(items_of_group(tables, group)) > 1 for group in range(len(tables.groups))]
        # Items that move freely by swapping cells: single, run once, tied to nothing.
        self.light = [plain and not tied[group_of(tables, item)] for item, plain in enumerate(tables.plain)] + [True]
        self.heavy = [group for group in range(len(tables.groups)) if not self.light[items_of_group(tables, group)[0]]]
        self.worth = [tables.problem.weights.unplaced + MUST * tables.must[session] for session, _ in tables.items]  # of being placed
        self._known: dict[int, list[list[tuple[int, int]]]] = {}
        self.best = (self.value(), list(state.at))

    def value(self) -> int:
        """The objective, with obligations missed."""
        state = self.state
        return state.total() + MUST * sum(1 for number, must in enumerate(state.tables.must) if must and not state.placed_runs[number])

    def keep(self, value: int) -> bool:
        """Remembers the grid if it is the best so far."""
        if value < self.best[0]:
            self.best = (value, list(self.state.at))
            return True
        return False

    def usual_harm(self) -> float:
        """How much worse a random swap makes the grid, typically: what temperatures are measured against."""
        state, tables, rng, seen = self.state, self.state.tables, self.rng, []
        for _ in range(60):
            a, b = rng.randrange(tables.cells), rng.randrange(tables.cells)
            x, y = state.cells[a], state.cells[b]
            if x == y or not (self.light[x] and self.light[y]):
                continue
            before = state.total()
            self._exchange(a, b)
            seen.append(abs(state.total() - before))
            self._exchange(a, b)
        return max(1.0, sum(seen) / max(1, len(seen)))

    def _exchange(self, a: int, b: int) -> None:
        state = self.state
        x, y = state.cells[a], state.cells[b]
        for item in (x, y):
            if item >= 0:
                state.lift(item)
        if x >= 0:
            state.put(x, b)
        if y >= 0:
            state.put(y, a)
        state.settle({a // state.tables.rooms, b // state.tables.rooms})

    def run(self, seconds: float, hot: float, cold: float, better: Callable[[], None] = lambda: None,
            clock: Callable[[], float] = time.thread_time) -> None:
        """Anneals for so many seconds by the clock from temperature `hot` to `cold`; calls `better` when the best has improved."""
        state, tables, rng, light = self.state, self.state.tables, self.rng, self.light
        random, exp = rng.random, math.exp
        cells, rooms, count, rest = state.cells, tables.rooms, tables.cells, state.rest
        price, fits, limit = tables.price, tables.fits, tables.topic_limit
        wishes, led_by, leaders = state.wishes, state.led_by, state.leaders
        apart, topics = state.apart, state.topics
        weights = tables.problem.weights
        w_lost, w_topic = weights.lost, weights.topic
        extras, everybody, topical = state.extras, tables.everybody, bool(tables.topic_names) and w_topic > 0
        attending, free, crowd = state.attending, state.free, state.topic_count
        if not count or not tables.items:
            return
        began, cooling, told = clock(), math.log(cold / hot), self.best[0]
        heat, now, tries = hot, self.value(), 0
        pool = self._pool()
        heavy = 0.01 if self.heavy else 0.0
        swaps_with_pool = heavy + (0.2 if pool else 0.0)
        while True:
            tries += 1
            if not tries & LOOK_AT_CLOCK:
                gone = (clock() - began) / seconds
                if gone >= 1:
                    break
                heat = hot * exp(cooling * gone)
                if self.best[0] < told:
                    told = self.best[0]
                    better()
            dice = random()
            if dice < swaps_with_pool:
                if dice >= heavy:
                    now = self._from_pool(now, heat, pool)
                elif (value := self._heavy(now, heat)) is not None:
                    now, pool = value, self._pool()
                if not pool or dice < heavy:
                    swaps_with_pool = heavy + (0.2 if pool else 0.0)
                continue
            a, b = int(random() * count), int(random() * count)
            x, y = cells[a], cells[b]
            if x == y or not (light[x] and light[y]):
                continue
            change = 0
            if x >= 0:
                if not fits[x][b]:
                    continue
                row = price[x]
                change = row[b] - row[a]
            if y >= 0:
                if not fits[y][a]:
                    continue
                row = price[y]
                change += row[a] - row[b]
            here, there = a // rooms, b // rooms
            if here != there:
                if change > 10 * heat + 50:
                    continue
                w1, b1, m1, s1 = rest[a]
                if m1 & leaders[y] or s1 & apart[y]:
                    continue
                w2, b2, m2, s2 = rest[b]
                if m2 & leaders[x] or s2 & apart[x]:
                    continue
                w1 |= wishes[y]
                b1 |= led_by[y]
                w2 |= wishes[x]
                b2 |= led_by[x]
                change += w_lost * (attending[here] + attending[there] - (w1 & ~b1).bit_count() - (w2 & ~b2).bit_count())
                if topical:
                    tx, ty = topics[x], topics[y]
                    if tx != ty:
                        one, other = crowd[here], crowd[there]
                        for topic in tx:
                            if topic not in ty:
                                if one[topic] > limit[topic]:
                                    change -= w_topic
                                if other[topic] >= limit[topic]:
                                    change += w_topic
                        for topic in ty:
                            if topic not in tx:
                                if other[topic] > limit[topic]:
                                    change -= w_topic
                                if one[topic] >= limit[topic]:
                                    change += w_topic
                if extras.any:
                    if change > 10 * heat + 50:
                        continue
                    change += w_lost * (extras.total - extras.would_be(
                        here, everybody & ~(w1 | b1), there, everybody & ~(w2 | b2), free))
            if change <= 0 or random() < exp(-change / heat):
                at = state.at
                if x >= 0:
                    at[x] = b
                    state.static += price[x][b] - price[x][a]
                if y >= 0:
                    at[y] = a
                    state.static += price[y][a] - price[y][b]
                cells[a], cells[b] = y, x
                state.settle((here, there) if here != there else (here,))
                now += change
                if now < self.best[0]:
                    self.keep(now)
        self.tries = tries
        if self.best[0] < told:
            better()

    def _pool(self) -> list[int]:
        """Free-moving items without a place."""
        at, light = self.state.at, self.light
        return [item for item, cell in enumerate(at) if cell < 0 and light[item]]

    def _from_pool(self, now: int, heat: float, pool: list[int]) -> int:
        """Puts an unplaced session where another is, or in an empty cell; the value of the grid then."""
        state, tables = self.state, self.state.tables
        number = int(self.rng.random() * len(pool))
        item, cell = pool[number], int(self.rng.random() * tables.cells)
        other = state.cells[cell]
        if not self.light[other] or not tables.fits[item][cell]:
            return now
        w, b, leaders, sessions = state.rest[cell]
        if leaders & state.leaders[item] or sessions & state.apart[item]:
            return now
        weights, slot = tables.problem.weights, cell // tables.rooms
        change = tables.price[item][cell] - self.worth[item]
        if other >= 0:
            change += self.worth[other] - tables.price[other][cell]
        w |= state.wishes[item]
        b |= state.led_by[item]
        change += weights.lost * (state.attending[slot] - (w & ~b).bit_count())
        if tables.topic_names:
            count, limit = state.topic_count[slot], tables.topic_limit
            ours, theirs = state.topics[item], state.topics[other]
            change += weights.topic * (sum(1 for topic in ours if topic not in theirs and count[topic] >= limit[topic])
                                       - sum(1 for topic in theirs if topic not in ours and count[topic] > limit[topic]))
        if state.extras.any and change < 10 * heat + 50:
            free = tables.everybody & ~(w | b)
            change += weights.lost * (state.extras.total - state.extras.would_be(slot, free, slot, free, state.free))
        if change > 0 and self.rng.random() >= math.exp(-change / heat):
            return now
        if other >= 0:
            state.lift(other)
            pool[number] = other
        else:
            pool.pop(number)
        state.put(item, cell)
        state.settle((slot,))
        self.keep(now + change)
        return now + change

    def _heavy(self, now: int, heat: float) -> int | None:
        """Moves one block: what is in its way goes where it came from, or waits and is put back where it fits. None: not done."""
        state, tables, rng = self.state, self.state.tables, self.rng
        group = rng.choice(self.heavy)
        block = rng.choice(tables.groups[group])
        before = list(state.at)
        items = items_of_group(tables, group)
        if state.at[items[0]] < 0:
            touched = self._insert(group)
        elif rng.random() < 0.15 and self._pool():
            touched = evict(state, items)
        else:
            touched = self._shift(block)
        if touched is not None:
            state.settle(touched)
            self._refill()
            value = self.value()
            if value <= now or rng.random() < math.exp((now - value) / heat):
                self.keep(value)
                return value
        restore(state, before)
        return None

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
        pool = self._pool()
        if not pool:
            return
        for cell, occupant in enumerate(state.cells):
            if occupant >= 0:
                continue
            w, b, leaders, sessions = state.rest[cell]
            choice, most = -1, None
            for item in pool:
                if tables.fits[item][cell] and not (leaders & state.leaders[item] or sessions & state.apart[item]):
                    gain = (state.wishes[item] & ~w & ~b).bit_count() - tables.price[item][cell] + MUST * tables.must[tables.items[item][0]]
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

