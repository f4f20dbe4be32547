"""People who type real notes key by key, with slips, pastes and second thoughts, while the server is killed under them.

Each has a part of the document that only they write in, so that it can be said to the character what must be there; what all
write at the top are words of which each must be there once.
"""

import random
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from app.documents import wire
from tests.journeys.editors import Closed, Editor, Refused
from tests.journeys.test_notes_together import Notes

LOST = (Closed, Refused, OSError)  # a connection that was ended, at any point
FENCE_SECONDS = 0.25  # between questions whether all is saved, as the editor in the browser asks them


class Step(NamedTuple):
    """So long after the last one, `out` characters are deleted at `at` and `text` put in."""

    pause: float
    at: int
    out: int
    text: str


def texts(shared: Path, count: int, size: int) -> list[str]:
    """Real notes of at least `size` characters, cut to that."""
    found = []
    for path in sorted((shared / "data" / "notes").rglob("*.md")):
        text = path.read_text("utf-8", "replace").replace("\r\n", "\n").replace("\0", "")
        if len(text) >= size and "⟦" not in text:
            found.append(text[:size])
        if len(found) == count:
            return found
    raise AssertionError("too few notes")


def typing(text: str, chance: random.Random, keys_a_second: float = 8.0):
    """The steps by which somebody types `text`: in bursts, with slips taken back, things pasted, and words added in the middle."""
    done, at = 0, 0  # of `text`, and of what stands there by now
    while done < len(text):
        for _ in range(chance.randint(4, 30)):  # a burst, then a thought
            pause = chance.expovariate(keys_a_second * 1.5)
            kind = chance.random()
            if kind < 0.04:
                slip = chance.choice(["teh", "ö", "x", "😀"])
                for character in slip:
                    yield Step(pause, at, 0, character)
                    at += 1
                for _ in slip:
                    at -= 1
                    yield Step(pause / 2, at, 1, "")
            elif kind < 0.05 and at > 40:
                where = chance.randrange(at - 20)
                word = chance.choice(["really ", "👩\u200d👧 ", "(see above) "])
                yield Step(pause, where, 0, word)
                at += len(word)
            elif kind < 0.06 and at > 60:
                where = chance.randrange(at - 30)
                yield Step(pause, where, 12, "")
                at -= 12
            size = chance.randint(40, 300) if kind > 0.985 else 1
            part = text[done:done + size]
            if part:
                yield Step(pause, at, 0, part)
                at, done = at + len(part), done + len(part)
        if done < len(text):
            chance_of_thought = chance.uniform(0.2, 0.8)
            yield Step(chance_of_thought, at, 0, "")


