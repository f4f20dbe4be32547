"""Who is expected in two places at once. Pure: given the sessions and the slots."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.events.models import Slot
from app.events.words import named
from app.grid.places import overlapping


@dataclass(frozen=True, slots=True)
class Clash:
    """`name` leads all of `sessions` (session id and room name) `when`."""

    name: str
    when: str
    sessions: tuple[tuple[int, str], ...]


def among(cells: Sequence, slots: Sequence[Slot], when: Callable[[int], str]) -> list[Clash]:
    """The clashes among `cells` (each with session_id, slot_id, part, room_name, title and led_by), and `clash` set on those
    cells; a double's two are both among them, and what its second half clashes with stands on its first as well.

    Two leaders are the same when they are the same person, or when one of them is only a name and the names are equal.
    `when` names a slot by its id.
    """
    at_once = overlapping(slots)
    order = {slot.id: i for i, slot in enumerate(slots)}
    ordered = sorted(cells, key=lambda cell: (order[cell.slot_id], cell.session_id))
    by_person, by_name = defaultdict(list), defaultdict(list)
    for cell in ordered:
        for leader in cell.led_by:
            by_name[leader.name.casefold()].append((leader, cell))
            if leader.person_id:
                by_person[leader.person_id].append((leader, cell))
    found: dict[frozenset[int], Clash] = {}
    for cell in ordered:
        for leader in cell.led_by:
            led = by_name[leader.name.casefold()] + by_person.get(leader.person_id, [])
            others = list({c.session_id: c for who, c in led if c.session_id != cell.session_id
                           and c.slot_id in at_once[cell.slot_id]
                           and _same(who, leader)}.values())
            if not others:
                continue
            then = "then" if cell.part == 1 else "during its second half"
            cell.clash = f"{leader.name} also leads {named(f'“{c.title}” in {c.room_name}' for c in others)} {then}"
            all_of_them = (cell, *others)
            key = frozenset(c.session_id for c in all_of_them)
            found.setdefault(key, Clash(leader.name, when(cell.slot_id), tuple((c.session_id, c.room_name) for c in all_of_them)))
    second = {cell.session_id: cell.clash for cell in ordered if cell.part == 2}
    for cell in ordered:
        cell.clash = cell.clash or second.get(cell.session_id)
    return list(found.values())


def _same(a, b) -> bool:
    return a.person_id == b.person_id or a.person_id is None or b.person_id is None
