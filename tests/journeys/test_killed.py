"""The whole tree of processes killed again and again while people work (D2), write a note together (D1) and fill a
board: what was answered is there, what was called saved is there once, nothing is half done.

One kill in every run, 25 with `--full`.
"""

import random
import threading
import time
from collections import Counter

import pytest
from sqlalchemy import text

from tests.bench.board_room import leave, room_of, sit_down
from tests.bench.board_room import settle as settle_board
from tests.journeys.conftest import site_of
from tests.journeys.people import GONE, SignedIn
from tests.journeys.test_notes_together import Notes
from tests.journeys.typists import Typist, at_work, settle
from tests.servers import free_port, kill
from tests.waiting import eventually

KILLS, KILLS_IN_FULL = 1, 25
WORK_SECONDS, TYPISTS = 1.0, 6


class Load:
    """People at work. `acked` is what the server said it did; `asked` is also what it did not live to answer."""

    def __init__(self, site, seed: int):
        self.site, self.chance, self.stop, self.threads = site, random.Random(seed), threading.Event(), []
        self.event = site.ask("select id from event where slug = 'govcamp-north'")[0]
        # Something was said of the grid as a whole, and nothing moved: shown to all, a room's new name.
        self.without_steps = set(site.ask("select version from grid_change where event_id = :event and not exists "
                                          "(select 1 from grid_step where change_id = grid_change.id)", event=self.event))
        self.pitched, self.unanswered = [], set()
        self.marks: dict[tuple[int, int], bool] = {}
        self.unsure: set[tuple[int, int]] = set()
        self.lines, self.lines_asked = [], set()
        self.versions: list[int] = []
        self.wrong: list[str] = []

    def run(self, seconds: float, kill_it) -> None:
        """Let everybody work until something of each kind was answered, and call `kill_it` in the midst of it."""
        self.stop.clear()
        self.threads = [threading.Thread(target=self._work, args=(job, i))
                        for i, job in enumerate(((self._arrange, 3), (self._pitch, 2), (self._vote, 1), (self._vote, 1), (self._write, 1)))]
        for thread in self.threads:
            thread.start()
        time.sleep(seconds)
        eventually(lambda: self.wrong or all(self.counts().values()), 60)
        kill_it()
        self.stop.set()
        for thread in self.threads:
            thread.join(30)

    def counts(self) -> dict[str, int]:
        """How much was answered."""
        return {"pitches": len(self.pitched), "marks": len(self.marks), "lines": len(self.lines), "moves": len(self.versions)}

    def _work(self, job: tuple, number: int) -> None:
        act, role = job
        chance = random.Random(self.chance.random())
        with self.somebody(role, number) as worker:
            while not self.stop.is_set():
                try:
                    act(worker, chance)
                except GONE:
                    return
                except Exception as problem:  # a thread's error must reach the test
                    self.wrong.append(repr(problem))
                    return

    def somebody(self, role: int, number: int) -> SignedIn:
        people = self.site.ask("select person_id from pass where event_id = :event and role = :role order by id", event=self.event, role=role)
        return SignedIn(self.site, people[number % len(people)])

    def _check(self, status: int, answer: str, *fine: int) -> bool:
        if status not in fine:
            self.wrong.append(f"{status} {answer[:200]}")
        return status == fine[0]

    def _arrange(self, boss: SignedIn, chance) -> None:
        sessions = self.site.ask("select session_id from placement where event_id = :event and part = 1", event=self.event)
        rooms = self.site.ask("select id from room where event_id = :event and number is not null", event=self.event)
        slots = self.site.ask("select id from slot where event_id = :event and number is not null", event=self.event)
        for _ in range(40):
            status, answer = boss.post(f"/e/govcamp-north/sessions/{chance.choice(sessions)}/move", room=chance.choice(rooms),
                                       slot=chance.choice(slots))
            if self._check(status, answer, 200, 409, 422):
                self.versions.append(int(answer.split('"version":')[1].strip(" }\n")))

    def _pitch(self, somebody: SignedIn, chance) -> None:
        for _ in range(40):
            title = f"Killed {chance.random()}"
            self.unanswered.add(title)
            if self._check(*somebody.post("/e/govcamp-north/pitches/new", **{"title": title, "leaders-0": "Ada"}), 303):
                self.pitched.append(title)
            self.unanswered.discard(title)

    def _vote(self, somebody: SignedIn, chance) -> None:
        pitches = self.site.ask("select id from pitch where event_id = :event and state = 'open' order by id", event=self.event)
        for _ in range(40):
            mark, on = (chance.choice(pitches), somebody.id), chance.random() < 0.6
            self.unsure.add(mark)
            if self._check(*somebody.post(f"/e/govcamp-north/pitches/{mark[0]}/interest", on="1" if on else "0"), 200):
                self.marks[mark] = on
            self.unsure.discard(mark)

    def _write(self, somebody: SignedIn, chance) -> None:
        session = self.site.ask("select min(session_id) from placement where event_id = :event", event=self.event)[0]
        for _ in range(20):
            line = f"- line {chance.random()}"
            told = self.site.ask("select d.text from document d join note n on n.document_id = d.id where n.session_id = :s", s=session)
            revision = self.site.ask("select d.revision from document d join note n on n.document_id = d.id where n.session_id = :s", s=session)
            self.lines_asked.add(line)
            if self._check(*somebody.post(f"/e/govcamp-north/sessions/{session}/note", text=f"{told[0].rstrip()}\n{line}\n",
                                          base_revision=revision[0]), 200, 303):
                self.lines.append(line)

    def settle(self) -> None:
        """Compare what people were told with what the database has now."""
        assert self.wrong == []
        titles = Counter(self.site.ask("select title from pitch where title like 'Killed %'"))
        assert set(self.pitched) <= set(titles) <= set(self.pitched) | self.unanswered
        assert set(titles.values()) <= {1}
        led = self.site.ask("select p.title from pitch p where p.title like 'Killed %' and not exists (select 1 from leader l where l.pitch_id = p.id)")
        assert led == []
        with self.site.engine.connect() as connection:
            there = {tuple(row) for row in connection.execute(text("select pitch_id, person_id from interest"))}
            notes = "\n".join(connection.execute(text("select text from document")).scalars())
            steps = connection.execute(text(
                "select s.session_id, s.to_room_id, s.to_slot_id, c.version from grid_step s join grid_change c on c.id = s.change_id "
                "where c.event_id = :event order by c.version, s.id"), {"event": self.event}).all()
            versions = list(connection.execute(text("select version from grid_change where event_id = :event order by version"),
                                               {"event": self.event}).scalars())
            stands = {row[0]: (row[1], row[2]) for row in connection.execute(text(
                "select session_id, room_id, slot_id from placement where event_id = :event and part = 1"), {"event": self.event})}
        for mark, on in self.marks.items():
            assert mark in self.unsure or (mark in there) == on, "a mark was not as answered"
        for line in self.lines:
            assert notes.count(line + "\n") == 1, "a line of the notes was lost or doubled"
        assert all(notes.count(line) <= 1 for line in self.lines_asked)
        assert versions == list(range(1, len(versions) + 1))
        assert max(self.versions, default=0) <= len(versions)
        assert {v for *_rest, v in steps} == set(versions) - self.without_steps, "a change without its steps"
        replayed = {session: (room, slot) for session, room, slot, _version in steps}
        assert {s: at for s, at in replayed.items() if at[0]} == stands
        self.unsure.clear()