class Scribe:
    """Somebody at work. `said` is what their part of the document says here, `since` all that it said since the last time that the
    server called everything saved."""

    def __init__(self, notes: Notes, session: int, number: int, steps, *, hurry: float = 1.0):
        self.notes, self.session, self.number, self.hurry = notes, session, number, hurry
        self.steps = iter(steps)
        self.editor = Editor(notes.site.address, session, notes.cookie(number))
        self.begin, self.end = f"⟦{number}⟧", f"⟦/{number}⟧"
        self.said, self.since = "", [""]
        self.words: list[str] = []  # at the top
        self.words_saved = 0
        self.asked: dict[int, tuple[int, int]] = {}  # by fence: how long `since` was then, and `words`
        self.acked = self.too_early = 0
        self.lost_at: float | None = None
        self.rejoined: list[float] = []
        self.wrong: list[str] = []
        self.lock = threading.Lock()  # what was called saved, for who compares it with the database

    def come(self) -> None:
        """Connect for the first time, and begin a part of one's own."""
        one = self.editor.connect()
        one.type(len(one.doc["text"]), f"\n{self.begin}{self.end}\n")
        one.saved()

    def work(self, stop: threading.Event) -> None:
        """Type until there is no more to type, or told to stop."""
        try:
            asked_at = 0.0
            for step in self.steps:
                if stop.is_set():
                    break
                time.sleep(step.pause * self.hurry)
                self._do(step)
                try:
                    if self.editor.line is None:
                        self._come_back()
                    self.editor.send()
                    if time.monotonic() - asked_at > FENCE_SECONDS:
                        asked_at = time.monotonic()
                        self._ask()
                    self._hear()
                except LOST:
                    self._lose()
        except Exception as problem:  # a thread's error must reach the test
            self.wrong.append(f"{self.number}: {problem!r}")

    def _do(self, step: Step) -> None:
        doc, text = self.editor.doc, self.editor.doc["text"]
        here = self.editor.text.encode()
        at = here.index(self.begin.encode()) + len(self.begin.encode()) + len(self.said[:step.at].encode())
        with doc.transaction():
            if step.out:
                out = self.said[step.at:step.at + step.out]
                del text[at:at + len(out.encode())]
            if step.text:
                text.insert(at, step.text)
        with self.lock:
            self.said = self.said[:step.at] + step.text + self.said[step.at + step.out:]
            self.since.append(self.said)
        if len(self.since) % 40 == 39:
            word = f"s{self.number}.{len(self.words)}"
            text.insert(0, word + " ")
            with self.lock:
                self.words.append(word)

    def _ask(self) -> None:
        one = self.editor
        one.fence += 1
        self.asked[one.fence] = len(self.since), len(self.words)
        one.line.send(bytes((wire.FENCE,)) + wire.number(one.fence))

    def _hear(self) -> None:
        one = self.editor
        one.quiet(0.001)
        with self.lock:
            for fence in sorted(self.asked.keys() & one.got):
                long, words = self.asked.pop(fence)
                self.since = self.since[long - 1:]
                self.asked = {other: (many - long + 1, also) for other, (many, also) in self.asked.items()}
                self.words_saved = words
                self.acked += 1

    def _lose(self) -> None:
        self.lost_at = self.lost_at or time.monotonic()
        self.asked.clear()
        self.editor.leave()

    def _come_back(self) -> None:
        one = self.editor
        one.connect()
        with suppress(TimeoutError):
            one.saved(10)
            with self.lock:
                self.since, self.words_saved = self.since[-1:], len(self.words)
                self.acked += 1
        if self.lost_at is not None:
            self.rejoined.append(time.monotonic() - self.lost_at)
            self.lost_at = None

    def saved(self) -> tuple[list[str], list[str]]:
        """What one's part may say in the database from now on, and the words that must be there."""
        with self.lock:
            return self.since[:], self.words[:self.words_saved]

    def part_of(self, text: str) -> str:
        """What one's part says in `text`."""
        begin = text.index(self.begin) + len(self.begin)
        return text[begin:text.index(self.end)]

    def finish(self) -> None:
        """Be back, with everything saved."""
        for _ in range(50):
            try:
                if self.editor.line is None:
                    self._come_back()
                self.editor.saved()
                return
            except LOST:
                self._lose()
                time.sleep(0.2)
        raise AssertionError(f"{self.number} could not come back")


def at_work(scribes: list[Scribe]) -> tuple[threading.Event, list[threading.Thread]]:
    """Set them to work; what stops them, and their threads."""
    stop = threading.Event()
    threads = [threading.Thread(target=scribe.work, args=(stop,), daemon=True) for scribe in scribes]
    for thread in threads:
        thread.start()
    return stop, threads


def compare(notes: Notes, scribes: list[Scribe]) -> None:
    """Just after a kill, before anybody is back to mend it: what was called saved is in the database, to the character, once."""
    promised = {scribe: scribe.saved() for scribe in scribes}
    stored = {session: notes.stored(session) for session in {scribe.session for scribe in scribes}}
    for scribe, (may_say, words) in promised.items():
        text = stored[scribe.session]
        with scribe.lock:
            may_say = may_say + scribe.since  # typed, and perhaps stored, while we looked
        assert scribe.part_of(text) in may_say, f"{scribe.number}: what was called saved is not what is stored"
        there = text.split()
        assert all(there.count(word) == 1 for word in words), f"{scribe.number}: a word was lost or doubled"


def settle(notes: Notes, scribes: list[Scribe]) -> None:
    """Everybody is back: all have the same, it is what the log makes, and it is what they typed, to the character."""
    assert [scribe.wrong for scribe in scribes] == [[]] * len(scribes)
    for scribe in scribes:
        scribe.finish()
    for scribe in scribes:
        one = scribe.editor
        stored = notes.stored(scribe.session)
        one.until(lambda one=one, stored=stored: one.text == stored)
        one.heard = 0
        one.line.send(wire.sync(wire.STEP1, one.doc.get_state()))
        one.until(lambda one=one: one.heard)
        assert one.text == stored
        assert scribe.part_of(stored) == scribe.said
        there = stored.split()
        assert all(there.count(word) == 1 for word in scribe.words)
        one.leave()
