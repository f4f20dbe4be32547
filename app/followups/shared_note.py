"""The shared note of a conversation while people write it together: the editor, sockets and watch of session notes (`app/notes`),
with the conversation as what the text belongs to."""

from datetime import datetime

from flask import Flask, current_app
from sqlalchemy import select

from app.accounts.models import Person
from app.documents.models import Document
from app.errors import require
from app.events import policy as events_policy
from app.events.models import Event
from app.followups import policy, shared_note_actions
from app.followups.beginning import moved
from app.followups.letters_words import seats_for
from app.followups.models import FollowUp
from app.followups.versions import topic
from app.infra import clock, db, findable, jobs
from app.infra.db import transaction
from app.notes import policy as notes_policy
from app.notes.live_jobs import brought
from app.notes.live_watch import Admitted, admitted, watch

NOT_READ = "The shared note is for who reads the posts of this conversation."


class ConversationOwner:
    """What a shared note's document needs to know of its conversation (`notes.live_watch.Watched`)."""

    closes_at: datetime | None = None

    def __init__(self, followup: FollowUp, topics: tuple[str, ...], app: Flask):
        self.followup_id, self.attribution = followup.id, followup.event.attribution
        self.key, self.topics = f"conversation:{followup.id}", topics
        self._app = app  # breakout groups are known only with the site's key, which the watch does not have

    @property
    def named(self) -> bool:
        """Whether those who write may be named."""
        return notes_policy.names_people(self)

    def moment(self, at: datetime) -> datetime:
        """`at` as it may be kept."""
        return notes_policy.kept_moment(self, at)

    def told(self, revision: int | None) -> None:
        """Search is told; the conversation has moved with every revision."""
        findable.changed("followup", self.followup_id)
        followup = db.session.get(FollowUp, self.followup_id) if revision else None
        if followup is not None:
            moved(followup, clock.now())

    def may(self, person: Person | None, at: datetime) -> tuple[bool, bool]:
        """Whether `person` may read and write it."""
        followup = db.session.get(FollowUp, self.followup_id)
        with self._app.app_context():
            seats = seats_for(person, followup)
            return policy.can_read_posts(person, followup, seats), policy.can_write_note(person, followup, seats)

    def anew(self) -> "ConversationOwner | None":
        """The same as the database has it now."""
        db.session.expire_all()
        followup = db.session.get(FollowUp, self.followup_id)
        return ConversationOwner(followup, self.topics, self._app) if followup else None


def owner_of(followup: FollowUp) -> ConversationOwner:
    """What its note belongs to. A pass to any event of the series may count, so all of them are listened to (1 statement)."""
    events = db.session.scalars(select(Event.id).where(Event.series_id == followup.event.series_id).order_by(Event.id))
    topics = (topic(followup.id), *(f"access:{event_id}" for event_id in events))
    return ConversationOwner(followup, topics, current_app._get_current_object())


def admit(person: Person | None, followup: FollowUp, seats: frozenset[int], at: datetime) -> Admitted:
    """Ask whether `person` may connect, and begin the note if they are the first who may write. Raises Forbidden."""
    owner = owner_of(followup)
    seen = watch.over(owner.topics)
    require(policy.can_read_posts(person, followup, seats), NOT_READ)
    may_write = policy.can_write_note(person, followup, seats)
    if followup.document_id is None and may_write:
        with transaction(followup.event):
            shared_note_actions.begin(person, followup, at=at, seats=seats)
    role = events_policy.role(person, followup.event)
    return admitted(person, followup.document_id, owner, role, may_write, seen)


@jobs.at_start
def bring_texts() -> int:
    """Write down what people had typed in the last second or two when a web server was ended; how many notes that was."""
    behind = db.session.execute(select(FollowUp.id, FollowUp.document_id).join(Document, Document.id == FollowUp.document_id)
                                .where(Document.text_seq < Document.seq)).all()
    return brought(behind, "followup")
