"""Nudges to open pages: a topic and a version, nothing else. They may be lost; the page fetches what it may see.

In one process without `REDIS_URL`, over Redis with it. `tests/infra/test_live.py` holds both to the same contract.
"""

import contextlib
import json
import logging
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

log = logging.getLogger(__name__)

BACK = "relay:back"  # followed by those who must miss nothing: the relay was away and is there again
AWAY_SECONDS = 1.0  # that a relay which did not answer is not asked again
BACKLOG = 100  # nudges a slow page may lag behind before older ones are dropped (the page fetches the newest state anyway)


class Relay(Protocol):
    """Passes nudges from where something changed to every page that listens for the topic."""

    def publish(self, topic: str, version: int) -> None:
        """Nudge everybody who listens for `topic`; never raises and never waits on a listener."""

    @contextmanager
    def listen(self, *topics: str) -> Iterator["Inbox"]:
        """An inbox of the nudges published on `topics` from now until the block ends."""

    def say(self, topic: str, data: bytes) -> None:
        """Pass bytes on to those who follow `topic`; like a nudge they may be lost."""

    def follow(self, topic: str, called: Callable[[int | bytes], None]) -> Callable[[], None]:
        """Have `called` called with every version published and all that is said on `topic`, until what is returned is called.

        For one listener that must miss nothing while the relay is up; it must return at once and raise nothing.
        """


class Inbox:
    """What one open page has been nudged about."""

    def __init__(self):
        self._nudges: queue.Queue[tuple[str, int]] = queue.Queue()

    def put(self, topic: str, version: int) -> None:
        """Add a nudge, dropping the oldest of a page that does not keep up."""
        if self._nudges.qsize() >= BACKLOG:
            with contextlib.suppress(queue.Empty):
                self._nudges.get_nowait()
        self._nudges.put((topic, version))

    def get(self, seconds: float) -> tuple[str, int] | None:
        """The next nudge, or None when none came within `seconds`."""
        try:
            return self._nudges.get(timeout=seconds)
        except queue.Empty:
            return None


class InProcess:
    """Everything in this one process."""

    def __init__(self):
        self._inboxes: dict[str, set[Inbox]] = {}
        self._followers: dict[str, list[Callable[[int | bytes], None]]] = {}
        self._lock = threading.Lock()

    def publish(self, topic: str, version: int) -> None:
        with self._lock:
            inboxes = list(self._inboxes.get(topic, ()))
        for inbox in inboxes:
            inbox.put(topic, version)
        self.say(topic, version)

    def say(self, topic: str, data: int | bytes) -> None:
        with self._lock:
            followers = list(self._followers.get(topic, ()))
        for called in followers:
            called(data)

    def follow(self, topic: str, called: Callable[[int | bytes], None]) -> Callable[[], None]:
        with self._lock:
            self._followers.setdefault(topic, []).append(called)

        def stop() -> None:
            with self._lock:
                if called in self._followers.get(topic, ()):
                    self._followers[topic].remove(called)
                    if not self._followers[topic]:
                        del self._followers[topic]

        return stop

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Inbox]:
        inbox = Inbox()
        with self._lock:
            for topic in topics:
                self._inboxes.setdefault(topic, set()).add(inbox)
        try:
            yield inbox
        finally:
            with self._lock:
                for topic in topics:
                    self._inboxes[topic].discard(inbox)
                    if not self._inboxes[topic]:
                        del self._inboxes[topic]


class OverRedis:
    """Between processes: published to Redis, and one subscription per process hands on to the pages it holds open."""

    CHANNEL, SAID = "folkmoot:nudge", "folkmoot:said"

    def __init__(self, url: str):
        import redis  # start-up cost: most sites have none

        self._gone = redis.RedisError
        self._redis = redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=3, health_check_interval=15)
        self._here = InProcess()
        self._reader: threading.Thread | None = None
        self._lock = threading.Lock()
        self._subscribed = threading.Event()
        self._away_until, self._missed = 0.0, False  # not asked before then; somebody was not told of something

    def publish(self, topic: str, version: int) -> None:
        if not self._tell(self.CHANNEL, json.dumps([topic, version])):
            self._here.publish(topic, version)

    def say(self, topic: str, data: bytes) -> None:
        if not self._tell(self.SAID, topic.encode() + b"\n" + data):
            self._here.say(topic, data)

    def _tell(self, channel: str, data: str | bytes) -> bool:
        """Whether Redis took it. One that does not answer is left alone for a moment, so that not everybody waits for it; when it
        takes something again, those who must miss nothing are told that something was missed."""
        if time.monotonic() < self._away_until:
            return False
        try:
            self._redis.publish(channel, data)
            if self._missed:
                self._missed = False
                self._redis.publish(self.CHANNEL, json.dumps([BACK, 0]))
        except self._gone:
            log.warning("Redis did not take a nudge; pages of this process still get it")
            self._missed, self._away_until = True, time.monotonic() + AWAY_SECONDS
            return False
        return True

    def follow(self, topic: str, called: Callable[[int | bytes], None]) -> Callable[[], None]:
        self._begin_reading()
        return self._here.follow(topic, called)

    @contextmanager
    def listen(self, *topics: str) -> Iterator[Inbox]:
        self._begin_reading()
        with self._here.listen(*topics) as inbox:
            yield inbox

    def _begin_reading(self) -> None:
        with self._lock:
            if self._reader is None:
                self._reader = threading.Thread(target=self._read, name="nudges", daemon=True)
                self._reader.start()
        self._subscribed.wait(3)

    def _back(self) -> None:
        """Subscribed, perhaps after a while without: whoever must miss nothing is told that something may have been missed."""
        self._subscribed.set()
        self._here.say(BACK, 0)

    def _read(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=False) as channel:
                    channel.subscribe(self.SAID, self.CHANNEL)
                    while True:
                        message = channel.get_message(timeout=3)
                        if message and message["type"] == "subscribe":
                            if message["channel"] == self.CHANNEL.encode():  # the second of the two
                                self._back()
                        elif message and message["type"] == "message" and message["channel"] == self.SAID.encode():
                            topic, _, data = message["data"].partition(b"\n")
                            self._here.say(topic.decode(), data)
                        elif message and message["type"] == "message":
                            topic, version = json.loads(message["data"])
                            self._here.publish(topic, version)
            except (self._gone, OSError, ValueError):
                log.warning("lost Redis; nudges between processes resume when it is back")
                time.sleep(1)


relay: Relay = InProcess()


def configure(redis_url: str) -> None:
    """Use Redis at `redis_url`, or this process alone when it is empty."""
    global relay
    relay = OverRedis(redis_url) if redis_url else InProcess()


def publish(topic: str, version: int) -> None:
    """Nudge open pages; give it to `db.after_commit`, so that they fetch what is already there."""
    relay.publish(topic, version)


def publish_all(nudges: list[tuple[str, int]]) -> None:
    """Nudge about several topics."""
    for topic, version in nudges:
        relay.publish(topic, version)
