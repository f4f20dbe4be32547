"""Placing and evicting whole groups: sessions tied by `follows`, and all runs of a repeat, are placed together or not at all."""

from collections.abc import Iterable
from itertools import product
from random import Random

from app.grid.solver.problem import Place
from app.grid.solver.rules import fits_beside, legal_at
from app.grid.solver.state import State
from app.grid.solver.tables import Tables

MANY = 1500  # spots of one block looked at


def items_of_group(tables: Tables, group: int) -> list[int]:
    """The items that are placed together or not at all."""
    return [item for block in tables.groups[group] for item, _, _ in tables.blocks[block]]


def group_of(tables: Tables, item: int) -> int:
    """The group an item belongs to."""
    return tables.group_of[tables.block_of[item]]


def slots_of(tables: Tables, item: int, cell: int) -> set[int]:
    """The slots an item fills in this cell."""
    return {each // tables.rooms for each in tables.span(item, cell)}


def spots(tables: Tables, block: int, rng: Random) -> list[list[tuple[int, int]]]:
    """Ways to place a block that break no rule about its items alone: lists of (item, cell), at most MANY, in random order."""
    parts = tables.blocks[block]
    ties = sorted({tie for _, _, tie in parts})
    found = []
    for start in range(tables.slots):
        if start + parts[-1][1] >= tables.slots or not all(tables.runs_on[start:start + parts[-1][1]]):
            continue
        allowed = []
        for tie in ties:
            mine = [(item, (start + after) * tables.rooms) for item, after, its in parts if its == tie]
            allowed.append([room for room in range(tables.rooms) if all(tables.fits[item][base + room] for item, base in mine)])
        choices: Iterable = product(*allowed)
        if len(ties) > 2:  # too many to list: some of them
            count = MANY // tables.slots + 1 if all(allowed) else 0
            choices = [tuple(rng.choice(rooms) for rooms in allowed) for _ in range(count)]
        for rooms in choices:
            where = dict(zip(ties, rooms, strict=True))
            found.append([(item, (start + after) * tables.rooms + where[tie]) for item, after, tie in parts])
    rng.shuffle(found)
    return found[:MANY]


def evict(state: State, items: Iterable[int]) -> set[int]:
    """Takes the whole groups of these items off the grid; the slots touched, not settled yet."""
    tables, touched = state.tables, set()
    for group in {group_of(tables, item) for item in items}:
        for item in items_of_group(tables, group):
            if state.at[item] >= 0:
                touched |= slots_of(tables, item, state.at[item])
                state.lift(item)
    return touched


def in_the_way(state: State, spot: list[tuple[int, int]]) -> set[int]:
    """The items on the grid that would break a rule if a block were put in this spot."""
    tables, found = state.tables, set()
    for item, cell in spot:
        for each in tables.span(item, cell):
            if state.cells[each] >= 0:
                found.add(state.cells[each])
            first = each - each % tables.rooms
            for other in state.cells[first:first + tables.rooms]:
                if other >= 0 and _apart(tables, item, other):
                    found.add(other)
    return found


def _apart(tables: Tables, item: int, other: int) -> bool:
    return bool(tables.leaders[item] & tables.leaders[other] or tables.apart[item] & tables.session_bit[other])


def agrees(tables: Tables, spot: list[tuple[int, int]]) -> bool:
    """Whether the items of a spot get along with each other."""
    for number, (item, cell) in enumerate(spot):
        mine = set(tables.span(item, cell))
        for other, there in spot[:number]:
            theirs = set(tables.span(other, there))
            if mine & theirs:
                return False
            same_time = {each // tables.rooms for each in mine} & {each // tables.rooms for each in theirs}
            if same_time and _apart(tables, item, other):
                return False
    return True


def put_all(state: State, spot: list[tuple[int, int]]) -> set[int]:
    """Puts a block; the slots touched, not settled yet."""
    touched = set()
    for item, cell in spot:
        state.put(item, cell)
        touched |= slots_of(state.tables, item, cell)
    return touched


def start_from(state: State, places: Iterable[Place]) -> None:
    """Puts as many of these places as break no rule, pinned items first, then takes off groups that are only partly there."""
    tables, wanted = state.tables, {}
    for place in places:
        item = tables.item_of.get((tables.session_of.get(place.session, -1), place.run))
        if item is not None and place.slot in tables.slot_of and place.room in tables.room_of:
            wanted[item] = tables.slot_of[place.slot] * tables.rooms + tables.room_of[place.room]
    for item in sorted(wanted, key=lambda item: (sum(tables.fits[item]), item)):
        if fits_beside(state, item, wanted[item]):
            state.put(item, wanted[item])
            state.settle(slots_of(tables, item, wanted[item]))
    drop_the_partly_placed(state)


def drop_the_partly_placed(state: State) -> None:
    """Takes off every group of which something is missing or out of step."""
    tables = state.tables
    for group in range(len(tables.groups)):
        items = items_of_group(tables, group)
        there = [item for item in items if state.at[item] >= 0]
        if there and (len(there) < len(items) or not all(legal_at(state, item) for item in there)):
            state.settle(evict(state, there))


def fill(state: State, rng: Random, patience: int | None = None) -> None:
    """Places every group it can, the hardest first; what must be placed may evict others. What finds no place stays off the grid.

    Ends after `patience` evictions (twice the number of groups and 50 where None) with the best it came to.
    """
    tables = state.tables
    groups = [items_of_group(tables, group) for group in range(len(tables.groups))]
    choice = [min(sum(tables.fits[item]) for item in items) for items in groups]
    must = [any(tables.must[tables.items[item][0]] for item in items) for items in groups]
    evicted = [0] * len(groups)
    waiting = {group for group, items in enumerate(groups) if state.at[items[0]] < 0}
    patience = 2 * len(groups) + 50 if patience is None else patience
    best, best_worth = list(state.at), _worth(state)
    while waiting:
        group = min(waiting, key=lambda group: (-_pinned(tables, group), -must[group], -len(groups[group]),
                                                choice[group] - 5 * evicted[group], group))
        waiting.remove(group)
        items = groups[group]
        if len(items) == 1 and (cell := _easiest(state, items[0])) >= 0:
            state.put(items[0], cell)
            state.settle(slots_of(tables, items[0], cell))
            continue
        evicting = (must[group] and patience > 0) or (len(items) > 1 and not evicted[group])
        thrown = _place_group(state, group, evicted, rng, evicting=evicting)
        if thrown:
            patience -= 1
            for other in thrown:
                evicted[other] += 1
            waiting |= thrown
            if (worth := _worth(state)) > best_worth:
                best, best_worth = list(state.at), worth
    if _worth(state) < best_worth:
        restore(state, best)


def _easiest(state: State, item: int) -> int:
    """The cheapest cell an item may go to as things are, or -1; what others could use less is preferred a little."""
    tables = state.tables
    fits, price, choice, least = tables.fits[item], tables.price[item], -1, None
    rest, mine = state.rest, state.wishes[item]
    for cell, occupant in enumerate(state.cells):
        if occupant >= 0 or not fits[cell] or not fits_beside(state, item, cell):
            continue
        w, b, _, _ = rest[cell]
        cost = price[cell] - tables.problem.weights.lost * (mine & ~w & ~b).bit_count()
        if least is None or cost < least:
            choice, least = cell, cost
    return choice


def _worth(state: State) -> tuple[int, int]:
    tables = state.tables
    must = sum(1 for number, must in enumerate(tables.must) if must and state.placed_runs[number])
    return must, -state.total()


def restore(state: State, at: list[int]) -> None:
    """Makes the grid the one with these cells."""
    tables, touched = state.tables, set()
    changed = [item for item, cell in enumerate(at) if state.at[item] != cell]
    for item in changed:
        if state.at[item] >= 0:
            touched |= slots_of(tables, item, state.at[item])
            state.lift(item)
    for item in changed:
        if at[item] >= 0:
            state.put(item, at[item])
            touched |= slots_of(tables, item, at[item])
    state.settle(touched)


def _place_group(state: State, group: int, evicted: list[int], rng: Random, *, evicting: bool) -> set[int] | None:
    """Puts a group where it evicts least; the groups it threw off, or None where it has no spot (then nothing is changed)."""
    tables = state.tables
    before, thrown, touched = list(state.at), set(), set()
    for block in tables.groups[group]:
        choice, least = None, None
        for spot in spots(tables, block, rng):
            if not agrees(tables, spot):
                continue
            others = {group_of(tables, item) for item in in_the_way(state, spot)}
            if group in others:
                continue
            pain = sum(3 + 4 * evicted[other] + 4 * len(items_of_group(tables, other)) + 1000 * _pinned(tables, other)
                       for other in others)
            price = (pain, sum(tables.price[item][cell] for item, cell in spot))
            if least is None or price < least:
                choice, least = spot, price
        if choice is None or (least[0] and not evicting) or least[0] >= 1000:  # pinned groups give way to nobody
            restore(state, before)
            return None
        getting_out = in_the_way(state, choice)
        thrown |= {group_of(tables, item) for item in getting_out}
        touched = evict(state, getting_out)
        state.settle(touched | put_all(state, choice))
    return thrown


def _pinned(tables: Tables, group: int) -> bool:
    """Whether anything in the group is pinned."""
    return any(tables.pinned[item] for item in items_of_group(tables, group))
