"""Many writers for a while, and a database that somebody else holds (D6): nobody sees "locked", and who cannot be served is told when to come back."""

import threading
import time
from collections import Counter

import pytest
from sqlalchemy import text

from app.infra.db import LOCK_WAIT_SECONDS
from tests.journeys.people import SignedIn

WRITERS, SECONDS, SECONDS_IN_FULL = 16, 2, 60
HELD_SECONDS = 10


@pytest.mark.long
def test_sixteen_writers_and_a_lock_from_outside(rough, request):
    site = rough
    event = site.ask("select id from event where slug = 'govcamp-north'")[0]
    people = site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)[:WRITERS]
    pitches = site.ask("select id from pitch where event_id = :event and state = 'open' order by id", event=event)
    answers, until = Counter(), time.monotonic() + (SECONDS_IN_FULL if request.config.getoption("--full") else SECONDS)

    def write(number: int, person: int) -> None:
        with SignedIn(site, person) as somebody:
            done = 0
            while time.monotonic() < until:
                pitch = pitches[(number + done // 2) % len(pitches)]
                answers[somebody.post(f"/e/govcamp-north/pitches/{pitch}/interest", on="1" if done % 2 else "0")[0]] += 1
                done += 1

    writers = [threading.Thread(target=write, args=pair) for pair in enumerate(people)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert set(answers) == {200}, answers
    assert answers[200] > WRITERS
    assert "locked" not in site.log.read_text()
    _held(site, event, people[0], pitches[0])


def _held(site, event: int, person: int, pitch: int) -> None:
    """Somebody outside keeps the database (on PostgreSQL: the event's row) for ten seconds."""
    with site.engine.connect() as outside, SignedIn(site, person) as somebody, SignedIn(site, person) as reader:
        raw = outside.connection.dbapi_connection
        if site.engine.dialect.name == "sqlite":
            raw.isolation_level = None
            raw.execute("BEGIN IMMEDIATE")
        else:
            outside.execute(text("select id from event where id = :id for update"), {"id": event})
        began = time.monotonic()
        told = []

        def mark() -> None:
            told.append(somebody.post_for_headers(f"/e/govcamp-north/pitches/{pitch}/interest", on="1"))

        marking = threading.Thread(target=mark)
        marking.start()
        time.sleep(0.3)
        assert reader.get("/e/govcamp-north/grid")[0] == 200, "reading goes on"
        marking.join(HELD_SECONDS)
        waited = time.monotonic() - began
        [(status, headers)] = told
        assert status == 503
        assert int(headers["Retry-After"]) > 0
        assert LOCK_WAIT_SECONDS - 1 < waited < HELD_SECONDS
        if site.engine.dialect.name == "sqlite":
            raw.execute("ROLLBACK")
        else:
            outside.rollback()
        assert somebody.post(f"/e/govcamp-north/pitches/{pitch}/interest", on="1")[0] == 200
