"""Bringing in one row of a grid: its room, slot, session, leaders and links. Bringing in the same row again changes nothing."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import require
from app.events import actions as events
from app.events.models import SESSION_SLOT, Event, Room, Slot
from app.exchange import matching, policy
from app.exchange.actions import ORGANISERS_ONLY, session_title
from app.exchange.grid_csv import GridRow
from app.exchange.models import SessionLink
from app.exchange.reports import CHANGED, NEW, SAME, SKIPPED, Report
from app.grid import actions as grid
from app.grid.models import Session
from app.infra import clock, db, findable
from app.pitches import actions as pitches


def bring_in_row(actor: Person, event: Event, row: GridRow, *, base_url: str, at: datetime) -> Report:
    """One row: makes the room and slot it names, and its session with leaders and links if it has a title.

    A session that is here already (same place and title, or the title alone) keeps what people changed here. Links to pages
    under `base_url` are our own and are not kept.
    """
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    report = Report(f"row {row.number}", SAME, row.title)
    room = _room(actor, event, row, report)
    slot = _slot(actor, event, row, report)
    if not row.title:
        if report.outcome == SAME:
            report.outcome = SKIPPED
        report.warnings.append("There is no title in it, so there is no session to bring in yet.")
        return report
    session = _session(actor, event, row, room, slot, report, at)
    report.session_id = session.id
    _links(session, row, base_url, report)
    return report


def _room(actor: Person, event: Event, row: GridRow, report: Report) -> Room | None:
    if not row.room:
        return None
    before = len(event.rooms)
    room = matching.room_called(actor, event, row.room, seats=row.capacity)
    if len(event.rooms) != before:
        report.outcome = NEW
    elif room.seats is None and row.capacity:
        room.seats, report.outcome = row.capacity, CHANGED
    return room


def _slot(actor: Person, event: Event, row: GridRow, report: Report) -> Slot | None:
    before = len(event.slots)
    slot = matching.slot_for(actor, event, row.slot, row.starts, row.day)
    if slot is None and row.starts:
        starts_at = clock.instant(row.day or event.starts_on, row.starts, event.time_zone)
        slot = events.add_slot(actor, event, kind=SESSION_SLOT, starts_at=starts_at, ends_at=_ends(event, row, starts_at))
    elif slot is not None and slot.starts_at is None and row.starts:
        slot.starts_at, report.outcome = clock.instant(row.day or event.starts_on, row.starts, event.time_zone), CHANGED
        slot.ends_at = _ends(event, row, slot.starts_at)
    if len(event.slots) != before:
        report.outcome = NEW
    return slot


def _ends(event: Event, row: GridRow, starts_at: datetime) -> datetime | None:
    if not row.ends:
        return None
    ends_at = clock.instant(row.day or event.starts_on, row.ends, event.time_zone)
    return ends_at if starts_at < ends_at < starts_at + timedelta(hours=24) else None


def _session(actor: Person, event: Event, row: GridRow, room: Room | None, slot: Slot | None, report: Report,
             at: datetime) -> Session:
    known = matching.Sessions(event)
    there = known.at(room, slot) if room and slot else None
    if there is not None and matching.folded(there.pitch.title) == matching.folded(row.title):
        return there
    session = known.titled(row.title)
    if session is not None and (session.placement is None or not (room and slot)):
        pitch = session.pitch
    elif session is not None and there is None:
        pitch = _pitch(actor, event, row, report, at)  # the same title in another cell: held twice
        report.unsure.append("A session of the same title stands elsewhere on the grid, so this is a second one.")
    else:
        pitch = session.pitch if session is not None else known.pitch_titled(row.title) or _pitch(actor, event, row, report, at)
    session = grid.open_session(actor, pitch, at=at)
    db.session.flush()
    if there is not None:
        report.unsure.append(f"“{there.pitch.title}” is in {room.name} in that slot already, so this session has no place yet.")
    elif room and slot and session.placement is None:
        if room.number is None:
            report.unsure.append(f"{room.name} is not a room for sessions here, so this session has no place yet.")
        else:
            grid.place(actor, event, pitch, room, slot, seen=None, at=at)
            report.outcome = NEW if report.outcome != CHANGED else CHANGED
    elif session.placement is None:
        report.unsure.append("The row does not say both room and time, so this session has no place yet.")
    return session


def _pitch(actor: Person, event: Event, row: GridRow, report: Report, at: datetime):
    report.outcome = NEW
    return pitches.pitch(actor, event, title=session_title(row.title, report), about=row.description[:pitches.ABOUT_LENGTH],
                         leaders=[str(leader)[:100] for leader in row.leaders], at=at)


def _links(session: Session, row: GridRow, base_url: str, report: Report) -> None:
    wanted = {row.conversation_url: "The conversation elsewhere", row.notes_url: "Notes of the day"}
    there = set(db.session.scalars(select(SessionLink.url).where(SessionLink.session_id == session.id)))
    for url, label in wanted.items():
        if url.startswith(("https://", "http://")) and not url.startswith(base_url + "/") and url not in there:
            db.session.add(SessionLink(session_id=session.id, label=label, url=url[:2000]))
            findable.changed("session", session.id)
            if report.outcome == SAME:
                report.outcome = CHANGED
