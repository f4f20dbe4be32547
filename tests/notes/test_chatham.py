"""Under the Chatham House Rule whoever has the whole database cannot tell who wrote what better than by chance (G3).

Fifty people write a line each, in an order that has nothing to do with when they joined or marked a pitch. An attacker has every
row and tries every way of putting what was written and who was there in an order, and matches the two. What each write changes
in the database is looked at, too: no person, no moment within the hour.
"""

import random
from datetime import timedelta

import pytest
from pycrdt import Doc, Text
from sqlalchemy import DateTime, select

from app.accounts.models import Person
from app.documents import actions as documents
from app.documents.crdt import ROOT
from app.documents.models import DocumentUpdate, Revision
from app.events.models import NAMED, Pass
from app.infra import db, jobs
from app.notes import actions, policy, queries, squashing
from app.notes.models import NoteTaker
from app.pitches.models import Interest
from tests.world import AT

AUTHORS = 50
pytestmark = pytest.mark.once


class Camp:
    """A session with fifty people about it. `wrote` says whose line it is, as only they know."""

    def __init__(self, world, seed: int, attribution: str):
        rng = random.Random(seed)
        self.event = world.event(attribution=attribution)
        self.session = world.session(self.event, room=1, slot=1)
        self.people = [world.person(name=f"Author {n:02}", email=f"author{n}-{seed}@example.org") for n in range(AUTHORS)]
        rows = []
        for moment, person in zip(rng.sample(range(4000), AUTHORS), self.people, strict=True):
            rows.append(Pass(event_id=self.event.id, person_id=person.id, joined_at=AT + timedelta(seconds=moment)))
            rows.append(Interest(pitch_id=self.session.pitch_id, person_id=person.id,
                                 marked_at=AT + timedelta(seconds=rng.randrange(4000))))
        for person in rng.sample(self.people, 12):
            rows.append(NoteTaker(session_id=self.session.id, person_id=person.id, name=person.name,
                                  since=AT + timedelta(seconds=rng.randrange(7000))))
        world.save(*rows)
        order = rng.sample(self.people, AUTHORS)
        self.wrote = {f"line {rng.randrange(10**9):09}": person for person in order}
        self.rng = rng

    def write(self):
        """Everybody writes a line: by the form, or in an editor of their own, as the socket stores it."""
        for number, (line, person) in enumerate(self.wrote.items()):
            at = AT + timedelta(seconds=37 * number)
            if number % 2 and queries.note_of(self.session):
                document = queries.note_of(self.session).document
                doc = Doc({ROOT: Text()}, client_id=self.rng.randrange(2, 2**32))
                for data in db.session.scalars(select(DocumentUpdate.data).where(DocumentUpdate.document_id == document.id)
                                               .order_by(DocumentUpdate.seq)):
                    doc.apply_update(data)
                before = doc.get_state()
                doc[ROOT].insert(len(str(doc[ROOT]).encode()), f"{line}\n")
                with db.transaction():
                    by = person if policy.names_people(self.event) else None
                    documents.append_update(document, doc.get_update(before), policy.kept_moment(self.event, at), by)
            else:
                draft = queries.draft_of(self.session)
                with db.transaction():
                    actions.save(person, self.session, text=f"{draft.text}{line}\n", base_revision=draft.base, at=at)


def lines_by(camp, key) -> list[str]:
    return sorted(camp.wrote, key=key)


def evidence(camp) -> dict[str, list[str]]:
    """Orders that what was written can be put in, by what is stored of it."""
    note = queries.note_of(camp.session)
    first: dict[str, tuple] = {}
    known = Doc({ROOT: Text()})
    for update in db.session.scalars(select(DocumentUpdate).where(DocumentUpdate.document_id == note.document_id)
                                     .order_by(DocumentUpdate.seq)):
        known.apply_update(update.data)
        state = str(known[ROOT])
        for line in camp.wrote:
            if line in state and line not in first:
                first[line] = (update.seq, update.at, update.data[:8], update.by_id or 0)
    texts = db.session.scalars(select(Revision.text).where(Revision.document_id == note.document_id).order_by(Revision.number)).all()
    seen = {line: next((n for n, text in enumerate(texts) if line in text), 0) for line in camp.wrote}
    orders = {"the text": lambda line: note.document.text.find(line), "the revisions": lambda line: seen[line]}
    for number, name in enumerate(("the log", "moments", "bytes of updates", "authors")):
        orders[name] = lambda line, number=number: first[line][number]
    return {name: lines_by(camp, key) for name, key in orders.items()}


