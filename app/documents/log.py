"""Rows of the log of updates, written for many documents at once and read again: plain statements, made once.

Writing wants an open transaction. Nobody is asked for permission here: whoever sent a change was asked when they connected.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, func, insert, select, update

from app.documents.models import Document, DocumentSnapshot, DocumentUpdate, RetiredClient, Revision
from app.infra import db

ROWS_AT_ONCE = 1000

_documents, _updates, _revisions = Document.__table__, DocumentUpdate.__table__, Revision.__table__
_COUNT = (update(_documents).where(_documents.c.id == bindparam("document"), _documents.c.epoch == bindparam("in_epoch"))
          .values(seq=_documents.c.seq + bindparam("more")).returning(_documents.c.seq))
_BRING = (update(_documents).where(_documents.c.id == bindparam("document"), _documents.c.epoch == bindparam("in_epoch"),
                                   _documents.c.seq == bindparam("at_seq"), _documents.c.text_seq < bindparam("at_seq"))
          .values(text=bindparam("said"), text_seq=bindparam("at_seq")))
_REVISION = select(_documents.c.revision).where(_documents.c.id == bindparam("document"))
_REVISE = (update(_documents).where(_documents.c.id == bindparam("document"), _documents.c.epoch == bindparam("in_epoch"),
                                    _documents.c.seq == bindparam("at_seq"), _documents.c.revision == bindparam("known"))
           .values(revision=_documents.c.revision + 1).returning(_documents.c.revision))
_NEWEST = (select(_revisions.c.text, _revisions.c.seq).where(_revisions.c.document_id == bindparam("document"))
           .order_by(_revisions.c.number.desc()).limit(1))
_INSERT = insert(_updates)
_STANDS = select(_documents.c.epoch, _documents.c.seq, _documents.c.text_seq).where(_documents.c.id == bindparam("document"))
_AFTER = (select(_updates.c.seq, _updates.c.data)
          .where(_updates.c.document_id == bindparam("document"), _updates.c.seq > bindparam("after"))
          .order_by(_updates.c.seq).limit(ROWS_AT_ONCE))


class Change(NamedTuple):
    """An update as it is to be kept."""

    data: bytes
    at: datetime
    by_id: int | None


class Stand(NamedTuple):
    """How far a document is."""

    epoch: int
    seq: int
    text_seq: int


def append(document_id: int, epoch: int, changes: list[Change]) -> int | None:
    """Add updates to the log; the number of the last. None when the document is gone or has been begun anew."""
    return append_all([(document_id, epoch, changes)])[0]


def append_all(documents: list[tuple[int, int, list[Change]]]) -> list[int | None]:
    """The same for many (number, epoch, updates): a statement for each, and one for all their rows."""
    run, found, added = db.session.connection().execute, [], []
    for document_id, epoch, changes in documents:
        seq = run(_COUNT, {"document": document_id, "in_epoch": epoch, "more": len(changes)}).scalar()
        found.append(seq)
        if seq is not None:
            added += [{"document_id": document_id, "seq": n, "data": c.data, "at": c.at, "by_id": c.by_id}
                      for n, c in enumerate(changes, seq - len(changes) + 1)]
    if added:
        run(_INSERT, added)
    return found


def bring(document_id: int, epoch: int, seq: int, text: str) -> bool:
    """Write down what the updates up to `seq` say; False when these are not all any more, or it is written already."""
    return db.session.connection().execute(
        _BRING, {"document": document_id, "in_epoch": epoch, "at_seq": seq, "said": text}).rowcount == 1


def revise(document_id: int, epoch: int, seq: int, text: str, at: datetime, by_id: int | None) -> int | None:
    """Make a revision of what the updates up to `seq` say; its number. None when the newest says that, or there is more, or
    another process makes one just now."""
    run = db.session.connection().execute
    known = run(_REVISION, {"document": document_id}).scalar()
    newest = run(_NEWEST, {"document": document_id}).one_or_none()
    if newest is not None and (newest.text == text or newest.seq >= seq):
        return None
    number = run(_REVISE, {"document": document_id, "in_epoch": epoch, "at_seq": seq, "known": known}).scalar()
    if number is not None:
        run(insert(_revisions), {"document_id": document_id, "number": number, "seq": seq, "text": text, "at": at, "by_id": by_id,
                                 "name": "", "remark": ""})
    return number


def stand_of(document_id: int) -> Stand | None:
    """How far the document is; None when there is none (1 statement)."""
    row = db.session.connection().execute(_STANDS, {"document": document_id}).one_or_none()
    return Stand(*row) if row else None


def updates_after(document_id: int, seq: int) -> Iterator[tuple[int, bytes]]:
    """The updates after number `seq`, in order (a statement for every thousand)."""
    while True:
        rows = db.session.connection().execute(_AFTER, {"document": document_id, "after": seq}).all()
        yield from ((row.seq, row.data) for row in rows)
        if len(rows) < ROWS_AT_ONCE:
            return
        seq = rows[-1].seq


def snapshot_of(document_id: int) -> tuple[int, bytes] | None:
    """The document's snapshot: the number of the last update in it, and its bytes (1 statement)."""
    row = db.session.execute(select(DocumentSnapshot.seq, DocumentSnapshot.data)
                             .where(DocumentSnapshot.document_id == document_id)).one_or_none()
    return (row.seq, row.data) if row else None


def bytes_of(document_id: int) -> int:
    """How large the log is (1 statement)."""
    return db.session.scalar(select(func.coalesce(func.sum(func.length(DocumentUpdate.data)), 0))
                             .where(DocumentUpdate.document_id == document_id))


def retired_of(document_id: int) -> frozenset[int]:
    """The clients that wrote before the log was begun anew (1 statement)."""
    return frozenset(db.session.scalars(select(RetiredClient.client_id).where(RetiredClient.document_id == document_id)))


def all_of(document_id: int, up_to: int | None = None) -> Iterable[bytes]:
    """What makes the document as it is, or as it was at update `up_to`: the snapshot if it can be used, and what came after."""
    snapshot = snapshot_of(document_id)
    after = 0
    if snapshot and (up_to is None or snapshot[0] <= up_to):
        after = snapshot[0]
        yield snapshot[1]
    for seq, data in updates_after(document_id, after):
        if up_to is not None and seq > up_to:
            return
        yield data
