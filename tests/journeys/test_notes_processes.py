"""Two web processes behind one address, with Redis and PostgreSQL: notes are written together across them, and when the relay
between them is cut for a while nothing is lost (D9).

The journeys of test_notes_together, test_notes_killed and the bytes of test_notes_hard run on the same two processes."""

import contextlib
import time

import pytest
import redis

from tests.journeys.editors import Editor
from tests.journeys.test_notes_together import Notes
from tests.journeys.wire import CUT, UP
from tests.pace import within
from tests.waiting import eventually

pytestmark = [pytest.mark.long, pytest.mark.postgresql]


@pytest.fixture(scope="module")
def two(processes):
    site, _wire = processes
    return Notes(site)


def editors_on_both(notes: Notes, session: int) -> list[Editor]:
    """So many that they are on both processes, which take connections as it comes."""
    return [notes.editor(session, number) for number in range(12)]


def test_editors_on_two_processes_have_the_same_text(two):
    session = two.fresh()
    editors = editors_on_both(two, session)
    for turn in range(3):
        for number, one in enumerate(editors):
            one.type(0, f"{number}.{turn} ")
    for one in editors:
        one.saved()
    expected = two.stored(session)
    for number in range(12):
        assert all(expected.count(f" {number}.{turn} ") <= 1 for turn in range(3))
    for one in editors:
        one.until(lambda one=one: one.text == expected)
    eventually(lambda: two.of(session, "text") == expected, 10)


def test_presence_goes_across_processes(two):
    two.site.change(f"update event set attribution = 'named' where id = {two.event}")
    try:
        session = two.fresh()
        editors = editors_on_both(two, session)
        for one in editors:
            one.be_here(cursor=None)
        everybody = {one.doc.client_id for one in editors}
        for one in editors:
            one.until(lambda one=one: everybody <= one.people.keys())
        editors[0].leave()
        for one in editors[1:]:
            one.until(lambda one=one: one.people[editors[0].doc.client_id] is None)
    finally:
        two.site.change(f"update event set attribution = 'chatham' where id = {two.event}")


def test_when_the_relay_is_cut_changes_are_stored_and_go_round_again_within_ten_seconds(two, redis_url):
    session = two.fresh()
    editors = editors_on_both(two, session)
    relay = redis.Redis.from_url(redis_url)
    with contextlib.suppress(redis.ResponseError):
        relay.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    relay.flushall()
    for number, one in enumerate(editors):
        one.type(0, f"cut {number} ")
    for one in editors:
        one.saved()
    expected = two.stored(session)
    began = time.monotonic()
    for one in editors:
        one.until(lambda one=one: one.text == expected)
    assert time.monotonic() - began < within(10)


def test_while_redis_is_away_all_is_stored_and_when_it_is_back_all_have_the_same_within_ten_seconds(two, processes, request):
    """Away for two minutes with --full."""
    _site, wire = processes
    session = two.fresh()
    editors, took, turn = editors_on_both(two, session), [], 0
    wire.be(CUT)
    try:
        until = time.monotonic() + (120 if request.config.getoption("--full") else 3)
        while time.monotonic() < until:
            turn += 1
            for number, one in enumerate(editors):
                began = time.monotonic()
                one.type(0, f"{number}.{turn} ")
                one.saved()
                took.append(time.monotonic() - began)
            time.sleep(0.3)
        stored = two.stored(session).split()
        assert all(stored.count(f"{number}.{n}") == 1 for number in range(12) for n in range(1, turn + 1))
    finally:
        wire.be(UP)
    began = time.monotonic()
    expected = two.stored(session)
    for one in editors:
        one.until(lambda one=one: one.text == expected)
    assert time.monotonic() - began < within(10)
    assert sorted(took)[len(took) * 95 // 100] < within(2)
    eventually(lambda: two.of(session, "text") == expected, 10)
