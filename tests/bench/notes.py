"""Measures notes written together: `python -m tests.bench.notes [load | alone | pages | held | open | node]`, all of them unless told.

load: 20 notes × 25 editors, 5 of each typing 5 changes a second, on a real server (one process, SQLite with every commit synced);
how long until each of the other 24 has a change, and the server's CPU for a thousand delivered. pages: ordinary pages meanwhile.
alone: how long one who types waits for "saved".
held: the server's memory with 1,000 editors connected. open: a note of 200 kB with 20,000 changes.
node: the same load on the reference server of npm's y-websocket with LevelDB, where that is installed (NODE_REFERENCE names it).
Loopback only; clients and server share the machine, and the clients' CPU is not counted.
"""

from gevent import monkey

monkey.patch_all()

import os  # noqa: E402 - everything below must see the patched sockets
import random  # noqa: E402
import subprocess  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from contextlib import contextmanager  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import quantiles  # noqa: E402

import gevent  # noqa: E402
from pycrdt import Doc, Text  # noqa: E402
from sqlalchemy import create_engine, text  # noqa: E402

from app.documents import wire  # noqa: E402
from app.infra import db  # noqa: E402
from tests import servers  # noqa: E402
from tests.journeys.conftest import Site  # noqa: E402
from tests.journeys.editors import Closed, Editor, Line  # noqa: E402
from tests.journeys.people import SignedIn  # noqa: E402

NOTES, EDITORS, TYPISTS, A_SECOND = 20, 25, 5, 5
SECONDS = 20.0


class Watcher:
    """A connected editor that applies nothing: it notes when each change came. A typist has a document of its own besides."""

    def __init__(self, line: Line, typist: bool):
        self.line, self.came, self.typed = line, {}, {}
        self.doc = Doc({"text": Text()}) if typist else None
        self.made = []
        if self.doc is not None:
            self.doc.observe(lambda event: self.made.append(event.update))
        self.line.send(wire.sync(wire.STEP1, b"\0"))

    def follow(self) -> None:
        """Note what comes, until killed."""
        while True:
            try:
                data = self.line.receive(120)
            except (Closed, OSError, TimeoutError):
                return
            if data[0] == wire.SYNC and data[1] == wire.UPDATE:
                self.came[data[-24:]] = time.perf_counter()

    def type(self, chance: random.Random, until: float, mark: str) -> None:
        """Type at a steady pace, from a moment of its own; each change is told by its last bytes."""
        gevent.sleep(chance.random() / A_SECOND)
        due, count = time.perf_counter(), 0
        while due < until:
            count += 1
            self.made.clear()
            self.doc["text"].insert(0, f"{mark}{count:06d}")
            data = wire.sync(wire.UPDATE, self.made[0])
            self.typed[data[-24:]] = time.perf_counter()
            self.line.send(data)
            due += 1 / A_SECOND
            gevent.sleep(max(0.0, due - time.perf_counter()))


def load(connect, notes: list, cpu, while_typing=None) -> None:
    """Type on `notes`; `connect(note, number)` gives a line, `cpu()` the CPU seconds of the server so far."""
    chance = random.Random(1)
    rooms = [[Watcher(connect(note, i), i < TYPISTS) for i in range(EDITORS)] for note in notes]
    everybody = [watcher for room in rooms for watcher in room]
    following = [gevent.spawn(watcher.follow) for watcher in everybody]
    gevent.sleep(2)
    more = gevent.spawn(while_typing) if while_typing else None
    before, until = cpu(), time.perf_counter() + SECONDS
    gevent.joinall([gevent.spawn(w.type, chance, until, f"{r:02d}{i}") for r, room in enumerate(rooms)
                    for i, w in enumerate(room[:TYPISTS])])
    gevent.sleep(2)
    spent = cpu() - before
    took, missing = [], 0
    for room in rooms:
        for writer in room[:TYPISTS]:
            for other in room:
                if other is not writer:
                    for key, at in writer.typed.items():
                        if key in other.came:
                            took.append(other.came[key] - at)
                        else:
                            missing += 1
    cuts = quantiles(took, n=100)
    print(f"{len(notes)} notes × {EDITORS} editors, {TYPISTS} typing {A_SECOND}/s for {SECONDS:.0f} s: {len(took)} delivered, {missing} not; "
          f"p50 {cuts[49] * 1000:.1f} ms, p95 {cuts[94] * 1000:.1f} ms, p99 {cuts[98] * 1000:.1f} ms, worst {max(took) * 1000:.0f} ms; "
          f"{spent / len(took) * 1000:.4f} s of CPU per 1,000 delivered ({spent / (SECONDS + 2):.0%} of a core)")
    gevent.killall(following)
    if more:
        more.kill()
    for watcher in everybody:
        watcher.line.close()


