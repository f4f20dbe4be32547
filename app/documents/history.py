"""The history of a document as steps somebody can go through: its versions, and moments of the log between them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import defer, joinedload

from app.documents import log
from app.documents.authorship import Span, spans_of
from app.documents.beside import beside
from app.documents.crdt import Shared
from app.documents.models import Document, DocumentUpdate, Revision
from app.documents.queries import LARGEST, revision
from app.errors import NotFound
from app.infra import db

VERSIONS_MOST = 400  # of which there is a step each; of more, the first, the last, the named, and some between
MOMENTS_MOST = 150  # of the log, spread evenly


class Step(NamedTuple):
    """A version, or (without one) a moment: what the first `seq` updates made."""

    base: str  # as `queries` calls what somebody is shown
    seq: int
    at: datetime
    version: Revision | None


def steps_of(document: Document, *, moments: bool, up_to: int | None = None) -> list[Step]:
    """The steps from the beginning to update `up_to` (all, if not said), oldest first; never none (3 statements).

    `moments`: also those between versions, and since the newest.
    """
    last = document.seq if up_to is None else min(up_to, document.seq)
    versions = [v for v in _versions(document) if v.seq <= last] or [revision(document, document.revision)]
    steps = [Step(str(v.number), v.seq, v.at, v) for v in _thinned(versions)]
    if moments and last:
        every = -(-last // MOMENTS_MOST)
        seqs = {v.seq for v in versions}
        for seq, at in db.session.execute(
                select(DocumentUpdate.seq, DocumentUpdate.at).order_by(DocumentUpdate.seq).where(
                    DocumentUpdate.document_id == document.id, DocumentUpdate.seq <= last,
                    (DocumentUpdate.seq % every == 0) | (DocumentUpdate.seq == last))):
            if seq not in seqs and seq > versions[0].seq:
                number = max(v.number for v in versions if v.seq < seq)
                steps.append(Step(f"{number}.{seq}", seq, at, None))
        steps.sort(key=lambda step: (step.seq, step.version.number if step.version else LARGEST))
    return steps


def _versions(document: Document) -> list[Revision]:
    return list(db.session.scalars(
        select(Revision).where(Revision.document_id == document.id).order_by(Revision.number)
        .options(defer(Revision.text, raiseload=True), joinedload(Revision.by))))


def _thinned(versions: list[Revision]) -> list[Revision]:
    every = -(-len(versions) // VERSIONS_MOST)
    return [v for n, v in enumerate(versions) if n % every == 0 or v.name or n == len(versions) - 1]


def text_of_step(document: Document, step: Step) -> str:
    """What the document said at a step."""
    if step.version is not None:
        return revision(document, step.version.number).text
    return text_of_moment(document, step.seq)


def text_of_moment(document: Document, seq: int) -> str:
    """What the first `seq` updates made; the replay happens in a thread of its own. Raises NotFound for none of this epoch."""
    first = db.session.scalar(select(func.min(DocumentUpdate.seq)).where(DocumentUpdate.document_id == document.id))
    if first is None or not first <= seq <= document.seq:
        raise NotFound("There is no such moment in the history of these notes.")
    updates = list(log.all_of(document.id, up_to=seq))
    return beside(lambda: Shared(updates).text)


def authors_of(document: Document, seq: int) -> list[Span]:
    """What the first `seq` updates made, in parts by who wrote them (1 statement; replayed in a thread of its own)."""
    rows = [(row.data, row.by_id) for row in db.session.execute(
        select(DocumentUpdate.data, DocumentUpdate.by_id).order_by(DocumentUpdate.seq)
        .where(DocumentUpdate.document_id == document.id, DocumentUpdate.seq <= seq))]
    return beside(spans_of, rows)
