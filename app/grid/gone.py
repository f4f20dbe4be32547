"""Cancelled sessions, and where each was to be: the grid shows them there until something else is put there."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.events.models import Event
from app.grid.models import GridChange, GridStep, Session
from app.infra import db


def was_at(event: Event) -> dict[int, tuple[int, int]]:
    """The room and slot id that each cancelled session of the event had when it was cancelled (1 statement)."""
    rows = db.session.execute(
        select(GridStep.session_id, GridStep.from_room_id, GridStep.from_slot_id)
        .join(GridChange, GridChange.id == GridStep.change_id).join(Session, Session.id == GridStep.session_id)
        .where(GridChange.event_id == event.id, Session.cancelled != "", GridStep.from_cancelled == "",
               GridStep.to_cancelled != "").order_by(GridChange.version))
    found: dict[int, tuple[int, int]] = {}
    for session_id, room_id, slot_id in rows:
        found.pop(session_id, None)
        if room_id and slot_id:
            found[session_id] = (room_id, slot_id)
    return found


@dataclass(slots=True)
class Gone:
    """A cancelled session, as its old cell shows it. The page adds `url`."""

    session_id: int
    title: str
    reason: str
    url: str = ""


def gone_from(event: Event, cancelled: Iterable[Gone]) -> dict[tuple[int, int], list[Gone]]:
    """`cancelled` by the room and slot id where each was, the last one first (1 statement)."""
    places, found = was_at(event), {}
    known = {gone.session_id: gone for gone in cancelled}
    for session_id, place in reversed(list(places.items())):
        if session_id in known:
            found.setdefault(place, []).append(known[session_id])
    return found
