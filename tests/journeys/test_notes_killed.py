"""The process that serves notes killed again and again while people type real notes into them: nothing that was called saved is
lost or doubled, to the character (D1); the same under the load of a full camp, with --full."""

import os
import random
import selectors
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from app.documents import wire
from tests import servers
from tests.journeys.editors import Line
from tests.journeys.scribes import LOST, Scribe, at_work, compare, settle, texts, typing
from tests.journeys.test_notes_together import Notes
from tests.waiting import eventually

NOTES, EDITORS, TYPISTS = 20, 25, 5


def workers(root: int) -> list[int]:
    """The processes that serve, among what `root` started: gunicorn's own, without the one that keeps watch over them."""
    found = []
    for pid in servers.tree(root):
        with suppress(OSError):
            if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found[1:]  # a parent comes before its children


def kill_worker(notes: Notes) -> None:
    """Kill what serves, and look at once into the database."""
    for pid in eventually(lambda: workers(notes.site.process), 60):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.long
def test_eight_people_type_real_notes_and_the_server_is_killed_under_them(rough_together, shared, request):
    """D1."""
    full = request.config.getoption("--full")
    kills, size = (20, 12_000) if full else (3, 6000)
    chance = random.Random(11)
    notes = Notes(rough_together)
    session = notes.fresh()
    scribes = [Scribe(notes, session, number, typing(text, chance)) for number, text in enumerate(texts(shared, 8, size))]
    for scribe in scribes:
        scribe.come()
    stop, threads = at_work(scribes)
    for kill in range(kills):
        eventually(lambda: stop.is_set() or all(scribe.lost_at is None and len(scribe.rejoined) >= kill for scribe in scribes), 60)  # noqa: B023
        time.sleep(chance.uniform(1, 4) if full else chance.uniform(0.5, 1.0))
        kill_worker(notes)
        compare(notes, scribes)
    eventually(lambda: all(len(scribe.rejoined) >= kills or scribe.wrong for scribe in scribes), 60)
    stop.set()
    for thread in threads:
        thread.join(30)
    settle(notes, scribes)
    away = sorted(seconds for scribe in scribes for seconds in scribe.rejoined)
    typed = sum(len(scribe.said) for scribe in scribes)
    print(f"{kills} kills, {typed} characters, {sum(s.acked for s in scribes)} times saved; back after p50 {away[len(away) // 2]:.1f} s, "
          f"p95 {away[int(len(away) * 0.95)]:.1f} s")
    assert away[int(len(away) * 0.95)] < (5 if full else 15)  # the short form runs beside other tests
    assert min(scribe.acked for scribe in scribes) > kills
    eventually(lambda: notes.of(session, "text") == notes.stored(session), 10)


class Audience:
    """Editors who only look on: everything they are sent is read, and they come back when they were cut off. One thread for all."""

    def __init__(self, notes: Notes, places: list[tuple[int, int]]):
        self.notes, self.away, self.received = notes, list(places), 0
        self.selector = selectors.DefaultSelector()
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=run, daemon=True) for run in (self._read, self._come)]
        for thread in self.threads:
            thread.start()

    @property
    def here(self) -> int:
        """How many are connected."""
        return len(self.selector.get_map() or ())

    def _come(self) -> None:
        while not self.stopped.is_set():
            if not self.away:
                time.sleep(0.1)
                continue
            session, number = place = self.away.pop()
            try:
                line = Line(self.notes.site.address, f"/ws/notes/{session}", cookie=self.notes.cookie(number))
                line.send(wire.sync(wire.STEP1, b"\0"))
                line.socket.setblocking(False)
                self.selector.register(line.socket, selectors.EVENT_READ, (line, place))
            except LOST:
                self.away.append(place)
                time.sleep(0.2)

    def _read(self) -> None:
        while not self.stopped.is_set():
            for key, _events in self.selector.select(0.2):
                line, place = key.data
                try:
                    data = line.socket.recv(262144)
                except BlockingIOError:
                    continue
                except OSError:
                    data = b""
                self.received += len(data)
                if not data:
                    self.selector.unregister(line.socket)
                    line.close()
                    self.away.append(place)
                elif b"\x89\x00" in data[:2] or data.endswith(b"\x89\x00"):
                    with suppress(OSError):
                        line.send(b"", 10)  # still here

    def leave(self) -> None:
        """All hang up."""
        self.stopped.set()
        for thread in self.threads:
            thread.join(10)
        for key in list(self.selector.get_map().values()):
            key.data[0].close()
        self.selector.close()


@pytest.mark.long
@pytest.mark.once
def test_killed_every_five_seconds_under_a_full_camp(rough_together, shared, request):
    """20 notes with 25 editors each, 5 of them typing 5 changes a second, for two minutes; in short, 2 notes and two kills."""
    full = request.config.getoption("--full")
    count, editors, kills, seconds = (NOTES, EDITORS, 24, 5.0) if full else (2, 8, 2, 2.0)
    notes = Notes(rough_together)
    sessions = [notes.fresh() for _ in range(count)]
    chance = random.Random(12)
    real = texts(shared, 8, 3000)
    scribes = [Scribe(notes, session, number, typing(real[(number + at) % 8], chance, keys_a_second=6.0))
               for at, session in enumerate(sessions) for number in range(TYPISTS)]
    for scribe in scribes:
        scribe.come()
    audience = Audience(notes, [(session, number) for session in sessions for number in range(TYPISTS, editors)])
    eventually(lambda: not audience.away, 60)
    stop, threads = at_work(scribes)
    due = time.monotonic()
    for _ in range(kills):
        due += seconds
        time.sleep(max(0.0, due - time.monotonic()))
        kill_worker(notes)
        compare(notes, scribes)
    stop.set()
    for thread in threads:
        thread.join(60)
    settle(notes, scribes)
    saved = sum(scribe.acked for scribe in scribes)
    print(f"{kills} kills, {len(scribes)} people typed {sum(len(s.said) for s in scribes)} characters, {saved} times saved, "
          f"{audience.received / 1e6:.1f} MB to those who look on")
    assert saved > kills * len(scribes) / 2
    eventually(lambda: audience.here == count * (editors - TYPISTS), 60)
    audience.leave()
    for session in sessions:
        eventually(lambda session=session: notes.of(session, "text") == notes.stored(session), 20)
