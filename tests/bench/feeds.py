"""Measures what goes out of a grid of 10 rooms and 6 slots: CPU per request, made anew, sent again, and not changed.

`python -m tests.bench.feeds`. 60 sessions with a description of 600 characters each; SQLite; asked for in process.
"""

import tempfile
import time
from datetime import date
from statistics import median

from app import config, create_app
from app.events.models import Event
from app.infra import db
from app.infra.db import transaction
from tests.world import World

RUNS = 40
FEEDS = (("grid as JSON", "/api/v1/events/bench/grid", 357), ("schedule.json", "/e/bench/schedule.json", 357),
         ("schedule.xml", "/e/bench/schedule.xml", 139), ("iCalendar", "/e/bench/grid.ics", 191),
         ("now and next", "/api/v1/events/bench/now?at=2027-01-23T11:10:00Z", 0))


def main() -> None:
    """Lay out the grid, ask for each feed in three ways, print a Markdown table."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-bench-") as folder:
        app = create_app(config.load({
            "FOLKMOOT_MODE": "development", "SECRET_KEY": "b" * 40, "DATABASE_URL": f"sqlite:///{folder}/bench.sqlite3",
            "SEARCH_URL": f"whoosh://{folder}/search", "FILES_URL": f"file://{folder}/files"}))
        app.test_cli_runner().invoke(args=["database", "upgrade"], catch_exceptions=False)
        with app.app_context():
            world = World()
            event = world.event(slug="bench", rooms=10, slots=6, day=date(2027, 1, 23))
            for number in range(60):
                world.session(event, f"How could councils share what they learn, part {number}?", room=number % 10 + 1,
                              slot=number // 10 + 1, about="Something to say about it. " * 22, topics=("Data", "Waste")[number % 2:],
                              leaders=(f"Ada Osei {number}", "Ben Li"))
            event_id = event.id
            db.session.remove()
        print("| feed | a 20th of pretalx | made anew | sent again, compressed | 304 | bytes |\n|---|---|---|---|---|---|")
        for name, path, pretalx in FEEDS:
            print(f"| {name} | {f'{pretalx / 20:.1f}' if pretalx else ''} | {' | '.join(measured(app, path, event_id))} |")


def measured(app, path: str, event_id: int) -> list[str]:
    """Median CPU milliseconds after a change, without one, and for whoever has it; and the bytes."""
    client = app.test_client()
    tag = client.get(path).headers["ETag"]
    anew, again, same = [], [], []
    for _ in range(RUNS):
        with app.app_context(), transaction():
            db.session.get(Event, event_id).version += 1
        db.session.remove()
        anew.append(timed(client, path, {}, 200))
        again.append(timed(client, path, {"Accept-Encoding": "gzip"}, 200))
        same.append(timed(client, path, {"If-None-Match": tag}, 304))
    return [f"{median(times):.1f}" for times in (anew, again, same)] + [f"{len(client.get(path).data):,}"]


def timed(client, path: str, headers: dict, status: int) -> float:
    """CPU milliseconds of one request."""
    began = time.process_time()
    response = client.get(path, headers=headers)
    spent = time.process_time() - began
    assert response.status_code == status, (path, response.status_code)
    return spent * 1000


if __name__ == "__main__":
    main()
