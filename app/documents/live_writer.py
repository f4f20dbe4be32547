"""Stores what people type, for all open documents of this process, in the order in which it came.

Changes, answers and fences stand in one line. A greenlet takes all that is there, stores the changes of every document in one
transaction, and after its commit sends the changes to those who have the document open, and the answers. So "saved" is true when
it is said, and people who type at the same time share a commit.
"""

import logging
import time
from collections.abc import Callable
from typing import NamedTuple

import gevent
from gevent.event import Event

from app.documents import live_elsewhere, snapshots
from app.documents import log as rows
from app.documents.live import ANEW, GONE, LATER, Member, Owner, Room
from app.documents.live_loading import load
from app.documents.live_pace import Pace
from app.documents.live_presence import EVERY_SECONDS
from app.documents.log import Change
from app.documents.wire import UPDATE, sync
from app.infra import clock, db, live
from app.web.frames import BINARY, frame

log = logging.getLogger(__name__)

IDLE_SECONDS = 0.5  # between looks at what is due
KEEP_SECONDS = 20.0  # a document stays in memory after the last has left: most come back at once


class _Waiting(NamedTuple):
    """Something in the line: a change (`change`, and `data` for the others), or an answer (`data` for `member`)."""

    room: Room
    member: Member | None
    data: bytes
    change: Change | None
    initial: bool = False


