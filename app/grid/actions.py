"""Giving sessions their places.

`seen` is the version of the grid that the acting person was shown. If the cell aimed at, or the session itself, changed
since, nothing is done and a `Conflict` says what happened; changes elsewhere do not get in the way. None means that no
page was shown (an import, a command). Asking for what is so already does nothing.

Cancelling is in `cancelling`, undoing in `undoing`, publishing in `publishing`, withdrawing and merging in `merges`.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event, Room, Slot
from app.events.words import named
from app.grid import history, policy, queries
from app.grid.checks import (
    NOT_DONE,
    NOTHING,
    ORGANISERS_ONLY,
    Occupied,
    belong,
    check_fit,
    check_seen,
    making_way,
    occupants,
    taken,
)
from app.grid.merges import merge, unmerge, withdraw
from app.grid.models import (
    ARRANGED,
    LONGEST,
    MOVED,
    PLACED,
    REPEATED,
    RESIZED,
    SWAPPED,
    TAKEN_OFF,
    Session,
    new_guid,
)
from app.grid.places import place_of, when_of
from app.grid.standings import Standing, cells_of, change, check_cell, slot_after, standing_of
from app.infra import db, findable
from app.pitches.models import OPEN, Pitch

__all__ = ["Occupied", "accept", "merge", "move", "open_session", "place", "repeat", "resize", "take_off", "unmerge", "withdraw"]


def open_session(actor: Person, pitch: Pitch, *, fresh: bool = False, guid: str = "", run: int = 1, at: datetime) -> Session:
    """The session that `pitch` is, made if there was none; where it stands does not change. A pitch that was made just now is
    `fresh`: it has none, or none of that `run`. A new session has the `guid` that it has elsewhere, if it came from there.

    Raises Conflict for a pitch that is withdrawn or part of another.
    """
    require(policy.can_arrange(actor, pitch.event), ORGANISERS_ONLY)
    if pitch.state != OPEN:
        raise Conflict(f"“{pitch.title}” is {pitch.state} and can have no place on the grid.")
    return (not fresh and queries.session_of(pitch)) or _new(pitch, run, at, guid)


def place(actor: Person, event: Event, pitch: Pitch, room: Room, slot: Slot, *, seen: int | None, at: datetime,
          replace: bool = False) -> Session:
    """Give `pitch` a place. With `replace` what stands there goes back to those not placed yet. One that was cancelled takes
    place after all.

    Raises Conflict when the pitch has a place already or the cell changed, Occupied (naming who put what there) when the
    cell is taken and `replace` was not said, Invalid for a room or slot that is not for sessions.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, pitch, room, slot)
    session = open_session(actor, pitch, at=at)
    check_cell(room, slot)
    if _stands_at(session, room, slot):
        return session
    to = standing_of(session)._replace(room=room, slot=slot, cancelled="")
    cells = cells_of(event, to)
    check_seen(actor, event, seen, at, cells=cells, sessions=[session])
    if session.placement:
        raise Conflict(f"“{pitch.title}” is in {queries.where_of(session)} already. Move it from there instead.")
    others = occupants(event, cells)
    if others and not replace:
        raise taken(actor, event, others, at)
    said = f"placed “{pitch.title}” in {place_of(room, slot, event)}"
    if others:
        said += f" and put {named(f'“{other.pitch.title}”' for other in others)} back among those not placed yet"
    targets = {session: to} | {other: standing_of(other)._replace(room=None, slot=None) for other in others}
    check_fit(event, targets)
    change(actor, event, PLACED, targets, said, at)
    return session


def move(actor: Person, event: Event, session: Session, room: Room, slot: Slot, *, seen: int | None, at: datetime,
         swap: bool = True) -> Session:
    """Give `session` another place; what stands there takes the old one in exchange, unless `swap` is False.

    A double takes two cells, so it may change places with two sessions. Raises Conflict when a cell or the session changed, the
    session has no place to move from, or what would change places does not fit; Occupied and Invalid as `place`.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session, room, slot)
    check_cell(room, slot)
    if _stands_at(session, room, slot):
        return session
    was = standing_of(session)
    to = was._replace(room=room, slot=slot)
    check_seen(actor, event, seen, at, cells=[(room, slot)], sessions=[session])
    if session.placement is None:
        raise Conflict(f"“{session.pitch.title}” is not on the grid any more. Place it from those not placed yet.")
    cells = cells_of(event, to)
    check_seen(actor, event, seen, at, cells=cells[1:])
    others = occupants(event, cells, but=[session])
    if others and not swap:
        raise taken(actor, event, others, at)
    old_place, new_place, title = queries.where_of(session), place_of(room, slot, event), session.pitch.title
    targets = {session: to}
    if others:
        targets |= making_way(event, session, to, others)
        said = f"swapped “{title}” in {old_place} with {named(f'“{o.pitch.title}” in {queries.where_of(o)}' for o in others)}"
    else:
        check_fit(event, targets)
        said = f"moved “{title}” from {old_place} to {new_place}"
    change(actor, event, SWAPPED if others else MOVED, targets, said, at)
    return session


def take_off(actor: Person, event: Event, session: Session, *, seen: int | None, at: datetime) -> Session:
    """Take `session` off the grid; its page, notes and follow-up stay. Raises Conflict when it was moved meanwhile."""
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session)
    if session.placement is None:
        return session
    check_seen(actor, event, seen, at, sessions=[session])
    change(actor, event, TAKEN_OFF, {session: standing_of(session)._replace(room=None, slot=None)},
           f"took “{session.pitch.title}” off the grid; it was in {queries.where_of(session)}", at)
    return session


def resize(actor: Person, event: Event, session: Session, length: int, *, seen: int | None, at: datetime) -> Session:
    """Let `session` take `length` slots: 2 makes it a double, which goes on in the slot after.

    Raises Invalid for another length, Conflict when there is no slot right after or it is taken (naming by what).
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session)
    if not 1 <= length <= LONGEST:
        raise Invalid("A session takes one slot or two.")
    was = standing_of(session)
    if was.length == length:
        return session
    to = was._replace(length=length)
    check_seen(actor, event, seen, at, sessions=[session], cells=cells_of(event, to)[1:])
    check_fit(event, {session: to})
    where = f" in {queries.where_of(session)}" if session.placement else ""
    on = f", on to {when_of(slot_after(event, was.slot), event)}" if where and length > 1 else ""
    said = f"made “{session.pitch.title}”{where} a {'double' if length > 1 else 'single'}{on}"
    change(actor, event, RESIZED, {session: to}, said, at)
    return session


