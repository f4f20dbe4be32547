"""Giving sessions their places, and what else touches the grid: withdrawing, merging.

`seen` is the version of the grid that the acting person was shown. If the cell aimed at, or the session itself, changed
since, nothing is done and a `Conflict` says what happened; changes elsewhere do not get in the way. None means that no
page was shown (an import, a command). Asking for what is so already does nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.models import Person
from app.errors import Conflict, NotFound, require
from app.events.models import Event, Room, Slot
from app.grid import history, policy, queries
from app.grid.models import MOVED, PLACED, SWAPPED, TAKEN_OFF, Carried, Session, new_guid
from app.grid.places import named, place_of
from app.grid.standings import change, check_cell, standing_of
from app.infra import db, findable
from app.pitches import actions as pitches
from app.pitches import policy as pitches_policy
from app.pitches.models import OPEN, Pitch

ORGANISERS_ONLY = "Only organisers arrange the grid."
NOT_DONE = "Your change was not made: look at the grid and try again."


class Occupied(Conflict):
    """The cell holds another session, and nobody said that it should make way."""

    heading = "That place is taken"


def open_session(actor: Person, pitch: Pitch, *, at: datetime) -> Session:
    """The session that `pitch` is, made if there was none; where it stands does not change.

    Raises Conflict for a pitch that is withdrawn or part of another.
    """
    require(policy.can_arrange(actor, pitch.event), ORGANISERS_ONLY)
    if pitch.state != OPEN:
        raise Conflict(f"“{pitch.title}” is {pitch.state} and can have no place on the grid.")
    session = queries.session_of(pitch)
    if session is None:
        session = Session(event_id=pitch.event_id, event=pitch.event, pitch=pitch, guid=new_guid(), created_at=at)
        db.session.add(session)
        db.session.flush()
        findable.changed("session", session.id)
    return session


def place(actor: Person, event: Event, pitch: Pitch, room: Room, slot: Slot, *, seen: int | None, at: datetime,
          replace: bool = False) -> Session:
    """Give `pitch` its first place. With `replace` a session that stands there goes back to those not placed yet.

    Raises Conflict when the pitch has a place already or the cell changed, Occupied (naming who put what there) when the
    cell is taken and `replace` was not said, Invalid for a room or slot that is not for sessions.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    _belongs(event, pitch)
    session = open_session(actor, pitch, at=at)
    _check_cell(event, session, room, slot)
    if _stands_at(session, room, slot):
        return session
    _check_seen(actor, event, session, room, slot, seen, at)
    if session.placement:
        raise Conflict(f"“{pitch.title}” is in {queries.where_of(session)} already. Move it from there instead.")
    occupant = _occupant(actor, event, room, slot, at, may_make_way=replace)
    said = f"placed “{pitch.title}” in {place_of(room, slot, event)}"
    if occupant:
        said += f" and put “{occupant.pitch.title}” back among those not placed yet"
    targets = {session: standing_of(session)._replace(room=room, slot=slot)}
    if occupant:
        targets[occupant] = standing_of(occupant)._replace(room=None, slot=None)
    change(actor, event, PLACED, targets, said, at)
    return session


def move(actor: Person, event: Event, session: Session, room: Room, slot: Slot, *, seen: int | None, at: datetime,
         swap: bool = True) -> Session:
    """Give `session` another place; a session that stands there takes the old one in exchange, unless `swap` is False.

    Raises Conflict when the cell or the session changed, or the session has no place to move from; Occupied and Invalid as
    `place`.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    _belongs(event, session)
    _check_cell(event, session, room, slot)
    if _stands_at(session, room, slot):
        return session
    _check_seen(actor, event, session, room, slot, seen, at)
    if session.placement is None:
        raise Conflict(f"“{session.pitch.title}” is not on the grid any more. Place it from those not placed yet.")
    occupant = _occupant(actor, event, room, slot, at, may_make_way=swap)
    old_place, new_place, title = queries.where_of(session), place_of(room, slot, event), session.pitch.title
    was = standing_of(session)
    targets = {session: was._replace(room=room, slot=slot)}
    if occupant:
        targets[occupant] = standing_of(occupant)._replace(room=was.room, slot=was.slot)
        said = f"swapped “{title}” in {old_place} with “{occupant.pitch.title}” in {new_place}"
    else:
        said = f"moved “{title}” from {old_place} to {new_place}"
    change(actor, event, SWAPPED if occupant else MOVED, targets, said, at)
    return session


def take_off(actor: Person, event: Event, session: Session, *, seen: int | None, at: datetime) -> Session:
    """Take `session` off the grid; its page, notes and follow-up stay. Raises Conflict when it was moved meanwhile."""
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    _belongs(event, session)
    if session.placement is None:
        return session
    if seen is not None and (newer := history.newest(event, after=seen, sessions=[session])):
        raise Conflict(f"{history.about_session(newer, actor, event, at)} {NOT_DONE}")
    _take_away(actor, event, session, f"took “{session.pitch.title}” off the grid; it was in {queries.where_of(session)}", at)
    return session


def withdraw(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Withdraw a pitch and, if it has a place, take it off the grid. Raises as `pitches.actions.withdraw`."""
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    pitches.withdraw(actor, pitch, at=at)
    session = queries.session_of(pitch)
    if session and session.placement:
        _take_away(actor, pitch.event, session, f"withdrew “{pitch.title}”, which was in {queries.where_of(session)}", at)
    return pitch


