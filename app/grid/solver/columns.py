"""Small events without doubles, repeats or sessions that follow each other: the best grid, proved.

What a slot holds decides what it costs, whatever the others hold. So list every set of sessions a slot can hold with its cost
(the cheapest rooms for it), and choose one set for each slot so that every session is in one of them. This model is so tight that
its linear relaxation nearly always proves the best grid at once, where the cover model is a quarter off.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

from app.grid.solver.tables import Tables

MOST_SETS = 60_000
MOST_COLUMNS = 120_000


@dataclass(frozen=True)
class Proof:
    """`at`: a better grid than the one asked about, or None; `proved`: no grid is better still; `bound`: none costs less."""

    at: list[int] | None
    proved: bool
    bound: int | None


def applies(tables: Tables) -> bool:
    """Whether the event is of the kind and small enough."""
    if tables.repeats or tables.doubles or any(tables.partners) or not tables.items or not tables.cells:
        return False
    sets = sum(comb(len(tables.items), size) for size in range(_least(tables), tables.rooms + 1))
    return sets <= MOST_SETS and sets * len(_kinds(tables)) <= MOST_COLUMNS


def prove(tables: Tables, value: int, seconds: float) -> Proof:
    """Looks for a grid that costs less than `value`, the cost of one with everything that must be placed."""
    from ortools.sat.python import cp_model  # start-up cost
    model = cp_model.CpModel()
    weights = tables.problem.weights
    holding: list[list] = [[] for _ in tables.items]
    terms, constant, columns = [], weights.lost * tables.all_wishes, []
    for slots in _kinds(tables):
        chosen = []
        for members, cost in _sets(tables, slots[0]):
            columns.append((slots, members, variable := model.new_bool_var("") if members or len(slots) == 1
                            else model.new_int_var(0, len(slots), "")))
            chosen.append(variable)
            terms.append((variable, cost))
            for item in members:
                holding[item].append(variable)
        model.add(sum(chosen) == len(slots))
    for item, (session, _) in enumerate(tables.items):
        if tables.must[session]:
            model.add_exactly_one(holding[item])
        else:
            off = model.new_bool_var("")
            terms.append((off, weights.unplaced))
            model.add_exactly_one([*holding[item], off])
    cost = cp_model.LinearExpr.weighted_sum([variable for variable, _ in terms], [price for _, price in terms]) + constant
    model.add(cost < value)
    model.minimize(cost)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1  # its one strategy then solves the relaxation first, which is all that is needed
    solver.parameters.linearization_level = 2
    solver.parameters.cp_model_presolve = False  # four times quicker: there is nothing to simplify
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.max_memory_in_mb = 800
    status = solver.solve(model)
    if status == cp_model.INFEASIBLE:
        return Proof(None, True, value)
    if status in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        at, used = [-1] * len(tables.items), dict.fromkeys(range(tables.slots), False)
        for slots, members, variable in columns:
            if members and solver.value(variable):
                slot = next(slot for slot in slots if not used[slot])
                used[slot] = True
                for item, room in zip(members, _rooms(tables, slot, members)[1], strict=True):
                    at[item] = slot * tables.rooms + room
        return Proof(at, status == cp_model.OPTIMAL, _whole(solver.best_objective_bound))
    return Proof(None, False, _whole(solver.best_objective_bound))


def _whole(bound: float) -> int | None:
    return int(-(-bound // 1)) if abs(bound) < 1e15 else None


def _least(tables: Tables) -> int:
    """How many sessions a slot must hold, at the least, for all those that must be placed to find one."""
    must = sum(1 for session, _ in tables.items if tables.must[session])
    return max(0, must - tables.rooms * (tables.slots - 1))


def _kinds(tables: Tables) -> list[list[int]]:
    """The slots, those together that are all the same to every session."""
    kinds: dict[tuple, list[int]] = {}
    for slot in range(tables.slots):
        row = slice(slot * tables.rooms, (slot + 1) * tables.rooms)
        key = tuple((bytes(tables.fits[item][row]), tuple(tables.price[item][row])) for item in range(len(tables.items)))
        kinds.setdefault(key, []).append(slot)
    return list(kinds.values())


def _sets(tables: Tables, slot: int) -> Iterator[tuple[tuple[int, ...], int]]:
    """Every set of items the slot can hold, with its cost; wishes met count against it."""
    weights, least = tables.problem.weights, _least(tables)

    def grow(first: int, members: tuple[int, ...], w: int, b: int, leaders: int, sessions: int,
             best: list[int | None]) -> Iterator[tuple[tuple[int, ...], int]]:
        if len(members) >= least:
            rooms = min((price for price in best if price is not None), default=None)
            if rooms is None:
                return  # no room for one of them, nor when more come
            count: dict[int, int] = {}
            for item in members:
                for topic in tables.topics[item]:
                    count[topic] = count.get(topic, 0) + 1
            crowded = sum(max(0, number - tables.topic_limit[topic]) for topic, number in count.items())
            yield members, rooms + weights.topic * crowded - weights.lost * (w & ~b).bit_count()
        if len(members) == tables.rooms:
            return
        for item in range(first, len(tables.items)):
            if leaders & tables.leaders[item] or sessions & tables.apart[item]:
                continue
            further = _further(tables, slot, item, best)
            if any(price is not None for price in further):
                yield from grow(item + 1, (*members, item), w | tables.wishes[item], b | tables.led_by[item],
                                leaders | tables.leaders[item], sessions | tables.session_bit[item], further)

    yield from grow(0, (), 0, 0, 0, 0, [0] + [None] * ((1 << tables.rooms) - 1))


def _further(tables: Tables, slot: int, item: int, best: list[int | None]) -> list[int | None]:
    """`best[rooms taken]` is the least price of those before; the same with one item more."""
    found: list[int | None] = [None] * len(best)
    base = slot * tables.rooms
    for taken, price in enumerate(best):
        if price is None:
            continue
        for room in range(tables.rooms):
            if not taken >> room & 1 and tables.fits[item][base + room]:
                more, now = price + tables.price[item][base + room], taken | 1 << room
                if found[now] is None or more < found[now]:
                    found[now] = more
    return found


def _rooms(tables: Tables, slot: int, members: tuple[int, ...]) -> tuple[int, list[int]]:
    """The cheapest rooms for these items: price, and a room each."""
    best: dict[int, tuple[int, list[int]]] = {0: (0, [])}
    base = slot * tables.rooms
    for item in members:
        found: dict[int, tuple[int, list[int]]] = {}
        for taken, (price, rooms) in best.items():
            for room in range(tables.rooms):
                if not taken >> room & 1 and tables.fits[item][base + room]:
                    more = price + tables.price[item][base + room]
                    if (now := taken | 1 << room) not in found or more < found[now][0]:
                        found[now] = (more, [*rooms, room])
        best = found
    return min(best.values())