def suspects(camp) -> dict[str, list[Person]]:
    """Orders that the people can be put in, by what is stored of them."""
    joined = dict(db.session.execute(select(Pass.person_id, Pass.joined_at).where(Pass.event_id == camp.event.id)).all())
    marked = dict(db.session.execute(select(Interest.person_id, Interest.marked_at)
                                     .where(Interest.pitch_id == camp.session.pitch_id)).all())
    taking = dict(db.session.execute(select(NoteTaker.person_id, NoteTaker.since)
                                     .where(NoteTaker.session_id == camp.session.id)).all())
    keys = {"number": lambda p: p.id, "joining": lambda p: joined[p.id], "marks": lambda p: marked[p.id],
            "taking notes": lambda p: (p.id not in taking, taking.get(p.id, AT)), "name": lambda p: p.name,
            "session key": lambda p: p.session_key}
    return {name: sorted(camp.people, key=key) for name, key in keys.items()}


def right(camp) -> dict[tuple[str, str], int]:
    """How many of the fifty each way of matching the two gets right."""
    people = suspects(camp)
    return {(how, by): sum(camp.wrote[line] is person for line, person in zip(lines, ordered, strict=True))
            for how, lines in evidence(camp).items() for by, ordered in people.items()}


def test_no_way_of_matching_is_better_than_chance(world):
    scores: list[int] = []
    for seed in range(2):
        camp = Camp(world, seed, "chatham")
        camp.write()
        scores += right(camp).values()  # while the notes are being written
        note = queries.note_of(camp.session)
        with db.transaction():
            squashing.squash(camp.event, note, at=AT + timedelta(days=9))
        scores += right(camp).values()  # and when their history has been made one
        assert sum(line in note.document.text for line in camp.wrote) == AUTHORS
    # By chance one of fifty is right, whatever the order; 144 tries, many of them alike.
    assert sum(scores) / len(scores) < 2, scores
    assert max(scores) <= 6, scores


def test_where_people_are_named_the_same_attacker_gets_them_all(world):
    camp = Camp(world, 5, NAMED)
    camp.write()
    assert max(right(camp).values()) == AUTHORS


def everything() -> dict[str, dict[tuple, tuple]]:
    with db.engine().connect() as connection:
        return {table.name: {tuple(getattr(row, c.name) for c in table.primary_key): row._mapping
                             for row in connection.execute(select(table))} for table in db.Base.metadata.sorted_tables}


def test_what_a_write_leaves_names_nobody_and_says_no_moment_within_the_hour(world):
    camp = Camp(world, 9, "chatham")
    person, line = camp.people[7], "One line"
    theirs = (person.name, person.email, person.session_key)
    before = everything()
    at = AT + timedelta(minutes=13, seconds=7)
    with db.transaction():
        actions.save(person, camp.session, text=f"{line}\n", base_revision=0, at=at)
    with db.transaction():
        actions.save(person, camp.session, text=f"{line}\nMore\n", base_revision=queries.draft_of(camp.session).base, at=at)
    jobs.work_until_idle()
    touched = set()
    for table in db.Base.metadata.sorted_tables:
        naming = {c.name for c in table.columns for key in c.foreign_keys if key.column.table.name == "person"}
        moments = {c.name for c in table.columns if isinstance(getattr(c.type, "impl", c.type), DateTime)}
        for key, row in everything()[table.name].items():
            was = before[table.name].get(key, {})
            changed = {name for name in row if name not in was or row[name] != was[name]}
            if changed:
                touched.add(table.name)
            assert [n for n in changed & naming if row[n] is not None] == [], table.name
            assert [n for n in changed & moments if row[n] is not None and (row[n].minute, row[n].second) != (0, 0)] == [], table.name
            assert not any(row[name] in theirs for name in changed), table.name
    assert touched == {"document", "document_update", "revision", "note", "event", "search_entry"}
