"""What holds before the day: until when people may pitch, whether marks are hidden until then, how many one person has."""

from datetime import datetime

from app.accounts.models import Person
from app.errors import Invalid, require
from app.events.models import Event
from app.events.versions import count_change
from app.infra import clock
from app.pitches import policy

MARKS_MOST = 1_000


def set_up_pitching(actor: Person, event: Event, *, closes_at: datetime | None, marks_hidden: bool,
                    marks_most: int | None) -> None:
    """Say until when attendees may pitch (None: for as long as they like), whether marks are hidden until then, and how many
    pitches one person may mark (None: any number). Lowering that number takes nobody's marks away.

    Raises Invalid naming the field: a closing time after the event, hidden marks without a closing time, no such number.
    """
    require(policy.can_set_up_pitching(actor, event), "Only organisers set up pitching.")
    if closes_at is not None and clock.local(closes_at, event.time_zone).date() > event.ends_on:
        raise Invalid("Pitching has to close before the event is over.", "closes_on")
    if marks_hidden and closes_at is None:
        raise Invalid("Say when pitching closes: marks are hidden until then.", "closes_on")
    if marks_most is not None and not 1 <= marks_most <= MARKS_MOST:
        raise Invalid(f"Give a number from 1 to {MARKS_MOST:,}, or leave it empty.", "marks_most")
    said = (closes_at, marks_hidden, marks_most)
    if said != (event.pitches_close_at, event.marks_hidden, event.marks_most):
        event.pitches_close_at, event.marks_hidden, event.marks_most = said
        count_change(event)
