"""Reading documents: their history, and the text somebody started from."""

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from app.documents.models import Document, DocumentUpdate, Revision
from app.errors import NotFound
from app.infra import db

LARGEST = 2**31  # what a column of whole numbers holds; addresses may say more


def revision(document: Document, number: int) -> Revision:
    """Revision `number` of this document. Raises NotFound for any other."""
    found = db.session.scalar(
        select(Revision).where(Revision.document_id == document.id, Revision.number == number).options(joinedload(Revision.by))
    ) if 0 < number < LARGEST else None
    if found is None:
        raise NotFound("There is no such revision of these notes.")
    return found


def newest_revision(document: Document) -> Revision:
    """The newest revision: what a form shows, so that the text and its number belong together."""
    return revision(document, document.revision)


def revisions_of(document: Document, *, most: int, skip: int = 0) -> list[Revision]:
    """Newest first, at most `most` after the first `skip`, with their people but without their texts."""
    return list(db.session.scalars(
        select(Revision).where(Revision.document_id == document.id).order_by(Revision.number.desc()).limit(most).offset(skip)
        .options(defer(Revision.text, raiseload=True), joinedload(Revision.by))))


def how_many_revisions(document: Document) -> int:
    """How many revisions there are."""
    return db.session.scalar(select(func.count()).where(Revision.document_id == document.id))


def updates_of(document: Document) -> list[bytes]:
    """The whole log of updates, oldest first."""
    return list(db.session.scalars(
        select(DocumentUpdate.data).where(DocumentUpdate.document_id == document.id).order_by(DocumentUpdate.seq)))
