"""What a change of the set-up does to sessions on the grid: a room that has another name now, a slot that begins at another time.

Nobody moved a session, but those it concerns have to go elsewhere, or at another time: they are told as of a move, and it
stands in the history. There is nothing to undo there: the set-up is changed back where it was changed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.events.models import Event, Slot
from app.events.watched import before_set_up
from app.events.words import named
from app.grid.announcing import announce
from app.grid.models import SET_UP, Placement, Session
from app.grid.places import over, when_of
from app.grid.standings import in_words, record
from app.infra import clock, db

MOST_SAID = 6


@dataclass(frozen=True, slots=True)
class Times:
    """When a slot was, and in words."""

    starts_at: datetime | None
    ends_at: datetime | None
    when: str

    @classmethod
    def of(cls, slot: Slot, event: Event) -> "Times":
        return cls(slot.starts_at, slot.ends_at, when_of(slot, event))

    def to(self, now: "Times", event: Event) -> str:
        """What became of it, after who did it; nothing when it is on the clock as it was (another date, or another time zone)."""
        was = f"the slot at {self.when}" if self.starts_at else self.when
        if (self.starts_at, self.when) != (now.starts_at, now.when):
            return f"moved {was} to {now.when}" if self.when != now.when else ""
        if self.ends_at != now.ends_at:
            ends = f"at {clock.local(now.ends_at, event.time_zone):%H:%M}" if now.ends_at else "whenever it does"
            return f"let {was} end {ends}"
        return ""


@before_set_up
def look(actor: Person, event: Event, at: datetime) -> Callable[[], None]:
    """Remember where and when the sessions on the grid are (2 statements beyond rooms and slots)."""
    sessions = list(db.session.scalars(
        select(Session).where(Session.event_id == event.id, Session.placements.any()).order_by(Session.id)
        .options(joinedload(Session.pitch),
                 selectinload(Session.placements).options(joinedload(Placement.room), joinedload(Placement.slot)))))
    held = [placement for session in sessions for placement in session.placements]
    rooms = {placement.room: placement.room.name for placement in held}
    slots = {placement.slot: Times.of(placement.slot, event) for placement in held}
    was = {session: _where(event, session) for session in sessions}
    gone = over(event, at)

    def tell() -> None:
        """Write one change into the history, and notices for those concerned."""
        renamed = {room: f"renamed {rooms[room]} to {room.name}" for room in sorted(rooms, key=lambda room: room.position)
                   if room.name != rooms[room]}
        moved = {slot: said for slot in sorted(slots, key=lambda slot: slot.position)
                 if (said := slots[slot].to(Times.of(slot, event), event))}
        said = [*renamed.values(), *moved.values()]
        if not said:
            return
        if len(said) > MOST_SAID:
            said = [*said[:MOST_SAID - 1], f"{len(said) - MOST_SAID + 1} more of the like"]
        record(actor, event, SET_UP, [], named(said), at)
        past = gone & over(event, at)
        concerned = [session for session in sessions if any(
            (place.room in renamed or place.slot in moved) and place.slot_id not in past for place in session.placements)]
        announce(actor, event, {session: (was[session], _where(event, session)) for session in concerned}, at)

    return tell


def _where(event: Event, session: Session) -> str:
    return in_words(event, [(placement.room, placement.slot) for placement in session.placements])
