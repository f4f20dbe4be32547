"""A document while people edit it together: who is connected, and what each message of theirs does.

A change is read strictly, applied to the document in memory, and handed to the writer (`live_writer.py`), which stores it and
only then shows it to the others. Answers to what somebody asks wait in the same line, so nothing is ever shown or called saved
that is not stored. When anything goes wrong the room ends: all are sent away, the document in memory is let go, and whoever
comes back gets what is in the log.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from app.documents import wire
from app.documents.crdt import Malformed, Open
from app.documents.live_pace import BRING_SECONDS
from app.documents.live_presence import Presence
from app.documents.log import Change
from app.documents.models import TEXT_BYTES, UPDATE_BYTES
from app.infra import clock
from app.web.frames import BINARY, frame
from app.web.sockets import Socket

log = logging.getLogger(__name__)

LOG_BYTES = 32 * 1024 * 1024  # of a document's whole log: fifty times what 20,000 changes by hand come to
PENDING_BYTES = 1024 * 1024  # of changes that came before what they build on
PENDING_MOST = 500
OUT_OF_ORDER, NO_MORE, GONE, ANEW, TOO_LONG, LATER, TOO_LARGE = 4400, 4403, 4404, 4409, 4413, 1013, 1009
TYPING_SECONDS = 10.0
STILL_SECONDS, TYPING_ON_SECONDS = 60.0, 300.0  # a revision is made when all were still for so long, or wrote on for so long


class Owner(Protocol):
    """What a document belongs to, as far as editing it together needs to know."""

    named: bool  # whether those who write may be named
    closes_at: datetime | None

    def moment(self, at: datetime) -> datetime:
        """`at` as it may be kept."""

    def told(self, revision: int | None) -> None:
        """Called inside the transaction that writes the document's text down, or makes `revision` of it."""


class Member:
    """One connection to a room."""

    __slots__ = ("badge", "client", "fenced", "may_write", "person_id", "room", "socket", "typed_at", "user")

    def __init__(self, room: "Room", socket: Socket, *, person_id: int | None, user: dict, may_write: bool):
        self.room, self.socket = room, socket
        self.person_id, self.user, self.may_write = person_id, user, may_write
        self.client: int | None = None  # the one this connection speaks for in awareness
        self.fenced, self.typed_at = False, 0.0
        self.badge: str | None = None  # what the owner knows them by

    def begin(self) -> None:
        """Be in the room: it says what it has and who is here, and listens."""
        room = self.room
        room.members.add(self)
        room.writer.answer(room, self, frame(BINARY, wire.sync(wire.STEP1, room.open.state)))
        here = room.presence.all()
        if here:
            self.socket.send(frame(BINARY, here), initial=True)
        self.socket.listen(self.received, self.gone)

    def send(self, data: bytes) -> None:
        """Send a frame."""
        self.socket.send(data)

    def gone(self) -> None:
        """The connection has ended."""
        self.room.members.discard(self)
        self.room.presence.leave(self)
        self.room.writer.look(self.room)

    def received(self, data: bytes) -> None:
        """One message."""
        try:
            self._dispatch(wire.Bytes(data))
        except Malformed as problem:
            self.socket.close(OUT_OF_ORDER, str(problem)[:60])

    def _dispatch(self, read: wire.Bytes) -> None:
        kind = read.number()
        if kind == wire.SYNC:
            step, data = read.number(), read.run()
            read.end()
            if step == wire.STEP1:
                self.room.answer_step1(self, data)
            elif step in (wire.STEP2, wire.UPDATE):
                self.room.write(self, data)
            else:
                raise Malformed("no such step")
        elif kind == wire.AWARENESS:
            data = read.run()
            read.end()
            self.room.presence.hear(self, data)
            self.room.writer.news(self.room)
        elif kind == wire.QUERY_AWARENESS:
            here = self.room.presence.all()
            if here:
                self.send(frame(BINARY, here))
        elif kind == wire.FENCE:
            read.number()
            read.end()
            self.room.writer.answer(self.room, self, frame(BINARY, read.data))
            if not self.fenced:
                self.fenced = True
                self.tell_note()
        elif kind != wire.AUTH:
            raise Malformed("no such message")

    def tell_note(self) -> None:
        """Tell our own editor what holds for this document; others never asked."""
        if self.fenced:
            self.room.writer.answer(self.room, self, frame(BINARY, self.room.facts(self.may_write)))

    def refuse_writing(self) -> None:
        """The reference client knows this message; then the connection is closed, so that nothing unsaved looks saved."""
        self.send(frame(BINARY, bytes((wire.AUTH, 0)) + wire.run(b"You may read these notes, not write them.")))
        self.socket.close(NO_MORE, "may not write")


