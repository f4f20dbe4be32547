"""What this room shows on the page of a series and on a person's own page."""

from app.accounts.models import Person
from app.events.models import Series
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


def person_panel(person: Person, _acting: Person | None) -> Panel | None:
    """Of which series they are in rounds, or invited to them. One statement."""
    found = queries.series_with_rounds(person)
    return Panel("rounds/_person_panel.html", {"series": found}) if found else None
