"""Cancelling a session with a reason, and letting it take place after all.

A cancelled session keeps its page, notes and follow-up. Its cell is free for others; until one is put there the grid shows who
was to be there.
"""

import contextlib
from datetime import datetime

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.grid import policy, queries
from app.grid.checks import ORGANISERS_ONLY, belong, check_fit, check_seen
from app.grid.gone import was_at
from app.grid.models import CANCELLED, REINSTATED, Session
from app.grid.standings import change, standing_of

REASON_LENGTH = 200


def cancel(actor: Person, event: Event, session: Session, reason: str, *, seen: int | None, at: datetime) -> Session:
    """Say that `session` does not take place, and why. Its cell becomes free.

    Raises Invalid (`reason`) without a reason or with one over REASON_LENGTH characters, Conflict when it was moved meanwhile.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session)
    reason = " ".join(reason.split())
    if not reason:
        raise Invalid("Say why it is cancelled: people will ask.", "reason")
    if len(reason) > REASON_LENGTH:
        raise Invalid(f"The reason is too long: {len(reason)} characters, and {REASON_LENGTH} fit.", "reason")
    if session.cancelled == reason:
        return session
    check_seen(actor, event, seen, at, sessions=[session])
    where = f" in {queries.where_of(session)}" if session.placement else ""
    change(actor, event, CANCELLED, {session: standing_of(session)._replace(room=None, slot=None, cancelled=reason)},
           f"cancelled “{session.pitch.title}”{where}: {reason.rstrip('.')}", at)
    return session


def reinstate(actor: Person, event: Event, session: Session, *, seen: int | None, at: datetime) -> Session:
    """Let a cancelled session take place after all: where it was if that is still free, otherwise it waits for a place.

    Raises Conflict when it was changed meanwhile.
    """
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    belong(event, session)
    if not session.cancelled:
        return session
    check_seen(actor, event, seen, at, sessions=[session])
    rooms, slots = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    room_id, slot_id = was_at(event).get(session.id, (None, None))
    to = standing_of(session)._replace(cancelled="")
    if room_id in rooms and slot_id in slots:
        back = to._replace(room=rooms[room_id], slot=slots[slot_id])
        with contextlib.suppress(Conflict, Invalid):  # somebody else has the place now, or it is closed: it waits with the others
            check_fit(event, {session: back})
            to = back
    said = f"let “{session.pitch.title}” take place after all"
    change(actor, event, REINSTATED, {session: to}, said, at)
    return session
