"""Telling search that something changed: a job in the same transaction, so that what is saved is found within 2 seconds.

Kinds: `pitch`, `session` (with its notes and follow-up), `followup`, `event`; `whole event` when everything of an event must
be looked at again (renamed, visibility changed, an import).
"""

from app.infra import jobs

JOB = "search.index"


def changed(kind: str, thing_id: int) -> None:
    """Say in the current transaction that the thing of this kind and id is new, different or gone."""
    jobs.enqueue(JOB, {"kind": kind, "id": thing_id})
