"""Reading the grid, its sessions and its history. A fixed number of SQL statements each, however many sessions there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event, Room, Slot
from app.events.words import named
from app.grid import clashes, places
from app.grid.gone import Gone, gone_from
from app.grid.models import GridChange, Placement, Session
from app.grid.statements import CELLS, NEWEST, ONE_SESSION, OTHER_RUNS, PLACES
from app.infra import clock, db
from app.pitches import queries as pitches
from app.pitches.models import OPEN, Pitch
from app.pitches.queries import Interested, Led
from app.pitches.scoring_queries import totals_of

CHANGES_A_PAGE = 50


@dataclass(slots=True)
class Cell:
    """A session in its place, as `ui.cell` shows it. The page adds `url` and `move_url`; `clash` is a sentence or None."""

    session_id: int
    pitch_id: int
    room_id: int
    slot_id: int
    title: str
    led_by: tuple[Led, ...]
    topic: str
    topic_key: str
    interest: int  # 0 as long as the reader may not know (`counted`)
    seats: int | None
    mine: bool
    code: str
    room_name: str
    floor: str
    clash: str | None = None
    needs_notes: bool | str = False  # "wanted": somebody is asked for
    counted: bool = True  # whether the reader may know how many are interested
    part: int = 1  # 2: the session began in the slot before
    length: int = 1
    run: int = 1  # 2 and more: the pitch is held again
    again: str = ""  # when else it is held: "14:00 and 15:00"
    hands: int | None = None  # how many put their hand up when it was pitched
    expected: str = ""  # how many may come, where a room further down (`facts`) says so: "24 to 36"
    url: str = ""
    move_url: str = ""

    @property
    def leaders(self) -> list[str]:
        """Their names."""
        return [led.name for led in self.led_by]

    @property
    def over(self) -> int:
        """How many more are interested than there are seats."""
        return max(0, self.interest - self.seats) if self.seats else 0


@dataclass(slots=True)
class Row:
    """A slot and, if it holds sessions, what is in each room then (`cells`, in the order of the grid's rooms)."""

    slot: Slot
    when: str
    start: str
    end: str
    day: str
    state: str
    cells: list[Cell | None] | None


@dataclass(slots=True)
class Waiting:
    """A pitch without a place, as `ui.tray_item` shows it. The page adds `place_url`."""

    pitch_id: int
    session_id: int | None
    title: str
    leaders: list[str]
    topic_key: str
    interest: int
    hands: int | None = None
    total: Fraction | None = None  # of 25/10, where it was scored: 5 to 25
    total_said: str = ""
    place_url: str = ""

    @property
    def wanted(self) -> int:
        """How many want it, by what is known best."""
        return max(self.interest or 0, self.hands or 0)


@dataclass(slots=True)
class Grid:
    """The whole grid at one version."""

    version: int
    rooms: list[Room]
    rows: list[Row]
    waiting: list[Waiting]
    clashes: list[clashes.Clash]
    changes_at: datetime | None
    topics: list[tuple[str, str]] = field(default_factory=list)
    gone: dict[tuple[int, int], list[Gone]] = field(default_factory=dict)  # cancelled, by the room and slot id where they were
    newest_pitch: int = 0  # the highest id that any pitch of the event has

    @property
    def cells(self) -> list[Cell]:
        """Every session that has a place, once, where it begins."""
        return [cell for row in self.rows for cell in row.cells or () if cell and cell.part == 1]


def grid_of(event: Event, person: Person | None, *, at: datetime | None = None, waiting: bool = False,
            facts: Mapping[int, Mapping[str, bool]] | None = None) -> Grid:
    """The grid as `person` sees it (8 statements, 10 with those `waiting` for a place, one more where any is cancelled).

    Without `at` no slot is past, on now or next. `facts` by session id is what rooms further down say of sessions. What is
    over clashes with nothing and needs no note-taker any more.
    """
    facts = facts or {}
    keys = pitches.topic_keys(event)
    names = {topic.id: topic.name for topic in event.topics}
    leaders, topics = pitches.leaders_by_pitch(event), pitches.topics_by_pitch(event)
    interest = pitches.interest_by_pitch(event, person)
    by_room, by_slot = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    done = places.over(event, at) if at else set()
    found: dict[tuple[int, int], Cell] = {}
    cancelled: list[Gone] = []
    for room_id, slot_id, part, length, run, reason, session_id, pitch_id, title, hands in db.session.execute(
            CELLS, {"event": event.id}):
        led_by, first = leaders.get(pitch_id, ()), topics.get(pitch_id, (0,))[0]
        count, marked = interest.get(pitch_id, Interested(0, False))
        mine = marked or (person is not None and any(led.person_id == person.id for led in led_by))
        if room_id is None:
            cancelled.append(Gone(session_id, title, reason))
            continue
        room, slot = by_room[room_id], by_slot[slot_id]
        found[room_id, slot_id] = Cell(
            session_id, pitch_id, room_id, slot_id, title, led_by, names.get(first, ""), keys.get(first, ""), count or 0,
            room.seats, mine, places.code(room, slot), room.name, room.floor,
            needs_notes=slot_id not in done and facts.get(session_id, {}).get("needs_notes", False),
            counted=count is not None, part=part, length=length, run=run, hands=hands,
            expected=facts.get(session_id, {}).get("expected", "") if count is not None else "")
    _say_when_again(event, found.values(), by_slot)
    # A room or slot that is no longer for sessions stays on the grid for as long as it holds one.
    held_rooms, held_slots = {r for r, _ in found}, {s for _, s in found}
    rooms = sorted((r for r in event.rooms if r.number is not None or r.id in held_rooms),
                   key=lambda r: (r.number is None, r.number or 0, r.position))
    clock_says = places.timing(event.slots, at, event.time_zone) if at else places.Timing({}, None)
    rows = [_row(event, slot, clock_says.states.get(slot.id, ""),
                 [found.get((room.id, slot.id)) for room in rooms] if slot.number is not None or slot.id in held_slots else None)
            for slot in event.slots]
    to_come = [cell for cell in found.values() if cell.slot_id not in done]
    return Grid(version_of(event), rooms, rows, _waiting(event, leaders, topics, keys, interest) if waiting else [],
                clashes.among(to_come, event.slots, lambda slot_id: places.when_of(by_slot[slot_id], event)),
                clock_says.changes_at, [(names[i], key) for i, key in keys.items() if key],
                gone_from(event, cancelled) if cancelled else {}, max(interest, default=0))


def _say_when_again(event: Event, cells: Iterable[Cell], by_slot: Mapping[int, Slot]) -> None:
    held: dict[int, list[Cell]] = {}
    for cell in cells:
        if cell.part == 1:
            held.setdefault(cell.pitch_id, []).append(cell)
    order = {slot_id: i for i, slot_id in enumerate(by_slot)}
    for runs in (runs for runs in held.values() if len(runs) > 1):
        runs.sort(key=lambda cell: (order[cell.slot_id], cell.session_id))
        for cell in runs:
            cell.again = named(places.when_of(by_slot[other.slot_id], event) for other in runs if other is not cell)


def _row(event: Event, slot: Slot, state: str, cells: list[Cell | None] | None) -> Row:
    start = end = day = ""
    if slot.starts_at:
        local = clock.local(slot.starts_at, event.time_zone)
        start, day = f"{local:%H:%M}", f"{local:%A}" if event.starts_on != event.ends_on else ""
        end = f"{clock.local(slot.ends_at, event.time_zone):%H:%M}" if slot.ends_at else ""
    when = places.when_of(slot, event)
    return Row(slot, when, start or when[:1].upper() + when[1:], end, day, state, cells)


def _waiting(event: Event, leaders, topics, keys, interest) -> list[Waiting]:
    """By total where pitches were scored (25/10), then by how many want them."""
    totals = totals_of(event)
    rows = db.session.execute(
        select(Pitch.id, Pitch.title, Session.id, Pitch.hands)
        .outerjoin(Session, (Session.pitch_id == Pitch.id) & (Session.run == 1))
        .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .where(Pitch.event_id == event.id, Pitch.state == OPEN, Placement.id.is_(None),
               func.coalesce(Session.cancelled, "") == ""))
    found = [Waiting(pitch_id, session_id, title, [led.name for led in leaders.get(pitch_id, ())],
                     keys.get(topics.get(pitch_id, (0,))[0], ""), interest.get(pitch_id, Interested(0, False)).count or 0,
                     hands, *((totals[pitch_id].total, totals[pitch_id].total_said) if pitch_id in totals else ()))
             for pitch_id, title, session_id, hands in rows]
    return sorted(found, key=lambda one: (-(one.total or 0), -one.wanted, -one.interest, one.pitch_id))


def version_of(event: Event) -> int:
    """The number of the newest change of the event's grid; 0 before the first."""
    return db.session.scalar(NEWEST, {"event": event.id}) or 0


def session_in(event: Event, session_id: int) -> Session:
    """A session of this event with its pitch, leaders, topics, origins and place (4 statements).

    Raises NotFound for any other.
    """
    known = session_id <= pitches.LARGEST_ID
    session = db.session.scalar(ONE_SESSION, {"event": event.id, "session": session_id}) if known else None
    if session is None:
        raise NotFound("There is no such session at this event.")
    return session


def session_of(pitch: Pitch) -> Session | None:
    """The session that this pitch is (its first run), with its place, if it ever had one (1 statement)."""
    return sessions_of([pitch]).get(pitch.id)


def sessions_of(pitches_: Iterable[Pitch]) -> dict[int, Session]:
    """The sessions that these pitches are (their first runs), by pitch id, each with its place (1 statement)."""
    found = db.session.scalars(select(Session).where(Session.pitch_id.in_([p.id for p in pitches_]), Session.run == 1).options(
        joinedload(Session.placement).options(joinedload(Placement.room), joinedload(Placement.slot))))
    return {session.pitch_id: session for session in found}


def runs_of(session: Session) -> list[Session]:
    """The other sessions of the same pitch that are on the grid, in the order of the day (1 statement beyond slots)."""
    found = db.session.scalars(OTHER_RUNS, {"pitch": session.pitch_id, "session": session.id})
    return sorted((one for one in found if one.placement), key=lambda one: (one.placement.slot.position, one.id))


def places_by_pitch(event: Event) -> dict[int, dict]:
    """Where each placed pitch is: `where` ("Turing at 11:40", or why it is cancelled) and its `session_id` (1 statement beyond
    rooms and slots)."""
    by_room, by_slot = {r.id: r for r in event.rooms}, {s.id: s for s in event.slots}
    rows = db.session.execute(PLACES, {"event": event.id})
    return {pitch_id: {"where": places.place_of(by_room[room_id], by_slot[slot_id], event) if room_id else f"Cancelled: {reason}",
                       "session_id": session_id} for pitch_id, session_id, reason, room_id, slot_id in rows}


def occupant_of(room: Room, slot: Slot) -> Session | None:
    """The session in this cell, if there is one (1 statement)."""
    return db.session.scalar(select(Session).join(Placement, Placement.session_id == Session.id)
                             .where(Placement.room_id == room.id, Placement.slot_id == slot.id)
                             .options(joinedload(Session.pitch), joinedload(Session.placement)))


def taken_cells(event: Event) -> dict[tuple[int, int], str]:
    """The titles of placed sessions by room and slot id (1 statement)."""
    rows = db.session.execute(
        select(Placement.room_id, Placement.slot_id, Pitch.title).join(Session, Session.id == Placement.session_id)
        .join(Pitch, Pitch.id == Session.pitch_id).where(Placement.event_id == event.id))
    return {(room_id, slot_id): title for room_id, slot_id, title in rows}


def where_of(session: Session) -> str:
    """The session's place in words; empty when it is not on the grid."""
    return places.place_of(session.placement.room, session.placement.slot, session.event) if session.placement else ""


def code_of(session: Session) -> str:
    """The code of the session's place, s1r3; empty when it is not on the grid."""
    return places.code(session.placement.room, session.placement.slot) if session.placement else ""


def changes_of(event: Event, page: int = 1, *, after: int = 0) -> tuple[list[GridChange], int]:
    """A page of the event's changes `after` a version, newest first, each with who made it and its steps; and how many pages
    there are (3 statements)."""
    wanted = (GridChange.event_id == event.id, GridChange.version > after)
    total = db.session.scalar(select(func.count()).select_from(GridChange).where(*wanted))
    found = db.session.scalars(
        select(GridChange).where(*wanted).order_by(GridChange.version.desc())
        .offset((page - 1) * CHANGES_A_PAGE).limit(CHANGES_A_PAGE)
        .options(joinedload(GridChange.by), selectinload(GridChange.steps)))
    return list(found), max(1, -(-total // CHANGES_A_PAGE))
