"""The grid as it goes out to others: plain values, the same for everybody who may see it, kept for one version of the event."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy import and_, bindparam, func, select

from app.accounts.models import Person
from app.events.models import DRAFT, Event
from app.exchange import policy
from app.grid.models import GridChange, GridStep, Placement, Session
from app.grid.places import code, ends_of
from app.infra import clock, db
from app.pitches import queries as pitches
from app.pitches.models import Pitch

# Made once: putting them together takes longer than the database does to answer them.
CHANGES = (select(GridStep.session_id, func.max(GridChange.version), func.max(GridChange.at))
           .join(GridChange, GridChange.id == GridStep.change_id).where(GridChange.event_id == bindparam("event"))
           .group_by(GridStep.session_id))
SECOND = select(Placement.session_id, Placement.slot_id).where(Placement.event_id == bindparam("event"), Placement.part == 2)
SESSIONS = (select(Session.id, Session.guid, Session.run, Session.cancelled, Session.created_at, Pitch.id, Pitch.title,
                   Pitch.about, Pitch.updated_at, Placement.room_id, Placement.slot_id)
            .join(Pitch, Pitch.id == Session.pitch_id)
            .outerjoin(Placement, and_(Placement.session_id == Session.id, Placement.part == 1))
            .where(Session.event_id == bindparam("event")))
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)


@dataclass(frozen=True, slots=True)
class OutRoom:
    """A room for sessions, or one that holds some."""

    id: int
    guid: str
    name: str
    number: int | None
    seats: int | None
    floor: str
    step_free: bool


@dataclass(frozen=True, slots=True)
class OutSlot:
    """A row of time. `ends_at` is when it is over, also where nobody said so (`app.grid.places.ends_of`)."""

    id: int
    number: int | None
    kind: str
    label: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class OutSession:
    """A session. Without a place, `room` and `slot` are None; one of two slots ends with the second.

    `sequence` only ever grows, and does whenever something about it changes (RFC 5545's SEQUENCE); `changed_at` is when.
    """

    id: int
    pitch_id: int
    guid: str
    uid: str
    title: str
    about: str
    leaders: tuple[str, ...]
    topics: tuple[str, ...]
    room: OutRoom | None
    slot: OutSlot | None
    slots: int
    starts_at: datetime | None
    ends_at: datetime | None
    code: str
    run: int
    cancelled: str
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Published:
    """An event and its grid. `sessions` are those with a place in the order of the grid, then those without one."""

    id: int
    slug: str
    name: str
    url: str
    zone: str
    starts_on: date
    ends_on: date
    venue: str
    about: str
    hashtag: str
    shown: bool  # whether the viewer sees the grid: a draft is shown to those who arrange it
    draft: bool
    version: str  # when anything of it last changed, and the how many-eth set-up it is; the same for as long as it is the same
    rooms: tuple[OutRoom, ...]
    slots: tuple[OutSlot, ...]
    sessions: tuple[OutSession, ...]

    @property
    def timed(self) -> list[OutSession]:
        """The sessions with a place and a time."""
        return [s for s in self.sessions if s.starts_at is not None]


def version_key(event: Event, person: Person | None) -> tuple:
    """What the published grid of `event` depends on: its version, and whether `person` sees a draft (1 statement for one)."""
    return event.id, event.version, policy.can_see_grid(person, event)


def guid_of(session_guid: str, event_id: int) -> str:
    """What a session is called in other programs: its guid where that is a UUID, one made from it where it came from a file."""
    if _UUID.fullmatch(session_guid):
        return session_guid.lower()
    return str(uuid5(NAMESPACE_URL, f"folkmoot:{event_id}:{session_guid}"))


def uid_of(session_guid: str, event_id: int) -> str:
    """The same for calendars, where what came with an `@` is one of a kind as it is."""
    return session_guid if "@" in session_guid else guid_of(session_guid, event_id)


def published(event: Event, base_url: str, *, shown: bool) -> Published:
    """Read the grid of `event` for others (8 statements). Nothing of it if the grid is not `shown`."""
    ends = ends_of(event.slots)
    slots = tuple(OutSlot(s.id, s.number, s.kind, s.label, s.starts_at, ends.get(s.id)) for s in event.slots)
    rooms = {r.id: OutRoom(r.id, _room_guid(base_url, r.id), r.name, r.number, r.seats, r.floor, r.step_free)
             for r in event.rooms}
    sessions = _sessions(event, rooms, {s.id: s for s in slots}) if shown else []
    held = {s.room.id for s in sessions if s.room}
    changed = clock.local(max((s.changed_at for s in sessions), default=event.created_at), event.time_zone)
    return Published(
        event.id, event.slug, event.name, f"{base_url}/e/{event.slug}", event.time_zone, event.starts_on, event.ends_on,
        event.venue, event.about, event.hashtag, shown, event.grid_state == DRAFT,
        f"{changed:%Y-%m-%d %H:%M:%S} ({event.set_up_version})",
        tuple(sorted((r for r in rooms.values() if r.number is not None or r.id in held),
                     key=lambda r: (r.number is None, r.number or 0, r.id))), slots, tuple(sessions))


@lru_cache(maxsize=4_096)
def _room_guid(base_url: str, room_id: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{base_url}/rooms/{room_id}"))


def _sessions(event: Event, rooms: dict[int, OutRoom], slots: dict[int, OutSlot]) -> list[OutSession]:
    leaders, topics = pitches.leaders_by_pitch(event), pitches.topics_by_pitch(event)
    names = {topic.id: topic.name for topic in event.topics}
    changes = {session_id: (version, at) for session_id, version, at in db.session.execute(CHANGES, {"event": event.id})}
    second = dict(db.session.execute(SECOND, {"event": event.id}).all())
    places = {slot.id: n for n, slot in enumerate(slots.values())}
    found = []
    for row in db.session.execute(SESSIONS, {"event": event.id}):
        session_id, guid, run, cancelled, created_at, pitch_id, title, about, edited_at, room_id, slot_id = row
        room, slot, last = rooms.get(room_id), slots.get(slot_id), slots.get(second.get(session_id, slot_id))
        version, moved_at = changes.get(session_id, (0, None))
        edited = max(0, int((edited_at - created_at).total_seconds()))  # grows with the pitch, also over merging and undoing it
        found.append(OutSession(
            session_id, pitch_id, guid_of(guid, event.id), uid_of(guid, event.id), title, about,
            tuple(led.name for led in leaders.get(pitch_id, ())), tuple(names[i] for i in topics.get(pitch_id, ())), room, slot,
            2 if session_id in second else 1, slot.starts_at if slot else None,
            last.ends_at if last and slot.starts_at else None, code(room, slot), run, cancelled,
            event.set_up_version + version + edited, max(filter(None, (created_at, edited_at, moved_at)))))
    found.sort(key=lambda s: (s.slot is None, places.get(s.slot.id, 0) if s.slot else 0,
                              (s.room.number is None, s.room.number or 0) if s.room else (True, 0), s.id))
    return found


def ids_of_day(event: Event, person: Person) -> set[int]:
    """The sessions of somebody's own day: what they lead and what they marked (1 statement)."""
    return set(db.session.scalars(select(Session.id).join(Pitch, Pitch.id == Session.pitch_id)
                                  .where(Session.event_id == event.id, pitches.led_or_marked_by(person))))


@dataclass(frozen=True, slots=True)
class NowAndNext:
    """What is on at a moment, what comes next the same day, and when that changes."""

    at: datetime
    now: tuple[OutSession, ...]
    next: tuple[OutSession, ...]
    next_at: datetime | None
    changes_at: datetime | None


def now_and_next(grid: Published, at: datetime, zone) -> NowAndNext:
    """Sessions on at `at`, and those that begin soonest after it on the same day in `zone`; cancelled ones are neither."""
    held = [s for s in grid.timed if not s.cancelled]
    on = tuple(s for s in held if s.starts_at <= at < (s.ends_at or s.starts_at + timedelta(hours=1)))
    coming = [s for s in held if s.starts_at > at]
    soonest = min((s.starts_at for s in coming), default=None)
    if soonest and soonest.astimezone(zone).date() != at.astimezone(zone).date():
        soonest = None
    moments = [m for s in held for m in (s.starts_at, s.ends_at) if m and m > at]
    return NowAndNext(at, on, tuple(s for s in coming if s.starts_at == soonest), soonest, min(moments, default=None))
