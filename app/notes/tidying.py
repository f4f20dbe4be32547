"""When an event is over, and until when its notes are tidied up. Pure: no database, no clock."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from app.events.models import Event
from app.grid import places
from app.infra import clock

LATEST_BEFORE = timedelta(hours=12)  # the second reminder comes so long before the window closes, or a quarter of a shorter one


@dataclass(frozen=True)
class Window:
    """From when to when note-takers tidy up, and when they are reminded for the second time."""

    opens: datetime
    closes: datetime
    last_call: datetime


def ends_at(event: Event) -> datetime:
    """When the event is over: at the end of its last slot, or of its last day where no times are known."""
    ends = places.ends_of(event.slots)
    whole = clock.instant(event.ends_on, time(23, 59), event.time_zone)
    return max(ends.values()) if ends else whole


def window_of(event: Event) -> Window | None:
    """The time to tidy, closed early where writing closes before its end. None where the event gives none."""
    opens = ends_at(event)
    closes = opens + timedelta(hours=event.notes_tidy_hours)
    if event.notes_close_at is not None:
        closes = min(closes, event.notes_close_at)
    return Window(opens, closes, closes - min(LATEST_BEFORE, (closes - opens) / 4)) if closes > opens else None
