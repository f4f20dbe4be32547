"""The hard rules in words: what a grid breaks, and what keeps a session from a place."""

from app.grid.solver.problem import Leader, Room, Slot
from app.grid.solver.state import State
from app.grid.solver.tables import Tables


def title(tables: Tables, item: int) -> str:
    """What to call an item's session."""
    session = tables.problem.sessions[tables.items[item][0]]
    return session.title or session.id


def name_of(thing: Slot | Room | Leader) -> str:
    """What to call a slot, a room or a leader."""
    return thing.name or thing.id


def misfits(tables: Tables, item: int, cell: int) -> list[str]:
    """Why this place is forbidden to this item whatever else is on the grid; [] where it is not."""
    problem, (number, run) = tables.problem, tables.items[item]
    session, name = problem.sessions[number], title(tables, item)
    slot, room = problem.slots[cell // tables.rooms], problem.rooms[cell % tables.rooms]
    found, span = [], [slot]
    if session.length == 2:
        if slot.next is None:
            found.append(f"“{name}” is a double session, and no slot follows {name_of(slot)}.")
        else:
            span.append(problem.slots[cell // tables.rooms + 1])
    found += [f"{name_of(room)} is closed at {name_of(each)}." for each in span if each.id in room.closed]
    if session.needs - room.equipment:
        found.append(f"{name_of(room)} lacks {', '.join(sorted(session.needs - room.equipment))}, which “{name}” needs.")
    if session.step_free and not room.step_free:
        found.append(f"{name_of(room)} is not step-free, and “{name}” needs that.")
    for leader in problem.leaders:
        if leader.id in session.leaders:
            found += [f"{name_of(leader)}, who leads “{name}”, is not available at {name_of(each)}."
                      for each in span if each.id in leader.unavailable]
    if session.allowed_slots is not None and slot.id not in session.allowed_slots:
        found.append(f"“{name}” may not be at {name_of(slot)}.")
    pin = session.pins[run] if run < len(session.pins) else None
    if pin and pin.slot not in (None, slot.id):
        found.append(f"“{name}” is pinned to {name_of(problem.slots[tables.slot_of[pin.slot]])}.")
    if pin and pin.room not in (None, room.id):
        found.append(f"“{name}” is pinned to {name_of(problem.rooms[tables.room_of[pin.room]])}.")
    return found


def clashes(state: State, item: int) -> list[str]:
    """What an item on the grid breaks together with others."""
    tables = state.tables
    cell, name, found = state.at[item], title(tables, item), []
    for each in tables.span(item, cell):
        slot = each // tables.rooms
        for other in dict.fromkeys(state.cells[slot * tables.rooms:(slot + 1) * tables.rooms]):
            if other in (item, -1):
                continue
            where = f"at {name_of(tables.problem.slots[slot])}"
            both = tables.leaders[item] & tables.leaders[other]
            found += [f"{name_of(leader)} would lead “{name}” and “{title(tables, other)}” {where}, both at once."
                      for number, leader in enumerate(tables.problem.leaders) if both and both >> number & 1]
            if tables.apart[item] & tables.session_bit[other]:
                found.append(f"“{name}” and “{title(tables, other)}” must not be at the same time ({where})."
                             if tables.items[item][0] != tables.items[other][0] else f"“{name}” runs twice {where}.")
    for other, step, same_room in tables.partners[item]:
        first, second = (name, title(tables, other)) if step > 0 else (title(tables, other), name)
        if state.at[other] < 0:
            found.append(f"“{second}” must follow “{first}”, and only one of them is on the grid.")
        elif not in_step(tables, item, cell, other, state.at[other], step, same_room=False):
            found.append(f"“{second}” must directly follow “{first}”.")
        elif same_room and state.at[other] % tables.rooms != cell % tables.rooms:
            found.append(f"“{second}” must follow “{first}” in the same room.")
    runs = tables.items_of[tables.items[item][0]]
    if any(state.at[run] < 0 for run in runs):
        found.append(f"Only some of the {len(runs)} runs of “{name}” are on the grid.")
    return list(dict.fromkeys(found))


def in_step(tables: Tables, item: int, cell: int, other: int, there: int, step: int, *, same_room: bool) -> bool:
    """Whether `other` in cell `there` starts `step` slots after `item` in `cell` without a break (before it, where negative)."""
    slot, goal = cell // tables.rooms, there // tables.rooms
    early, late = min(slot, goal), max(slot, goal)
    if goal - slot != step or not all(tables.runs_on[early:late]):
        return False
    return not same_room or cell % tables.rooms == there % tables.rooms


def breaks(state: State) -> list[str]:
    """Every hard rule the grid breaks, each said once."""
    tables, found = state.tables, []
    for item, cell in enumerate(state.at):
        if cell >= 0:
            if not tables.fits[item][cell]:
                found += misfits(tables, item, cell)
            found += clashes(state, item)
        elif tables.pinned[item]:
            found.append(f"“{title(tables, item)}” is pinned and has no place.")
    for number, items in enumerate(tables.items_of):
        if tables.must[number] and not state.placed_runs[number] and not any(tables.pinned[item] for item in items):
            found.append(f"“{title(tables, items[0])}” must have a place and has none.")
    seen: dict[str, str] = {}
    for text in found:  # a clash is found from both its sides
        seen.setdefault("".join(sorted(text)), text)
    return list(seen.values())


def fits_beside(state: State, item: int, cell: int) -> bool:
    """Whether an item that is off the grid may be put in these empty cells: its own rules, leaders, and who must be apart.

    Ties to what follows it are looked at only where the other is on the grid already.
    """
    tables = state.tables
    if not tables.fits[item][cell]:
        return False
    for each in tables.span(item, cell):
        if state.cells[each] >= 0:
            return False
        _, _, leaders, sessions = state.rest[each]
        if leaders & tables.leaders[item] or sessions & tables.apart[item]:
            return False
    return all(state.at[other] < 0 or in_step(tables, item, cell, other, state.at[other], step, same_room=same_room)
               for other, step, same_room in tables.partners[item])


def legal_at(state: State, item: int) -> bool:
    """Whether an item on the grid breaks no rule there; groups that are only partly placed are not looked for."""
    tables, cell = state.tables, state.at[item]
    if not tables.fits[item][cell]:
        return False
    for each in tables.span(item, cell):
        _, _, leaders, sessions = state.rest[each]
        if leaders & tables.leaders[item] or sessions & tables.apart[item]:
            return False
    return all(state.at[other] < 0 or in_step(tables, item, cell, other, state.at[other], step, same_room=same_room)
               for other, step, same_room in tables.partners[item])


def why_not(state: State, item: int) -> str:
    """The rule that keeps an item off the grid, as far as one can be named: for people, one or two sentences."""
    tables, name = state.tables, title(state.tables, item)
    reasons: dict[str, int] = {}
    open_cells = [cell for cell in range(tables.cells) if tables.fits[item][cell]]
    if not open_cells:
        for cell in range(tables.cells):
            for text in misfits(tables, item, cell):
                reasons[text] = reasons.get(text, 0) + 1
        said = " ".join(sorted(reasons, key=lambda text: (-reasons[text], text))[:3])
        return f"No place suits “{name}”. {said}".strip() if tables.cells else "The grid has no rooms or no slots."
    if tables.pinned[item]:
        holders = {state.cells[each] for cell in open_cells for each in tables.span(item, cell)} - {-1}
        if len(open_cells) == 1 and holders:
            return f"“{name}” is pinned to a place that “{title(tables, min(holders))}” has, which is pinned too or cannot move."
    if tables.partners[item]:
        others = " and ".join(f"“{title(tables, other)}”" for other, _, _ in tables.partners[item])
        return f"“{name}” must be placed together with {others}, and no free places in a row suit them."
    empty = [cell for cell in open_cells if all(state.cells[each] < 0 for each in tables.span(item, cell))]
    if len(tables.items_of[tables.items[item][0]]) > 1:
        return f"“{name}” is wanted more than once, and there are not enough free places that suit it."
    if not empty:
        return f"Every place that suits “{name}” is taken."
    return f"In every free place that suits “{name}”, its leaders are busy or a session is on that must not be at the same time."
