"""Snapshots: what a document's updates make, as one update, so that it opens without reading them all.

They are made by the jobs worker and replace nothing: the log stays as it is, and whoever opens a document reads the updates
after the snapshot's number too. So it does no harm when an old and a new web process both hold the document meanwhile.
"""

from pycrdt import merge_updates
from sqlalchemy import select

from app.documents import log
from app.documents.crdt import Open
from app.documents.models import Document, DocumentSnapshot
from app.infra import db, jobs

JOB = "documents.snapshot"
EVERY = 500  # updates: applying as many takes a few milliseconds


def ask(document_id: int) -> None:
    """Ask for a new snapshot in the current transaction."""
    jobs.enqueue(JOB, {"document": document_id})


@jobs.handles(JOB)
def make(payloads: list[dict]) -> None:
    """Make snapshots of the documents that were asked for."""
    for document_id in {payload["document"] for payload in payloads}:
        take(document_id)


def take(document_id: int) -> int | None:
    """Make the document's snapshot anew; the number of the last update in it, None where there is nothing new."""
    stand, snapshot = log.stand_of(document_id), log.snapshot_of(document_id)
    if stand is None:
        return None
    first, updates = (snapshot[0], [snapshot[1]]) if snapshot else (0, [])
    seq = first
    for number, data in log.updates_after(document_id, first):
        seq = number
        updates.append(data)
    db.session.rollback()
    if seq == first:
        return None
    made = whole(updates)
    with db.transaction():
        document = db.session.scalar(select(Document).where(Document.id == document_id).with_for_update())
        if document is None or document.epoch != stand.epoch:
            return None
        kept = db.session.get(DocumentSnapshot, document_id)
        if kept is None:
            db.session.add(DocumentSnapshot(document_id=document_id, seq=seq, data=made))
        elif kept.seq < seq:
            kept.seq, kept.data = seq, made
    return seq


def whole(updates: list[bytes]) -> bytes:
    """One update that says all that these say, those too that wait for others to come."""
    document = Open()
    for update in updates:
        document.apply(update)
    waiting = [update for update in updates if document.lacks(update)]
    made = document.since(b"\0")
    return merge_updates(made, *waiting) if waiting else made