class Room:
    """One document that somebody has open in this process."""

    def __init__(self, document_id: int, owner: Owner, writer):
        self.document_id, self.owner, self.writer = document_id, owner, writer
        self.open = Open()
        self.epoch = self.seq = self.text_seq = self.snapshot_seq = self.log_bytes = 0
        self.retired: frozenset[int] = frozenset()
        self.pending: list[bytes] = []
        self.members: set[Member] = set()
        self.presence = Presence(quiet=not owner.named)
        self.alive = True
        self.waiting = 0  # changes handed to the writer and not stored yet
        self.nul = False
        self.here: int | None = None  # how many are here, where that is all that may be told of them
        self.changed_at = self.unwritten_since = self.unrevised_since = 0.0
        self.empty_since = time.monotonic()
        self.wrote: set[int | None] = set()  # who, since the last revision
        self.stop: Callable[[], None] = lambda: None  # listening for what others did to the document

    def facts(self, may_write: bool) -> bytes:
        """The message for our own editor."""
        closes = self.owner.closes_at
        facts = {"epoch": self.epoch, "limit": TEXT_BYTES, "can_write": may_write,
                 "closes_at": closes.isoformat() if closes else None}
        return wire.note(facts if self.here is None else facts | {"here": self.here})

    def count(self, here: int) -> None:
        """Tell our own editors how many are here, where they hear of nobody by name."""
        if self.presence.quiet and here != self.here:
            self.here = here
            for member in tuple(self.members):
                member.tell_note()

    def answer_step1(self, member: Member, vector: bytes) -> None:
        """Somebody says what they have, and gets the rest."""
        if self.retired and not self.retired.isdisjoint(wire.read_state(vector)):
            member.socket.close(ANEW, "begun anew")
            return
        data = frame(BINARY, wire.sync(wire.STEP2, self.open.since(vector)))
        self.writer.answer(self, member, data, initial=True)

    def write(self, member: Member, data: bytes) -> None:
        """Somebody changed something, or answers what the room lacks."""
        said = wire.read_update(data)
        if said.empty:
            return
        if not member.may_write:
            if not self._has(said, data):
                member.refuse_writing()
            return
        if self.retired and not self.retired.isdisjoint(said.named):
            member.socket.close(ANEW, "begun anew")
            return
        if len(data) > UPDATE_BYTES:
            member.socket.close(TOO_LARGE, "that is too large")
            return
        if self.log_bytes + len(data) > LOG_BYTES:
            member.socket.close(TOO_LONG, "its history is too long")
            return
        if not said.plain or self.open.size + sum(map(len, self.pending)) + len(data) > TEXT_BYTES:
            tried = self._tried(data)
            if tried > TEXT_BYTES and tried > self.open.size:
                member.socket.close(TOO_LONG, "too long")
                return
        self._apply(member, said, data)

    def _tried(self, data: bytes) -> int:
        """How long the text would be. Raises `Malformed`."""
        trial = Open()
        for part in (self.open.since(b"\0"), *self.pending, data):
            trial.apply(part)
        return len(trial.text.encode())

    def _has(self, said: wire.Update, data: bytes) -> bool:
        """Whether all that `data` says is in the document."""
        if said.made and self.open.lacks(data):
            return False
        if not said.deleted:
            return True
        known = wire.read_state(self.open.state)
        return all(end <= known.get(client, 0) for client, _begin, end in said.deleted)

    def _apply(self, member: Member, said: wire.Update, data: bytes) -> None:
        try:
            made = self.open.apply(data)
        except Malformed:
            log.exception("a change broke the document in memory; it is read anew")
            member.socket.close(OUT_OF_ORDER, "no such change")
            self.end(LATER, "try again")
            return
        has = self._has(said, data)
        if made is None and has:
            return  # a change that is there already
        if not has:
            if len(self.pending) >= PENDING_MOST or sum(map(len, self.pending)) + len(data) > PENDING_BYTES:
                member.socket.close(OUT_OF_ORDER, "it builds on what never came")
                return
            self.pending.append(data)
        elif self.pending:
            self.pending = [one for one in self.pending if self.open.lacks(one)]
        self.nul = self.nul or said.nul
        member.typed_at = time.monotonic()
        self._keep(member, data, made or data)
        if self.nul:
            self.nul = bool(self.pending)
            self.take_out_nul()

    def take_out_nul(self) -> None:
        """A NUL cannot be kept in a text: the server deletes it, for everybody."""
        if (clean := self.open.take_out("\0")) is not None:
            self._keep(None, clean, clean)

    def _keep(self, member: Member | None, data: bytes, made: bytes) -> None:
        now = time.monotonic()
        self.changed_at = now
        self.unwritten_since = self.unwritten_since or now
        self.unrevised_since = self.unrevised_since or now
        self.log_bytes += len(data)
        by_id = member.person_id if member and self.owner.named else None
        self.wrote.add(by_id)
        self.writer.keep(self, member, Change(data, self.owner.moment(clock.now()), by_id), made)

    def hear_from_log(self, seq: int, data: bytes) -> None:
        """Somebody changed the document by another way than this room: a form, another process."""
        made = self.open.apply(data)
        self.seq = seq
        self.log_bytes += len(data)
        if self.open.lacks(data):
            self.pending.append(data)
        elif self.pending:
            self.pending = [one for one in self.pending if self.open.lacks(one)]
        self.broadcast(frame(BINARY, wire.sync(wire.UPDATE, made or data)))

    def broadcast(self, data: bytes, but: Member | None = None) -> None:
        """Send a frame to everybody."""
        for member in tuple(self.members):
            if member is not but:
                member.socket.send(data)

    def end(self, code: int, reason: str = "") -> None:
        """Send everybody away and let go of the document."""
        if not self.alive:
            return
        self.alive = False
        self.stop()
        self.writer.forget(self)
        for member in tuple(self.members):
            member.socket.close(code, reason)

    def typing(self, now: float) -> int:
        """How many wrote something just now."""
        return sum(now - member.typed_at < TYPING_SECONDS for member in self.members if member.typed_at)

    def is_to_be_written(self, now: float, most: float) -> bool:
        """Whether the document's text is to be brought up to date, which while people type on may lag for `most` seconds."""
        return bool(self.unwritten_since) and (now - self.unwritten_since >= most or now - self.changed_at >= BRING_SECONDS
                                               or not self.members)

    def is_to_be_revised(self, now: float) -> bool:
        """Whether a revision is to be made."""
        return bool(self.unrevised_since) and (now - self.changed_at >= STILL_SECONDS or not self.members
                                               or now - self.unrevised_since >= TYPING_ON_SECONDS)
