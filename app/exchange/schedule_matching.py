"""What a schedule's sessions and rooms are here: found again by identifier, by title and time, by title and place, by title."""

from collections import Counter, defaultdict

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.events.models import SESSION_SLOT, Event, Room, Slot
from app.exchange.matching import folded
from app.exchange.published import guid_of
from app.exchange.schedule_shape import Entry
from app.grid.models import Placement, Session
from app.grid.standings import slot_after
from app.infra import db
from app.pitches.models import OPEN, Pitch


class Here:
    """The sessions and open pitches of an event, read once for a file (5 statements). Each session is found once."""

    def __init__(self, event: Event, entries: tuple[Entry, ...]):
        self.sessions = list(db.session.scalars(select(Session).where(Session.event_id == event.id).order_by(Session.id).options(
            joinedload(Session.pitch).options(selectinload(Pitch.leaders), selectinload(Pitch.topics)),
            selectinload(Session.placements).options(joinedload(Placement.room), joinedload(Placement.slot)),
            joinedload(Session.placement))).unique())
        taken = {s.pitch_id for s in self.sessions}
        self._pitches: dict[str, list[Pitch]] = defaultdict(list)
        for pitch in db.session.scalars(select(Pitch).where(Pitch.event_id == event.id, Pitch.state == OPEN)
                                        .options(selectinload(Pitch.leaders), selectinload(Pitch.topics))):
            if pitch.id not in taken:
                self._pitches[folded(pitch.title)].append(pitch)
        self._guids = {s.guid: s for s in self.sessions} | {guid_of(s.guid, event.id): s for s in self.sessions}
        self._titles: dict[str, list[Session]] = defaultdict(list)
        for session in self.sessions:
            self._titles[folded(session.pitch.title)].append(session)
        self._said = Counter(folded(entry.title) for entry in entries)
        self._known = {entry.guid for entry in entries if entry.guid in self._guids}
        self._found: set[int] = set()

    def session_for(self, entry: Entry, room: Room | None, slot: Slot | None) -> Session | None:
        """The session that `entry` means, or None for a new one."""
        session = self._guids.get(entry.guid) if entry.guid else None
        if session is None or session.id in self._found:
            session = self._by_title(entry, room, slot)
        if session is not None:
            self._found.add(session.id)
        return session

    def guid_free(self, guid: str) -> bool:
        """Whether no session here has this identifier."""
        return guid not in self._guids

    def add(self, session: Session, guid: str) -> None:
        """Count a session that was just made."""
        self._guids[guid] = session
        self._found.add(session.id)

    def pitch_for(self, entry: Entry) -> Pitch | None:
        """The one open pitch of this title that is no session yet."""
        found = self._pitches.get(folded(entry.title), [])
        return found.pop() if len(found) == 1 else None

    def _by_title(self, entry: Entry, room: Room | None, slot: Slot | None) -> Session | None:
        title = folded(entry.title)
        # A session that another line of the file names by its identifier is that line's.
        left = [s for s in self._titles.get(title, []) if s.id not in self._found and s.guid not in self._known]
        for same in (lambda p: p.slot_id == (slot and slot.id) and p.room_id == (room and room.id),
                     lambda p: p.slot_id == (slot and slot.id) or (p.slot.starts_at and p.slot.starts_at == entry.starts)):
            for session in left:
                if session.placement and same(session.placement):
                    return session
        if len(left) == 1 and (self._said[title] == 1 or left[0].placement is None):
            return left[0]
        return None


class Slots:
    """The event's slots for sessions, found by number or by times."""

    def __init__(self, event: Event):
        self._by_number = {s.number: s for s in event.slots if s.kind == SESSION_SLOT}
        self._by_start: dict = defaultdict(list)
        for slot in self._by_number.values():
            if slot.starts_at:
                self._by_start[slot.starts_at].append(slot)
        self._after = {slot.id: slot_after(event, slot) for slots in self._by_start.values() for slot in slots}

    def numbered(self, number: int) -> Slot | None:
        """The slot with this number."""
        return self._by_number.get(number)

    def length(self, slot: Slot, entry: Entry) -> int:
        """How many slots the entry takes that begins in `slot`: two if it ends with the one after."""
        after = self._after.get(slot.id)
        return 2 if entry.ends and entry.ends != slot.ends_at and after is not None and after.ends_at == entry.ends else 1

    def at(self, entry: Entry) -> tuple[Slot, int] | None:
        """The slot whose times are the entry's, or the first of two that together are; and how many it takes."""
        there = self._by_start.get(entry.starts, [])
        if entry.ends is None:
            return (min(there, key=lambda s: (s.ends_at is None, s.ends_at or s.starts_at)), 1) if there else None
        if exact := next((s for s in there if s.ends_at == entry.ends), None):
            return exact, 1
        if first := next((s for s in there if (after := self._after[s.id]) and after.ends_at == entry.ends), None):
            return first, 2
        return next(((s, 1) for s in there if s.ends_at is None), None)
