"""A document begun anew: nothing of the old log is left, and nothing made upon it comes back."""

import random
from datetime import timedelta

import pytest
from pycrdt import Doc, Text
from sqlalchemy import func, select

from app.documents import actions, queries
from app.documents.anew import begin_anew, hold, topic_of
from app.documents.clients import any_retired, clients_in, clients_in_state
from app.documents.crdt import ROOT, Malformed, Shared, seed
from app.documents.merging import both
from app.documents.models import Document, DocumentSnapshot, RetiredClient, Revision
from app.infra import db, live
from tests.world import AT


def doc_of(document: Document, client: int) -> Doc:
    """The document in a browser whose Yjs client is `client`."""
    doc = Doc({ROOT: Text()}, client_id=client)
    for update in queries.updates_of(document):
        doc.apply_update(update)
    return doc


def typed(doc: Doc, at: int, text: str) -> bytes:
    """The update that typing `text` at a place makes."""
    before = doc.get_state()
    doc[ROOT].insert(at, text)
    return doc.get_update(before)


@pytest.fixture
def document(world) -> Document:
    """Three people wrote in it: the seed, 77 by updates, a form."""
    with db.transaction():
        one = actions.create("First line\n", AT)
    with db.transaction():
        actions.append_update(one, typed(doc_of(one, 77), 0, "Secret words. "), AT)
    with db.transaction():
        actions.save(one, "Secret words. First line\nLast line\n", "1.2", AT + timedelta(minutes=1))
    return one


def anew(document: Document, text: str, stays: dict[int, str]) -> Revision:
    with db.transaction():
        hold(document)
        return begin_anew(document, text, AT + timedelta(minutes=5), stays=stays, remark="A passage went")


def test_only_what_is_said_to_stay_is_left(document):
    updates, seq = queries.updates_of(document), document.seq
    old_clients = set().union(*map(clients_in, updates))
    anew(document, "First line\nLast line\n", {1: "First line\n"})
    assert (document.epoch, document.seq, document.text_seq, document.revision) == (2, seq + 1, seq + 1, 3)
    assert [(r.number, r.text, r.remark) for r in db.session.scalars(select(Revision).order_by(Revision.number))] == [
        (1, "First line\n", ""), (3, "First line\nLast line\n", "A passage went")]
    (update,) = queries.updates_of(document)
    assert Shared([update]).text == document.text
    assert b"Secret" not in update
    assert not clients_in(update) & old_clients
    assert set(db.session.scalars(select(RetiredClient.client_id))) == old_clients >= {1, 77}
    assert db.session.scalar(select(func.count()).select_from(DocumentSnapshot)) == 0


def test_editors_are_told_after_the_commit(document):
    with live.relay.listen(topic_of(document.id)) as inbox:
        anew(document, "Text", {})
        assert inbox.get(1) == (f"document:{document.id}", document.seq)


def test_what_is_made_upon_the_old_log_names_a_retired_client(document):
    old = doc_of(document, 500)  # somebody who had it open and never wrote before
    offline = typed(old, 0, "Offline ")
    anew(document, "First line\n", {})
    assert any_retired(document, clients_in(offline))
    assert any_retired(document, clients_in_state(old.get_state()))
    assert any_retired(document, clients_in(typed(old, 11, "more")))
    before = old.get_state()
    del old[ROOT][20:23]  # a deletion alone names whose words go
    assert any_retired(document, clients_in(old.get_update(before)))
    new = doc_of(document, 501)
    assert not any_retired(document, clients_in(typed(new, 0, "New ")) | clients_in_state(new.get_state()))


def test_a_document_that_was_never_begun_anew_asks_nothing(document, statements):
    db.session.refresh(document)
    with statements() as said:
        assert not any_retired(document, {1, 77})
    assert said == []


def test_a_client_is_retired_once_and_again_in_each_epoch(document):
    anew(document, "Second", {})
    second = clients_in(queries.updates_of(document)[0])
    anew(document, "Third", {})
    assert any_retired(document, second)
    assert any_retired(document, {77})
    assert document.epoch == 3


def test_a_form_from_before_is_never_merged_but_shown(document):
    old = document.text
    anew(document, "First line\nLast line\n", {1: "First line\n", 2: "First line\nLast line\n"})
    for base in (1, 2, "1.2", "2.3"):
        with pytest.raises(actions.BegunAnew) as raised, db.transaction():
            actions.save(document, old + "And mine\n", base, AT)
        assert raised.value.begun_anew
        assert raised.value.revision == 3
        assert "Last line" in raised.value.text
        assert "And mine" in raised.value.text
    with db.transaction():
        saved = actions.save(document, "First line\nLast line\nAnd mine\n", 3, AT)
    assert saved.revision == 4
    with db.transaction():  # what is there already needs no base
        assert not actions.save(document, document.text, 2, AT).changed


def test_both_loses_nothing_of_either():
    merged = both("a\nb\nc", "a\nB\nc\nd")
    assert merged.text == "a\nb\nB\nc\nd"
    assert [(c.line, c.lines, c.theirs, c.mine) for c in merged.clashes] == [(2, 2, "b", "B"), (5, 1, "", "d")]
    assert both("a\nb", "a").text == "a\nb"


def test_clients_of_every_kind_of_change_are_read():
    rng = random.Random(7)
    docs = [Doc({ROOT: Text()}, client_id=client) for client in (3, 200, 2**32 - 1)]
    updates = [seed("Begun 😀 here", 9)]
    for doc in docs:
        doc.apply_update(updates[0])
    for turn in range(60):
        doc = docs[turn % 3]
        before = doc.get_state()
        text = doc[ROOT]
        size = len(str(text).encode())
        if turn % 4 == 3:
            text.format(0, 5, {"bold": True})
        elif turn % 3 == 2:
            del text[0:5]
        else:
            text.insert(rng.choice((0, 5, size)), f"word{turn} ", {"em": turn} if turn % 5 == 0 else None)
        update = doc.get_update(before)
        assert doc.client_id in clients_in(update) or turn % 3 == 2
        assert clients_in(update) <= {3, 9, 200, 2**32 - 1}
        for other in docs:
            other.apply_update(update)
    assert clients_in(docs[0].get_update()) == {3, 9, 200, 2**32 - 1} == clients_in_state(docs[0].get_state())


@pytest.mark.parametrize("data", [b"", b"\x01", b"\x01\x01\x01\x00\xff", b"\xff" * 30, b"\x01\x01\x05\x00\x04\x01\x04text\x7fab",
                                  b"\x00\x00\x00", b"\x01\x01\x05\x00\x09\x01\x04text\x01a"])
def test_what_is_no_update_is_refused(data):
    with pytest.raises(Malformed):
        clients_in(data)


@pytest.mark.parametrize("data", [b"", b"\x05\x01", b"\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01"])
def test_what_is_no_state_is_refused(data):
    with pytest.raises(Malformed):
        clients_in_state(data)
