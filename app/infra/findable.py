"""Telling search that something changed: a job in the same transaction, so that what is saved is found within 2 seconds.

Kinds: `pitch`, `session` (with its notes and follow-up), `followup`, `event`; `whole event` when everything of an event must
be looked at again (renamed, visibility changed, an import).
"""

from collections.abc import Callable

from app.infra import jobs

JOB = "search.index"

_forgetting: list[Callable[[str, int], None]] = []


def changed(kind: str, thing_id: int) -> None:
    """Say in the current transaction that the thing of this kind and id is new, different or gone."""
    jobs.enqueue(JOB, {"kind": kind, "id": thing_id})


def forgets(forget: Callable[[str, int], None]) -> Callable[[str, int], None]:
    """Register what forgets what a thing of a kind and id said; it is called in the transaction of the change."""
    _forgetting.append(forget)
    return forget


def forget(kind: str, thing_id: int) -> None:
    """As `changed`, for words that must be gone with this transaction: nothing shows them from its end on."""
    for each in _forgetting:
        each(kind, thing_id)
    changed(kind, thing_id)
