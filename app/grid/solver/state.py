"""A grid and its exact cost, kept up to date slot by slot."""

from dataclasses import dataclass

from app.grid.solver.extras import Extras
from app.grid.solver.tables import Tables


@dataclass(frozen=True)
class Cost:
    """What a grid costs: the weighted objective and its unweighted parts, counted as the checker counts them."""

    objective: int = 0
    lost: int = 0  # wishes nobody's best plan can meet, of unplaced sessions too
    people: int = 0  # who miss at least one
    overflow: int = 0  # seats
    access: int = 0  # wishes for step-free access in a room without
    topic: int = 0
    unplaced: int = 0
    moved_slot: int = 0
    moved_room: int = 0

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(*(mine - its for mine, its in zip(vars(self).values(), vars(other).values(), strict=True)))


class State:
    """Where every item is. `put` and `lift` change cells; `settle` must follow, for the slots touched, before costs are asked.

    `at[item]` is its first cell or -1, `cells[cell]` an item or -1. A cell holds one item: `put` raises ValueError else; no other
    rule is enforced here.
    """

    def __init__(self, tables: Tables):
        self.tables = tables
        self.at = [-1] * len(tables.items)
        self.cells = [-1] * tables.cells
        self.placed_runs = [0] * len(tables.problem.sessions)
        self.static = 0
        nobody = [0]  # so that item -1, an empty cell, adds nothing
        self.wishes = [wish if plain else 0 for wish, plain in zip(tables.wishes, tables.plain, strict=True)] + nobody
        self.led_by, self.leaders = tables.led_by + nobody, tables.leaders + nobody
        self.session_bit, self.apart = tables.session_bit + nobody, tables.apart + nobody
        self.topics = [*tables.topics, ()]
        count = tables.slots
        # What the other cells of the slot hold together: wishes, attendees leading, leaders, sessions.
        self.rest: list[tuple[int, int, int, int]] = [(0, 0, 0, 0)] * tables.cells
        self.attending = [0] * count  # how many meet a wish there with a plain session
        self.free = [tables.everybody] * count
        self.topic_count = [[0] * len(tables.topic_names) for _ in range(count)]
        self.crowded = [0] * count
        self.extras = Extras(tables)
        self._extras_moved = False
        self.settle(range(count))

    def put(self, item: int, cell: int) -> None:
        """Places an item that has no place."""
        span = self.tables.span(item, cell)
        if self.at[item] >= 0 or any(self.cells[each] >= 0 for each in span):
            raise ValueError("taken")
        for each in span:
            self.cells[each] = item
        self.at[item] = cell
        self.static += self.tables.price[item][cell]
        self.placed_runs[self.tables.items[item][0]] += 1
        self._extras_moved |= not self.tables.plain[item]

    def lift(self, item: int) -> None:
        """Takes an item off the grid."""
        cell = self.at[item]
        for each in self.tables.span(item, cell):
            self.cells[each] = -1
        self.at[item] = -1
        self.static -= self.tables.price[item][cell]
        self.placed_runs[self.tables.items[item][0]] -= 1
        self._extras_moved |= not self.tables.plain[item]

    def settle(self, slots) -> None:
        """Counts these slots afresh."""
        if self._extras_moved:
            self._extras_moved = False
            self.extras.moved(self.at, self.free)
        for slot in slots:
            self._settle(slot)
        if self.extras.any:
            self.extras.count(self.free)

    def _settle(self, slot: int) -> None:
        tables, rest = self.tables, self.rest
        wishes, led_by, leaders, session_bit = self.wishes, self.led_by, self.leaders, self.session_bit
        base = slot * tables.rooms
        row = self.cells[base:base + tables.rooms]
        w = b = m = s = 0
        for place, item in enumerate(row, base):
            rest[place] = (w, b, m, s)
            if item >= 0:
                w |= wishes[item]
                b |= led_by[item]
                m |= leaders[item]
                s |= session_bit[item]
        self.attending[slot] = (w & ~b).bit_count()
        if self.extras.any:
            old, self.free[slot] = self.free[slot], tables.everybody & ~(w | b)
            if old != self.free[slot]:
                self.extras.freed(slot, old ^ self.free[slot])
        w = b = m = s = 0
        for place in range(base + tables.rooms - 1, base - 1, -1):
            w1, b1, m1, s1 = rest[place]
            rest[place] = (w1 | w, b1 | b, m1 | m, s1 | s)
            item = self.cells[place]
            if item >= 0:
                w |= wishes[item]
                b |= led_by[item]
                m |= leaders[item]
                s |= session_bit[item]
        if tables.topic_names:
            count = [0] * len(tables.topic_names)
            for item in row:
                for topic in self.topics[item]:
                    count[topic] += 1
            self.topic_count[slot] = count
            self.crowded[slot] = sum(n - most for n, most in zip(count, tables.topic_limit, strict=True) if n > most)

    def lost(self) -> int:
        """Wishes that cannot be met."""
        return self.tables.all_wishes - sum(self.attending) - self.extras.total

    def total(self) -> int:
        """The objective."""
        weights = self.tables.problem.weights
        return (weights.lost * self.lost() + self.static + weights.topic * sum(self.crowded)
                + weights.unplaced * self.placed_runs.count(0))

    def cost(self) -> Cost:
        """The objective with its parts."""
        tables = self.tables
        overflow = access = moved_slot = moved_room = 0
        for item, cell in enumerate(self.at):
            if cell >= 0:
                slot, room = divmod(cell, tables.rooms)
                overflow += tables.over[item][room]
                access += 0 if tables.problem.rooms[room].step_free else tables.misses[item]
                if tables.current[item] != -1 and tables.current[item] != cell:
                    same_slot = self._current_slot(item) == slot
                    moved_slot, moved_room = moved_slot + (not same_slot), moved_room + same_slot
        missing = sum(1 for got, wanted in zip(self.got(), self.wanted(), strict=True) if got < wanted)
        return Cost(self.total(), self.lost(), missing, overflow, access, sum(self.crowded), self.placed_runs.count(0),
                    moved_slot, moved_room)

    def _current_slot(self, item: int) -> int:
        session, run = self.tables.items[item]
        name = self.tables.problem.sessions[session].id
        if self.tables.current[item] >= 0:
            return self.tables.current[item] // self.tables.rooms
        place = next(p for p in self.tables.problem.current if (p.session, p.run) == (name, run))
        return self.tables.slot_of.get(place.slot, -1)

    def wanted(self) -> list[int]:
        """How many sessions each attendee wishes for, those they lead left out."""
        if not hasattr(self.tables, "wanted"):
            count = [0] * len(self.tables.problem.attendees)
            for wish in self.tables.session_wishes:
                _add(count, wish, 1)
            self.tables.wanted = count
        return self.tables.wanted

    def got(self) -> list[int]:
        """How many of their wishes each attendee can attend with perfect planning."""
        count = [0] * len(self.tables.problem.attendees)
        masks = [0] * len(count)
        for slot in range(self.tables.slots):
            base = slot * self.tables.rooms
            w, b, _, _ = self.rest[base] if self.tables.rooms else (0, 0, 0, 0)
            first = self.cells[base] if self.tables.rooms else -1
            _add(count, (w | self.wishes[first]) & ~(b | self.led_by[first]), 1)
            if self.extras.any:
                _add(masks, self.free[slot], 1 << slot)
        if self.extras.any:
            count = [each + self.extras.of_person(person, masks[person]) for person, each in enumerate(count)]
        return count


def _add(numbers: list[int], people: int, what: int) -> None:
    """Adds `what` for everybody in the set; text is the quick way through many bits."""
    for person, bit in enumerate(reversed(f"{people:b}")):
        if bit == "1":
            numbers[person] += what
