"""What this room shows on the pages of a series and an event, and on a person's own page."""

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import Event, Role, Series
from app.infra import clock
from app.rounds import policy, queries
from app.web.panels import Panel


def series_panel(series: Series, person: Person | None) -> Panel | None:
    """For those who may be in them: the round that can be joined, or where rounds are. At most four statements."""
    if not policy.can_be_in(person, series):
        return None
    coming = queries.open_rounds(series, clock.now())
    return Panel("rounds/_series_panel.html", {
        "series": series, "coming": coming[0] if coming else None, "runs": policy.can_run(person, series),
        "joined": bool(coming) and policy.is_in(person, coming[0])}, aside=True)


def event_panel(event: Event, person: Person | None) -> Panel | None:
    """For those with a pass to the event: the round of its series that can be joined, if there is one. One statement."""
    if person is None or events_policy.role(person, event) < Role.ATTENDEE:
        return None
    found = queries.to_join_now(event.series_id, person, clock.now())
    return Panel("rounds/_series_panel.html", {
        "series": event.series, "coming": found[0], "runs": False, "joined": found[1]}, aside=True) if found else None


def person_panel(person: Person, _acting: Person | None) -> Panel | None:
    """Of which series they are in rounds, or invited to them. One statement."""
    found = queries.series_with_rounds(person)
    return Panel("rounds/_person_panel.html", {"series": found}) if found else None
