"""Measures rooms full of sticky notes: `python -m tests.bench.boards [seconds] [kill] [groups=12] [people=8]`, 300 seconds unless told.

A real server (one process, SQLite with every commit synced). Each person has the board open as a browser has it (a stream of
nudges; after one, the delta, 40 to 160 ms later and never two within 350 ms) and adds a note every ten seconds; in each group
somebody moves one as often. Somebody else reads ordinary pages. How long from sending a note until each other member of the
group has it; in the end nothing is lost or doubled, and all have the same order. With `kill` the whole site is killed half-way
and started again; people send what was not answered once more, with the same key. Loopback only; clients share the machine.
"""

if __name__ == "__main__":
    from gevent import monkey

    monkey.patch_all()

import sys
import tempfile
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import quantiles

from tests import servers
from tests.bench.board_room import Member, Room, leave, room_of, settle, sit_down
from tests.journeys.conftest import Site
from tests.journeys.people import GONE, SignedIn


def delays(room: Room, members: list[Member]) -> list[tuple[float, float]]:
    """For each note and each other member of its group: when it was sent, and after how many seconds it was there."""
    of_group: dict[int, list[Member]] = {}
    for member in members:
        of_group.setdefault(member.group, []).append(member)
    return [(one.at, member.came[one.id] - one.at) for one in room.sent.values() for member in of_group[one.group] if member.person != one.by]


def told(took: list[float]) -> str:
    """The usual figures in words."""
    cuts = quantiles(took, n=1000) if len(took) > 1 else [took[0]] * 999
    return f"p50 {cuts[499]:.2f} s, p95 {cuts[949]:.2f} s, p99 {cuts[989]:.2f} s, worst {max(took):.2f} s"


def read_pages(site: Site, took: list[float], stop: threading.Event) -> None:
    """Ordinary pages, again and again, until told to stop."""
    with SignedIn(site, site.ask("select person_id from pass order by id desc limit 1")[0]) as reader:
        while not stop.is_set():
            for page in ("grid", "pitches", "boards"):
                began = time.monotonic()
                with suppress(*GONE):
                    status, _ = reader.get(f"/e/govcamp-north/{page}")
                    if status == 200:
                        took.append(time.monotonic() - began)
                stop.wait(0.25)


def _cpu_of(root: int) -> float:
    ticks = 0
    for pid in servers.tree(root):
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
    return ticks / 100


def main() -> None:
    """Print the figures."""
    from sqlalchemy import create_engine

    from app.infra import db

    words = [word for word in sys.argv[1:] if "=" not in word]
    options = {name: int(value) for name, value in (word.split("=") for word in sys.argv[1:] if "=" in word)}
    seconds = next((float(word) for word in words if word != "kill"), 300.0)
    port = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="folkmoot-boards-") as folder, ExitStack() as stack:
        servers.make_demo(Path(folder), None)
        address, process = stack.enter_context(servers.serving_process(Path(folder), PORT=str(port)))
        site = Site(address, create_engine(f"sqlite:///{folder}/served.sqlite3", module=db.sqlite))
        room = room_of(site, groups=options.get("groups", 12), every=10.0)
        members = sit_down(room, options.get("people", 8))
        pages: list[float] = []
        threading.Thread(target=read_pages, args=(site, pages, room.stop), daemon=True).start()
        began, cpu, quiet = time.monotonic(), _cpu_of(process.pid), (0.0, 0.0)
        if "kill" in words:
            time.sleep(seconds / 2)
            killed = time.monotonic()
            servers.kill(process.pid)
            address, process = stack.enter_context(servers.serving_process(Path(folder), PORT=str(port)))
            up, cpu = time.monotonic(), _cpu_of(process.pid)
            while not all(member.begins > 1 for member in members):
                time.sleep(0.05)
            quiet = (killed - 2, time.monotonic() + 1)
            print(f"killed after {killed - began:.0f} s; answers again {up - killed:.1f} s later; everybody follows again {quiet[1] - 1 - killed:.1f} s later")
            time.sleep(max(0.0, seconds / 2 - (time.monotonic() - killed)))
        else:
            time.sleep(seconds)
        spent, took = _cpu_of(process.pid) - cpu, time.monotonic() - (began if "kill" not in words else up)
        settle(room, members)
        found = delays(room, members)
        leave(room, members)
    calm = [d for at, d in found if not quiet[0] <= at <= quiet[1]]
    print(f"{len(room.groups)} groups × {len(members) // len(room.groups)} people, {seconds:.0f} s: {len(room.sent)} notes, "
          f"{sum(room.moved.values())} moves, {sum(m.fetches for m in members)} deltas; none lost, none doubled, one order")
    print(f"with every other member of its group: {told(calm)}")
    if len(calm) < len(found):
        away = [d for at, d in found if quiet[0] <= at <= quiet[1]]
        print(f"those sent while the site was away or people were coming back: {told(away)}; "
              f"{sum(one.tries > 1 for one in room.sent.values())} notes were sent again")
    print(f"a note was answered: {told([one.answered for one in room.sent.values()])}; a delta: {told([t for m in members for t in m.took])}")
    print(f"{len(pages)} ordinary pages meanwhile: {told(pages)}; the server used {spent / took:.0%} of a core")


if __name__ == "__main__":
    main()
