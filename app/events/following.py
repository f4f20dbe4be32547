"""Streams of an event: open pages follow what changes for as long as their reader may."""

from collections.abc import Callable

from flask import Response

from app.accounts.models import Person
from app.events import policy
from app.events.models import Event
from app.infra import db
from app.web.guard import person
from app.web.stream import stream


def follow(event: Event, *topics: str, may: Callable[[Person | None, Event], bool] = policy.can_read) -> Response:
    """A stream of nudges on `topics` for who is asking now. It ends when they or the event
    are gone, or they `may` not any more."""
    event_id, person_id = event.id, person().id if person() else None

    def still_allowed() -> bool:
        who = db.session.get(Person, person_id) if person_id else None
        what = db.session.get(Event, event_id)
        return what is not None and (who is not None) == (person_id is not None) and may(who, what)

    return stream([*topics], event_id=event_id, still_allowed=still_allowed)
