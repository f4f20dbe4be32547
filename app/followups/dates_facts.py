"""The date of a conversation as it is shown: on pages, in letters and in calendars."""

from datetime import datetime

from app.accounts.models import Person
from app.events.models import Event
from app.followups import dates_actions, dates_queries
from app.followups.dates_calendar import Date
from app.followups.letters_words import address_of, readers_in, subject_of
from app.followups.models import FollowUp
from app.infra import clock
from app.web.templating import day_of


def date_of(followup: FollowUp) -> Date | None:
    """The date of its next step; None where there is none."""
    said = dates_actions.as_payload(followup)
    return date_from(followup, said, followup.moved_at) if said else None


def date_from(followup: FollowUp, said: dict, changed_at: datetime, *, cancelled: bool = False) -> Date:
    """The date that a job was told of (`dates_actions.as_payload`)."""
    return Date(guid=followup.guid, version=followup.next_version, changed_at=changed_at, title=subject_of(followup),
                step=said["step"], at=datetime.fromisoformat(said["at"]), minutes=said["minutes"], where=said["where"],
                zone=followup.event.time_zone, url=address_of(followup), cancelled=cancelled)


def when(date: Date) -> str:
    """When it is, in words, by the clock on the wall where the event was."""
    if date.minutes is None:
        return day_of(date.at, date.zone)
    first, last = clock.local(date.at, date.zone), clock.local(date.ends_at, date.zone)
    until = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%H:%M} on {last:%A}"
    return f"{day_of(date.at, date.zone)}, {first:%H:%M} to {until} ({date.zone.replace('_', ' ')} time)"


def own_dates_of(owner: Person, at: datetime, event: Event | None = None) -> list[Date]:
    """The dates of the conversations (of `event`, or all) that `owner` is in and may read now."""
    return [date_of(one) for one in dates_queries.dated_of(owner, at, event) if readers_in(one, [owner])]
