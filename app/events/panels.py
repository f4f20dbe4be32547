"""What this room shows on a person's own page."""

from app.accounts.models import Person
from app.events import queries
from app.events.passes import ROLE_WORDS
from app.web.panels import Panel


def my_events_panel(person: Person, _acting: Person | None) -> Panel:
    """The events somebody has to do with and what they are there, and the series they own. Two statements."""
    return Panel("events/_my_events.html", {"held": queries.held_by(person), "owned": queries.series_owned_by(person),
                                            "words": ROLE_WORDS})
