"""People who type in a shared note without a pause, while the server is killed or replaced under them."""

import threading
import time

from app.documents import wire
from tests.journeys.editors import Closed, Editor, Refused
from tests.journeys.test_notes_together import Notes
from tests.waiting import eventually

LOST = (Closed, Refused, OSError)  # a connection that was ended, at any point


class Typist:
    """Somebody who types words of their own without a pause, comes back whenever the connection is lost, and remembers which
    words were called saved."""

    def __init__(self, notes: Notes, session: int, number: int):
        self.editor = Editor(notes.site.address, session, notes.cookie(number))
        self.number, self.count = number, 0
        self.saved: set[str] = set()
        self.codes: list[int] = []
        self.away: list[float] = []
        self.wrong: list[str] = []

    def work(self, stop: threading.Event, pause: float) -> None:
        """Type until told to stop."""
        try:
            while not stop.is_set():
                try:
                    self._type(stop, pause)
                except LOST as problem:
                    self.codes.append(getattr(problem, "code", 0))
                    self.editor.leave()
        except Exception as problem:  # a thread's error must reach the test
            self.wrong.append(repr(problem))

    def _type(self, stop: threading.Event, pause: float) -> None:
        began, one = time.monotonic(), self.editor
        while one.line is None and not stop.is_set():
            try:
                one.connect()
            except (*LOST, TimeoutError):
                one.leave()
                time.sleep(0.1)
        self.away.append(time.monotonic() - began)
        waiting = {word for word in one.text.split() if word.startswith(f"w{self.number}.")} - self.saved
        while not stop.is_set():
            word = f"w{self.number}.{self.count}"
            self.count += 1
            one.type(0, word + " ")
            waiting.add(word)
            one.saved(20)
            self.saved |= waiting
            waiting.clear()
            time.sleep(pause)


def at_work(typists: list[Typist], pause: float = 0.05) -> tuple[threading.Event, list[threading.Thread]]:
    """Set them to work; what stops them, and their threads."""
    stop = threading.Event()
    threads = [threading.Thread(target=typist.work, args=(stop, pause), daemon=True) for typist in typists]
    for thread in threads:
        thread.start()
    return stop, threads


def settle(notes: Notes, session: int, typists: list[Typist]) -> None:
    """Everybody comes back; nothing that was called saved is lost or there twice, and all have the same."""
    assert [typist.wrong for typist in typists] == [[]] * len(typists)
    for typist in typists:
        if typist.editor.line is None:
            typist.editor.address = notes.site.address
            typist.editor.connect()
        typist.editor.saved()
    stored = notes.stored(session)
    words = stored.split()
    for typist in typists:
        one = typist.editor
        one.heard = 0
        one.line.send(wire.sync(wire.STEP1, one.doc.get_state()))
        one.until(lambda one=one: one.heard)
        assert one.text == stored
        assert typist.saved <= set(words)
        one.leave()
    typed = [word for word in words if word.startswith("w")]
    assert len(typed) == len(set(typed)), "something is there twice"
    eventually(lambda: notes.of(session, "text") == stored, 10)
