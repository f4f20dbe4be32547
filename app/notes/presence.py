"""I was there: one tap, only where notes name people, and only one's own."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.errors import require
from app.events.models import Event
from app.events.watched import before_set_up
from app.grid.models import Session
from app.infra import db, live
from app.notes import policy
from app.notes.models import WasThere

NOT_KEPT = "Nobody is kept at this event (Chatham House Rule)."


def was_there(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Say that one was in the session, and agree to be named for it. Nothing is kept under the Chatham House Rule."""
    require(policy.can_say_present(actor, session), _why_not(session))
    if db.session.get(WasThere, (session.id, actor.id)) is None:
        db.session.add(WasThere(session_id=session.id, person_id=actor.id, since=at))
        db.session.flush()
        _tell(session)


def was_not_there(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Take that back; the name is gone at once."""
    require(policy.can_take_back_present(actor, session), _why_not(session))
    said = db.session.get(WasThere, (session.id, actor.id))
    if said is not None:
        db.session.delete(said)
        db.session.flush()
        _tell(session)


@before_set_up
def look(_actor: Person, event: Event, _at: datetime) -> Callable[[], None]:
    """When the event takes up the Chatham House Rule, who was there is forgotten."""
    named = policy.names_people(event)

    def forget() -> None:
        if named and not policy.names_people(event):
            here = select(Session.id).where(Session.event_id == event.id)
            db.session.execute(delete(WasThere).where(WasThere.session_id.in_(here)))

    return forget


def _why_not(session: Session) -> str:
    return policy.FOR_BEING_THERE if policy.names_people(session.event) else NOT_KEPT


def _tell(session: Session) -> None:
    topic = f"head:{session.id}"
    db.after_commit(lambda: live.publish(topic, 0))
