"""Telling search that something changed: a job in the same transaction, so that what is saved is found within 2 seconds.

Kinds: `pitch`, `session` (with its notes and follow-up), `followup`, `event`, `board` (with every insight on it), `insight`,
`idea`, `pledge`; `whole event` when everything of an event must be looked at again (renamed, visibility changed, an import).
"""

from collections.abc import Callable
from weakref import WeakKeyDictionary

from sqlalchemy import event
from sqlalchemy.orm import Session

from app.infra import db, jobs

JOB = "search.index"
_said: WeakKeyDictionary = WeakKeyDictionary()  # by transaction: the kinds and ids that it has said, in order

_forgetting: list[Callable[[str, int], None]] = []


def changed(kind: str, thing_id: int) -> None:
    """Say in the current transaction that the thing of this kind and id is new, different or gone.

    The jobs are written at its end, all together; what is said twice is one job.
    """
    _said.setdefault(db.session().get_transaction(), {})[kind, thing_id] = None


def _write(session: Session) -> None:
    jobs.enqueue_all(JOB, [{"kind": kind, "id": thing_id} for kind, thing_id in _said.pop(session.get_transaction(), ())])


event.listen(db.session, "before_commit", _write)


def forgets(forget: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """Register what forgets what a thing of a kind and id said; it is called in the transaction of the change."""
    _forgetting.append(forget)
    return forget


def forget(kind: str, thing_id: int) -> None:
    """As `changed`, for words that must be gone with this transaction: nothing shows them from its end on."""
    for each in _forgetting:
        each(kind, thing_id)
    changed(kind, thing_id)
