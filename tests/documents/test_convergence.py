"""D14: four people write over a network that loses, doubles and reorders what they send, while forms are saved in between."""

import random

from pycrdt import Doc, Text

from app.documents import actions, log
from app.documents.crdt import Open
from app.documents.log import Change
from app.documents.models import Document
from app.documents.queries import base_of, text_of
from app.infra import db
from tests.world import AT

WRITERS, OPERATIONS = 4, 200
LOST, DOUBLED = 0.1, 0.1
WORDS = ("bins ", "żółw ", "🗑️", "\n", "# ", "a", "- [ ] ", "ysgol ")


class Writer:
    """A document of somebody's own, what is on its way to them, and what is on its way from them."""

    def __init__(self, known: bytes):
        self.doc = Doc({"text": Text()})
        self.doc.apply_update(known)
        self.coming: list[bytes] = []
        self.going: list[bytes] = []
        self.doc.observe(lambda event: self.going.append(event.update) if self.writing else None)
        self.writing = False

    @property
    def text(self) -> str:
        return str(self.doc["text"])

    def write(self, chance: random.Random) -> None:
        """Put words in or take some out, between whole characters."""
        text, starts = self.doc["text"], [len(self.text[:at].encode()) for at in range(len(self.text) + 1)]
        at = chance.randrange(len(starts))
        self.writing = True
        if chance.random() < 0.3 and at + 1 < len(starts):
            del text[starts[at]:starts[min(len(starts) - 1, at + chance.randint(1, 6))]]
        else:
            text.insert(starts[at], chance.choice(WORDS))
        self.writing = False


def carried(wire: list[bytes], chance: random.Random) -> bytes | None:
    """One message of those on the way, any of them; it may be lost, and it may come again."""
    if not wire:
        return None
    at = chance.randrange(len(wire))
    message = wire[at]
    if chance.random() >= DOUBLED:
        del wire[at]
    return None if chance.random() < LOST else message


class Server:
    """What a process holds of the document, and the log it writes before anybody else hears."""

    def __init__(self, document: Document):
        self.document, self.open, self.seq, self.new = document, Open(), 0, []
        self.read()

    def read(self) -> None:
        """Hear what others wrote into the log."""
        for seq, data in log.updates_after(self.document.id, self.seq):
            self.open.apply(data)
            self.seq = seq
        db.session.rollback()

    def hear(self, data: bytes) -> None:
        self.open.apply(data)
        self.new.append(Change(data, AT, None))

    def store(self) -> None:
        if self.new:
            with db.transaction():
                self.seq = log.append(self.document.id, 1, self.new)
                log.bring(self.document.id, 1, self.seq, self.open.text)
            self.new = []


def play(seed: int) -> None:
    chance = random.Random(seed)
    with db.transaction():
        document = actions.create("## Notes\n\n", AT)
    server = Server(document)
    writers = [Writer(server.open.since(b"\0")) for _ in range(WRITERS)]
    for turn in range(OPERATIONS):
        writer = chance.choice(writers)
        what = chance.random()
        if what < 0.5:
            writer.write(chance)
        elif what < 0.75 and (data := carried(writer.going, chance)) is not None:
            server.hear(data)
            for other in writers:
                if other is not writer:
                    other.coming.append(data)
        elif (data := carried(writer.coming, chance)) is not None:
            writer.doc.apply_update(data)
        if turn % 40 == 39:  # somebody without scripts
            server.store()
            with db.transaction():
                actions.save(document, document.text + f"Form {turn}.\n", base_of(document), AT)
            server.read()
    for writer in writers:  # all come back and say what they have
        server.hear(writer.doc.get_update(server.open.state))
        server.store()
    for writer in writers:
        writer.doc.apply_update(server.open.since(writer.doc.get_state()))
    stored = text_of(document)
    db.session.rollback()
    assert [writer.text for writer in writers] == [stored] * WRITERS
    assert server.open.text == stored
    again = Open()
    for data in log.all_of(document.id):
        again.apply(data)
    db.session.rollback()
    assert again.text == stored
    assert all(stored.count(f"Form {turn}.") <= 1 for turn in range(39, OPERATIONS, 40)), "what a form saved is not doubled"


def test_all_end_with_what_the_log_says(context, request):
    for seed in range(2000 if request.config.getoption("--full") else 4):
        play(seed)
