"""Many people at once: whatever the order, nothing is lost or doubled, and the log says what the text says."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from pycrdt import Doc, Text
from sqlalchemy import select

from app.documents import actions, crdt, queries
from app.documents.actions import MergeConflict
from app.documents.crdt import ROOT, Shared
from app.documents.models import Document, DocumentUpdate, Revision
from app.infra import db
from tests.examples import examples
from tests.world import AT


class OneDocument(RuleBasedStateMachine):
    """Forms saved on revisions of any age, and editors that come and go, on one document.

    Every point that anybody makes is unlike all others, so that each can be followed: it must be there exactly once, whole,
    until somebody who saw it takes it out. Each is put on a line of its own; but where somebody takes a line out while
    somebody else goes on at its end, a CRDT may leave two points on one line.
    """

    editors = Bundle("editors")

    chance = random.Random()

    def __init__(self):
        super().__init__()
        self.count = 0
        with db.transaction():
            self.document = actions.create("first line\n", AT)
        self.points = {"first line"}

    @initialize(seed=st.integers(0, 999))
    def who_comes_first(self, seed):
        """Which of two clients comes first is by their random numbers: the same when an example is tried again."""
        self.chance.seed(seed)

    def new_point(self) -> str:
        self.count += 1
        return f"- point {self.count}x of {chr(97 + self.count % 26) * 3}"

    def edited(self, data, text: str) -> tuple[str, set[str], set[str]]:
        """Somebody's version of `text`, the points they made and those they took out."""
        lines, new, gone = text.split("\n"), set(), set()
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(lines)))
            if data.draw(st.booleans()) or at >= len(lines):
                lines.insert(at, self.new_point())
                new.add(lines[at])
            else:
                line = lines.pop(at)
                gone |= {point for point in {*self.points, *new} if point in line}
        return "\n".join(lines), new - gone, gone - new

    def tried(self, text: str, base: int):
        try:
            with db.transaction():
                return actions.save(self.document, text, base, AT), None
        except MergeConflict as clash:
            return None, clash

    @rule(data=st.data())
    def save(self, data):
        base = data.draw(st.sampled_from([*range(1, self.document.revision + 1), queries.base_of(self.document)]), label="base")
        text, new, gone = self.edited(data, queries.text_at(self.document, base))
        saved, clash = self.tried(text, base)
        if clash:
            assert all(point in clash.text for point in (self.points - gone) | new)
            saved, again = self.tried(clash.text, clash.revision)
            assert again is None
            gone = {point for point in gone if point not in clash.text}
        assert saved.text == self.document.text
        self.points = (self.points | new) - gone

    @rule(target=editors)
    def open_editor(self):
        doc = Doc({ROOT: Text()}, client_id=self.chance.randrange(2, 2**32))
        for update in queries.updates_of(self.document):
            doc.apply_update(update)
        return doc

    @rule(doc=editors, data=st.data())
    def type_in_editor(self, doc, data):
        """It begins a new line at the end of one that it sees, and sends it: it may be far behind."""
        text, new = str(doc[ROOT]), self.new_point()
        ends = [*(i for i, c in enumerate(text) if c == "\n"), len(text)]
        before = doc.get_state()
        doc[ROOT].insert(data.draw(st.sampled_from(ends)), "\n" + new)  # ASCII only: bytes are characters
        with db.transaction():
            actions.append_update(self.document, doc.get_update(before), AT)
        self.points.add(new)

    @rule(doc=editors)
    def catch_up(self, doc):
        for update in queries.updates_of(self.document):
            doc.apply_update(update)
        assert str(doc[ROOT]) == self.document.text

    @invariant()
    def nothing_is_lost_or_doubled(self):
        for point in self.points:
            assert self.document.text.count(point) == 1, point

    @invariant()
    def the_log_says_what_the_text_says(self):
        log = queries.updates_of(self.document)
        assert len(log) == self.document.seq
        assert Shared(log).text == self.document.text
        newest = queries.newest_revision(self.document)
        assert Shared(log[:newest.seq]).text == newest.text

    def teardown(self):
        db.session.rollback()


def test_random_saves_and_editors(context, monkeypatch):
    monkeypatch.setattr(crdt.secrets, "randbelow", OneDocument.chance.randrange)
    run_state_machine_as_test(OneDocument, settings=settings(
        max_examples=examples(25), stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)))


def test_twenty_at_once_all_their_lines_are_there_once(context):
    with db.transaction():
        document_id = actions.create("## Notes\n\n-\n\n## Actions\n\n- [ ]\n", AT).id
    db.session.remove()
    together = threading.Barrier(20)

    def save(number: int) -> None:
        text = ("## Notes\n\n" + "".join(f"- line {number}.{k}\n" for k in range(3)) + "\n## Actions\n\n- [ ]\n")
        try:
            document = db.session.get(Document, document_id)
            db.session.rollback()
            together.wait(20)
            with db.transaction():
                actions.save(document, text, 1, AT)
        finally:
            db.session.remove()

    with ThreadPoolExecutor(20) as threads:
        list(threads.map(save, range(20)))
    document = db.session.get(Document, document_id)
    lines = document.text.split("\n")
    assert sorted(line for line in lines if line.startswith("- line")) == sorted(f"- line {n}.{k}" for n in range(20) for k in range(3))
    for number in range(20):  # each person's lines stand together, in their order
        at = lines.index(f"- line {number}.0")
        assert lines[at:at + 3] == [f"- line {number}.{k}" for k in range(3)]
    assert (lines[0], lines.count("## Actions"), lines[-2]) == ("## Notes", 1, "- [ ]")
    assert (document.revision, document.seq) == (21, 21)
    for column in (Revision.number, DocumentUpdate.seq):
        assert sorted(db.session.scalars(select(column))) == list(range(1, 22))
    assert Shared(queries.updates_of(document)).text == document.text
