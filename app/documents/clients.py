"""Which Yjs clients a change names: those that wrote what is in it, what it stands beside, and what it deletes.

When a document's log is begun anew, the clients that wrote before are retired (`models.RetiredClient`). Whatever names one of
them was made upon the old log, and merging it would bring back what was taken out.
"""

from collections.abc import Iterable

from sqlalchemy import select

from app.documents.models import Document, RetiredClient
from app.documents.wire import read_state, read_update
from app.infra import db

ASKED_AT_ONCE = 500


def clients_in(update: bytes) -> set[int]:
    """Every client that `update` names. Raises `Malformed` for bytes that are no update of a text."""
    return read_update(update).named


def clients_in_state(vector: bytes) -> set[int]:
    """Every client that a state vector names. Raises `Malformed` for bytes that are none."""
    return set(read_state(vector))


def any_retired(document: Document, clients: Iterable[int]) -> bool:
    """Whether any of `clients` wrote before the document's log was begun anew (no statement when it never was)."""
    if document.epoch == 1:
        return False
    wanted = list(clients)
    return any(
        db.session.scalar(select(RetiredClient.client_id).where(
            RetiredClient.document_id == document.id,
            RetiredClient.client_id.in_(wanted[first:first + ASKED_AT_ONCE])).limit(1)) is not None
        for first in range(0, len(wanted), ASKED_AT_ONCE))
