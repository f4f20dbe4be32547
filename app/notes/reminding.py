"""Reminding note-takers whose notes are still a draft: once when the event ends, once before the time to tidy is over, and nobody
else. Who has an address gets a mail (they said that they would take notes), everybody a notice.

As with nudges, a job decides when it runs what there is to do: the event may have moved since it was planned.
"""

from collections.abc import Iterable
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.events import notices
from app.events.models import Event, Notice, Pass
from app.events.watched import before_set_up
from app.grid.announcing import SESSION
from app.grid.models import Placement, Session
from app.grid.queries import where_of
from app.infra import clock, db, jobs
from app.letters import actions as letters
from app.letters.models import EVENT
from app.letters.wording import escaped
from app.notes.beginning import begun
from app.notes.models import DRAFT, Note, NoteTaker
from app.notes.tidying import Window, window_of

JOB = "notes.remind"


def plan(event: Event, at: datetime) -> None:
    """See to it that a job runs at the next time that reminders are due (1 statement). Called when there are note-takers."""
    window = window_of(event)
    if window is not None and at < window.closes:
        due = next((moment for moment in (window.opens, window.last_call) if moment > at), None)
        if due is not None:
            jobs.enqueue_once(JOB, {"event": event.id}, due)


@before_set_up
def look(_actor: Person, event: Event, at: datetime):
    """After a change of dates, times or the time to tidy, plan anew."""
    return lambda: plan(event, at) if _any_note_takers(event) else None


@jobs.handles(JOB, batch=50)
def remind(payloads: list[dict]) -> None:
    """Send the reminders that are due now."""
    base_url = current_app.extensions["base_url"]
    for event_id in sorted({payload["event"] for payload in payloads}):
        with db.transaction() as session:
            event = session.get(Event, event_id)
            if event is not None:
                remind_now(event, clock.now(), base_url)
                plan(event, clock.now())


def remind_now(event: Event, at: datetime, base_url: str) -> int:
    """Remind the note-takers of each session whose notes are a draft and that no reminder was sent for in this part of the
    window; how many sessions that were."""
    window = window_of(event)
    if window is None or not window.opens <= at < window.closes:
        return 0
    since = window.last_call if at >= window.last_call else window.opens
    due = _due(event, since, at)
    by_person: dict[Person, list[Session]] = {}
    for session, takers in due:
        for person in takers:
            by_person.setdefault(person, []).append(session)
    for person, sessions in by_person.items():
        _say(event, person, sessions, window, at, base_url)
    notices.told(event, [person.id for person in by_person], at=at)
    return len(due)


def _due(event: Event, since: datetime, at: datetime) -> list[tuple[Session, list[Person]]]:
    """Sessions with a draft and somebody who takes notes, not reminded since then; from now on they are."""
    takers: dict[int, list[Person]] = {}
    for session_id, person in db.session.execute(
            select(NoteTaker.session_id, Person).join(Person, Person.id == NoteTaker.person_id)
            .join(Session, Session.id == NoteTaker.session_id)
            .join(Pass, (Pass.person_id == Person.id) & (Pass.event_id == Session.event_id))
            .where(Session.event_id == event.id, Session.cancelled == "").order_by(NoteTaker.since, NoteTaker.id)):
        takers.setdefault(session_id, []).append(person)
    sessions = db.session.scalars(select(Session).where(Session.id.in_(takers)).order_by(Session.id)
                                  .options(joinedload(Session.pitch), joinedload(Session.placement).options(
                                      joinedload(Placement.room), joinedload(Placement.slot))))
    notes = {note.session_id: note for note in db.session.scalars(select(Note).where(Note.session_id.in_(takers)))}
    due = []
    for session in sessions:
        note = notes.get(session.id) or begun(session, at)
        if note.state == DRAFT and (note.reminded_at is None or note.reminded_at < since):
            note.reminded_at = at
            due.append((session, takers[session.id]))
    return due


def _say(event: Event, person: Person, sessions: list[Session], window: Window, at: datetime, base_url: str) -> None:
    until = f"{clock.local(window.closes, event.time_zone):%H:%M on %A}"
    titles = [" ".join(session.pitch.title.split()) for session in sessions]
    for session, title in zip(sessions, titles, strict=True):
        said = f"Your notes on “{title}” are still a draft. Tidy them until {until}, then say that they are written up."
        where = where_of(session)
        # Mailed now, if at all: not once more by those who wish mails of changes.
        db.session.add(Notice(event_id=event.id, person_id=person.id, about=SESSION, thing_id=session.id, said=said, was=where,
                              now=where, at=at, mailed_at=at))
    subject, body = letter(event.name, person.name, titles, [
        f"{base_url}/e/{event.slug}/sessions/{session.id}/note" for session in sessions], until)
    letters.write(person, kind="notes", about=(EVENT, event.id), subject=subject, body=body, at=at, time_zone=event.time_zone,
                  urgent=True, from_name=event.name, key=f"notes:{event.id}:{person.id}:{at:%Y-%m-%dT%H:%M}")


def letter(event_name: str, name: str, titles: Iterable[str], urls: Iterable[str], until: str) -> tuple[str, str]:
    """The subject and body (Markdown). Titles are what others typed; the links are ours."""
    event_name = " ".join(event_name.split())
    mine = "\n".join(f"- {escaped(title)}: {url}" for title, url in zip(titles, urls, strict=True))
    return f"Your notes at {event_name}", (
        f"Hello {escaped(name)},\n\nthank you for taking notes at {escaped(event_name)}. These are still a draft:\n\n{mine}\n\n"
        f"There is time to tidy them until {until}. When they can be read by others, press “They are written up” there. "
        "A few lines are enough.\n\nYou get this once when the event ends and once before that time is over, because you take "
        "these notes.\n")


def _any_note_takers(event: Event) -> bool:
    return db.session.scalar(select(NoteTaker.id).join(Session, Session.id == NoteTaker.session_id)
                             .where(Session.event_id == event.id).limit(1)) is not None
