"""Measures the evening's mail: `python -m tests.bench.evening [people=500] [sessions=60] [database_url]`.

A real site (web process and jobs worker, SQLite with every commit synced, or the database given) and a real SMTP server on
loopback. An organiser presses *Send it now*: how long until the server has taken the last of the personal mails, each once; and how
long ordinary pages take meanwhile, beside how long they took just before. Loopback only; server and readers share the machine.
"""

import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from aiosmtpd.controller import Controller

from tests import servers

BODY = "Hello {name},\n\nThank you for being part of it.\n\n{yours}\n\nThank you"
QUIET = 10.0  # seconds that pages are read before
READERS = 2


class Postman:
    """An SMTP server's handler that keeps when each mail came, by Message-ID, and to whom."""

    def __init__(self):
        self.came: dict[str, float] = {}
        self.people: Counter[str] = Counter()
        self.sample = b""  # the last of them

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - aiosmtpd's name
        head = envelope.content.split(b"\r\n\r\n", 1)[0].decode()
        name = next(line for line in head.splitlines() if line.lower().startswith("message-id:"))
        self.came.setdefault(name, time.monotonic())
        self.people[envelope.rcpt_tos[0]] += 1
        self.sample = envelope.content
        return "250 OK"


@contextmanager
def postman():
    """A real SMTP server on loopback; its handler and its port."""
    handler, port = Postman(), servers.free_port()
    server = Controller(handler, hostname="127.0.0.1", port=port)
    server.start()
    try:
        yield handler, port
    finally:
        server.stop()


@dataclass
class Figures:
    """What was measured, in seconds."""

    people: int
    sessions: int
    first: float
    last: float
    twice: int
    before: list[float]
    meanwhile: list[float]

    def said(self) -> str:
        """In words."""
        def told(took: list[float]) -> tuple[float, float]:
            cuts = quantiles(took, n=100)
            return cuts[49], cuts[94]

        (b50, b95), (m50, m95) = told(self.before), told(self.meanwhile)
        return (f"{self.people} people × {self.sessions} sessions: the first mail after {self.first:.1f} s, all after {self.last:.1f} s, "
                f"{self.twice} twice\npages before: p50 {b50 * 1000:.0f} ms, p95 {b95 * 1000:.0f} ms ({len(self.before)}); meanwhile: "
                f"p50 {m50 * 1000:.0f} ms, p95 {m95 * 1000:.0f} ms ({len(self.meanwhile)}): {m50 / b50:.2f} and {m95 / b95:.2f} times")


