"""Bringing back a note that Folkmoot wrote: to the place it says, with its state and its pictures."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import require
from app.events import actions as events
from app.events.models import SESSION_SLOT, Event
from app.exchange import actions, matching, own_notes, policy
from app.exchange.own_notes import OwnNote
from app.exchange.own_versions import Version, Versions
from app.exchange.reports import CHANGED, NEW, Report
from app.grid.models import Session
from app.infra import db, files, jobs
from app.infra.pictures import Made
from app.notes import actions as notes
from app.notes import picture_actions, states
from app.notes.history_actions import NAME_LENGTH as VERSION_NAME
from app.notes.history_actions import name_version
from app.notes.models import PUBLISHED, WRITTEN_UP, Picture
from app.notes.picture_queries import NAME
from app.notes.queries import note_of


def bring_in_own(actor: Person, event: Event, own: OwnNote, pictures: dict[str, Made], *, name: str, key: str,
                 warnings: list[str], versions: Versions = Versions(), at: datetime) -> Report:
    """One of our own files; see `actions.bring_in_note` for what `name` and `key` are. `pictures` are those that came with it,
    `versions` its earlier ones with names, which are kept where the session has no notes yet."""
    require(policy.can_import(actor, event), actions.ORGANISERS_ONLY)
    session = _session_with(event, own.texts.get("guid", ""))
    if session is None:
        _make_place(actor, event, own)
    shown = {**dict(versions.pictures), **dict(own.pictures)}
    names = {one: _name_here(event, one) for one in shown if NAME.fullmatch(one)}
    before = own.texts.get("source", "").partition("/e/")[2].partition("/")[0]

    def at_home(text: str, pictures_as: str) -> str:
        if pictures_as == "files":
            return own_notes.at_home(text, event.slug, names)
        moved = before != event.slug or any(there != here for there, here in names.items())
        return own_notes.renamed(text, before, event.slug, names) if moved else text

    saved_at = None
    if session is not None and note_of(session) is None:
        saved_at = min(own.saved_at or at, at)
        for one in versions.all:
            _bring_in_version(actor, session, one, at_home(one.text, one.pictures_as), remark=f"Imported from {name}"[:200],
                              at=min(one.saved_at or at, at))
    report = actions.bring_in_note(
        actor, event, own.as_read(at_home(own.text, own.texts.get("pictures_as", ""))), name=name, key=key, warnings=warnings,
        at=at, session=session, saved_at=saved_at)
    if report.outcome not in (NEW, CHANGED):
        return report
    if saved_at is not None:
        report.outcome = NEW  # its earlier versions were brought in just before
    session = db.session.get_one(Session, report.session_id)
    for one, alt in shown.items():
        if one in pictures and one in names:
            _keep(session, names[one], pictures[one], alt, at)
    if own.texts.get("state") == PUBLISHED:
        states.publish(actor, session, at=at)
    elif own.texts.get("state") == WRITTEN_UP:
        states.written_up(actor, session, at=at)
    if own.numbers.get("slots", 1) > session.length:
        report.unsure.append("The session took two slots, and is in the first of them here. Make it a double on the grid.")
    if own.texts.get("cancelled") and not session.cancelled:
        report.unsure.append(f"The session was cancelled ({own.texts['cancelled'][:200]}). Cancel it on the grid.")
    return report


def _session_with(event: Event, guid: str) -> Session | None:
    """The session that the file is of, where it is known by what it is called for good (`event.json` brought it back)."""
    return db.session.scalar(select(Session).where(Session.event_id == event.id, Session.guid == guid)) if guid else None


def _bring_in_version(actor: Person, session: Session, version: Version, text: str, *, remark: str, at: datetime) -> None:
    saved = notes.bring_in(actor, session, text=text, note_takers=[], present=[], remark=remark, at=at)
    name_version(actor, session, number=saved.revision, name=version.name[:VERSION_NAME], at=at, bringing_in=True)


def _make_place(actor: Person, event: Event, own: OwnNote) -> None:
    """The room and the slot that the file names, where the event has none of that name, number or time yet."""
    name = " ".join(own.texts.get("room", "").split())[:matching.ROOM_NAME_LENGTH].rstrip()
    if name and not any(matching.folded(room.name) == matching.folded(name) for room in event.rooms):
        number, taken = own.numbers.get("room_number"), {room.number for room in event.rooms}
        number = number if number and number > 0 and number not in taken else None
        seats = own.numbers["seats"] if own.numbers.get("seats", 0) > 0 else None
        events.add_room(actor, event, name=name, number=number, seats=seats, floor=own.texts.get("floor", "")[:40])
    number = own.numbers.get("slot", 0)
    if number > 0 and not any(slot.number == number for slot in event.slots):
        starts_at, ends_at = own.starts_at, own.ends_at
        ends_at = ends_at if starts_at and ends_at and ends_at > starts_at else None
        events.add_slot(actor, event, kind=SESSION_SLOT, number=number, starts_at=starts_at, ends_at=ends_at)


def _name_here(event: Event, name: str) -> str:
    """What the picture is called in this event: the same, unless another event's picture is; then always the same other."""
    holder = select(Session.event_id).join(Picture, Picture.session_id == Session.id).where(Picture.name == name)
    there = db.session.scalar(holder)
    if there in (None, event.id):
        return name
    return hashlib.blake2b(f"{event.id} {name}".encode(), digest_size=10).hexdigest() + name[name.rindex("."):]


def _keep(session: Session, name: str, made: Made, alt: str, at: datetime) -> None:
    if db.session.scalar(select(Picture.id).where(Picture.name == name)) is not None:
        return
    picture_actions.room_for_one(session)
    alt, at = " ".join(alt.split())[:picture_actions.ALT_LENGTH], at.replace(minute=0, second=0, microsecond=0)
    picture = Picture(session_id=session.id, name=name, file=files.keep(made.data), width=made.width, height=made.height,
                      size=len(made.data), alt=alt, at=at)
    db.session.add(picture)
    db.session.flush()
    jobs.enqueue(picture_actions.JOB, {"picture": picture.id, "days": picture_actions.KEPT_DAYS},
                 at + timedelta(days=picture_actions.KEPT_DAYS))
