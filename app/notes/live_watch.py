"""Who may be where people write together: they go when their session ends, when they may no longer be there, when writing closes.

The document itself is looked after by `documents/live.py`; what it belongs to (a session's note, the shared note of a
conversation) says who may read and write it (`Watched`).
"""

import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import gevent
from gevent.event import Event as Signal
from sqlalchemy import select

from app.accounts.models import Person
from app.documents.live import GONE, LATER, NO_MORE, Member, Owner, Room
from app.documents.live_writer import writer
from app.errors import Refused
from app.events.models import Role
from app.infra import clock, db, live
from app.notes import live_editors
from app.notes.live_editors import Editors
from app.web.sockets import Socket

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


class Watched(Owner, Protocol):
    """What a text that is watched over belongs to."""

    key: str  # what those who write it are told apart by from those who write others
    topics: tuple[str, ...]  # nudged when somebody's rights may have changed

    def may(self, person: Person | None, at: datetime) -> tuple[bool, bool]:
        """Whether `person` may read it and write it at that moment."""

    def anew(self) -> "Watched | None":
        """The same as the database has it now; None when it is gone."""


@dataclass(frozen=True)
class Admitted:
    """Somebody who may connect to a text. `document_id` is None where there is none and they may not begin it."""

    document_id: int | None
    owner: Watched
    person_id: int | None
    session_key: str | None
    user: dict
    may_write: bool
    seen: int  # how often rights had changed when this was asked


def admitted(person: Person | None, document_id: int | None, owner: Watched, role: Role, may_write: bool, seen: int) -> Admitted:
    """What lets `person`, who is `role` there, connect."""
    return Admitted(document_id, owner, person.id if person else None, person.session_key if person else None,
                    user_of(person, role), may_write, seen)


def user_of(person: Person | None, role: Role) -> dict:
    """What others see of somebody: a stranger is a reader without a name."""
    if person is None:
        return {"name": "Reader", "color": "#6b6b6b", "role": ROLES[Role.STRANGER]}
    return {"name": person.name, "color": COLOURS[person.id % len(COLOURS)], "role": ROLES[role]}


def join(socket: Socket, admitted: Admitted) -> None:
    """Connect somebody to the text; the request they came with is over."""
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
    if watch.over(room.owner.topics) != admitted.seen:  # something has changed since they were let in
        watch.ask(room.owner.topics)


class Watch:
    """Sends people away when their session ends, their role is taken from them, or writing closes."""

    def __init__(self):
        self._following: dict[str, Callable[[], None]] = {}  # by topic
        self._changes: dict[str, int] = {}  # heard so far, by topic
        self._asked: set[str] = set()
        self._wake = Signal()
        self._running: gevent.Greenlet | None = None

    def over(self, topics: Iterable[str]) -> int:
        """Listen for changes of who may be where; how many were heard, or may have been missed, so far."""
        for topic in topics:
            if topic not in self._following:
                self._changes[topic] = self._changes.get(topic, 0) + 1
                self._following[topic] = live.relay.follow(topic, lambda _version, topic=topic: self._hear(topic))
        return sum(self._changes[topic] for topic in topics)

    def begin(self) -> None:
        """Look from now on."""
        if self._running is None:
            self._running = gevent.spawn(self._run)
            live.relay.follow(live.BACK, lambda _nothing: self.ask_all())

    def _hear(self, topic: str) -> None:
        self._changes[topic] += 1
        self.ask((topic,))

    def ask(self, topics: Iterable[str]) -> None:
        """Look again at who may do what, where these topics tell of it."""
        self._asked.update(topics)
        self._wake.set()

    def ask_all(self) -> None:
        """Look again everywhere: nudges may have been lost."""
        writer.look_again()
        for room in writer.rooms.values():
            self.ask(room.owner.topics)

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
        for topic in self._following.keys() - {topic for room in rooms for topic in room.owner.topics}:
            self._following.pop(topic)()
        try:
            for room in rooms:
                closes = room.owner.closes_at
                closed = closes is not None and now >= closes and any(member.may_write for member in room.members)
                if closed or not asked.isdisjoint(room.owner.topics):
                    self._look_at(room, now)
        except Exception:
            self._asked |= asked
            raise
        self._sessions(rooms)

    def _count(self) -> None:
        """How many are here is told once a second, and nothing else of them, where the Chatham House Rule holds."""
        quiet = [room for room in writer.rooms.values() if room.presence.quiet and room.members]
        found = live_editors.editors_at(room.owner.key for room in quiet) if quiet else {}
        for room in quiet:
            room.count(found.get(room.owner.key, Editors()).count)

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
        owner = room.owner.anew()
        if owner is None:
            room.end(GONE, "gone")
            return
        if owner.named != room.owner.named:
            room.end(LATER, "the event’s rule has changed")  # whoever comes back comes under the new one
            return
        told = owner.closes_at != room.owner.closes_at
        room.owner.closes_at = owner.closes_at
        may: dict[int | None, tuple[bool, bool]] = {}
        for member in tuple(room.members):
            if member.person_id not in may:
                person = db.session.get(Person, member.person_id) if member.person_id else None
                may[member.person_id] = owner.may(person, now)
                gevent.sleep(0)  # a full house is a thousand questions: others have their turn in between
            can_read, can_write = may[member.person_id]
            if not can_read or (member.may_write and not can_write):
                member.socket.close(NO_MORE, "may not " + ("write" if can_read else "read"))
            elif can_write != member.may_write or told:
                member.may_write = can_write
                member.tell_note()


watch = Watch()
