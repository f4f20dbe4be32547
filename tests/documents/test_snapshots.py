"""Snapshots: a quicker start, with the same result, whatever else is being written."""

import pytest
from pycrdt import Doc, Text
from sqlalchemy import select

from app.documents import actions, log, queries, snapshots
from app.documents.crdt import Shared
from app.documents.models import Document, DocumentSnapshot
from app.infra import db, jobs
from tests.world import AT

pytestmark = pytest.mark.usefixtures("context")


def written(*words: str) -> int:
    """A document that somebody typed words into, one change each; its number."""
    with db.transaction():
        document = actions.create("start\n", AT)
        document_id = document.id
    if words:
        add(document_id, words)
    return document_id


def changes(document_id: int, words) -> list[bytes]:
    doc, made = Doc({"text": Text()}), []
    for data in queries.updates_of(db.session.get(Document, document_id)):
        doc.apply_update(data)
    doc.observe(lambda event: made.append(event.update))
    for word in words:
        doc["text"].insert(len(doc["text"]), word)
    return made


def add(document_id: int, words) -> None:
    made = changes(document_id, words)
    with db.transaction():
        log.append(document_id, 1, [log.Change(data, AT, None) for data in made])


def opened(document_id: int) -> str:
    return Shared(log.all_of(document_id)).text


def test_a_document_opens_the_same_from_its_snapshot():
    document_id = written("one ", "two ")
    before = opened(document_id)
    assert snapshots.take(document_id) == 3
    assert [len(list(log.all_of(document_id))), opened(document_id)] == [1, before]
    add(document_id, ["three"])
    assert opened(document_id) == before + "three"
    assert snapshots.take(document_id) == 4
    assert snapshots.take(document_id) is None
    assert opened(document_id) == before + "three"
    assert len(queries.updates_of(db.session.get(Document, document_id))) == 4  # the log stays whole
    assert Shared(log.all_of(document_id, up_to=2)).text == "start\none "


def test_a_change_that_waits_for_another_is_in_the_snapshot_too():
    document_id = written()
    made = changes(document_id, ["one ", "two "])
    with db.transaction():
        log.append(document_id, 1, [log.Change(made[1], AT, None)])
    snapshots.take(document_id)
    with db.transaction():
        log.append(document_id, 1, [log.Change(made[0], AT, None)])
    assert opened(document_id) == "start\none two "


def test_an_older_snapshot_never_replaces_a_newer_one():
    document_id = written("one ")
    snapshots.take(document_id)
    with db.transaction() as session:
        session.get(DocumentSnapshot, document_id).seq = 9
    add(document_id, ["two "])
    snapshots.take(document_id)
    assert db.session.scalar(select(DocumentSnapshot.seq)) == 9


def test_the_job_makes_it():
    document_id = written("one ")
    with db.transaction():
        snapshots.ask(document_id)
    jobs.work_until_idle()
    assert db.session.get(DocumentSnapshot, document_id).seq == 2


def test_text_that_lags_behind_its_log():
    document_id = written("one ", "two ")
    document = db.session.get(Document, document_id)
    assert (document.text, document.text_seq, document.seq) == ("start\n", 1, 3)
    assert queries.text_of(document) == "start\none two "
    assert queries.base_of(document) == 1  # what `text` says is revision 1
    with db.transaction():
        saved = actions.save(db.session.get(Document, document_id), "start, changed\n", 1, AT)
    assert saved.text == "start, changed\none two "
    assert opened(document_id) == saved.text


def test_nothing_is_written_to_a_document_that_was_begun_anew():
    document_id = written("one ")
    with db.transaction():
        assert log.append(document_id, 2, [log.Change(b"\0\0", AT, None)]) is None
        assert not log.bring(document_id, 2, 2, "x")
        assert log.revise(document_id, 2, 2, "x", AT, None) is None
        assert log.bring(document_id, 1, 2, "start\none ")
        assert log.revise(document_id, 1, 2, "start\none ", AT, None) == 2
        assert log.revise(document_id, 1, 2, "start\none ", AT, None) is None  # the newest says that
