"""Notes while people write them together: who may be there, what they are called, and that they go when they may no longer be.

The document itself is looked after by `documents/live.py`; this is the note around it.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import gevent
from gevent.event import Event as Signal
from sqlalchemy import select

from app.accounts.models import Person
from app.documents.live import GONE, LATER, NO_MORE, Member, Room
from app.documents.live_writer import writer
from app.errors import Refused, require
from app.events import policy as events_policy
from app.events.models import Event, Role
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import clock, db, findable, live
from app.infra.db import transaction
from app.notes import actions, live_editors, policy
from app.notes import live_jobs as _jobs  # noqa: F401 - its jobs are registered
from app.notes.live_editors import Editors, editors_of
from app.notes.queries import note_of
from app.web.sockets import Socket

__all__ = ["Editors", "admit", "editors_of", "join", "watch"]

log = logging.getLogger(__name__)

SIGNED_OUT = 4401
LOOK_SECONDS = 1.0  # between looks at whose session has ended and whether writing has closed
AGAIN_SECONDS = 60.0  # and at everything, in case a nudge was lost
PEOPLE_AT_ONCE = 500
COLOURS = ("#b3261e", "#8a5a00", "#4d6b00", "#00695c", "#005f9e", "#3f51b5", "#7b3fa0", "#a8326e", "#6d4c41", "#37617a",
           "#2e7d32", "#9a4b00")
ROLES = {Role.STRANGER: "reader", Role.ATTENDEE: "attendee", Role.CAMPMAKER: "campmaker", Role.ORGANISER: "organiser"}


class SignedOut(Refused):
    """The browser shows a cookie of a session that has ended."""

    status = 401
    heading = "You are signed out"


class NoteOwner:
    """What a note's document needs to know of its event (`documents.live.Owner`)."""

    def __init__(self, session_id: int, event: Event):
        self.session_id, self.event_id = session_id, event.id
        self.attribution, self.closes_at = event.attribution, event.notes_close_at
        self._counted = False

    @property
    def named(self) -> bool:
        """Whether those who write may be named."""
        return policy.names_people(self)

    def moment(self, at: datetime) -> datetime:
        """`at` as it may be kept."""
        return policy.kept_moment(self, at)

    def told(self, revision: int | None) -> None:
        """Search and open pages are told; the grid, which shows who has notes, at first and with every revision."""
        findable.changed("session", self.session_id)
        if revision or not self._counted:
            event = db.session.get(Event, self.event_id)
            if event is not None:
                count_change(event, nudge=False)
            self._counted = True
        topic = f"note:{self.session_id}"
        db.after_commit(lambda: live.publish(topic, revision or 0))


@dataclass(frozen=True)
class Admitted:
    """Somebody who may connect to a session's note. `document_id` is None where there is none and they may not begin it."""

    session_id: int
    document_id: int | None
    owner: NoteOwner
    person_id: int | None
    session_key: str | None
    user: dict
    may_write: bool
    seen: int  # how often roles had changed when this was asked


def admit(person: Person | None, session: Session, at: datetime) -> Admitted:
    """Ask whether `person` may connect, and begin the note if they are the first who may write. Raises Forbidden."""
    seen = watch.over(session.event_id)
    require(policy.can_read(person, session), "Sign in or join the event first.")
    may_write, note = policy.can_write(person, session, at), note_of(session)
    if note is None and may_write:
        with transaction(session.event):
            actions.begin(person, session, at=at)
        note = note_of(session)
    event = session.event
    return Admitted(session.id, note.document_id if note else None, NoteOwner(session.id, event), person.id if person else None,
                    person.session_key if person else None, user_of(person, events_policy.role(person, event)), may_write, seen)


def user_of(person: Person | None, role: Role) -> dict:
    """What others see of somebody: a stranger is a reader without a name."""
    if person is None:
        return {"name": "Reader", "color": "#6b6b6b", "role": ROLES[Role.STRANGER]}
    return {"name": person.name, "color": COLOURS[person.id % len(COLOURS)], "role": ROLES[role]}


def join(socket: Socket, admitted: Admitted) -> None:
    """Connect somebody to the note; the request they came with is over."""
    room = writer.room(admitted.document_id, lambda: admitted.owner) if admitted.document_id else None
    if room is None:
        socket.close(GONE, "no such note")
        return
    if not room.alive:
        socket.close(LATER, "try again")
        return
    member = Member(room, socket, person_id=admitted.person_id, user=admitted.user, may_write=admitted.may_write)
    member.badge = admitted.session_key
    member.begin()
    watch.begin()
    if watch.over(room.owner.event_id) != admitted.seen:  # something has changed since they were let in
        watch.ask(room.owner.event_id)


