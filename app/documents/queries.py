"""Reading documents: their history, and the text somebody started from.

What somebody started from (a *base*) is the number of a revision; or, where editors have written on since the newest one,
that number, a full stop and the number of the last update it includes: "7.93".
"""

import re

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from app.documents import log
from app.documents.crdt import Shared
from app.documents.models import Document, DocumentUpdate, Revision
from app.errors import NotFound
from app.infra import db

BASE = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,9}))?")
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


def revision_before(document: Document, number: int) -> Revision | None:
    """The revision before `number`; None for the first. Numbers are missing where a history was made one."""
    return db.session.scalar(select(Revision).where(Revision.document_id == document.id, Revision.number < number)
                             .order_by(Revision.number.desc()).limit(1).options(joinedload(Revision.by)))


def number_after(document: Document, number: int) -> int | None:
    """The number of the revision after `number`; None for the newest."""
    return db.session.scalar(
        select(func.min(Revision.number)).where(Revision.document_id == document.id, Revision.number > number))


def base_of(document: Document, newest: Revision | None = None) -> int | str:
    """What somebody starts from who is shown `document.text` (1 statement, none with the newest revision)."""
    newest = newest or newest_revision(document)
    return newest.number if newest.seq == document.text_seq else f"{newest.number}.{document.text_seq}"


def text_of(document: Document) -> str:
    """What all its updates make. While people type, `document.text` is a second or two behind (no statement unless it is)."""
    if document.text_seq == document.seq:
        return document.text
    return Shared(log.all_of(document.id)).text


def text_at(document: Document, base: int | str) -> str:
    """The text that `base` stands for. Raises NotFound where it is none of this document's."""
    said = BASE.fullmatch(str(base))
    if said and said[2] is None:
        return revision(document, int(said[1])).text
    if not said or not 0 < int(said[2]) <= document.seq:
        raise NotFound("There is no such revision of these notes.")
    return Shared(log.all_of(document.id, up_to=int(said[2]))).text


def is_of_this_epoch(document: Document, base: int | str) -> bool:
    """Whether `base` is from since the document's log was last begun anew (no statement where it never was, 2 at most).

    Numbers only count up, so one that is no longer there can be told, too. False for what is no base.
    """
    if document.epoch == 1:
        return True
    said = BASE.fullmatch(str(base))
    first = db.session.scalar(select(func.min(DocumentUpdate.seq)).where(DocumentUpdate.document_id == document.id))
    if not said or said[2]:
        return bool(said) and int(said[2]) >= first
    return int(said[1]) >= db.session.scalar(
        select(func.min(Revision.number)).where(Revision.document_id == document.id, Revision.seq >= first))


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
