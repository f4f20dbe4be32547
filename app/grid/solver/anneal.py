"""Simulated annealing: swaps of two cells by the hundred thousand a second, and now and then whole blocks changing places."""

import math
import time
from collections.abc import Callable
from random import Random

from app.grid.solver.blocks import group_of, items_of_group, restore
from app.grid.solver.shifting import Shifter
from app.grid.solver.state import State

MUST = 100_000  # what it costs to leave off what must be placed
LOOK_AT_CLOCK = 255  # tries between two looks, less 1
# Shares of what is tried, beside swaps of two cells:
HEAVY = 0.01  # moving a block
TAKING_OFF = 0.004  # leaving a session off the grid
FROM_POOL = 0.2  # putting an unplaced session somewhere, while there are any


class Annealer:
    """Improves one grid. `best` is the best legal grid met: its objective with MUST for each obligation missed, and all cells."""

    def __init__(self, state: State, rng: Random):
        self.state, self.rng = state, rng
        tables = state.tables
        tied = [len(items_of_group(tables, group)) > 1 for group in range(len(tables.groups))]
        # Items that move freely by swapping cells: single, run once, tied to nothing.
        self.light = [plain and not tied[group_of(tables, item)] for item, plain in enumerate(tables.plain)] + [True]
        self.heavy = [group for group in range(len(tables.groups)) if not self.light[items_of_group(tables, group)[0]]]
        self.worth = [tables.problem.weights.unplaced + MUST * tables.must[session] for session, _ in tables.items]
        self.shifter = Shifter(state, rng, self.light, self.heavy, self.worth)
        self.best = (self.value(), list(state.at))

    def value(self) -> int:
        """The objective, with obligations missed."""
        state, must = self.state, self.state.tables.must
        return state.total() + MUST * sum(1 for runs, needed in zip(state.placed_runs, must, strict=True) if needed and not runs)

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
        """Anneals for so many seconds by the clock, from temperature `hot` to `cold`; calls `better` after improvements."""
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
        heavy = HEAVY if self.heavy else 0.0
        aside = heavy + TAKING_OFF + (FROM_POOL if pool else 0.0)
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
            if dice < aside:
                if dice >= heavy + TAKING_OFF:
                    now = self._from_pool(now, heat, pool)
                elif dice >= heavy:
                    now = self._take_off(now, heat, pool)
                elif (value := self._heavy(now, heat)) is not None:
                    now, pool = value, self._pool()
                aside = heavy + TAKING_OFF + (FROM_POOL if pool else 0.0)
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

    def _take_off(self, now: int, heat: float, pool: list[int]) -> int:
        """Leaves a session off the grid, which may be cheaper than its seats; the value of the grid then."""
        state, tables = self.state, self.state.tables
        cell = int(self.rng.random() * tables.cells)
        item = state.cells[cell]
        if item < 0 or not self.light[item] or tables.must[tables.items[item][0]]:
            return now
        slot = (cell // tables.rooms,)
        state.lift(item)
        state.settle(slot)
        value = self.value()
        if value <= now or self.rng.random() < math.exp((now - value) / heat):
            pool.append(item)
            self.keep(value)
            return value
        state.put(item, cell)
        state.settle(slot)
        return now

    def _heavy(self, now: int, heat: float) -> int | None:
        """Moves one block; the value of the grid then, or None: not done."""
        before = list(self.state.at)
        if self.shifter.shift():
            value = self.value()
            if value <= now or self.rng.random() < math.exp((now - value) / heat):
                self.keep(value)
                return value
        restore(self.state, before)
        return None