def fill(people: int, sessions: int) -> None:
    """An event that is over, with that many people and sessions, in the database that `app` is configured for. Returns nothing."""
    from app.boards.idea_models import Pledge
    from app.documents import actions as documents
    from app.events.models import Pass, Role
    from app.followups.models import FollowUp, FollowUpPerson
    from app.infra import clock, db
    from app.notes.models import Note, NoteTaker
    from app.pitches.models import Interest
    from tests.world import World

    chance, at = random.Random(6), clock.now()  # noqa: S311 - the same every time, and no secret

    class All(World):
        def save(self, *rows):
            db.session.add_all(rows)
            db.session.flush()
            return rows[0]

    ahead = (12 - at.hour + 11) % 24 - 11  # it is noon there, so nobody's quiet hours
    with db.transaction():
        world = All()
        zone = f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
        event = world.event(rooms=10, slots=-(-sessions // 10), slug="evening", time_zone=zone, day=clock.local(at, zone).date())
        boss = world.holder(event, Role.ORGANISER, name="Olu", email="olu@example.org")
        there = [world.person(f"Person {n}", f"p{n}@example.org") for n in range(people - 1)]
        world.save(*[Pass(event_id=event.id, person_id=one.id, role=Role.ATTENDEE, joined_at=at) for one in there])
        held = [world.session(event, f"Session {n} on what matters", room=n % 10 + 1, slot=n // 10 + 1,
                              leaders=chance.sample(there, 2), topics=[f"Topic {n % 7}"]) for n in range(sessions)]
        for session in held:
            document = documents.create("# Notes\n", at)
            world.save(Note(session_id=session.id, document_id=document.id, created_at=at))
            documents.save(document, "# Notes\n\n" + "Something was said here that matters.\n" * 60, 1, at)
            taker = chance.choice(there)
            world.save(NoteTaker(session_id=session.id, person_id=taker.id, name=taker.name, since=at))
        for session in held[: 2 * sessions // 3]:
            one = world.save(FollowUp(event_id=event.id, session_id=session.id, created_at=at))
            world.save(*[FollowUpPerson(followup_id=one.id, person_id=p.id, name=p.name, part="posted", since=at)
                         for p in chance.sample(there, 6)])
        for one in there:
            world.save(*[Interest(pitch_id=s.pitch_id, person_id=one.id, marked_at=at) for s in chance.sample(held, min(6, sessions))])
            if chance.random() < .5:
                world.save(Pledge(event_id=event.id, person_id=one.id, key="k", text="I will ask the driver", shown="private",
                                  by_day=(at + timedelta(days=60)).date(), created_at=at))
        from app.mailings import actions
        actions.draft(boss, event, kind="evening", recipients="all", subject="After the camp: your notes", body=BODY, at=at)


def measure(people: int, sessions: int, database_url: str | None = None, quiet: float = QUIET) -> Figures:
    """Press the button, and look on."""
    from sqlalchemy import create_engine

    from app.infra import db
    from tests.journeys.conftest import Site
    from tests.journeys.people import GONE, SignedIn

    with tempfile.TemporaryDirectory(prefix="folkmoot-evening-") as name, postman() as (post, smtp):
        folder = Path(name)
        subprocess.run([sys.executable, "-m", "tests.bench.evening", "fill", str(people), str(sessions)], check=True, cwd=servers.ROOT,
                       env=servers.settings_of(folder, database_url, 8000))
        with servers.serving(folder, database_url=database_url, MAIL_URL=f"smtp://127.0.0.1:{smtp}") as address:
            engine = create_engine(database_url) if database_url else create_engine(
                f"sqlite:///{folder}/served.sqlite3", module=db.sqlite)
            site = Site(address, engine)
            [boss] = site.ask("select id from person where email = 'olu@example.org'")
            [mailing] = site.ask("select id from mailing")
            took: list[tuple[float, float]] = []
            stop = threading.Event()

            def read(who: int) -> None:
                with SignedIn(site, who) as reader:
                    while not stop.is_set():
                        for page in ("grid", "pitches", "notes", "follow-ups"):
                            began = time.monotonic()
                            with suppress(*GONE):
                                if reader.get(f"/e/evening/{page}")[0] == 200:
                                    took.append((began, time.monotonic() - began))
                            stop.wait(0.05)

            readers = [threading.Thread(target=read, args=(boss + 1 + n,)) for n in range(READERS)]
            for reader in readers:
                reader.start()
            time.sleep(2)  # what is made at first is not measured
            quiet_from = time.monotonic()
            time.sleep(quiet)
            pressed = time.monotonic()
            with SignedIn(site, boss) as organiser:
                organiser.post(f"/e/evening/mailings/{mailing}/send", version="1")
            while len(post.came) < people and time.monotonic() < pressed + 300:
                time.sleep(0.05)
            time.sleep(1)
            stop.set()
            for reader in readers:
                reader.join()
            engine.dispose()
    if len(post.came) < people:
        raise RuntimeError(f"only {len(post.came)} of {people} mails came")
    last = max(post.came.values())
    return Figures(people, sessions, min(post.came.values()) - pressed, last - pressed, sum(n > 1 for n in post.people.values()),
                   [t for at, t in took if quiet_from <= at < pressed], [t for at, t in took if pressed <= at <= last])


def main() -> None:
    """Print the figures; with `fill`, only fill a database."""
    if sys.argv[1:2] == ["fill"]:
        from alembic import command

        from app import cli, config, create_app
        from app.infra import db, jobs

        with create_app(config.load()).app_context():
            command.upgrade(cli.alembic(), "head")
            fill(int(sys.argv[2]), int(sys.argv[3]))
            jobs.work_until_idle()
            db.session.remove()
        return
    options = dict(word.split("=", 1) for word in sys.argv[1:] if "=" in word and "://" not in word)
    url = next((word for word in sys.argv[1:] if "://" in word), None)
    print(measure(int(options.get("people", 500)), int(options.get("sessions", 60)), url).said())


if __name__ == "__main__":
    main()
