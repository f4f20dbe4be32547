"""Measures a hall full of phones: `python -m tests.bench.phones [phones]`, 300 unless told.

A real server (one process) with the demo camp. Everybody joins the pitching queue with a pitch of their own and is shown the
queue, and marks the pitch that is up with "I'd come", all in the same moment; a phone that is told to come back does so.
Loopback only; it ends by itself after some seconds.
"""

import random
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.journeys.conftest import Site
from tests.journeys.people import GONE, SignedIn

BUSY, TRIES = 503, 8


@dataclass
class Crowd:
    """What became of a crowd: seconds that each request took in the end, the whole time, and the statuses that came."""

    joins: list[float] = field(default_factory=list)
    marks: list[float] = field(default_factory=list)
    statuses: Counter = field(default_factory=Counter)
    seconds: float = 0.0


def people(site: Site, event: int, count: int) -> list[int]:
    """So many new people with passes."""
    site.change("insert into person (name, organisation, session_key, keeper, created_at) "
                f"select 'Phone ' || n, '', 'key' || n, false, (select max(created_at) from person) from ({_numbers(count)}) as numbers")
    site.change("insert into pass (event_id, person_id, role, ticket, joined_at, step_free, mail_changes, in_proceedings) "
                f"select {event}, id, 1, '', created_at, false, false, false from person where name like 'Phone %'")
    return site.ask("select id from person where name like 'Phone %' order by id")


def _numbers(count: int) -> str:
    return f"with recursive n(n) as (select 1 union all select n + 1 from n where n < {count}) select n from n"


def all_at_once(site: Site, ids: list[int], pitch: int) -> Crowd:
    """Let them all join and mark in the same moment, in either order."""
    crowd, gate, lock = Crowd(), threading.Barrier(len(ids) + 1), threading.Lock()

    def phone(person_id: int) -> None:
        chance = random.Random(person_id)
        somebody = SignedIn(site, person_id, patience=60)
        at = "/e/govcamp-north/pitches"
        steps = [(crowd.joins, f"{at}/queue/join", {"title": f"What I know, {person_id}", "key": f"phone{person_id}"}),
                 (crowd.marks, f"{at}/{pitch}/interest", {"on": "1"})]
        chance.shuffle(steps)
        gate.wait()
        with somebody:
            for took, path, fields in steps:
                begun = time.monotonic()
                if ask(lambda path=path, fields=fields: somebody.post(path, **fields)[0], chance) == 303:
                    ask(lambda: somebody.get(f"{at}/queue")[0], chance)
                with lock:
                    took.append(time.monotonic() - begun)

    def ask(request, chance: random.Random) -> int:
        """The answer in the end: one that did not come, or says that the server is busy, is asked for again."""
        for attempt in range(TRIES):
            try:
                status = request()
            except GONE:
                status = 0
            with lock:
                crowd.statuses[status] += 1
            if status not in (0, BUSY):
                break
            time.sleep(0.2 * (attempt + 1) * (0.5 + chance.random()))
        return status

    threads = [threading.Thread(target=phone, args=(person_id,), daemon=True) for person_id in ids]
    for thread in threads:
        thread.start()
    gate.wait()
    begun = time.monotonic()
    for thread in threads:
        thread.join(120)
    crowd.seconds = time.monotonic() - begun
    return crowd


def prepared(site: Site) -> tuple[int, int]:
    """The event's id, and a pitch that is up on an open stage."""
    event = site.ask("select id from event where slug = 'govcamp-north'")[0]
    boss = site.ask("select id from person where email = 'organiser@camp.example'")[0]
    with SignedIn(site, boss) as organiser:
        for do in ("open", "next"):
            if do == "next":
                assert organiser.post("/e/govcamp-north/pitches/station", title="Who goes first", name="Ann Up", key="up")[0] == 200
            seen = (site.ask("select version from stage where event_id = :event", event=event) or [0])[0]
            status, text = organiser.post("/e/govcamp-north/pitches/station/stage", do=do, seen=seen)
            assert status == 200, text
    return event, site.ask("select pitch_id from queue_entry join stage on stage.entry_id = queue_entry.id where stage.event_id = :event",
                           event=event)[0]


def check(site: Site, ids: list[int], pitch: int) -> None:
    """Raise AssertionError unless everybody stands in the queue once, in a place of their own, and is counted once."""
    phones = "select id from person where name like 'Phone %'"
    places = site.ask(f"select position from queue_entry where state = 'waiting' and pitcher_id in ({phones})")
    assert (len(places), len(set(places))) == (len(ids), len(ids)), "one place each"
    assert len(set(site.ask(f"select pitcher_id from queue_entry where state = 'waiting' and pitcher_id in ({phones})"))) == len(ids)
    assert len(site.ask("select person_id from interest where pitch_id = :pitch", pitch=pitch)) == len(ids), "nothing is lost"


def main() -> None:
    """Print how long it took."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    from sqlalchemy import create_engine

    from app.infra import db
    from tests import servers

    with tempfile.TemporaryDirectory(prefix="folkmoot-phones-") as folder, servers.serving_process(Path(folder), "--demo") as (address, _):
        site = Site(address, create_engine(f"sqlite:///{folder}/served.sqlite3", module=db.sqlite))
        event, pitch = prepared(site)
        ids = people(site, event, count)
        while site.ask("select id from job where kind = 'search.index'"):  # the demo camp is in the index
            time.sleep(0.2)
        crowd = all_at_once(site, ids, pitch)
        check(site, ids, pitch)
    for what, took in (("joined and shown the queue", crowd.joins), ("marked", crowd.marks)):
        took.sort()
        print(f"{len(took)} {what}: p50 {took[len(took) // 2]:.1f} s, p95 {took[int(len(took) * .95)]:.1f} s, worst {took[-1]:.1f} s")
    print(f"all of it in {crowd.seconds:.1f} s; answers {dict(crowd.statuses)}; nothing lost, one place each")


if __name__ == "__main__":
    main()