class Note:
    """A note that people type in meanwhile."""

    def __init__(self, site):
        self.notes = Notes(site)
        self.session = self.notes.fresh()
        self.typists = [Typist(self.notes, self.session, number) for number in range(TYPISTS)]

    def at(self, site) -> None:
        """The site is there again."""
        self.notes.site = site
        for typist in self.typists:
            typist.editor.address = site.address

    def work(self, seconds: float, load: Load) -> None:
        """Type until `load` has killed the site."""
        before = [len(typist.saved) for typist in self.typists]

        def kill_it() -> None:
            eventually(lambda: all(len(typist.saved) > count + 2 for typist, count in zip(self.typists, before, strict=True)), 60)
            kill(load.site.process)

        stop, threads = at_work(self.typists)
        try:
            load.run(seconds, kill_it)
        finally:
            stop.set()
        for thread in threads:
            thread.join(30)
        for typist in self.typists:
            typist.editor.leave()


@pytest.mark.long
def test_killed_again_and_again(tmp_path, request):
    full = request.config.getoption("--full")
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    load, note, room, waits, port = None, None, None, [], str(free_port())
    for _ in range(KILLS_IN_FULL if full else KILLS):
        began = time.monotonic()
        with site_of(tmp_path, *(() if load else ("--demo",)), again=load is not None, PORT=port) as site:
            load, note = load or Load(site, seed), note or Note(site)
            load.site = site
            note.at(site)
            if room is None:  # pages that stay open: they come back, and send what was not answered once more
                room = room_of(site, groups=2, every=0.3)
                room.come_back = 0.5
                members = sit_down(room, 3)
            with load.somebody(1, 0) as first:
                assert first.get("/e/govcamp-north/grid")[0] == 200
            waits.append(time.monotonic() - began)
            load.settle()
            answered = len(room.answered)
            eventually(lambda: len(room.answered) > answered + 2, 60)  # noqa: B023 - asked at once
            note.work(WORK_SECONDS, load)
    counts = load.counts()
    with site_of(tmp_path, again=True, PORT=port) as site:
        load.site = room.site = site
        settle_board(room, members)
        leave(room, members)
        load.settle()
        note.at(site)
        settle(note.notes, note.session, note.typists)
    print(f"{len(waits)} kills, first answer after {max(waits[1:], default=0):.1f} s at most, answered: {counts}")
    assert all(counts.values()), counts
