"""Bringing in one file of notes, one grid, one list of attendees. Each call is one transaction of its caller: all or nothing.

Bringing in the same again changes nothing; something changed is merged with what people wrote here since.
"""

import secrets
from datetime import datetime

from sqlalchemy import select

from app.accounts import actions as accounts
from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events import actions as events
from app.events.models import Event, Pass, Role
from app.exchange import matching, policy
from app.exchange.models import WAITING, Import, ImportedFile
from app.exchange.note_labels import NOTES, SUMMARY, TITLE
from app.exchange.note_shape import ReadNote, Recognised
from app.exchange.reports import CHANGED, CLASHED, NEW, SAME, Report
from app.followups import actions as followups
from app.grid import actions as grid
from app.grid.models import Session
from app.infra import db, files, jobs
from app.notes import actions as notes
from app.notes.queries import written_of
from app.pitches import actions as pitches
from app.pitches.models import TITLE_LENGTH

ORGANISERS_ONLY = "Only organisers bring files in."
JOB = "exchange.read"
TICKET_LENGTH = 60


def keep_upload(actor: Person, event: Event, *, kind: str, name: str, data: bytes, only_try: bool, base_url: str,
                at: datetime) -> Import:
    """Keep an upload and ask for it to be read in the background; the returned import tells how far it has got."""
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    row = Import(event_id=event.id, by_id=actor.id, kind=kind, name=name[:400], file_key=files.keep(data), only_try=only_try,
                 state=WAITING, asked_at=at)
    db.session.add(row)
    db.session.flush()
    jobs.enqueue(JOB, {"import": row.id, "base_url": base_url})
    return row


def renew_feed_secret(actor: Person, event: Event) -> str:
    """Another secret for the addresses of somebody's own calendar feeds; the old addresses lead nowhere from now on.

    Raises Conflict for who owns the series but holds no pass.
    """
    require(policy.can_have_feed(actor, event), "Calendar links of your own are for people with a pass to the event.")
    held = db.session.scalar(select(Pass).where(Pass.event_id == event.id, Pass.person_id == actor.id))
    if held is None:
        raise Conflict("You hold no pass to this event, and the link belongs to a pass. Join the event first.")
    held.feed_secret = secrets.token_urlsafe(24)
    return held.feed_secret


def bring_in_note(actor: Person, event: Event, note: ReadNote, *, name: str, key: str, warnings: list[str], at: datetime,
                  session: Session | None = None, saved_at: datetime | None = None) -> Report:
    """One file of notes: its session (`session`, else found by place or title, or made), text, note-takers, host.

    `key` is what the file is kept under (`infra/files.py`). `saved_at` is when the notes were saved where the file comes from.
    Returns the report; what could not be done as the file says is told there, not raised.
    """
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    report = Report(name, NEW, note.title, warnings=list(warnings), unsure=list(note.unsure),
                    recognised=[_said(r) for r in note.recognised])
    kept, same = matching.file_called(event, name), matching.file_holding(event, key)
    if same is not None:
        report.outcome, report.session_id = SAME, same.session_id
        return report
    known = db.session.get(Session, kept.session_id) if kept is not None and kept.session_id else None
    if known is not None or session is not None:
        report.outcome = CHANGED if known is not None or written_of(session).text else NEW
        session = known or session
    else:
        session = _session_for(actor, event, note, report, at)
    report.session_id = session.id
    text = note.body if not note.summary else f"{note.body.rstrip()}\n\n## Summary\n\n{note.summary.strip()}\n".lstrip("\n")
    try:
        notes.bring_in(actor, session, text=text, note_takers=[str(p) for p in note.note_takers] if note.parts == 1 else [],
                       present=[str(p) for p in note.present], remark=f"Imported from {name}"[:200],
                       at=saved_at or at)
    except Conflict as clash:
        report.outcome = CLASHED
        report.warnings.append(f"The notes here and in the file say different things in the same places. {clash.message}")
        return report
    _followup(actor, session, note, report, at)
    if kept is None:
        kept = ImportedFile(event_id=event.id, name=name, by_id=actor.id)
        db.session.add(kept)
    kept.file_key, kept.session_id, kept.imported_at, kept.report = key, session.id, at, report.as_json()
    db.session.flush()
    return report


