"""The relay's contract, held by the one in process and the one over Redis."""

import threading
import time

import pytest

from app.infra import live


@pytest.fixture(params=["in process", "over Redis"])
def relay(request):
    return live.InProcess() if request.param == "in process" else live.OverRedis(request.getfixturevalue("redis_url"))


def test_a_listener_gets_its_topics_only(relay):
    with relay.listen("grid:1", "note:2") as inbox:
        relay.publish("grid:9", 1)
        relay.publish("grid:1", 7)
        relay.publish("note:2", 8)
        assert inbox.get(3) == ("grid:1", 7)
        assert inbox.get(3) == ("note:2", 8)
        assert inbox.get(0.05) is None


def test_every_listener_gets_it(relay):
    with relay.listen("grid:1") as one, relay.listen("grid:1") as two:
        relay.publish("grid:1", 3)
        assert one.get(3) == two.get(3) == ("grid:1", 3)


def test_nothing_comes_after_leaving(relay):
    with relay.listen("grid:1") as inbox:
        pass
    relay.publish("grid:1", 3)
    assert inbox.get(0.2) is None


def test_a_listener_that_never_reads_costs_a_bounded_backlog(relay):
    with relay.listen("grid:1") as slow, relay.listen("other") as other:
        for version in range(live.BACKLOG * 3):
            relay.publish("grid:1", version)
        relay.publish("other", 1)
        assert other.get(5) == ("other", 1)
        got = []
        while (nudge := slow.get(0.2)) is not None:
            got.append(nudge[1])
        assert len(got) <= live.BACKLOG
        assert got[-1] == live.BACKLOG * 3 - 1


def test_waiting_ends_as_soon_as_something_comes(relay):
    with relay.listen("grid:1") as inbox:
        threading.Timer(0.2, relay.publish, ("grid:1", 5)).start()
        began = time.monotonic()
        assert inbox.get(10) == ("grid:1", 5)
        assert time.monotonic() - began < 5


def test_a_follower_hears_versions_and_bytes_until_it_stops(relay):
    heard, there = [], threading.Event()

    def called(what):
        heard.append(what)
        if what == 9:
            there.set()

    stop = relay.follow("document:1", called)
    relay.publish("document:2", 5)
    relay.publish("document:1", 7)
    relay.say("document:1", b"by\ntes\0\xff")
    relay.publish("document:1", 9)
    assert there.wait(5)
    assert sorted(heard, key=repr) == [7, 9, b"by\ntes\0\xff"]
    stop()
    stop()
    relay.publish("document:1", 11)
    time.sleep(0.1)
    assert 11 not in heard


def test_a_follower_misses_nothing_however_much_comes(relay):
    heard, all_there = [], threading.Event()
    relay.follow("document:1", lambda version: (heard.append(version), version == 499 and all_there.set()))
    for version in range(500):
        relay.publish("document:1", version)
    assert all_there.wait(10)
    assert heard == list(range(500))


def test_when_redis_is_back_followers_are_told(redis_url):
    import redis

    relay, back = live.OverRedis(redis_url), threading.Event()
    relay.follow("document:1", lambda _version: None)
    relay.follow(live.BACK, lambda _nothing: back.set())
    back.clear()
    redis.Redis.from_url(redis_url).execute_command("CLIENT", "KILL", "TYPE", "pubsub")
    assert back.wait(10)


def test_two_processes_hear_each_other_through_redis(redis_url):
    here, there = live.OverRedis(redis_url), live.OverRedis(redis_url)
    with here.listen("grid:1") as inbox:
        there.publish("grid:1", 4)
        assert inbox.get(3) == ("grid:1", 4)


def test_publishing_without_redis_does_not_fail_and_reaches_this_process():
    alone = live.OverRedis("redis://127.0.0.1:1/0")
    alone._subscribed.set()
    with alone.listen("grid:1") as inbox:
        alone.publish("grid:1", 2)
        assert inbox.get(3) == ("grid:1", 2)


def test_a_redis_that_does_not_answer_keeps_nobody_waiting_again_and_again_and_then_all_look_again(redis_url, monkeypatch):
    import redis

    relay, back = live.OverRedis(redis_url), threading.Event()
    relay.follow("document:1", lambda _seq: None)
    relay.follow(live.BACK, lambda _nothing: back.set())
    asked, works = [], relay._redis.publish

    def hangs(*_said):
        asked.append(1)
        raise redis.TimeoutError

    monkeypatch.setattr(relay._redis, "publish", hangs)
    with relay.listen("grid:1") as inbox:
        for version in range(5):
            relay.publish("grid:1", version)
            assert inbox.get(1) == ("grid:1", version)  # this process's own pages are told all the same
    assert len(asked) == 1
    monkeypatch.setattr(relay._redis, "publish", works)
    monkeypatch.setattr(relay, "_away_until", 0.0)
    back.clear()
    relay.say("presence:1", b"news")
    assert back.wait(5)
