"""Writing the shared note of a conversation. Whether authors are kept is the event's rule, as for notes of its sessions."""

from datetime import datetime

from sqlalchemy import delete, event

from app.accounts.models import Person
from app.documents import actions as documents
from app.documents import queries as document_queries
from app.documents.actions import Saved
from app.documents.models import Document
from app.errors import NotFound, require
from app.followups import policy
from app.followups.beginning import moved
from app.followups.models import FollowUp
from app.infra import db
from app.notes import policy as notes_policy

FIRST = 1  # the revision that every note begins with: nothing written yet
NO_NOTE = "Nobody has written a shared note in this conversation yet."
FOR_PEOPLE_IN_IT = "The shared note is written by people in the conversation: host it or be kept posted first."


def begin(actor: Person, followup: FollowUp, *, at: datetime, seats: frozenset[int] = policy.NO_SEATS) -> Document:
    """The shared note, which begins now if there is none: for somebody who opens it to write."""
    require(policy.can_write_note(actor, followup, seats), FOR_PEOPLE_IN_IT)
    if followup.document is None:
        followup.document = documents.create("", notes_policy.kept_moment(followup.event, at))
        db.session.flush()
    return followup.document


def save(actor: Person, followup: FollowUp, *, text: str, base_revision: int | str, at: datetime,
         seats: frozenset[int] = policy.NO_SEATS) -> Saved:
    """Somebody who was shown `base_revision` (0: there was no note) made `text` of it; what others wrote meanwhile is merged in.

    Raises MergeConflict where both changed the same words, and Invalid for a `text` or `base_revision` that cannot be used.
    """
    require(policy.can_write_note(actor, followup, seats), FOR_PEOPLE_IN_IT)
    if followup.document is None and not documents.kept(text):
        return Saved(0, "", merged=False, changed=False)
    begun = begin(actor, followup, at=at, seats=seats)
    base = base_revision if str(base_revision) != "0" else FIRST
    return _saved(followup, documents.save(begun, text, base, *_kept(actor, followup, at)), at)


def revert(actor: Person, followup: FollowUp, *, number: int, base_revision: int | str, at: datetime,
           seats: frozenset[int] = policy.NO_SEATS) -> Saved:
    """Bring the text of revision `number` back as a new one, for somebody who was shown `base_revision`.

    What was written since stays, or raises MergeConflict. Raises NotFound when there is no such revision.
    """
    require(policy.can_write_note(actor, followup, seats), FOR_PEOPLE_IN_IT)
    document = note_of(followup)
    text = document_queries.revision(document, number).text
    kept = _kept(actor, followup, at)
    return _saved(followup, documents.save(document, text, base_revision, *kept, f"Restored from revision {number}"), at)


def note_of(followup: FollowUp) -> Document:
    """The document of the shared note, for anybody who was asked whether they may read it. Raises NotFound for none."""
    if followup.document is None:
        raise NotFound(NO_NOTE)
    return followup.document


@event.listens_for(FollowUp, "after_delete")
def _with_its_note(_mapper, connection, followup: FollowUp) -> None:
    """What was written in a conversation goes with it."""
    if followup.document_id is not None:
        connection.execute(delete(Document.__table__).where(Document.__table__.c.id == followup.document_id))


def _kept(actor: Person, followup: FollowUp, at: datetime) -> tuple[datetime, Person | None]:
    event = followup.event
    return notes_policy.kept_moment(event, at), actor if notes_policy.names_people(event) else None


def _saved(followup: FollowUp, saved: Saved, at: datetime) -> Saved:
    if saved.changed:
        moved(followup, at)
    return saved
