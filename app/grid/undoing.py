"""Undoing and doing again. Each is a change of its own, so that the history stays whole: what it took back is its `undoes`.

Undo takes back the newest change that still counts, whoever made it, or one chosen from the history; redo takes back the newest
undoing, until somebody changes something else. Publishing and hiding are not undone: each is the other's way back;
nor are changes of the set-up, which are made elsewhere.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.accounts.models import Person
from app.errors import Conflict, NotFound, require
from app.events.models import Event
from app.events.words import named
from app.grid import history, policy
from app.grid.checks import NOTHING, ORGANISERS_ONLY, check_fit
from app.grid.models import HIDDEN, NO_STEPS, PUBLISHED, REDONE, SET_UP, UNDONE, GridChange, GridStep, Session
from app.grid.standings import Standing, change, standing_of
from app.infra import db
from app.pitches import actions as pitches
from app.pitches.models import WITHDRAWN, Pitch

_WHOLE = (joinedload(GridChange.by), selectinload(GridChange.steps).joinedload(GridStep.session).joinedload(Session.pitch),
          joinedload(GridChange.undoes).joinedload(GridChange.by))


class Withdrawn(Conflict):
    """Sessions would be on the grid again whose pitches were withdrawn since; these `titles`."""

    heading = "That was withdrawn"

    def __init__(self, gone: Sequence[Pitch]):
        self.titles = [pitch.title for pitch in gone]
        are, they = ("is", "it") if len(gone) == 1 else ("are", "they")
        super().__init__(f"{named(f'“{title}”' for title in self.titles)} {are} withdrawn, so {they} can have no place on the "
                         f"grid. {NOTHING}")


def undoable(event: Event) -> GridChange | None:
    """What undo would take back: the newest change that counts (1 statement)."""
    later = aliased(GridChange)
    return db.session.scalar(
        select(GridChange).where(GridChange.event_id == event.id, GridChange.verb.not_in((UNDONE, *NO_STEPS)),
                                 ~exists().where(later.undoes_id == GridChange.id))
        .order_by(GridChange.version.desc()).limit(1).options(joinedload(GridChange.by)))


def redoable(event: Event) -> GridChange | None:
    """The undoing that redo would take back: the newest since the last change that was neither (1 statement)."""
    fresh = select(func.coalesce(func.max(GridChange.version), 0)).where(
        GridChange.event_id == event.id, GridChange.verb.not_in((UNDONE, REDONE, *NO_STEPS))).scalar_subquery()
    later = aliased(GridChange)
    return db.session.scalar(
        select(GridChange).where(GridChange.event_id == event.id, GridChange.verb == UNDONE, GridChange.version > fresh,
                                 ~exists().where(later.undoes_id == GridChange.id))
        .order_by(GridChange.version.desc()).limit(1).options(joinedload(GridChange.by)))


def latest(event: Event) -> GridChange | None:
    """The newest change of all (1 statement)."""
    return db.session.scalar(select(GridChange).where(GridChange.event_id == event.id).order_by(GridChange.version.desc())
                             .limit(1).options(joinedload(GridChange.by)))


def taken_back(changes: Iterable[GridChange]) -> set[int]:
    """The ids of those of `changes` that were undone or done again since (1 statement)."""
    ids = [change.id for change in changes]
    return set(db.session.scalars(select(GridChange.undoes_id).where(GridChange.undoes_id.in_(ids))))


def undo(actor: Person, event: Event, version: int, *, newest: bool = False, reopen: bool = False, at: datetime) -> GridChange:
    """Take the change with this version back; the change that did it. Raises NotFound for a version there is not.

    Raises Conflict, saying why, when it was undone already, when what it moved has been changed since, a cell is taken or
    closed now, or a pitch is part of another; Withdrawn when pitches would have to be open again, unless `reopen` says so; with
    `newest` Conflict also when somebody changed something after it.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    old = _called(event, version)
    if old.verb in (PUBLISHED, HIDDEN):
        raise Conflict("Publishing is not undone: hide the grid instead. " + NOTHING)
    if old.verb == SET_UP:
        raise Conflict("Rooms and times are changed back in the set-up, not here. " + NOTHING)
    if old.verb == UNDONE:
        raise Conflict("That was an undoing: redo takes it back. " + NOTHING)
    if by := _taken_back(old):
        raise Conflict(f"{history.who(by, actor)} undid that already, at {history.moment_of(by, event, at)}. {NOTHING}")
    if newest and (top := undoable(event)) is not None and top.id != old.id:
        raise Conflict(f"{history.about_session(top, actor, event, at)} {NOTHING} Undo would take that back now.")
    return _back(actor, event, old, UNDONE, f"undid the change that {history.root(old).said}", at, reopen=reopen)


def redo(actor: Person, event: Event, version: int, *, reopen: bool = False, at: datetime) -> GridChange:
    """Do again what the undoing with this version took back. Raises as `undo`; Conflict when something else changed since."""
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    old = _called(event, version)
    top = redoable(event)
    if top is None or top.id != old.id:
        if by := _taken_back(old):
            raise Conflict(f"{history.who(by, actor)} did that again already, at {history.moment_of(by, event, at)}. {NOTHING}")
        newer = undoable(event)
        since = f"{history.about_session(newer, actor, event, at)} " if newer and newer.version > version else ""
        raise Conflict(f"{since}There is nothing to do again now. {NOTHING}")
    return _back(actor, event, old, REDONE, f"did again what was undone: {history.root(old).said}", at, reopen=reopen)


def _called(event: Event, version: int) -> GridChange:
    found = db.session.scalar(select(GridChange).where(GridChange.event_id == event.id, GridChange.version == version)
                              .options(*_WHOLE))
    if found is None:
        raise NotFound("There is no such change.")
    return found


def _taken_back(old: GridChange) -> GridChange | None:
    return db.session.scalar(select(GridChange).where(GridChange.undoes_id == old.id).options(joinedload(GridChange.by)))


def _back(actor: Person, event: Event, old: GridChange, verb: str, said: str, at: datetime, *, reopen: bool) -> GridChange:
    """Let every session that `old` moved stand as it did before."""
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    targets: dict[Session, Standing] = {}
    for step in old.steps:
        session, title = step.session, step.session.pitch.title
        now = standing_of(session)
        stood = (step.to_room_id, step.to_slot_id, step.to_length, step.to_cancelled)
        if (now.room and now.room.id, now.slot and now.slot.id, now.length, now.cancelled) != stood:
            newer = history.newest(event, after=old.version, sessions=[session])
            since = history.about_session(newer, actor, event, at) if newer else f"“{title}” has been changed since."
            raise Conflict(f"{since} That comes first. {NOTHING}")
        if (step.from_room_id is None) != (step.from_slot_id is None):
            raise Conflict(f"The place that “{title}” had is not there any more. {NOTHING}")
        targets[session] = Standing(rooms.get(step.from_room_id), slots.get(step.from_slot_id), step.from_length,
                                    step.from_cancelled)
    gone = list(dict.fromkeys(s.pitch for s, to in targets.items() if to.room and s.pitch.state == WITHDRAWN))
    if gone and not reopen:
        raise Withdrawn(gone)
    for pitch in gone:
        pitches.reopen(actor, pitch, at=at)
    if gone:
        said += f", and reopened {named(f'“{pitch.title}”' for pitch in gone)}"
    check_fit(event, targets)
    return change(actor, event, verb, targets, said, at, undoes=old)
