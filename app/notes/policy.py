"""Who may do what with a session's notes: the one place that knows what an event has set for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import (
    ATTENDEES_ONLY,
    NAMED,
    READ_ALL,
    READ_PUBLISHED,
    WRITE_ATTENDEES,
    WRITE_CAMPMAKERS,
    WRITE_TAKERS,
    Event,
    Role,
)
from app.grid.models import Session
from app.infra import db
from app.notes.models import PUBLISHED, Note, NoteTaker

FOR_HOLDERS = "Notes are written by people with a pass to the event. Join it first."
WHO_WRITES = {
    WRITE_ATTENDEES: FOR_HOLDERS,
    WRITE_TAKERS: "At this event notes are written by their note-takers. Say “I’ll take notes” on the session’s page first.",
    WRITE_CAMPMAKERS: "At this event notes are written by campmakers.",
}
FOR_BEING_THERE = "People with a pass to the event say that they were there."
FOR_TAKING = "People with a pass to the event take notes, or only its campmakers, where it says so."
CLOSED = "Writing of notes has closed at this event. They can still be read."


@dataclass(frozen=True)
class Rights:
    """What somebody may do with a session's notes, after one question for all of it: for pages that offer it."""

    read: bool
    write: bool
    see_history: bool
    take_notes: bool
    say_written_up: bool
    manage: bool
    say_present: bool


def rights(person: Person | None, session: Session, at: datetime) -> Rights:
    """What `person` may do at that moment (1 statement, and one more where it depends on the note or on who takes notes)."""
    event = session.event
    role = events_policy.role(person, event)
    for_some = event.notes_writers != WRITE_ATTENDEES or closed(event, at)
    takes = for_some and role == Role.ATTENDEE and takes_notes(person, session)
    write = _writes(role, takes, event, at)
    return Rights(
        read=_reads(role, session), write=write, see_history=role >= Role.ATTENDEE, take_notes=_takes(role, event),
        say_written_up=write or takes or role >= Role.CAMPMAKER, manage=role >= Role.CAMPMAKER,
        say_present=names_people(event) and role >= Role.ATTENDEE)


@dataclass(frozen=True)
class RightsIn:
    """What somebody may do with the notes of an event: `own` are the sessions that only their note-takers write."""

    write_all: bool
    own: frozenset[int]
    take_notes: bool
    manage: bool
    read_all: bool

    def write(self, session_id: int) -> bool:
        """Whether they may write the notes of this session."""
        return self.write_all or session_id in self.own


def rights_in(person: Person | None, event: Event, at: datetime) -> RightsIn:
    """What `person` may do with any of the event's notes at that moment (1 statement, 2 where note-takers write)."""
    role = events_policy.role(person, event)
    own: frozenset[int] = frozenset()
    if role == Role.ATTENDEE and event.notes_writers == WRITE_TAKERS and not closed(event, at):
        own = frozenset(db.session.scalars(select(NoteTaker.session_id).join(Session, Session.id == NoteTaker.session_id)
                                           .where(Session.event_id == event.id, NoteTaker.person_id == person.id)))
    return RightsIn(_writes(role, False, event, at), own, _takes(role, event), role >= Role.CAMPMAKER,
                    role >= Role.ATTENDEE or event.notes_readers == READ_ALL)


def can_read(person: Person | None, session: Session) -> bool:
    """Read the notes, whatever is shown, found, fed or exported of them.

    Who may read the event; if the event says so only once the notes are published, until then holders of a pass; or only
    holders of a pass.
    """
    event = session.event
    if event.notes_readers == READ_ALL:
        return events_policy.can_read(person, event)
    return _reads(events_policy.role(person, event), session)


def _reads(role: Role, session: Session) -> bool:
    event = session.event
    if role >= Role.ATTENDEE:
        return True
    return event.visibility != ATTENDEES_ONLY and (
        event.notes_readers == READ_ALL or (event.notes_readers == READ_PUBLISHED and _state(session) == PUBLISHED))


def can_read_all(person: Person | None, event: Event) -> bool:
    """Read every note of the event, in whatever state it is: holders of a pass always may."""
    if events_policy.can_take_part(person, event):
        return True
    return event.notes_readers == READ_ALL and events_policy.can_read(person, event)


def reads_all(person: Person | None) -> ColumnElement[bool]:
    """`can_read_all`, for somebody who may read the event, as a condition on `Event`: for lists across events."""
    return (Event.notes_readers == READ_ALL) | events_policy.takes_part(person)


