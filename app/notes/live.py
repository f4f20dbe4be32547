"""Notes while people write them together: who may be there, and what those of a session are called.

The document itself is looked after by `documents/live.py`, who may be where by `live_watch.py`; this is the note around it.
"""

from datetime import datetime

from app.accounts.models import Person
from app.errors import require
from app.events import policy as events_policy
from app.events.models import Event
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import db, findable, live
from app.infra.db import transaction
from app.notes import actions, policy
from app.notes import live_jobs as _jobs  # noqa: F401 - its jobs are registered
from app.notes.live_editors import Editors, editors_of, note_key
from app.notes.live_watch import Admitted, SignedOut, admitted, join, watch
from app.notes.queries import note_of

__all__ = ["Admitted", "Editors", "SignedOut", "admit", "editors_of", "join", "watch"]


class NoteOwner:
    """What a note's document needs to know of its event (`live_watch.Watched`)."""

    def __init__(self, session_id: int, event: Event):
        self.session_id, self.event_id = session_id, event.id
        self.key, self.topics = note_key(session_id), (f"access:{event.id}",)
        self.attribution, self.closes_at = event.attribution, event.notes_close_at
        self._counted = False

    @property
    def named(self) -> bool:
        """Whether those who write may be named."""
        return policy.names_people(self)

    def moment(self, at: datetime) -> datetime:
        """`at` as it may be kept."""
        return policy.kept_moment(self, at)

    def told(self, revision: int | None) -> None:
        """Search and open pages are told; the grid, which shows who has notes, at first and with every revision."""
        findable.changed("session", self.session_id)
        if revision or not self._counted:
            event = db.session.get(Event, self.event_id)
            if event is not None:
                count_change(event, nudge=False)
            self._counted = True
        topic = f"note:{self.session_id}"
        db.after_commit(lambda: live.publish(topic, revision or 0))

    def may(self, person: Person | None, at: datetime) -> tuple[bool, bool]:
        """Whether `person` may read and write the session's notes."""
        session = db.session.get(Session, self.session_id)
        return policy.can_read(person, session), policy.can_write(person, session, at)

    def anew(self) -> "NoteOwner | None":
        """The same as its event has it now."""
        session = db.session.get(Session, self.session_id, populate_existing=True)
        return NoteOwner(session.id, db.session.get(Event, session.event_id, populate_existing=True)) if session else None


def admit(person: Person | None, session: Session, at: datetime) -> Admitted:
    """Ask whether `person` may connect, and begin the note if they are the first who may write. Raises Forbidden."""
    owner = NoteOwner(session.id, session.event)
    seen = watch.over(owner.topics)
    require(policy.can_read(person, session), "Sign in or join the event first.")
    may_write, note = policy.can_write(person, session, at), note_of(session)
    if note is None and may_write:
        with transaction(session.event):
            actions.begin(person, session, at=at)
        note = note_of(session)
    return admitted(person, note.document_id if note else None, owner, events_policy.role(person, session.event), may_write, seen)
