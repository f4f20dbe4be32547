"""Withdrawing and merging pitches, as far as it touches the grid."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import Conflict, require
from app.events.words import named
from app.grid import queries, sight
from app.grid.models import TAKEN_OFF, Carried, Session
from app.grid.standings import change, standing_of
from app.infra import db, findable
from app.pitches import actions as pitches
from app.pitches import policy as pitches_policy
from app.pitches.models import Pitch


def withdraw(actor: Person, pitch: Pitch, *, at: datetime) -> Pitch:
    """Withdraw a pitch and take every session of it off the grid. Raises as `pitches.actions.withdraw`."""
    require(pitches_policy.can_change(actor, pitch), pitches.NOT_YOURS)
    pitches.withdraw(actor, pitch, at=at)
    placed = [session for session in _runs(pitch) if session.placement]
    if placed:
        where = named(queries.where_of(session) for session in placed)
        change(actor, pitch.event, TAKEN_OFF, {s: standing_of(s)._replace(room=None, slot=None) for s in placed},
               f"withdrew “{pitch.title}”, which was in {where}", at)
    return pitch


def merge(actor: Person, origins: Sequence[Pitch], *, title: str, about: str, at: datetime) -> Pitch:
    """Merge pitches (see `pitches.actions.merge`); the one that is a session stays that session, in its place.

    Of several sessions the placed one carries on, or else the oldest. Raises Conflict when two have a place.
    """
    require(all(pitches_policy.can_merge(actor, event) for event in {p.event for p in origins}), pitches.NOT_MERGING)
    runs = {pitch.id: _runs(pitch) for pitch in origins}
    placed = [session for pitch in dict.fromkeys(origins) for session in runs[pitch.id] if session.placement]
    if len({session.pitch_id for session in placed}) > 1:
        said = [f"“{s.pitch.title}” is in {queries.where_of(s)}" if sight.may_see(actor, s.event) else f"“{s.pitch.title}”"
                for s in placed]
        where = named(said) + ("" if sight.may_see(actor, placed[0].event) else " have places on the grid")
        raise Conflict(f"{where}. A merged pitch has one place: take all but one of them off the grid first, then merge. "
                       "Nothing was merged.")
    merged = pitches.merge(actor, origins, title=title, about=about, at=at)
    carried = placed[0] if placed else min((s for some in runs.values() for s in some), key=lambda s: s.id, default=None)
    if carried:
        db.session.add(Carried(to_pitch_id=merged.id, from_pitch_id=carried.pitch_id, session_id=carried.id))
        _hand_over(runs[carried.pitch_id], merged)
    return merged


def unmerge(actor: Person, pitch: Pitch, *, at: datetime) -> list[Pitch]:
    """Undo a merge (see `pitches.actions.unmerge`); sessions that it carried over go back to the origin they came from.

    Raises Conflict when the merged pitch was given its place after the merge: whose place it would be, nobody can tell.
    """
    require(pitches_policy.can_merge(actor, pitch.event), pitches.NOT_MERGING)
    carried, runs = db.session.get(Carried, pitch.id), _runs(pitch)
    placed = next((session for session in runs if session.placement), None)
    if placed and not carried and pitch.origins:
        where = f" in {queries.where_of(placed)}" if sight.may_see(actor, pitch.event) else ""
        raise Conflict(f"“{pitch.title}” was given its place{where} after the merge. Take it off the "
                       "grid first, then undo the merge and place what you want to keep. Nothing was changed.")
    origins = pitches.unmerge(actor, pitch, at=at)
    if carried and runs:
        _hand_over(runs, next(p for p in origins if p.id == carried.from_pitch_id))
        db.session.delete(carried)
    return origins


def _runs(pitch: Pitch) -> list[Session]:
    """Every session of the pitch, the first before its repeats."""
    return list(db.session.scalars(select(Session).where(Session.pitch_id == pitch.id).order_by(Session.run)
                                   .options(joinedload(Session.placement))))


def _hand_over(runs: Sequence[Session], pitch: Pitch) -> None:
    for session in runs:
        session.pitch_id, session.pitch = pitch.id, pitch
    db.session.flush()
    for session in runs:
        findable.changed("session", session.id)
