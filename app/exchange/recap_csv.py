"""What came of an event or a series as a CSV table for reports: counts, and outcomes in people's words. No names of people.

A number's row has its `count`, an outcome's its `words`; `address` is where it is to be seen.
"""

from collections.abc import Callable

from app.events.models import Event
from app.exchange.csv_tables import write_table
from app.recaps.counting import Numbers
from app.recaps.queries import Recap, SeriesRecap

COLUMNS = ["event", "what", "count", "title", "words", "address"]


def rows_of(numbers: Numbers) -> list[tuple[str, int]]:
    """The numbers by what they count, in the order of the page."""
    said = [("Sessions held", numbers.held), ("Sessions with notes", numbers.noted),
            ("Notes written up or published", numbers.written_up),
            ("Conversations that look for a host", numbers.states["looking"]),
            ("Conversations going on", numbers.states["going"]), ("Conversations that came to something", numbers.states["came"]),
            ("Conversations that rest", numbers.states["rested"]), ("People who carried a conversation on", len(numbers.hosts)),
            ("Pitched again at a later event", numbers.again), ("Ideas to try", numbers.ideas),
            ("Times that somebody joined an idea", numbers.joined), ("Ideas tried", numbers.tried),
            ("Pledges that everybody may see", numbers.pledges), ("Of those, kept", numbers.kept)]
    if numbers.others is not None:
        said.append(("Pledges for a few to see", numbers.others))
    if numbers.others_kept is not None:
        said.append(("Of pledges for a few, kept", numbers.others_kept))
    return said


def write_recap_csv(event: Event, recap: Recap, link: Callable[..., str]) -> str:
    """One event's numbers, then its outcomes and the ideas that were tried. `link` makes an endpoint's whole address."""
    here = link("recaps.of_event", event_slug=event.slug)
    rows = [[event.name, what, str(count), "", "", here] for what, count in rows_of(recap.numbers)]
    rows += [[event.name, "Came to something", "", one.conversation.title, one.conversation.came_of,
              link("followups.conversation", event_slug=event.slug, followup_id=one.conversation.id)]
             for one in recap.outcomes if one.began_with != "pledge"]
    rows += [[event.name, "Idea tried", "", one.idea.name, one.idea.came_of,
              link("boards.idea", event_slug=event.slug, idea_id=one.idea.id)] for one in recap.tried]
    return write_table(COLUMNS, rows)


def write_series_csv(recap: SeriesRecap, link: Callable[..., str]) -> str:
    """The numbers of each event of a series, then those of all together."""
    rows = [[event.name, what, str(count), "", "", link("recaps.of_event", event_slug=event.slug)]
            for event, numbers in recap.events for what, count in rows_of(numbers)]
    return write_table(COLUMNS, rows + [["All of them", what, str(count), "", "", ""] for what, count in rows_of(recap.total)])
