"""Where sessions stand, and changing it: every change of the grid is a list of sessions and how each shall stand."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from app.accounts.models import Person
from app.errors import Conflict, Invalid
from app.events.models import BREAK_SLOT, SESSION_SLOT, Event, Room, Slot
from app.events.versions import count_change
from app.grid import announcing, queries
from app.grid.models import GridChange, GridStep, Placement, Session
from app.grid.places import place_of, when_of
from app.infra import clock, db, findable


class Standing(NamedTuple):
    """How a session stands: in a room from a slot on, for so many slots; without a room it is off the grid."""

    room: Room | None = None
    slot: Slot | None = None
    length: int = 1
    cancelled: str = ""


def standing_of(session: Session) -> Standing:
    """How it stands now."""
    here = session.placement
    return Standing(here.room if here else None, here.slot if here else None, session.length, session.cancelled)


def slot_after(event: Event, slot: Slot) -> Slot | None:
    """The slot that a session beginning in `slot` goes on in when it takes two: the next one for sessions the same day.

    None when there is none, or a break or plenary comes between.
    """
    following = event.slots[event.slots.index(slot) + 1:][:1]
    if not following or following[0].kind != SESSION_SLOT:
        return None
    if slot.starts_at and following[0].starts_at:
        days = {clock.local(one.starts_at, event.time_zone).date() for one in (slot, following[0])}
        return following[0] if len(days) == 1 else None
    return following[0]


def slot_before(event: Event, slot: Slot) -> Slot | None:
    """The slot whose sessions of two slots go on in `slot`."""
    at = event.slots.index(slot)
    return event.slots[at - 1] if at and slot_after(event, event.slots[at - 1]) is slot else None


def cells_of(event: Event, standing: Standing) -> list[tuple[Room, Slot]]:
    """The cells a standing takes. Raises Conflict when it is to take two slots and none follows."""
    if standing.room is None or standing.slot is None:
        return []
    slots = [standing.slot]
    if standing.length > 1:
        following = slot_after(event, standing.slot)
        if following is None:
            raise Conflict("A double session needs another slot right after, and there is none. Nothing was changed.")
        slots.append(following)
    return [(standing.room, slot) for slot in slots]


def words_of(event: Event, standing: Standing) -> str:
    """How it stands, in words for those it concerns: "Turing at 11:40", "Turing at 11:40 and 12:35"; empty off the grid."""
    return in_words(event, cells_of(event, standing))


def in_words(event: Event, cells: Sequence[tuple[Room, Slot]]) -> str:
    """Where a session in these cells is: "Turing at 11:40", "Turing at 11:40 and 12:35"; empty without any."""
    if not cells:
        return ""
    first = place_of(*cells[0], event)
    return f"{first} and {when_of(cells[1][1], event)}" if len(cells) > 1 else first


def _told(event: Event, standing: Standing) -> str:
    return f"{announcing.CANCELLED}{standing.cancelled}" if standing.cancelled else words_of(event, standing)


def check_cell(room: Room, slot: Slot) -> None:
    """Raise Invalid for a room or slot that is not for sessions."""
    if not room.for_sessions:
        raise Invalid(f"{room.name} is not for sessions.", "room")
    if slot.kind != SESSION_SLOT:
        raise Invalid(f"{slot.label or ('That break' if slot.kind == BREAK_SLOT else 'That time')} is not for sessions.", "slot")


def change(actor: Person, event: Event, verb: str, targets: Mapping[Session, Standing], said: str, at: datetime, *,
           undoes: GridChange | None = None) -> GridChange:
    """Let every session of `targets` stand as said, and write it into the history as one change.

    The first of `targets` is what the change is about. Cells must be free or of sessions that `targets` moves away: callers
    check that and say who is there; a unique constraint backs it.
    """
    steps, ways = [], {}
    for session, to in targets.items():
        was = standing_of(session)
        ways[session] = (_told(event, was), _told(event, to))
        steps.append(GridStep(
            session_id=session.id, session=session, from_room_id=was.room and was.room.id, from_slot_id=was.slot and was.slot.id,
            from_length=was.length, from_cancelled=was.cancelled, to_room_id=to.room and to.room.id,
            to_slot_id=to.slot and to.slot.id, to_length=to.length, to_cancelled=to.cancelled))
        session.placements = []
    db.session.flush()  # the old rows are gone before others take their cells
    for session, to in targets.items():
        session.length, session.cancelled = to.length, to.cancelled
        session.placements = [
            Placement(event_id=event.id, part=part, room_id=room.id, slot_id=slot.id, room=room, slot=slot)
            for part, (room, slot) in enumerate(cells_of(event, to), 1)]
    db.session.flush()
    done = record(actor, event, verb, steps, said, at, undoes=undoes)
    for session in targets:
        db.session.expire(session, ["placement"])
        findable.changed("session", session.id)
    announcing.announce(actor, event, ways, at)
    return done


Follower = Callable[[Event, datetime], None]
_followers: list[Follower] = []


def after_change(follow: Follower) -> Follower:
    """Register a function of a room further down that is called after every change of an event's grid, in its transaction."""
    _followers.append(follow)
    return follow


def record(actor: Person, event: Event, verb: str, steps: list[GridStep], said: str, at: datetime, *,
           undoes: GridChange | None = None) -> GridChange:
    """Write a change into the history, and count it."""
    done = GridChange(event_id=event.id, version=queries.version_of(event) + 1, at=at, by_id=actor.id, verb=verb, said=said,
                      undoes_id=undoes.id if undoes else None, steps=steps)
    db.session.add(done)
    db.session.flush()
    count_change(event)
    for follow in _followers:
        follow(event, at)
    return done
