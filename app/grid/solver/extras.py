"""What double sessions and repeats add to what people can attend, exactly.

Of single sessions that run once a person can attend one in every slot where they wish for any and are not leading: a union of
bit sets. Attending such a session is never worse than something longer or repeated in its slot, so doubles and repeats fill
only the slots that are left *free* to the person. Doubles alone are intervals: earliest first is the most. People who wish for
one repeat and nothing else of the kind need a free slot among its runs. Everybody else is counted one by one, with memory.
"""

from collections.abc import Sequence

from app.grid.solver.tables import Tables

MANY = 20_000  # sets of choices whose answers are remembered


def bits(number: int) -> list[int]:
    """The places of the bits that are set."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found


def most(runs: Sequence[Sequence[int]], free: int) -> int:
    """How many of these sessions fit in the slots `free`; each is a list of its runs, each a set of slots."""
    known: dict[tuple[int, int], int] = {}

    def best(number: int, left: int) -> int:
        if number == len(runs) or not left:
            return 0
        if (number, left) not in known:
            found = best(number + 1, left)
            for run in runs[number]:
                if found == len(runs) - number:
                    break
                if run & left == run:
                    found = max(found, 1 + best(number + 1, left ^ run))
            known[number, left] = found
        return known[number, left]

    return best(0, free)


class Extras:
    """Counts for one grid; `total` is kept up to date by `moved` (a double or repeat has), or `freed` and `count`."""

    def __init__(self, tables: Tables):
        self.tables = tables
        wishes, repeats = tables.session_wishes, tables.repeats
        self.any = bool(repeats or tables.doubles)
        doubled = twice = repeated = 0
        for item in tables.doubles:
            doubled |= tables.wishes[item]
        for session in repeats:
            twice |= repeated & wishes[session]
            repeated |= wishes[session]
        lone = repeated & ~twice & ~doubled
        self._simple = {session: wishes[session] & lone * (tables.problem.sessions[session].length == 1) for session in repeats}
        self._no_repeat = tables.everybody & ~repeated
        self._hard = repeated
        for people in self._simple.values():
            self._hard &= ~people
        kinds: dict[tuple[int, ...], int] = {}
        specials = [*repeats, *(tables.items[item][0] for item in tables.doubles)]
        self._kind = {}
        for person in bits(self._hard):
            mine = tuple(session for session in specials if wishes[session] >> person & 1)
            self._kind[person] = kinds.setdefault(mine, len(kinds))
        self._sets = list(kinds)
        self._where: dict[int, list[int]] = {session: [] for mine in self._sets for session in mine}
        self._answers: dict[tuple, dict[int, int]] = {}
        self._choices: list[tuple] = [()] * len(kinds)
        self._known: list[dict[int, int]] = [{}] * len(kinds)
        self._wanted = [0] * len(kinds)
        self._mask = dict.fromkeys(self._kind, (1 << tables.slots) - 1)
        self._value = dict.fromkeys(self._kind, 0)
        self._starts: list[tuple[int, int, bool]] = []
        self._runs: list[tuple[int, list[int]]] = []
        self.total = self._hard_total = 0

    def moved(self, at: list[int], free: list[int]) -> None:
        """Doubles or repeats have been put, lifted or moved. `free[t]`: people free in slot t, as last told to `freed`."""
        tables = self.tables
        starts: dict[int, int] = {}
        for item in tables.doubles:
            if at[item] >= 0:
                slot = at[item] // tables.rooms
                starts[slot] = starts.get(slot, 0) | tables.wishes[item] & self._no_repeat
        self._starts = sorted((slot, people, tables.runs_on[slot]) for slot, people in starts.items() if people)
        self._runs = []
        for session, people in self._simple.items():
            slots = sorted({at[item] // tables.rooms for item in tables.items_of[session] if at[item] >= 0})
            if slots and people:
                self._runs.append((people, slots))
        changed = 0
        for session, old in self._where.items():
            now = [sum(1 << cell // tables.rooms for cell in tables.span(item, at[item]))
                   for item in tables.items_of[session] if at[item] >= 0]
            if now != old:
                self._where[session] = now
                changed |= tables.session_wishes[session]
        for kind in {self._kind[person] for person in bits(changed & self._hard)}:
            runs = tuple(sorted(tuple(self._where[session]) for session in self._sets[kind] if self._where[session]))
            if len(self._answers) > MANY:
                self._answers.clear()
            self._choices[kind], self._known[kind] = runs, self._answers.setdefault(runs, {})
            self._wanted[kind] = 0
            for run in {run for session in runs for run in session}:
                self._wanted[kind] |= run
        self._revalue(changed & self._hard)
        self.count(free)

    def freed(self, slot: int, changed: int) -> None:
        """The people `changed` were free in the slot and are not, or the other way round; `count` must follow."""
        for person in bits(changed & self._hard):
            self._mask[person] ^= 1 << slot
        self._revalue(changed & self._hard)

    def _revalue(self, people: int) -> None:
        for person in bits(people):
            value = self._of(person, self._mask[person])
            self._hard_total += value - self._value[person]
            self._value[person] = value

    def count(self, free: list[int]) -> None:
        """Brings `total` up to date."""
        self.total = self._count(free) + self._hard_total

    def would_be(self, one: int, people: int, other: int, others: int, free: list[int]) -> int:
        """The total if `people` were free in slot `one` and `others` in slot `other`; changes nothing."""
        before, after = free[one], free[other]
        here, there = before ^ people, after ^ others if one != other else 0
        free[one], free[other] = people, others
        total = self._count(free) + self._hard_total
        free[one], free[other] = before, after
        changed = (here | there) & self._hard
        while changed:
            low = changed & -changed
            changed ^= low
            person = low.bit_length() - 1
            mask = self._mask[person]
            if here & low:
                mask ^= 1 << one
            if there & low:
                mask ^= 1 << other
            total += self._of(person, mask) - self._value[person]
        return total

    def of_person(self, person: int, mask: int) -> int:
        """What one person gets from doubles and repeats in the slots `mask` free to them."""
        if not self.any:
            return 0
        if person in self._kind:
            return self._of(person, mask)
        bit, got, busy = 1 << person, 0, -1
        for slot, people, runs_on in self._starts:
            span = 3 << slot if runs_on else 1 << slot
            if people & bit and slot != busy and mask & span == span:
                got, busy = got + 1, slot + runs_on
        return got + sum(1 for people, slots in self._runs if people & bit and any(mask >> slot & 1 for slot in slots))

    def _of(self, person: int, mask: int) -> int:
        kind = self._kind[person]
        mask &= self._wanted[kind]
        known = self._known[kind]
        if mask not in known:
            known[mask] = most(self._choices[kind], mask)
        return known[mask]

    def _count(self, free: list[int]) -> int:
        total = taken = 0
        before = -2
        for slot, people, runs_on in self._starts:
            chosen = people & free[slot]
            if runs_on:
                chosen &= free[slot + 1]
            if slot == before + 1:
                chosen &= ~taken
            total += chosen.bit_count()
            taken, before = chosen if runs_on else 0, slot
        for people, slots in self._runs:
            several = 0
            for slot in slots:
                several |= free[slot]
            total += (people & several).bit_count()
        return total
