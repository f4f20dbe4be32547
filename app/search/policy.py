"""What search shows to whom. An engine is only ever asked about events that the person may find there."""

from sqlalchemy import ColumnElement

from app.accounts.models import Person
from app.events.models import Event, Series
from app.followups import policy as followups


def may_search(person: Person | None) -> ColumnElement[bool]:
    """Events found everywhere, as a condition on `Event`: public ones, and those the person holds a pass for or owns.

    An unlisted event is searched by others only on its own search page, which the guard opens to whoever may read it.
    """
    return followups.may_find(person)


def may_search_series(person: Person | None, series: Series) -> ColumnElement[bool]:
    """The same within one series."""
    return may_search(person) & (Event.series_id == series.id)