def repeat(actor: Person, event: Event, session: Session, room: Room, slot: Slot, *, seen: int | None, at: datetime) -> Session:
    """Hold the pitch of `session` again in another cell: a session of its own, with its own page and note.

    One that was held again before and taken off the grid is the one that comes back. Raises as `place`, without replacing.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session, room, slot)
    pitch = session.pitch
    if pitch.state != OPEN:
        raise Conflict(f"“{pitch.title}” is {pitch.state} and can have no place on the grid.")
    check_cell(room, slot)
    check_seen(actor, event, seen, at, cells=[(room, slot)])
    others = occupants(event, [(room, slot)])
    if any(other.pitch_id == pitch.id for other in others):
        return others[0]
    if others:
        raise taken(actor, event, others, at)
    runs = list(db.session.scalars(select(Session).where(Session.pitch_id == pitch.id).order_by(Session.run)))
    if not any(run.placement for run in runs):
        raise Conflict(f"“{pitch.title}” is not on the grid yet: place it first. {NOTHING}")
    again = next((run for run in runs if run.run > 1 and run.placement is None and not run.cancelled), None)
    again = again or _new(pitch, runs[-1].run + 1, at)
    to = Standing(room, slot)
    check_fit(event, {again: to})
    change(actor, event, REPEATED, {again: to}, f"put “{pitch.title}” on again, in {place_of(room, slot, event)}", at)
    return again


def accept(actor: Person, event: Event, placements: Sequence[tuple[Session | Pitch, Room | None, Slot | None]], *,
           seen: int | None, at: datetime, said: str = "") -> list[Session]:
    """Make many moves as one change of the history, all of them or none: (session or pitch, room, slot), without a room off the
    grid. `said` replaces what the history says ("arranged 12 sessions: …"). Sessions keep their length. What is so already is
    left out; nothing is written when that is everything. Returns the sessions that changed.

    Raises Conflict when a cell or session changed since `seen`, a cell that is needed is held by a session that is not among
    `placements`, two would have the same one, a room is closed then, or a pitch is not open; Invalid for a cell that is not for
    sessions, or a thing named twice.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    targets: dict[Session, Standing] = {}
    for thing, room, slot in placements:
        belong(event, thing, *(one for one in (room, slot) if one))
        session = open_session(actor, thing, at=at) if isinstance(thing, Pitch) else thing
        if session in targets:
            raise Invalid(f"“{session.pitch.title}” is named twice. {NOTHING}")
        was = standing_of(session)
        targets[session] = was._replace(room=room, slot=slot, cancelled="" if room else was.cancelled)
    targets = {session: to for session, to in targets.items() if to != standing_of(session)}
    if not targets:
        return []
    if seen is not None:
        cells = [cell for to in targets.values() for cell in cells_of(event, to)]
        if newer := history.newest_of_many(event, after=seen, cells=cells, sessions=targets):
            raise Conflict(f"{history.about_session(newer, actor, event, at)} {NOT_DONE}")
    check_fit(event, targets)
    change(actor, event, ARRANGED, targets, said or _arranged(event, targets), at)
    return list(targets)


def _arranged(event: Event, targets: dict[Session, Standing]) -> str:
    """What was arranged, in words: the first few by name."""
    told = [f"“{s.pitch.title}” {'to ' + place_of(to.room, to.slot, event) if to.room else 'off the grid'}"
            for s, to in targets.items()]
    few = told if len(told) <= 3 else [*told[:2], f"{len(told) - 2} more"]
    return f"arranged {len(told)} {'session' if len(told) == 1 else 'sessions'}: {named(few)}"


def _new(pitch: Pitch, run: int, at: datetime, guid: str = "") -> Session:
    session = Session(event_id=pitch.event_id, event=pitch.event, pitch=pitch, run=run, guid=guid or new_guid(), created_at=at)
    db.session.add(session)
    db.session.flush()
    findable.changed("session", session.id)
    return session


def _stands_at(session: Session, room: Room, slot: Slot) -> bool:
    return session.placement is not None and (session.placement.room_id, session.placement.slot_id) == (room.id, slot.id)
