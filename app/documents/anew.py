"""Beginning a document's log anew: nothing that was in it before is left, but what is said to stay.

For what must be gone, not only deleted: a passage taken off the record, a history made one. Editors that hold the old log are
told to let go of it: the clients that wrote it are retired (`clients.py`), and `document:<id>` is published after the commit.
"""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.documents.actions import kept
from app.documents.beside import beside
from app.documents.clients import clients_in
from app.documents.crdt import Malformed, seed
from app.documents.models import Document, DocumentSnapshot, DocumentUpdate, RetiredClient, Revision
from app.infra import db, live


def topic_of(document_id: int) -> str:
    """What open editors of a document listen for: something was written by another way than theirs, or it was begun anew."""
    return f"document:{document_id}"


def begin_anew(document: Document, text: str, at: datetime, *, stays: Mapping[int, str], remark: str = "") -> Revision:
    """Make the document say `text`, in a log that holds one update, by a client that never wrote before. It begins a new epoch.

    `stays` are the numbers of the revisions that are to stay, and what each is to say from now on; all others are deleted,
    and the text becomes a new revision, which is returned. Wants an open transaction and the document's row held
    (`hold`). What was read of its revisions before is forgotten. The log's numbers go on counting, so that a number from
    before (what a form was shown) can be told from one since: see `queries.of_this_epoch`.
    """
    text = kept(text)
    retire(document)
    for table in (DocumentUpdate, DocumentSnapshot):
        db.session.execute(delete(table).where(table.document_id == document.id), execution_options=WITHOUT_LOOKING)
    db.session.execute(delete(Revision).where(Revision.document_id == document.id, Revision.number.not_in(list(stays))),
                       execution_options=WITHOUT_LOOKING)
    for revision in db.session.scalars(select(Revision).where(Revision.document_id == document.id)):
        revision.text = stays[revision.number]
    document.seq += 1
    document.revision += 1
    document.epoch += 1
    document.text, document.text_seq = text, document.seq
    db.session.add(DocumentUpdate(document_id=document.id, seq=document.seq, data=seed(text, _fresh_client(document)), at=at))
    newest = Revision(document_id=document.id, number=document.revision, seq=document.seq, text=text, at=at, remark=remark[:200])
    db.session.add(newest)
    db.session.flush()
    tell(document)
    return newest


def hold(document: Document) -> None:
    """Lock the document's row (SQLite has locked the file) and read it anew."""
    db.session.flush()
    db.session.refresh(document, with_for_update=True)


def tell(document: Document) -> None:
    """Have open editors look, once what this transaction writes is there."""
    topic, seq = topic_of(document.id), document.seq
    db.after_commit(lambda: live.publish(topic, seq))


def retire(document: Document) -> None:
    """Remember every client that wrote in the log as it is, so that nothing made upon it is merged into another."""
    log = [data for table in (DocumentUpdate, DocumentSnapshot)
           for data in db.session.scalars(select(table.data).where(table.document_id == document.id))]
    wrote = beside(_named_in, log)
    known = _retired(document)
    # In the order of their numbers, which are random: the order in which they came is gone with the log.
    new = [{"document_id": document.id, "client_id": client} for client in sorted(wrote - known)]
    if new:
        db.session.execute(insert(RetiredClient), new)


def _named_in(log: list[bytes]) -> set[int]:
    named: set[int] = set()
    for data in log:
        with suppress(Malformed):  # stored before anybody looked: what it names cannot be known, nor can it come back as text
            named |= clients_in(data)
    return named


def _retired(document: Document) -> set[int]:
    return set(db.session.scalars(select(RetiredClient.client_id).where(RetiredClient.document_id == document.id)))


def _fresh_client(document: Document) -> int:
    used = _retired(document)
    while (client := secrets.randbelow(2**32 - 2) + 2) in used:
        pass
    return client


WITHOUT_LOOKING = {"synchronize_session": False}  # the session's copies are not told of rows that went: nobody keeps any
