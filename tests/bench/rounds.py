"""Measures rounds: `python -m tests.bench.rounds`, prints Markdown tables.

Pairing alone (CPU seconds of one core) after 20 rounds and after hostile histories; and a round of 2,000 people on SQLite, from the
moment it is due until all letters are written, with how long the database was held for it.
"""

import tempfile
import time
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from random import Random

from app import config, create_app
from app.accounts.models import Person
from app.infra import clock, db, jobs
from app.infra.mail import Mail
from app.rounds import defaults, dividing
from app.rounds.models import Round, RoundPerson
from app.rounds.pairing import pair, times_met
from tests.world import World


def measured(name: str, people: dict[int, str], met: dict, shut=()) -> None:
    began = time.process_time()
    found = pair(people, met, shut, seed="bench")
    print(f"| {name} | {time.process_time() - began:.2f} | {found.repeated} | {found.same} (at least {found.same_least}) | "
          f"{len(found.left)} |", flush=True)


def met_where(n: int, whether) -> dict[tuple[int, int], int]:
    return {two: 1 for two in combinations(range(n), 2) if whether(*two)}


def pairing() -> None:
    print("| pairing | CPU s | repeated | of one organisation | left out |\n|---|---|---|---|---|")
    rng = Random(3)
    for n in (200, 2000, 1999):
        people = {i: f"organisation {int(rng.paretovariate(.8)) % 200}" for i in range(n)}
        groups: list[tuple[int, ...]] = []
        for number in range(20):
            groups += pair(people, times_met(groups), (), seed=str(number)).groups
        measured(f"{n:,} people after 20 rounds", people, times_met(groups))
        shut = [tuple(rng.sample(range(n), 2)) for _ in range(500)]
        measured(f"{n:,} people after 20 rounds, 500 do not want to meet another", people, times_met(groups), shut)
    nobody = dict.fromkeys(range(2000), "")
    measured("2,000 of one organisation", dict.fromkeys(range(2000), "a"), {})
    measured("2,000, everybody met everybody", nobody, met_where(2000, lambda v, w: True))
    measured("2,000, one is new to all, the others met", nobody, met_where(2000, lambda v, w: v > 0))
    measured("2,000, two halves of 900 and 1,100 who met within", nobody, met_where(2000, lambda v, w: (v < 900) == (w < 900)))
    measured("2,000, new only along a chain", nobody, met_where(2000, lambda v, w: w - v > 1))
    new = {rng.randrange(4_000_000) for _ in range(3000)}
    measured("2,000, three new to each, at random", nobody, met_where(2000, lambda v, w: v * 2000 + w not in new))
    odd = dict.fromkeys(range(1999), "")
    measured("1,999, new only round a ring", odd, met_where(1999, lambda v, w: w - v > 1 and w - v < 1998))
    apart = [two for two in combinations(range(2000), 2) if rng.random() > .0005]
    measured("2,000, all met, nearly all shut from each other", nobody, met_where(2000, lambda v, w: True), apart)


def whole_round() -> None:
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-bench-"))
    app = create_app(config.load({
        "SECRET_KEY": "s" * 40, "BASE_URL": "https://camp.example.org", "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
        "FILES_URL": f"file://{folder / 'files'}", "SEARCH_URL": f"whoosh://{folder / 'search'}"}))
    app.test_cli_runner().invoke(args=["database", "upgrade"], catch_exceptions=False)
    with app.app_context():
        series, at = World().series(), clock.now()
        zone = "Europe/London"
        windows = defaults.windows(at, zone)
        with db.transaction() as session:
            found = Round(series_id=series.id, name="Coffee", question="What next?", join_until=at - timedelta(minutes=1), created_at=at,
                          ask_at=at + timedelta(days=30), windows=[[a.isoformat(), b.isoformat()] for a, b in windows])
            people = [Person(name=f"Person {i}", email=f"p{i}@example.org", organisation=f"Council {i % 90}", created_at=at)
                      for i in range(2000)]
            session.add_all([found, *people])
            session.flush()
            session.add_all([RoundPerson(round_id=found.id, person_id=one.id, since=at) for one in people])
            jobs.enqueue("rounds.pair", {"round": found.id})
        held, write = [], dividing.write

        def timed(*args, **kwargs):
            began = time.perf_counter()
            done = write(*args, **kwargs)
            db.session.flush()
            held.append(time.perf_counter() - began)
            return done

        dividing.write = timed
        began = time.perf_counter()
        assert jobs.work_once() == 1
        paired = time.perf_counter() - began
        while jobs.work_once():
            pass
        print(f"\n| a round of 2,000 on SQLite | s |\n|---|---|\n| put together and written down | {paired:.1f} |\n"
              f"| of which the database was held | {held[0]:.1f} |\n| all {db.session.query(Mail).count():,} letters written | "
              f"{time.perf_counter() - began - paired:.1f} |")


if __name__ == "__main__":
    pairing()
    whole_round()
