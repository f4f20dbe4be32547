"""Rooms full of people with a board open on their phones: what they show, how they follow it, write, come back. For the bench and
for tests; `python -m tests.bench.boards` prints figures of it."""

import http.client
import json
import random
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from tests.bench.board_shown import Shown, order_of_page
from tests.journeys.conftest import Site
from tests.journeys.people import GONE, SignedIn

AT = "/e/govcamp-north/boards"
PROMPTS = ("What works?", "What is hard?", "What next?")
SOON, SPREAD, GAP = 0.04, 0.12, 0.35  # seconds, as in static/src/live.ts and board_delta.ts
COME_BACK, AGAIN = 3.0, 1.0  # seconds: until a browser opens a lost stream again; until what was not taken is sent again
BUSY = (502, 503)


@dataclass
class Sent:
    """A note somebody wrote: when it was first sent, its id once the server said it, how often it was sent."""

    group: int
    by: int
    text: str
    at: float
    id: int = 0
    tries: int = 0
    answered: float = 0.0  # seconds until the server said so


@dataclass
class Room:
    """The board, who sits where, and what happened. `come_back`: seconds until a page opens a stream again that was lost."""

    site: Site
    board: int
    groups: list[int]
    prompts: list[int]
    every: float
    come_back: float = COME_BACK
    sent: dict[str, Sent] = field(default_factory=dict)
    moved: Counter = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)  # nobody writes any more
    over: threading.Event = field(default_factory=threading.Event)  # nobody listens any more

    @property
    def answered(self) -> list[Sent]:
        """The notes that the server said it has."""
        return [one for one in list(self.sent.values()) if one.id]

    @property
    def at(self) -> str:
        """The board's address."""
        return f"{AT}/{self.board}"


class Member:
    """Somebody with the board open."""

    def __init__(self, room: Room, person: int, group: int, seed: int):
        self.room, self.group, self.chance = room, group, random.Random(seed)
        self.writer, self.reader, self.listener = (SignedIn(room.site, person, 20) for _ in range(3))
        self.person, self.shown, self.came = person, Shown(), {}
        self.due: float | None = None
        self.nudged, self.ready = threading.Condition(), threading.Event()
        self.fetches, self.begins, self.took = 0, 0, []

    def start(self) -> list[threading.Thread]:
        """Sit down, look at the board, follow it, write."""
        status, text = self.writer.post(f"{self.room.at}/join", group=self.group)
        assert status == 303, text
        threads = [threading.Thread(target=self._guarded, args=(act,), daemon=True) for act in (self._listen, self._fetch, self._write)]
        for thread in threads:
            thread.start()
        return threads

    def _guarded(self, act) -> None:
        try:
            act()
        except Exception as problem:  # a thread's error must reach who reads the result
            self.room.wrong.append(f"{act.__name__}: {problem!r}")
            self.ready.set()

    def _schedule(self) -> None:
        with self.nudged:
            due = time.monotonic() + SOON + SPREAD * self.chance.random()
            if self.due is None or due < self.due:
                self.due = due
                self.nudged.notify()

    def _listen(self) -> None:
        to = urlsplit(self.room.site.address)
        while not self.room.over.is_set():
            line = http.client.HTTPConnection(to.hostname, to.port, timeout=40)
            with suppress(*GONE):
                line.request("GET", f"{self.room.at}/stream?group={self.group}", headers=self.listener.headers | {"Accept": "text/event-stream"})
                answer = line.getresponse()
                while answer.status == 200 and (text := answer.fp.readline()) and not self.room.over.is_set():
                    if text.startswith(b"retry"):
                        self.begins += 1
                        self._schedule()
                    elif text.startswith(b"data: {") and json.loads(text[6:])["version"] > self.shown.version:
                        self._schedule()
            line.close()
            self.room.over.wait(self.room.come_back * (1 + 0.1 * self.chance.random()))

    def _fetch(self) -> None:
        last = 0.0
        while not self.room.over.is_set():
            with self.nudged:
                while self.due is None or time.monotonic() < self.due:
                    self.nudged.wait(None if self.due is None else self.due - time.monotonic())
                    if self.room.over.is_set():
                        return
                self.due = None
            time.sleep(max(0.0, last + GAP - time.monotonic()))
            last = time.monotonic()
            try:
                self.bring()
            except GONE:
                self.room.over.wait(self.room.come_back)
                self._schedule()

    def bring(self) -> None:
        """Fetch what changed; the whole where the server says so."""
        began, whole = time.monotonic(), not self.shown.version
        if not whole:
            status, html = self.reader.get(f"{self.room.at}/changes?since={self.shown.version}&group={self.group}")
            whole = status == 205
        if whole:
            status, html = self.reader.get(f"{self.room.at}/columns?group={self.group}")
        if status in BUSY:
            raise ConnectionError(f"{status}")
        if status != 200:
            raise ValueError(f"{status} {html[:200]}")
        new, now = self.shown.bring(html, whole=whole), time.monotonic()
        self.came.update((int(ref[1:]), now) for ref in new if ref[0] == "i")
        self.fetches += 1
        self.took.append(now - began)
        self.ready.set()

    def _write(self) -> None:
        self.ready.wait()
        room, count = self.room, 0
        room.stop.wait(self.chance.random() * room.every)
        due = time.monotonic()
        while not room.stop.is_set():
            key, text = str(uuid.UUID(int=self.chance.getrandbits(128))), f"Said by {self.person}: number {count}, of some length"
            room.sent[key] = one = Sent(self.group, self.person, text, time.monotonic())
            column = {"prompt": self.chance.choice(room.prompts), "group": self.group}
            while not one.id:
                one.tries += 1
                if (answer := self._post(f"{room.at}/insights", key=key, text=text, **column)) is None:
                    time.sleep(min(AGAIN, room.come_back) * (0.5 + self.chance.random()))
                else:
                    one.id, one.answered = answer["id"], time.monotonic() - one.at
            if self.chance.random() < 1 / 8 and self.shown.cards:
                self._move(column)
            count, due = count + 1, max(due + room.every, time.monotonic())  # who was kept waiting writes no two at once
            room.stop.wait(max(0.0, due - time.monotonic()))

    def _move(self, column: dict) -> None:
        """Move a note before another, or onto one."""
        notes = [ref for ref in list(self.shown.cards) if ref[0] == "i"]
        one, other = self.chance.choice(notes), self.chance.choice(notes)
        if one == other:
            return
        where = {"onto": other} if self.chance.random() < 0.2 else {"before": other, "column": self.shown.cards[other].column}
        if self._post(f"{self.room.at}/insights/{one[1:]}/move", **where) is not None:
            self.room.moved[self.group] += 1

    def _post(self, path: str, **fields) -> dict | None:
        try:
            status, text = self.writer.post(path, **fields)
        except GONE:
            return None
        if status in BUSY:
            return None
        if status == 200:
            return json.loads(text)
        raise ValueError(f"{status} {text[:200]}")