def merge(actor: Person, origins: Sequence[Pitch], *, title: str, about: str, at: datetime) -> Pitch:
    """Merge pitches (see `pitches.actions.merge`); the one that is a session stays that session, in its place.

    Of several sessions the placed one carries on, or else the oldest. Raises Conflict when two have a place.
    """
    require(all(pitches_policy.can_merge(actor, event) for event in {p.event for p in origins}), pitches.NOT_MERGING)
    sessions = queries.sessions_of(origins)
    placed = [session for pitch in origins if (session := sessions.get(pitch.id)) and session.placement]
    if len({session.id for session in placed}) > 1:
        where = named(f"“{s.pitch.title}” is in {queries.where_of(s)}" for s in placed)
        raise Conflict(f"{where}. A merged pitch has one place: take all but one of them off the grid first, then merge. "
                       "Nothing was merged.")
    merged = pitches.merge(actor, origins, title=title, about=about, at=at)
    carried = placed[0] if placed else min(sessions.values(), key=lambda s: s.id, default=None)
    if carried:
        db.session.add(Carried(to_pitch_id=merged.id, from_pitch_id=carried.pitch_id, session_id=carried.id))
        _hand_over(carried, merged)
    return merged


def unmerge(actor: Person, pitch: Pitch, *, at: datetime) -> list[Pitch]:
    """Undo a merge (see `pitches.actions.unmerge`); a session that it carried over goes back to the origin it came from.

    Raises Conflict when the merged pitch was given its place after the merge: whose place it would be, nobody can tell.
    """
    require(pitches_policy.can_merge(actor, pitch.event), pitches.NOT_MERGING)
    carried, session = db.session.get(Carried, pitch.id), queries.session_of(pitch)
    if session and session.placement and not carried and pitch.origins:
        raise Conflict(f"“{pitch.title}” was given its place in {queries.where_of(session)} after the merge. Take it off the "
                       "grid first, then undo the merge and place what you want to keep. Nothing was changed.")
    origins = pitches.unmerge(actor, pitch, at=at)
    if carried and session:
        _hand_over(session, next(p for p in origins if p.id == carried.from_pitch_id))
        db.session.delete(carried)
    return origins


def _belongs(event: Event, thing: Pitch | Session | Room | Slot) -> None:
    if thing.event_id != event.id:
        raise NotFound()


def _check_cell(event: Event, session: Session, room: Room, slot: Slot) -> None:
    for thing in (session, room, slot):
        _belongs(event, thing)
    check_cell(room, slot)


def _check_seen(actor: Person, event: Event, session: Session, room: Room, slot: Slot, seen: int | None, at: datetime) -> None:
    if seen is None:
        return
    if newer := history.newest(event, after=seen, cells=[(room, slot)]):
        raise Conflict(f"{history.about_cell(newer, (room, slot), actor, event, at)} {NOT_DONE}")
    if newer := history.newest(event, after=seen, sessions=[session]):
        raise Conflict(f"{history.about_session(newer, actor, event, at)} {NOT_DONE}")


def _occupant(actor: Person, event: Event, room: Room, slot: Slot, at: datetime, *, may_make_way: bool) -> Session | None:
    occupant = queries.occupant_of(room, slot)
    if occupant and not may_make_way:
        newest = history.newest(event, after=0, cells=[(room, slot)])
        since = f": {history.who_put_it_there(newest, actor, event, at)}" if newest else ""
        raise Occupied(f"“{occupant.pitch.title}” is in {place_of(room, slot, event)}{since}. Nothing was changed.")
    return occupant


def _stands_at(session: Session, room: Room, slot: Slot) -> bool:
    return session.placement is not None and (session.placement.room_id, session.placement.slot_id) == (room.id, slot.id)


def _take_away(actor: Person, event: Event, session: Session, said: str, at: datetime) -> None:
    change(actor, event, TAKEN_OFF, {session: standing_of(session)._replace(room=None, slot=None)}, said, at)


def _hand_over(session: Session, pitch: Pitch) -> None:
    session.pitch_id, session.pitch = pitch.id, pitch
    db.session.flush()
    findable.changed("session", session.id)

