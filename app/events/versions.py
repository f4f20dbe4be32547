"""Counting what the grid shows: its pages and feeds are kept for one version of the event."""

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from app.events.models import Event
from app.infra import db, live


def count_change(event: Event, *, nudge: bool = True) -> int:
    """Count a change of anything the grid shows, in this transaction, and tell open pages after it. Returns the new version.

    Without `nudge` open pages learn of it at their next look: for what changes all the time, such as marks of interest.
    Counted by the database, so that of two changes at once both count.
    """
    version = db.session.scalar(update(Event).where(Event.id == event.id).values(version=Event.version + 1)
                                .returning(Event.version).execution_options(synchronize_session=False))
    set_committed_value(event, "version", version)
    if nudge:
        event_id = event.id
        db.after_commit(lambda: live.publish(f"grid:{event_id}", version))
    return version