def room_of(site: Site, *, groups: int, every: float, title: str = "A room full") -> Room:
    """A board for so many groups, set up through its form."""
    boss = site.ask("select id from person where email = 'organiser@camp.example'")[0]
    with SignedIn(site, boss) as organiser:
        status, text = organiser.post(f"{AT}/new?practice=same-prompts", **{
            "title": title, "groups": groups, "called": "Table", "stages-0-prompts": "\n".join(PROMPTS)})
    assert status == 303, text
    board = site.ask("select max(id) from board where title = :title", title=title)[0]
    return Room(site, board, site.ask("select id from board_group where board_id = :b order by id", b=board),
                site.ask("select p.id from board_prompt p join board_stage s on s.id = p.stage_id where s.board_id = :b order by p.id", b=board),
                every)


def sit_down(room: Room, people: int) -> list[Member]:
    """So many at each table, all of whom have the board open when this returns."""
    event = room.site.ask("select id from event where slug = 'govcamp-north'")[0]
    persons = room.site.ask("select person_id from pass where event_id = :event and role = 1 order by id", event=event)
    assert len(persons) >= people * len(room.groups), "too few people with passes"
    members = [Member(room, persons[i], group, i) for i, group in enumerate(group for group in room.groups for _ in range(people))]
    for member in members:
        member.start()
    for member in members:
        assert member.ready.wait(60), "a page did not open"
    return members


def settle(room: Room, members: list[Member], seconds: float = 30) -> None:
    """Let everything arrive, and compare: what was sent with what is stored, what each page shows with a page made anew."""
    room.stop.set()
    until = time.monotonic() + seconds
    while time.monotonic() < until and not room.wrong and not (all(one.id for one in room.sent.values()) and all(
            member.shown.version >= _version_of(room, member) for member in members)):
        time.sleep(0.1)
    assert room.wrong == []
    rows = Counter(room.site.ask("select text from insight where board_id = :b", b=room.board))
    assert rows == Counter(one.text for one in room.sent.values()), "lost or doubled"
    assert all(one.id for one in room.sent.values())
    for member in members:
        with SignedIn(room.site, member.person) as anew:
            status, html = anew.get(f"{room.at}/columns?group={member.group}")
        assert status == 200
        assert member.shown.order() == order_of_page(html), "not the same order as a page made anew"


def _version_of(room: Room, member: Member) -> int:
    """The version of the last change in the member's columns."""
    return max(room.site.ask("select coalesce(max(changed), 0) from insight where group_id = :g union all "
                             "select coalesce(max(changed), 0) from cluster where group_id = :g", g=member.group))


def leave(room: Room, members: list[Member]) -> None:
    """Everybody closes the page."""
    room.stop.set()
    room.over.set()
    for member in members:
        with member.nudged:
            member.nudged.notify()
        for line in (member.writer, member.reader, member.listener):
            line.hang_up()