class Watch:
    """Sends people away when their session ends, their role is taken from them, or writing closes."""

    def __init__(self):
        self._following: dict[int, Callable[[], None]] = {}  # by event
        self._changes: dict[int, int] = {}  # of roles, heard so far, by event
        self._asked: set[int] = set()
        self._wake = Signal()
        self._running: gevent.Greenlet | None = None

    def over(self, event_id: int) -> int:
        """Watch over who writes notes of this event; how many changes of roles were heard, or may have been missed, so far."""
        if event_id not in self._following:
            self._changes[event_id] = self._changes.get(event_id, 0) + 1
            self._following[event_id] = live.relay.follow(f"access:{event_id}", lambda _version: self._hear(event_id))
        return self._changes[event_id]

    def begin(self) -> None:
        """Look from now on."""
        if self._running is None:
            self._running = gevent.spawn(self._run)
            live.relay.follow(live.BACK, lambda _nothing: self.ask_all())

    def _hear(self, event_id: int) -> None:
        self._changes[event_id] += 1
        self.ask(event_id)

    def ask(self, event_id: int) -> None:
        """Look again at who may do what at an event."""
        self._asked.add(event_id)
        self._wake.set()

    def ask_all(self) -> None:
        """Look again everywhere: nudges may have been lost."""
        writer.look_again()
        for room in writer.rooms.values():
            self.ask(room.owner.event_id)

    def _run(self) -> None:
        again = time.monotonic() + AGAIN_SECONDS
        while True:
            self._wake.wait(LOOK_SECONDS)
            self._wake.clear()
            try:
                if time.monotonic() > again:
                    again = time.monotonic() + AGAIN_SECONDS
                    self.ask_all()
                self._look()
                live_editors.tell()
                self._count()
            except Exception:
                log.exception("who may be where could not be looked at; trying again")
            finally:
                db.session.remove()

    def _look(self) -> None:
        asked, self._asked = self._asked, set()
        now = clock.now()
        rooms = list(writer.rooms.values())
        for event_id in self._following.keys() - {room.owner.event_id for room in rooms}:
            self._following.pop(event_id)()
        try:
            for room in rooms:
                closes = room.owner.closes_at
                closed = closes is not None and now >= closes and any(member.may_write for member in room.members)
                if closed or room.owner.event_id in asked:
                    self._look_at(room, now)
        except Exception:
            self._asked |= asked
            raise
        self._sessions(rooms)

    def _count(self) -> None:
        """How many are here is told once a second, and nothing else of them, where the Chatham House Rule holds."""
        quiet = [room for room in writer.rooms.values() if room.presence.quiet and room.members]
        found = editors_of(room.owner.session_id for room in quiet) if quiet else {}
        for room in quiet:
            room.count(found.get(room.owner.session_id, Editors()).count)

    def _sessions(self, rooms: list[Room]) -> None:
        """Whose session has ended: one statement for everybody who is connected."""
        here: dict[int, list[Member]] = {}
        for room in rooms:
            for member in room.members:
                if member.person_id is not None:
                    here.setdefault(member.person_id, []).append(member)
        ids = list(here)
        for first in range(0, len(ids), PEOPLE_AT_ONCE):
            some = ids[first:first + PEOPLE_AT_ONCE]
            keys = dict(db.session.execute(select(Person.id, Person.session_key).where(Person.id.in_(some))).all())
            for person_id in some:
                for member in here[person_id]:
                    if keys.get(person_id) != member.badge:
                        member.socket.close(SIGNED_OUT, "signed out")
        db.session.rollback()

    def _look_at(self, room: Room, now: datetime) -> None:
        session = db.session.get(Session, room.owner.session_id, populate_existing=True)
        if session is None:
            room.end(GONE, "gone")
            return
        event = db.session.get(Event, session.event_id, populate_existing=True)
        owner = NoteOwner(session.id, event)
        if owner.named != room.owner.named:
            room.end(LATER, "the event’s rule has changed")  # whoever comes back comes under the new one
            return
        told = owner.closes_at != room.owner.closes_at
        room.owner.closes_at = owner.closes_at
        may: dict[int | None, tuple[bool, bool]] = {}
        for member in tuple(room.members):
            if member.person_id not in may:
                person = db.session.get(Person, member.person_id) if member.person_id else None
                may[member.person_id] = policy.can_read(person, session), policy.can_write(person, session, now)
                gevent.sleep(0)  # a full house is a thousand questions: others have their turn in between
            can_read, can_write = may[member.person_id]
            if not can_read or (member.may_write and not can_write):
                member.socket.close(NO_MORE, "may not " + ("write" if can_read else "read"))
            elif can_write != member.may_write or told:
                member.may_write = can_write
                member.tell_note()


watch = Watch()