class Writer:
    """The rooms of this process and the line of what they have to store."""

    def __init__(self):
        self.rooms: dict[int, Room] = {}
        self._opening: dict[int, Event] = {}
        self._line: list[_Waiting] = []
        self._behind: set[Room] = set()
        self._news: set[Room] = set()
        self._wake = Event()
        self._running: gevent.Greenlet | None = None
        self._pace = Pace()
        self._nudges: dict[str, int] = {}  # for the other processes, that were not sent yet
        self._nudging = False

    def room(self, document_id: int, owner_of: Callable[[], Owner]) -> Room | None:
        """The room of a document, opened if need be; None when there is no such document. May wait for the database."""
        while document_id in self._opening:
            self._opening[document_id].wait()
        room = self.rooms.get(document_id)
        if room is not None:
            return room
        self._opening[document_id] = opened = Event()
        try:
            room = Room(document_id, owner_of(), self)
            room.stop = live.relay.follow(f"document:{document_id}", lambda seq: self._hear(room, seq))
            try:
                if not load(room):
                    room.stop()
                    return None
            except BaseException:
                room.stop()
                raise
            live_elsewhere.follow(room)
            self.rooms[document_id] = room
            self._behind.add(room)  # what was written while it was read
            if self._running is None:
                self._running = gevent.spawn(self._run)
            return room
        finally:
            del self._opening[document_id]
            opened.set()

    def keep(self, room: Room, member: Member | None, change: Change, made: bytes) -> None:
        """Store a change, then show the others what it made."""
        room.waiting += 1
        self._line.append(_Waiting(room, member, made, change))
        self._wake.set()

    def answer(self, room: Room, member: Member, data: bytes, *, initial: bool = False) -> None:
        """Send a frame once everything that came before is stored."""
        if not self._line and not room.waiting:
            member.socket.send(data, initial=initial)
        else:
            self._line.append(_Waiting(room, member, data, None, initial))

    def news(self, room: Room) -> None:
        """Somebody's caret moved."""
        if not room.presence.quiet:
            if not self._news:
                gevent.spawn_later(EVERY_SECONDS, self._tell_news)
            self._news.add(room)

    def look(self, room: Room) -> None:
        """Somebody has left."""
        self.news(room)
        if not room.members:
            room.empty_since = time.monotonic()
            self._wake.set()

    def forget(self, room: Room) -> None:
        """A room has ended."""
        if self.rooms.get(room.document_id) is room:
            del self.rooms[room.document_id]

    def look_again(self) -> None:
        """Fetch what others may have written to any document, and forget who is long gone: nudges may have been lost."""
        self._behind.update(self.rooms.values())
        for room in self.rooms.values():
            gone = room.presence.forget_elsewhere(time.monotonic())
            if gone:
                room.broadcast(frame(BINARY, gone))
        self._wake.set()

    def _hear(self, room: Room, seq: int) -> None:
        """Something was written to the document; by us, if we know the number."""
        if seq > room.seq:
            self._behind.add(room)
            self._wake.set()

    def _tell_news(self) -> None:
        rooms, self._news = self._news, set()
        said = [(room, news) for room in rooms if (news := room.presence.take_news())]
        for room, news in said:
            room.broadcast(frame(BINARY, news))
        for room, news in said:  # when all who are here have been told: the relay may keep us waiting
            live_elsewhere.tell(room, news)

    def _run(self) -> None:
        while True:
            try:
                self._round()
            except Exception:
                log.exception("the writer of documents goes on")
            finally:
                db.session.remove()
            if not self._line and not self._behind:
                self._wake.clear()
                self._wake.wait(IDLE_SECONDS)
            if self._line:
                gevent.sleep(self._pace.wait(time.monotonic()))

    def flush(self, seconds: float) -> None:
        """Wait until all that came so far is stored and sent, but no longer than this."""
        deadline = time.monotonic() + seconds
        while (self._line or any(room.waiting for room in self.rooms.values())) and time.monotonic() < deadline:
            gevent.sleep(0.01)

    def _round(self) -> None:
        line, self._line = [one for one in self._line if one.room.alive], []
        behind, self._behind = self._behind, set()
        now = time.monotonic()
        self._pace.begin(now)
        changes: dict[Room, list[Change]] = {}
        for one in line:
            if one.change:
                changes.setdefault(one.room, []).append(one.change)
        texts = {room: room.open.text for room in self.rooms.values()
                 if room.is_to_be_written(now, self._pace.bring) or room.is_to_be_revised(now)}
        for room in [room for room, text in texts.items() if "\0" in text]:
            del texts[room]
            room.take_out_nul()
        if changes or texts:
            self._store(changes, texts, now)
        self._send(line, changes)
        for room in behind:
            if self.rooms.get(room.document_id) is room:
                self._catch_up(room)
        for room in [r for r in self.rooms.values() if not r.members and now - r.empty_since > KEEP_SECONDS]:
            if not (room.waiting or room.unwritten_since or room.unrevised_since):
                room.end(LATER)

    def _store(self, changes: dict[Room, list[Change]], texts: dict[Room, str], now: float) -> None:
        """One transaction for all; who cannot be stored is sent away, so that nobody takes it for saved."""
        stored: dict[Room, int] = {}
        ended: list[Room] = []
        written: list[Room] = []
        revised: list[Room] = []
        try:
            with db.transaction():
                # In the order of their numbers, as every process takes them: none waits for another in a circle.
                writing = sorted(changes, key=lambda room: room.document_id)
                numbers = rows.append_all([(room.document_id, room.epoch, changes[room]) for room in writing])
                unchanged = [(room, room.seq) for room in texts if room not in changes]
                for room, seq in [*zip(writing, numbers, strict=True), *unchanged]:
                    if seq is None:
                        ended.append(room)
                        continue
                    stored[room] = seq
                    if room in texts and seq - len(changes.get(room, ())) == room.seq:
                        self._write_down(room, seq, texts[room], now, written, revised)
                    if seq - room.snapshot_seq >= snapshots.EVERY:
                        snapshots.ask(room.document_id)
        except Exception as problem:
            log.warning("what people typed could not be stored, and they are told so: %s", problem)
            for room in changes:
                room.end(LATER, "not stored")
            return
        for room in ended:
            self._catch_up(room)
        for room, seq in stored.items():
            self._stored(room, seq, len(changes.get(room, ())))
        for room in written:
            room.text_seq = stored[room]
            room.unwritten_since = 0.0
        for room in revised:
            room.unrevised_since = 0.0
            room.wrote.clear()
        self._nudges.update((f"document:{room.document_id}", seq) for room, seq in stored.items() if room in changes)
        if self._nudges and not self._nudging:
            self._nudging = True
            gevent.spawn(self._nudge)  # nobody here waits for Redis

    def _nudge(self) -> None:
        try:
            while self._nudges:
                nudges, self._nudges = self._nudges, {}
                live.publish_all(list(nudges.items()))
        finally:
            self._nudging = False

    def _write_down(self, room: Room, seq: int, text: str, now: float, written: list[Room], revised: list[Room]) -> None:
        if room.text_seq < seq and not rows.bring(room.document_id, room.epoch, seq, text):
            stand = rows.stand_of(room.document_id)
            if stand is None or stand.seq != seq or stand.text_seq < seq:
                return  # another process has written since; its change is on its way here
            room.text_seq = seq
        written.append(room)
        number = None
        if room.is_to_be_revised(now):
            by_id = next(iter(room.wrote)) if len(room.wrote) == 1 else None
            number = rows.revise(room.document_id, room.epoch, seq, text, room.owner.moment(clock.now()), by_id)
            revised.append(room)
        if room.text_seq < seq or number:
            room.owner.told(number)

    def _stored(self, room: Room, seq: int, count: int) -> None:
        room.waiting -= count
        if seq - room.snapshot_seq >= snapshots.EVERY:
            room.snapshot_seq = seq
        if seq - count > room.seq:
            self._catch_up(room, up_to=seq - count)
        room.seq = max(room.seq, seq) if room.alive else room.seq

    def _send(self, line: list[_Waiting], changes: dict[Room, list[Change]]) -> None:
        shown: dict[Room, list[tuple[Member | None, bytes]]] = {room: [] for room in changes}
        for one in line:
            if one.change and one.room.alive:
                shown[one.room].append((one.member, frame(BINARY, sync(UPDATE, one.data))))
        for room, frames in shown.items():
            self._pace.show(len(frames), len(room.members))
            everything = b"".join(data for _member, data in frames)
            theirs = {member for member, _data in frames}
            for member in tuple(room.members):
                data = everything if member not in theirs else b"".join(d for m, d in frames if m is not member)
                if data:
                    member.socket.send(data)
        for one in line:
            if not one.change and one.room.alive:
                one.member.socket.send(one.data, initial=one.initial)

    def _catch_up(self, room: Room, up_to: int | None = None) -> None:
        """Fetch and show what others wrote to the document, or end the room when it was begun anew or is gone."""
        try:
            stand = rows.stand_of(room.document_id)
            if stand is None:
                room.end(GONE, "gone")
            elif stand.epoch != room.epoch:
                room.end(ANEW, "begun anew")
            else:
                for seq, data in rows.updates_after(room.document_id, room.seq):
                    if up_to is not None and seq > up_to:
                        break
                    room.hear_from_log(seq, data)
                room.text_seq = max(room.text_seq, min(stand.text_seq, room.seq))
        except Exception:
            log.exception("document %d could not be brought up to date", room.document_id)
            room.end(LATER, "try again")
        finally:
            db.session.rollback()


writer = Writer()
