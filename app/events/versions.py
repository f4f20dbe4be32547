"""Counting what the grid shows: its pages and feeds are kept for one version of the event."""

from weakref import WeakKeyDictionary

from sqlalchemy import update
from sqlalchemy.orm.attributes import set_committed_value

from app.events.models import Event
from app.infra import db, live

_counted: WeakKeyDictionary = WeakKeyDictionary()  # by transaction: {event id: [its version, whether pages are told]}


def count_change(event: Event, *, nudge: bool = True) -> int:
    """Count a change of anything the grid shows, in this transaction, and tell open pages after it. Returns the new version.

    All changes of one transaction are seen at once, so they count as one, and pages are told once. Without `nudge` open pages
    learn of it at their next look: for what changes all the time, such as marks of interest. Counted by the database, so that
    of two changes at once both count.
    """
    done = _counted.setdefault(db.session().get_transaction(), {})
    if event.id not in done:
        version = db.session.scalar(update(Event).where(Event.id == event.id).values(version=Event.version + 1)
                                    .returning(Event.version).execution_options(synchronize_session=False))
        set_committed_value(event, "version", version)
        done[event.id] = [version, False]
    counted = done[event.id]
    if nudge and not counted[1]:
        counted[1] = True
        event_id, version = event.id, counted[0]
        db.after_commit(lambda: live.publish(f"grid:{event_id}", version))
    return counted[0]