def _said(found: Recognised) -> str:
    label = found.label.strip() or found.field.replace("_", " ").capitalize()
    if found.field in (NOTES, SUMMARY):
        return f"{label}: a part of its own"
    return f"{label}: {found.value.strip() or 'left empty'}"[:300]


def _session_for(actor: Person, event: Event, note: ReadNote, report: Report, at: datetime) -> Session:
    room = matching.room_called(actor, event, note.room) if note.room and note.parts == 1 else None
    slot = matching.slot_for(actor, event, note.slot, note.time, note.date) if note.parts == 1 else None
    known = matching.Sessions(event)
    there = known.at(room, slot) if room and slot else None
    named = any(found.field == TITLE for found in note.recognised)
    if there is not None and (not named or matching.folded(there.pitch.title) == matching.folded(note.title)):
        report.outcome = CHANGED
        return there
    session = known.titled(note.title)
    if session is not None and matching.came_from_a_file(session):
        report.unsure.append("Another file of the same title was brought in before, so this is a session of its own.")
        session = None
    if session is None:
        pitch = known.pitch_titled(note.title) or pitches.pitch(
            actor, event, title=session_title(note.title, report),
            leaders=[str(p)[:100] for p in note.leaders][:pitches.LEADERS_BROUGHT_IN_MOST] if note.parts == 1 else [],
            topics=[t[:40] for t in note.tags][:pitches.TOPICS_MOST], at=at)
        session = grid.open_session(actor, pitch, at=at)
        db.session.flush()
    else:
        report.outcome = CHANGED
    if there is not None:
        report.unsure.append(f"“{there.pitch.title}” is in {room.name} in that slot already, so this session has no place yet.")
    elif session.placement is None and room and slot:
        if room.number is None:
            report.unsure.append(f"{room.name} is not a room for sessions here, so this session has no place yet.")
        else:
            grid.place(actor, event, session.pitch, room, slot, seen=None, at=at)
    elif session.placement is None and (note.room or note.slot is not None):
        report.unsure.append("The file does not say both room and session number, so this session has no place yet.")
    return session


def session_title(title: str, report: Report) -> str:
    """Anybody's `title` cut to what a pitch may have; the whole of it goes into the report."""
    title = " ".join(title.split()) or "Untitled session"
    if len(title) > TITLE_LENGTH:
        report.unsure.append(f"The title is longer than {TITLE_LENGTH} characters and was cut. The whole of it: {title[:600]}")
        title = title[:TITLE_LENGTH - 1].rstrip() + "…"
    return title


def _followup(actor: Person, session: Session, note: ReadNote, report: Report, at: datetime) -> None:
    for host in note.hosts:
        try:
            followups.name_host(actor, session, str(host), at=at)
        except Invalid as problem:
            report.warnings.append(f"“{host}” was not made host of the conversation: {problem.message}")
    if note.wants_host:
        followups.ask_for_host(actor, session, at=at)


def bring_in_attendee(actor: Person, event: Event, *, name: str, email: str, organisation: str, ticket: str, at: datetime) -> str:
    """Give somebody from a ticket list a pass; they sign in with their address. Returns NEW, CHANGED or SAME.

    Somebody without an address is found again by name and ticket. A role that was given here is kept.
    """
    require(policy.can_import(actor, event), ORGANISERS_ONLY)
    if email:
        person = accounts.person_for_email(email, name, organisation=organisation, at=at)
        held = db.session.scalar(select(Pass).where(Pass.event_id == event.id, Pass.person_id == person.id))
    else:
        held = db.session.scalar(select(Pass).join(Person, Person.id == Pass.person_id).where(
            Pass.event_id == event.id, Person.email.is_(None), Person.name == name, Person.organisation == organisation).limit(1))
        person = held.person if held else Person(name=name, organisation=organisation, created_at=at)
        db.session.add(person)
    ticket = ticket[:TICKET_LENGTH]
    if held is not None:
        if held.ticket == ticket:
            return SAME
        held.ticket = ticket
        return CHANGED
    db.session.flush()
    events.give_pass(actor, event, person, Role.ATTENDEE, ticket=ticket, at=at)
    return NEW
