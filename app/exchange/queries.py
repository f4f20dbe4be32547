"""Reading imports, kept files and links; the grid and the attendees as CSV."""

import re

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event, Pass, Role
from app.exchange.attendees_csv import AttendeeRow, write_attendees_csv
from app.exchange.grid_csv import GridRow, write_grid_csv
from app.exchange.models import Import, ImportedFile, SessionLink
from app.exchange.people_names import Named
from app.grid.models import Placement, Session
from app.grid.places import code
from app.infra import clock, db, files
from app.pitches.models import Pitch

LINKS_OF = select(SessionLink).where(SessionLink.session_id == bindparam("session")).order_by(SessionLink.id)  # made once
ROLE_WORDS = {Role.ATTENDEE: "Attendee", Role.CAMPMAKER: "Campmaker", Role.ORGANISER: "Organiser"}


def imports_of(event: Event) -> list[Import]:
    """Everything that was uploaded, newest first (1 statement)."""
    return list(db.session.scalars(select(Import).where(Import.event_id == event.id).order_by(Import.id.desc()).limit(100)))


def import_in(event: Event, import_id: int) -> Import:
    """An upload to this event. Raises NotFound for any other."""
    row = db.session.scalar(select(Import).where(Import.id == import_id, Import.event_id == event.id))
    if row is None:
        raise NotFound("There is no such import at this event.")
    return row


def original_of(event: Event, file_id: int) -> tuple[str, bytes]:
    """The name (safe to save under) and bytes of a kept file. Raises KeyError when the event has none of this id."""
    row = db.session.scalar(select(ImportedFile).where(ImportedFile.id == file_id, ImportedFile.event_id == event.id))
    if row is None:
        raise KeyError(file_id)
    last = re.split(r"[/\\]", row.name)[-1]
    return re.sub(r"[^A-Za-z0-9._ -]", "_", last).lstrip(".")[:120] or "file", files.fetch(row.file_key)


def original_file_of(session: Session) -> ImportedFile | None:
    """The newest file that this session's notes came from."""
    return db.session.scalar(select(ImportedFile).where(ImportedFile.session_id == session.id)
                             .order_by(ImportedFile.imported_at.desc()).limit(1))


def feed_of(secret: str) -> tuple[Event, Person]:
    """The event and the person that a secret of calendar feeds belongs to. Raises NotFound once the pass is gone."""
    held = db.session.scalar(select(Pass).where(Pass.feed_secret == secret).options(joinedload(Pass.person))) if secret else None
    if held is None:
        raise NotFound("There is no such calendar. Its owner may have renewed the link, or hold no pass any more.")
    return db.session.get_one(Event, held.event_id), held.person


def links_of(session: Session) -> list[SessionLink]:
    """Links that came with an imported grid (1 statement)."""
    return list(db.session.scalars(LINKS_OF, {"session": session.id}))


def grid_csv_of(event: Event, base_url: str) -> str:
    """The grid in the columns of the UKGovCamp family, by slot and room; what has no place comes last."""
    links: dict[int, str] = {}
    for link in db.session.scalars(select(SessionLink).join(Session).where(Session.event_id == event.id)
                                   .order_by(SessionLink.id.desc())):
        links[link.session_id] = link.url
    sessions = db.session.scalars(select(Session).where(Session.event_id == event.id).options(
        joinedload(Session.pitch).selectinload(Pitch.leaders),
        selectinload(Session.placements).options(joinedload(Placement.room), joinedload(Placement.slot)))).unique().all()
    rows = [_grid_row(event, session, links.get(session.id) or f"{base_url}/e/{event.slug}/sessions/{session.id}")
            for session in sorted(sessions, key=_by_place)]
    return write_grid_csv(rows)


def _by_place(session: Session) -> tuple:
    here = next(iter(session.placements), None)
    return (here is None, here.slot.number or 0 if here else 0, here.room.number or 0 if here else 0, session.id)


def _grid_row(event: Event, session: Session, url: str) -> GridRow:
    here = next(iter(session.placements), None)
    starts, ends = (clock.local(at, event.time_zone) if at else None for at in (
        (here.slot.starts_at, session.placements[-1].slot.ends_at) if here else (None, None)))
    return GridRow(
        number=0, year=event.year, day=starts.date() if starts else None, starts=starts.time() if starts else None,
        ends=ends.time() if ends else None, cancelled=session.cancelled, slot=here.slot.number if here else None,
        room=here.room.name if here else "", capacity=here.room.seats if here else None,
        title=session.pitch.title, leaders=tuple(Named(leader.name) for leader in session.pitch.leaders), notes_url=url,
        hashtag=f"{event.hashtag}{code(here.room, here.slot)}" if here and event.hashtag else "")


def attendees_csv_of(event: Event) -> str:
    """Everybody with a pass: name, organisation, address, ticket, role; by name."""
    held = db.session.scalars(select(Pass).join(Person).where(Pass.event_id == event.id).options(joinedload(Pass.person))
                              .order_by(Person.name, Pass.id))
    return write_attendees_csv([
        AttendeeRow(number=0, name=p.person.name, email=p.person.email or "", organisation=p.person.organisation,
                    ticket=p.ticket or ROLE_WORDS[Role(p.role)]) for p in held])
