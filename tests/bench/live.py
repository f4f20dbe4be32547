"""Measures how a move reaches open pages: `python -m tests.bench.live [pages]`, 500 unless told.

A real server (one process, SQLite) and that many pages that behave as static/src/live.ts does: one EventSource each with their
reader's cookie, and after a nudge the grid that is the same for all, after 80 to 480 ms, without cookies, compressed, over a new
connection. Meanwhile an organiser moves a session every two seconds and readers load the grid. Loopback only; it ends by itself
after about half a minute.
"""

from gevent import monkey

monkey.patch_all()

import http.client  # noqa: E402 - everything below must see the patched sockets
import json  # noqa: E402
import os  # noqa: E402
import random  # noqa: E402
import re  # noqa: E402
import sys  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402
from statistics import median, quantiles  # noqa: E402
from urllib.parse import urlsplit  # noqa: E402

import brotli  # noqa: E402
import gevent  # noqa: E402

from tests import servers  # noqa: E402
from tests.journeys.conftest import Site  # noqa: E402
from tests.journeys.people import SignedIn  # noqa: E402

MOVES, EVERY_SECONDS = 10, 2.0
READERS = 4  # load the whole grid again and again, with a second between
VERSION = re.compile(rb'data-version="(\d+)"')
AS_A_BROWSER = {"Accept": "*/*", "Accept-Encoding": "gzip, deflate, br, zstd"}


class Page:
    """An open grid page: a stream, and a connection it keeps for what it fetches."""

    def __init__(self, site: Site, person: int, chance: random.Random):
        self.address, self.chance = urlsplit(site.address), chance
        self.listener = SignedIn(site, person)
        self.line = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=30)
        self.seen: list[tuple[int, float]] = []  # versions it came to show, and when
        self.ready = self.due = self.busy = False

    def follow(self) -> None:
        """Listen for nudges and fetch, until killed."""
        line = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=120)
        line.request("GET", "/e/govcamp-north/grid/stream", headers=self.listener.headers | {"Accept": "text/event-stream"})
        answer = line.getresponse()
        while text := answer.fp.readline():
            if text.startswith(b"data: ") and json.loads(text[6:])["topic"].startswith("grid:") and not self.due:
                self.due = True
                gevent.spawn_later(0.08 + 0.4 * self.chance.random(), self.fetch)
            elif text.startswith(b"retry"):
                self.ready = True

    def fetch(self) -> None:
        """What the page does after a nudge: one request at a time, and once more if another nudge came meanwhile."""
        self.due = False
        if self.busy:
            self.due = True
            gevent.spawn_later(0.1, self.fetch)
            return
        self.busy = True
        self.line.request("GET", "/e/govcamp-north/grid/shared/auto", headers=AS_A_BROWSER)
        answer = self.line.getresponse()
        data = answer.read()
        self.line.close()  # the server closes what is idle for 15 seconds, and grids change less often than that
        self.busy = False
        assert (answer.status, answer.headers["Content-Encoding"]) == (200, "br"), answer.status
        self.seen.append((int(VERSION.search(brotli.decompress(data))[1]), time.monotonic()))


def main() -> None:
    """Open the pages, move sessions, print how long it took for each page to show each move."""
    pages_wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(prefix="folkmoot-live-") as folder, servers.serving_process(Path(folder), "--demo") as (address, process):
        from sqlalchemy import create_engine

        from app.infra import db

        site = Site(address, create_engine(f"sqlite:///{folder}/served.sqlite3", module=db.sqlite))
        event = site.ask("select id from event where slug = 'govcamp-north'")[0]
        people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)
        [boss] = site.ask("select id from person where email = 'organiser@camp.example'")
        pages = [Page(site, people[i % len(people)], chance) for i in range(pages_wanted)]
        following = [gevent.spawn(page.follow) for page in pages]
        while not all(page.ready for page in pages) or site.ask("select id from job"):  # and the demo camp is in the index
            gevent.sleep(0.1)
        took = []
        readers = [gevent.spawn(_read, site, people[i], took) for i in range(READERS)]
        sent: dict[int, float] = {}
        answered: list[float] = []
        before = _cpu_of(process.pid)
        with SignedIn(site, boss) as organiser:
            for _ in range(MOVES):
                began = time.monotonic()
                version = _move(site, event, organiser, chance)
                sent[version], answered = began, answered + [time.monotonic() - began]
                gevent.sleep(EVERY_SECONDS)
        gevent.sleep(1)
        spent = _cpu_of(process.pid) - before
        gevent.killall([*following, *readers])
        delays = [next((at for seen, at in page.seen if seen >= version), float("inf")) - began
                  for version, began in sent.items() for page in pages]
    cuts = quantiles(delays, n=100)
    print(f"{pages_wanted} open pages, {len(sent)} moves: shown after p50 {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s, "
          f"worst {max(delays):.2f} s (of which 0.08 to 0.48 s is the page's own wait)")
    print(f"the move itself answered after p50 {median(answered):.2f} s, worst {max(answered):.2f} s")
    print(f"{len(took)} grid pages served meanwhile: p50 {quantiles(took, n=100)[49] * 1000:.0f} ms, p95 {quantiles(took, n=100)[94] * 1000:.0f} ms")
    print(f"{spent / (sum(len(page.seen) for page in pages) + len(took)) * 1000:.2f} ms of the server's CPU for each page and fragment")


def _cpu_of(root: int) -> float:
    """CPU seconds used so far by a process and those it started that still run, from /proc."""
    ticks = 0
    for pid in servers.tree(root):
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _read(site: Site, person: int, took: list[float]) -> None:
    with SignedIn(site, person) as reader:
        while True:
            began = time.monotonic()
            assert reader.get("/e/govcamp-north/grid")[0] == 200
            took.append(time.monotonic() - began)
            gevent.sleep(0.5)


def _move(site: Site, event: int, organiser: SignedIn, chance: random.Random) -> int:
    """Swap or move some session; the event's version after it."""
    sessions = site.ask("select session_id from placement where event_id = :event and part = 1 order by 1", event=event)
    rooms = site.ask("select id from room where event_id = :event and number is not null", event=event)
    slots = site.ask("select id from slot where event_id = :event and number is not null", event=event)
    before = site.ask("select version from event where id = :event", event=event)[0]
    while True:
        status, _ = organiser.post(f"/e/govcamp-north/sessions/{chance.choice(sessions)}/move", room=chance.choice(rooms), slot=chance.choice(slots))
        after = site.ask("select version from event where id = :event", event=event)[0]
        if status == 200 and after > before:
            return after


if __name__ == "__main__":
    main()
