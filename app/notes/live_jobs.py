"""What a web server that was ended in the midst of things left undone: the texts of notes that lag behind their logs."""

from collections.abc import Iterable

from sqlalchemy import select

from app.documents import log, queries
from app.documents.models import Document
from app.infra import db, findable, jobs
from app.notes.models import Note


@jobs.at_start
def bring_texts() -> int:
    """Write down what people had typed in the last second or two; how many notes that was. Where somebody writes on just now,
    the web server does it."""
    behind = db.session.execute(select(Note.session_id, Note.document_id).join(Document, Document.id == Note.document_id)
                                .where(Document.text_seq < Document.seq)).all()
    return brought(behind, "session")


def brought(behind: Iterable[tuple[int, int]], kind: str) -> int:
    """Write down the texts of documents that lag, given as (id of what they belong to, their own); how many lagged still.
    Search is told that the thing of this `kind` is different."""
    done = 0
    for thing_id, document_id in behind:
        db.session.rollback()
        document = db.session.get(Document, document_id)
        epoch, seq, text = document.epoch, document.seq, queries.text_of(document)
        with db.transaction():
            if log.bring(document_id, epoch, seq, text):
                findable.changed(kind, thing_id)
                done += 1
    return done