def open_to_all() -> ColumnElement[bool]:
    """As a condition on `Event` and `Note`: whoever may read the event may read the note, too."""
    return (Event.notes_readers == READ_ALL) | ((Event.notes_readers == READ_PUBLISHED) & (Note.state == PUBLISHED))


def can_write(person: Person | None, session: Session, at: datetime) -> bool:
    """Write them at that moment: every holder of a pass, or note-takers and campmakers, or campmakers, as the event says; and
    nobody once writing has closed."""
    event = session.event
    role = events_policy.role(person, event)
    takes = role == Role.ATTENDEE and event.notes_writers == WRITE_TAKERS and takes_notes(person, session)
    return _writes(role, takes, event, at)


def _writes(role: Role, takes: bool, event: Event, at: datetime) -> bool:
    if role < Role.ATTENDEE or closed(event, at):
        return False
    return role >= Role.CAMPMAKER or event.notes_writers == WRITE_ATTENDEES or (event.notes_writers == WRITE_TAKERS and takes)


def who_writes(event: Event, at: datetime) -> str:
    """Who may write notes at that moment, in a sentence for those who may not."""
    return CLOSED if closed(event, at) else WHO_WRITES[event.notes_writers]


def why_not_write(person: Person | None, session: Session, at: datetime) -> str:
    """Why `person` may not write the notes at that moment, in a sentence; empty if they may."""
    return "" if can_write(person, session, at) else who_writes(session.event, at)


def closed(event: Event, at: datetime) -> bool:
    """Whether writing has closed by then."""
    return event.notes_close_at is not None and at >= event.notes_close_at


def can_see_history(person: Person | None, session: Session) -> bool:
    """See earlier revisions, also once writing has closed: whoever holds a pass.

    What was taken out again ("don't write that down") is not for everybody to read, so history is for those who were there.
    """
    return events_policy.can_take_part(person, session.event)


def can_see_histories(person: Person | None, event: Event) -> bool:
    """The same, of all notes of the event that they may read."""
    return events_policy.can_take_part(person, event)


def can_take_notes(person: Person | None, session: Session) -> bool:
    """Say "I'll take notes": whoever holds a pass, unless only campmakers write at the event."""
    return _takes(events_policy.role(person, session.event), session.event)


def _takes(role: Role, event: Event) -> bool:
    return role >= (Role.CAMPMAKER if event.notes_writers == WRITE_CAMPMAKERS else Role.ATTENDEE)


def can_stop_taking_notes(person: Person | None, session: Session) -> bool:
    """Take one's own "I'll take notes" back: whoever holds a pass."""
    return events_policy.can_take_part(person, session.event)


def can_say_written_up(person: Person | None, session: Session, at: datetime) -> bool:
    """Say that the notes are written up, or that they are a draft after all: who may write them or takes them, and campmakers."""
    return rights(person, session, at).say_written_up


def can_manage(person: Person | None, event: Event) -> bool:
    """Publish notes and take that back, ask for note-takers, see who covers which session: campmakers and organisers."""
    return events_policy.can_help(person, event)


def can_say_present(person: Person | None, session: Session) -> bool:
    """Say "I was there": whoever holds a pass, where notes name people. Elsewhere nobody is kept."""
    return names_people(session.event) and events_policy.can_take_part(person, session.event)


def can_take_back_present(person: Person | None, session: Session) -> bool:
    """Take one's own "I was there" back: whoever holds a pass, whatever the rule is by now."""
    return events_policy.can_take_part(person, session.event)


def can_bring_in(person: Person | None, session: Session) -> bool:
    """Bring notes in from a file: organisers."""
    return events_policy.can_organise(person, session.event)


def names_people(event: Event) -> bool:
    """Whether the event's rule is that notes name who wrote them. Otherwise (Chatham House Rule) no author is kept or shown."""
    return event.attribution == NAMED


def kept_moment(event: Event, at: datetime) -> datetime:
    """`at` as it is kept with what is written: where nobody is named only the hour, so that nobody is known by the minute."""
    return at if names_people(event) else at.replace(minute=0, second=0, microsecond=0)


def takes_notes(person: Person | None, session: Session) -> bool:
    """Whether `person` is a note-taker of the session (1 statement)."""
    return person is not None and bool(db.session.scalar(
        select(exists().where(NoteTaker.session_id == session.id, NoteTaker.person_id == person.id))))


def _state(session: Session) -> str | None:
    return db.session.scalar(select(Note.state).where(Note.session_id == session.id))
