"""What people do with the history of a session's notes: give a version a name, and bring one back."""

from datetime import datetime

from app.accounts.models import Person
from app.documents import queries as document_queries
from app.documents.models import Revision
from app.errors import Invalid, require
from app.grid.models import Session
from app.infra import db
from app.notes import policy
from app.notes.queries import existing_note

NAME_LENGTH = 100


def name_version(actor: Person | None, session: Session, *, number: int, name: str, at: datetime,
                 bringing_in: bool = False) -> Revision:
    """Call revision `number` by `name`, so that it can be found again; an empty name takes the name away. One that is brought
    in is named by who may bring notes in, whenever writing closes."""
    require(policy.can_bring_in(actor, session) if bringing_in else policy.can_write(actor, session, at),
            policy.why_not_write(actor, session, at) or "Only organisers bring notes in.")
    name = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    if len(name) > NAME_LENGTH:
        raise Invalid(f"Give it a name of at most {NAME_LENGTH} characters.", "name")
    revision = document_queries.revision(existing_note(session).document, number)
    revision.name = name
    db.session.flush()
    return revision
