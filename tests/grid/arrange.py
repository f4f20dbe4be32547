"""Shorthand for tests that arrange a grid: cells by number, actions in a transaction as a route has them."""

from datetime import timedelta

from app.grid import actions, queries
from app.infra import db
from tests.world import AT

LATER = AT + timedelta(hours=2, minutes=22)  # 11:52 in London that day


def cell(event, room: int, slot: int):
    """The room and the slot with these numbers."""
    return next(r for r in event.rooms if r.number == room), next(s for s in event.slots if s.number == slot)


def now_seen(event) -> int:
    """The version that a page made now would show."""
    return queries.version_of(event)


def place(actor, event, pitch, room, slot, **how):
    with db.transaction(event):
        return actions.place(actor, event, pitch, *cell(event, room, slot), **{"seen": None, "at": LATER} | how)


def move(actor, event, session, room, slot, **how):
    with db.transaction(event):
        return actions.move(actor, event, session, *cell(event, room, slot), **{"seen": None, "at": LATER} | how)


def take_off(actor, event, session, **how):
    with db.transaction(event):
        return actions.take_off(actor, event, session, **{"seen": None, "at": LATER} | how)


def do(event, action, *args, **kwargs):
    with db.transaction(event):
        return action(*args, **{"at": LATER} | kwargs)


def stands(event) -> dict[tuple[int, int], str]:
    """Titles by (room number, slot number)."""
    rooms, slots = {r.id: r.number for r in event.rooms}, {s.id: s.number for s in event.slots}
    found = {(rooms[r], slots[s]): title for (r, s), title in queries.taken_cells(event).items()}
    db.session.rollback()
    return found


def replayed(event) -> dict[tuple[int, int], int]:
    """Session ids by (room id, slot id), from nothing but the history (see `GridChange`)."""
    from sqlalchemy import select

    from app.grid.models import GridChange
    from app.grid.standings import slot_after

    slots = {slot.id: slot for slot in event.slots}
    grid: dict[tuple[int, int], int] = {}
    stood: dict[int, tuple] = {}
    versions = []
    for change in db.session.scalars(select(GridChange).where(GridChange.event_id == event.id).order_by(GridChange.version)):
        versions.append(change.version)
        stepped = {step.session_id for step in change.steps}
        for step in change.steps:
            was = (step.from_room_id, step.from_slot_id, step.from_length, step.from_cancelled)
            assert was == stood.get(step.session_id, (None, None, 1, ""))
            stood[step.session_id] = (step.to_room_id, step.to_slot_id, step.to_length, step.to_cancelled)
        grid = {at: who for at, who in grid.items() if who not in stepped}
        for step in change.steps:
            if not step.to_room_id:
                continue
            taken = [step.to_slot_id] + ([slot_after(event, slots[step.to_slot_id]).id] if step.to_length > 1 else [])
            for slot_id in taken:
                assert (step.to_room_id, slot_id) not in grid
                grid[step.to_room_id, slot_id] = step.session_id
    assert versions == list(range(1, len(versions) + 1))
    return grid