@contextmanager
def site_with_notes(count: int):
    """The demo camp with as many notes; gives the site, the server's process and the notes' numbers."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-notes-") as folder, \
            servers.serving_process(Path(folder), "--demo") as (address, process):
        site = Site(address, create_engine(f"sqlite:///{folder}/served.sqlite3", module=db.sqlite))
        event = site.ask("select id from event where slug = 'govcamp-north'")[0]
        people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)
        notes = site.ask("select session_id from placement where event_id = :event and part = 1 order by 1", event=event)[:count]
        cookies = [site.cookie_of(person)["value"] for person in people]
        yield site, process.pid, notes, cookies
        site.engine.dispose()


def web_processes(root: int) -> list[int]:
    """The web server among what `root` started: its master and its one worker."""
    return [pid for pid in servers.tree(root) if b"gunicorn" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def cpu_of(pids: list[int]) -> float:
    """CPU seconds that these processes used so far."""
    ticks = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def ours(*, pages: bool = False) -> None:
    """The load on our server."""
    with site_with_notes(NOTES) as (site, root, notes, cookies):
        took: list[float] = []

        def read() -> None:
            person = site.ask("select person_id from pass order by id desc limit 1")[0]
            with SignedIn(site, person) as reader:
                while True:
                    for page in ("grid", "pitches", f"sessions/{notes[0]}"):
                        began = time.perf_counter()
                        assert reader.get(f"/e/govcamp-north/{page}")[0] == 200
                        took.append(time.perf_counter() - began)
                        gevent.sleep(0.25)

        web = web_processes(root)
        load(lambda note, i: Line(site.address, f"/ws/notes/{note}", cookie=cookies[i], seconds=30), notes, lambda: cpu_of(web), read if pages else None)
        if pages:
            cuts = quantiles(took, n=100)
            print(f"{len(took)} pages meanwhile: p50 {cuts[49] * 1000:.0f} ms, p95 {cuts[94] * 1000:.0f} ms")


def alone() -> None:
    """One person on one note: from a change to the answer that it is stored."""
    with site_with_notes(1) as (site, _root, notes, cookies):
        one, took = Editor(site.address, notes[0], cookies[0]).connect(), []
        for number in range(100):
            began = time.perf_counter()
            one.type(0, f"{number} ")
            one.saved()
            took.append(time.perf_counter() - began)
            gevent.sleep(0.1)
        cuts = quantiles(took, n=20)
        print(f"one who types alone: saved after p50 {cuts[9] * 1000:.1f} ms, p95 {cuts[18] * 1000:.1f} ms")
        one.leave()


def held(count: int = 1000) -> None:
    """Memory with that many editors connected."""
    with site_with_notes(40) as (site, root, notes, cookies):
        web = web_processes(root)
        lines = []
        for i in range(count):
            line = Line(site.address, f"/ws/notes/{notes[i % len(notes)]}", cookie=cookies[i % len(cookies)], seconds=30)
            line.send(wire.sync(wire.STEP1, b"\0"))
            lines.append(line)
            if i in (0, 100, count - 1):
                gevent.sleep(1)
                print(f"{i + 1} editors: {memory_of(web) / 1e6:.0f} MB")
        for line in lines:
            line.close()


def memory_of(pids: list[int]) -> int:
    """Bytes of memory that are these processes' own."""
    return sum(int(row.split()[1]) * 1024 for pid in pids for row in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
               if row.startswith("Pss:"))


def opening() -> None:
    """A long history: how long until somebody has the note, with and without a snapshot."""
    with site_with_notes(3) as (site, _root, _notes, cookies):
        note, document = rows_of(site, "select session_id, document_id from note order by session_id desc")[0]
        long_history(site, document)
        for which in ("first", "again"):
            began = time.perf_counter()
            line = Line(site.address, f"/ws/notes/{note}", cookie=cookies[1], seconds=30)
            line.send(wire.sync(wire.STEP1, b"\0"))
            while (data := line.receive(30))[:2] != bytes((wire.SYNC, wire.STEP2)):
                pass
            print(f"200 kB, 20,000 changes, {which}: {time.perf_counter() - began:.2f} s for {len(data):,} bytes")


def rows_of(site: Site, statement: str) -> list:
    """Whole rows."""
    with site.engine.connect() as connection:
        return list(connection.execute(text(statement)))


def long_history(site: Site, document: int, changes: int = 20_000, size: int = 200_000) -> None:
    """Give a document a long history, as people's typing makes it, behind the server's back."""
    chance, doc, made = random.Random(2), Doc({"text": Text()}), []
    for data in site.ask("select data from document_update where document_id = :d order by seq", d=document):
        doc.apply_update(data)
    doc.observe(lambda event: made.append(event.update))
    word = "wörter und mehr "
    for i in range(changes):
        here = len(doc["text"])
        if i % 5 == 4 and here > size // 2:
            at = chance.randrange(here - 20)
            made_before = len(made)
            try:
                del doc["text"][at:at + 3]
            except BaseException:  # within a character
                del made[made_before:]
                doc["text"].insert(0, "x")
        else:
            doc["text"].insert(0 if i % 50 else here, word[:max(1, (size * 13 // 10) // changes)])
    seq = site.ask("select seq from document where id = :d", d=document)[0]
    with site.engine.begin() as connection:
        connection.execute(text("insert into document_update (document_id, seq, data, at) values (:d, :s, :data, '2027-01-01')"),
                           [{"d": document, "s": seq + n, "data": data} for n, data in enumerate(made, 1)])
        connection.execute(text("update document set seq = :s where id = :d"), {"s": seq + len(made), "d": document})


def node() -> None:
    """The same load on the reference server."""
    where = os.environ.get("NODE_REFERENCE")
    if not where:
        print("NODE_REFERENCE does not say where the reference server is: left out")
        return
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="reference-") as folder:
        server = subprocess.Popen(["node", where], env=os.environ | {"HOST": "127.0.0.1", "PORT": str(port), "YPERSISTENCE": folder},
                                  stdout=subprocess.DEVNULL)
        try:
            gevent.sleep(2)
            load(lambda note, i: Line(f"http://127.0.0.1:{port}", f"/note-{note}", seconds=30), list(range(NOTES)),
                 lambda: cpu_of([server.pid]))
        finally:
            server.terminate()
            server.wait(10)


PARTS = {"load": ours, "alone": alone, "pages": lambda: ours(pages=True), "held": held, "open": opening, "node": node}

if __name__ == "__main__":
    for name in sys.argv[1:] or PARTS:
        PARTS[name]()
