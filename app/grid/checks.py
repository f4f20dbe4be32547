"""What every change of the grid asks first: do the things belong together, has somebody been quicker, who is in the way."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import Conflict, NotFound
from app.events.models import Event, Room, Slot
from app.events.queries import closings_of
from app.events.words import named
from app.grid import history
from app.grid.models import Placement, Session
from app.grid.places import place_of, when_of
from app.grid.standings import Standing, cells_of, check_cell, standing_of
from app.infra import db
from app.pitches.models import OPEN, Pitch

ORGANISERS_ONLY = "Only organisers arrange the grid."
NOT_DONE = "Your change was not made: look at the grid and try again."
NOTHING = "Nothing was changed."

Cells = Sequence[tuple[Room, Slot]]


class Occupied(Conflict):
    """The cell holds another session, and nobody said that it should make way."""

    heading = "That place is taken"


def belong(event: Event, *things: Pitch | Session | Room | Slot) -> None:
    """Raise NotFound for a thing of another event."""
    if any(thing.event_id != event.id for thing in things):
        raise NotFound()


def check_seen(actor: Person, event: Event, seen: int | None, at: datetime, *, cells: Cells = (),
               sessions: Iterable[Session] = ()) -> None:
    """Raise Conflict, saying what happened, when one of `cells` or `sessions` changed after the version that was `seen`."""
    if seen is None:
        return
    for cell in cells:
        if newer := history.newest(event, after=seen, cells=[cell]):
            raise Conflict(f"{history.about_cell(newer, cell, actor, event, at)} {NOT_DONE}")
    if newer := history.newest(event, after=seen, sessions=sessions):
        raise Conflict(f"{history.about_session(newer, actor, event, at)} {NOT_DONE}")


def occupants(event: Event, cells: Cells, *, but: Iterable[Session] = ()) -> list[Session]:
    """The sessions that stand in `cells`, except `but`; in the order of the slots (1 statement)."""
    if not cells:
        return []
    wanted, but = {(room.id, slot.id) for room, slot in cells}, {session.id for session in but}
    found = db.session.execute(
        select(Session, Placement.room_id, Placement.slot_id).join(Placement, Placement.session_id == Session.id)
        .where(Placement.event_id == event.id, Placement.slot_id.in_({slot_id for _, slot_id in wanted}))
        .options(joinedload(Session.pitch), joinedload(Session.placement))).unique().all()
    order = {slot.id: i for i, slot in enumerate(event.slots)}
    there = sorted((order[slot_id], session.id, session) for session, room_id, slot_id in found
                   if (room_id, slot_id) in wanted and session.id not in but)
    return list(dict.fromkeys(session for *_, session in there))


def taken(actor: Person, event: Event, others: Sequence[Session], at: datetime) -> Occupied:
    """The refusal that says who is there and since when."""
    here = [(other.placement.room, other.placement.slot) for other in others[:1]]
    newest = history.newest(event, after=0, cells=here)
    since = f": {history.who_put_it_there(newest, actor, event, at)}" if newest else ""
    return Occupied(f"{_who_is_where(event, others)}{since}. {NOTHING}")


def _who_is_where(event: Event, others: Sequence[Session]) -> str:
    return named(f"“{other.pitch.title}” is in {place_of(other.placement.room, other.placement.slot, event)}" for other in others)


def check_fit(event: Event, targets: Mapping[Session, Standing]) -> None:
    """Raise Conflict when sessions cannot all stand as `targets` says: a pitch that is not open, a cell that two would have or
    that is held by another session, a room that is closed then. Invalid for a cell that is not for sessions (3 statements)."""
    wanted: dict[tuple[int, int], Session] = {}
    new: list[tuple[Room, Slot]] = []
    for session, to in targets.items():
        title = session.pitch.title
        if to.room and session.pitch.state != OPEN:
            into = session.pitch.merged_into
            state = f"part of “{into.title}” now" if into else session.pitch.state
            raise Conflict(f"“{title}” is {state} and can have no place on the grid. {NOTHING}")
        had = {(room.id, slot.id) for room, slot in cells_of(event, standing_of(session))}
        for room, slot in cells_of(event, to):
            other = wanted.setdefault((room.id, slot.id), session)
            if other is not session:
                raise Conflict(f"“{other.pitch.title}” and “{title}” cannot both be in {place_of(room, slot, event)}. {NOTHING}")
            if (room.id, slot.id) not in had:
                check_cell(room, slot)
                new.append((room, slot))
    for room, slot, because in closed(event, new):
        raise Conflict(f"{room.name} is closed {'in' if slot.starts_at is None else 'at'} {when_of(slot, event)}"
                       f"{f': {because}' if because else ''}. {NOTHING}")
    if others := occupants(event, new, but=targets):
        raise Conflict(f"{_who_is_where(event, others)}. {NOTHING}")


def closed(event: Event, cells: Cells) -> list[tuple[Room, Slot, str]]:
    """Those of `cells` that are closed, and why (1 statement)."""
    if not cells:
        return []
    why = closings_of(event)
    return [(room, slot, why[room.id, slot.id]) for room, slot in cells if (room.id, slot.id) in why]


def making_way(event: Event, session: Session, to: Standing, others: Sequence[Session]) -> dict[Session, Standing]:
    """How `others` stand when `session` takes their cells and they take the ones it leaves, in order.

    Raises Conflict when they do not fit there, saying why.
    """
    was, taking = cells_of(event, standing_of(session)), cells_of(event, to)
    left = [cell for cell in was if cell not in taking]
    targets = {}
    for other in others:
        if not left:
            both = named(f"“{one.pitch.title}”" for one in others)
            raise Conflict(f"“{session.pitch.title}” leaves one place, and {both} cannot both go there. Move one of them first. "
                           f"{NOTHING}")
        room, slot = left.pop(0)
        targets[other] = standing_of(other)._replace(room=room, slot=slot)
        if left and left[0] in cells_of(event, targets[other]):
            left.pop(0)
    try:
        check_fit(event, {session: to} | targets)
    except Conflict as problem:
        swap = named(f"“{one.pitch.title}”" for one in (session, *others))
        raise Conflict(f"{swap} cannot change places. {problem.message}") from problem
    return targets
