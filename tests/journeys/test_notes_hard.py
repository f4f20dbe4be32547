"""Notes written together when things go wrong: the server replaced while people type (D19), clients that never read (D15), and
bytes that nobody should send (S9). The server killed while people type (D1) is in test_killed.py."""

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from app.documents import wire
from app.documents.crdt import Shared
from tests.journeys.editors import Closed, Editor, Line, masked
from tests.journeys.people import GONE, SignedIn
from tests.journeys.test_notes_killed import workers
from tests.journeys.test_notes_together import EVENT, Notes
from tests.journeys.typists import LOST, Typist, at_work, settle
from tests.waiting import eventually


@pytest.mark.long
@pytest.mark.once
def test_a_new_version_of_the_code_comes_up_under_people_who_type(rough, request):
    """D19: no request fails, editors are told to come back (1012), and what was saved is there."""
    count = 300 if request.config.getoption("--full") else 40
    site = rough
    notes = Notes(site)
    session = notes.fresh()
    notes.editor(session).leave()
    typists = [Typist(notes, session, number) for number in range(4)]
    silent = [notes.editor(session, number % 100) for number in range(count)]
    answers: list[int] = []
    unanswered: list[str] = []
    stop, threads = at_work(typists)

    def read(number: int) -> None:
        """On a connection that is kept open, with a thought between pages; every other one marks a pitch."""
        chance = random.Random(number)
        with SignedIn(site, notes.people[20 + number]) as reader:
            while not stop.is_set():
                try:
                    if number % 2:
                        answers.append(reader.post(f"/e/{EVENT}/pitches/{pitch}/interest", on="1")[0])
                    else:
                        answers.append(reader.get(f"/e/{EVENT}/pitches")[0])
                except GONE as problem:
                    unanswered.append(f"{number}: {problem!r}")
                time.sleep(chance.choice((0, 0.1, 0.5, 2.5)))

    pitch = site.ask("select min(id) from pitch where event_id = :event and state = 'open'", event=notes.event)[0]
    reading = [threading.Thread(target=read, args=(number,), daemon=True) for number in range(8)]
    for thread in reading:
        thread.start()
    old = max(eventually(lambda: workers(site.process)))
    eventually(lambda: all(typist.saved for typist in typists), 30)
    os.kill(site.process, signal.SIGHUP)
    codes, began = [], time.monotonic()
    for one in silent:
        try:
            one.until(lambda: False, 15)
        except Closed as closed:
            codes.append(closed.code)
    assert codes == [1012] * count
    assert time.monotonic() - began < 15
    eventually(lambda: all(len(typist.away) >= 2 for typist in typists), 30)  # sent away, and back at the new one
    if request.config.getoption("--full"):
        eventually(lambda: not Path(f"/proc/{old}").exists(), 60)
    time.sleep(3)  # longer than anybody thinks between two pages
    stop.set()
    for thread in (*threads, *reading):
        thread.join(30)
    assert (set(answers), unanswered) == ({200}, [])
    assert all(set(typist.codes) <= {1012} for typist in typists), [typist.codes for typist in typists]
    settle(notes, session, typists)


def memory_of(pid: int) -> int:
    """Bytes of memory of a process."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.long
@pytest.mark.once
def test_clients_that_never_read_are_dropped_and_nobody_else_waits(rough, request):
    """D15: sockets that never read and slow ones, while somebody types long lines."""
    full = request.config.getoption("--full")
    count, seconds = (200, 30) if full else (20, 2)
    site = rough
    notes = Notes(site)
    session = notes.fresh()
    ada, ben = notes.editor(session), notes.editor(session, 1)
    deaf = [Line(site.address, f"/ws/notes/{session}", cookie=notes.cookie(2 + n % 50), takes=4096) for n in range(2 * count)]
    web = max(eventually(lambda: workers(site.process)))  # the youngest, if one is being replaced
    before = memory_of(web)
    took, most, until = [], 0, time.monotonic() + seconds
    turn = 0
    while time.monotonic() < until:
        turn += 1
        began = time.monotonic()
        ada.doc["text"].insert(0, f"{turn} " + "x" * 20_000 + "\n")
        del ada.doc["text"][10:20_000]
        ada.send()
        ben.until(lambda: ben.text == ada.text)
        took.append(time.monotonic() - began)
        most = max(most, memory_of(web))
        for line in deaf[count:]:  # the slow ones take a little
            line.socket.settimeout(0)
            try:
                line.socket.recv(200)
            except OSError:
                continue
        time.sleep(0.05)
    took.sort()
    assert took[int(len(took) * 0.95)] < 0.5
    assert most - before < 64e6
    gone = 0
    for line in deaf[:count]:
        line.socket.settimeout(1)
        try:
            while line.socket.recv(1 << 20):
                pass
            gone += 1
        except TimeoutError:
            pass
        except OSError:
            gone += 1
    assert gone == count, "those that never read are still there"
    ada.saved()
    for line in deaf:
        line.close()


@pytest.mark.once
def test_bytes_that_nobody_should_send(together, request):
    """S9: frames that were changed at random; the sender is refused or passed over, and the others go on."""
    full = request.config.getoption("--full")
    notes = Notes(together)
    session = notes.fresh()
    chance = random.Random(4)
    ada = notes.editor(session)
    ada.type(0, "a text of some length, to be kept 😀\n" * 5)
    ada.saved()
    writer = Editor(together.address, session)
    writer.doc.apply_update(ada.doc.get_update())
    writer.unsent.clear()
    writer.doc["text"].insert(3, "é😀")
    del writer.doc["text"][20:30]
    good = [masked(wire.sync(wire.UPDATE, update)) for update in writer.unsent]
    good += [masked(wire.sync(wire.STEP1, ada.doc.get_state())), masked(wire.sync(wire.STEP2, ada.doc.get_update())),
             masked(wire.awareness([(writer.doc.client_id, 1, b'{"user":{"name":"x"},"cursor":null}')])),
             masked(bytes((100, 7))), masked(b"\x03"), masked(b"ping", 9), masked(b"\x03\xe8bye", 8)]
    line, sent, codes = None, 0, []
    for number in range(4000 if full else 400):
        data = bytearray(chance.choice(good))
        if number % 2:  # inside the mask, so that it is the content that is changed
            key = data[len(data) - 1:] and data[2:6]
            content = bytearray(b ^ key[i % 4] for i, b in enumerate(data[6:]))
            for _ in range(chance.randint(1, 3)):
                if content:
                    content[chance.randrange(len(content))] = chance.randrange(256)
            data[6:] = bytes(b ^ key[i % 4] for i, b in enumerate(content))
        else:
            for _ in range(chance.randint(1, 4)):
                data[chance.randrange(len(data))] = chance.randrange(256)
            data = data[:chance.randint(1, len(data))] if chance.random() < 0.2 else data
        try:
            if line is None:
                line = Line(together.address, f"/ws/notes/{session}", cookie=notes.cookie(1 + number % 20))
            line.socket.sendall(data)
            sent += 1
            if chance.random() < 0.3:
                line.close()
                line = None
        except LOST:
            if line is not None:
                line.close()
            line = None
        if number % 50 == 0:
            try:
                ada.type(0, f"{number} ")
                ada.saved(5)
            except Closed as closed:
                codes.append(closed.code)
                ada.connect()
                ada.saved()
    ada.saved()
    assert set(codes) <= {1013}  # a change that broke the document: it is read anew, nothing is lost
    assert sent > 300
    log = notes.log(session)
    stored = Shared(log).text
    ada.until(lambda: ada.text == stored)
    stored.encode()
    if line is not None:
        line.close()
