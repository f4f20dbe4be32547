"""The Ideas Bazaar on a screen across a hall: a few ideas at a time, turning by itself, the same on every screen."""

from datetime import UTC, datetime

from flask import render_template, url_for

from app.boards import ideas_queries
from app.boards.blueprint import blueprint
from app.boards.ideas_queries import Chosen
from app.boards.ideas_routes import chosen, number
from app.events.models import Event
from app.infra import clock
from app.web.guard import READER, allow, person
from app.web.qr import qr_of
from app.web.sending import tagged
from app.web.templating import absolute_url_for

AT_ONCE = 4  # ideas on one page, so that they are read at 10 metres
TURNS = 15  # seconds


@blueprint.get("/e/<event_slug>/ideas/screen")
@allow(READER)
def ideas_screen(event):
    """Ideas for a screen across a hall. `page` stays on one; without it pages turn."""
    return render_template("boards/ideas_screen.html", **_shown(event))


@blueprint.get("/e/<event_slug>/ideas/screen/fragment")
@allow(READER)
def ideas_screen_fragment(event):
    """What changes on that page."""
    return tagged(render_template("boards/_ideas_screen.html", **_shown(event)))


def page_at(at: datetime, pages: int) -> tuple[int, datetime]:
    """Which of so many pages is shown at that moment, and until when: the same for whoever asks."""
    turn = int(at.timestamp()) // TURNS
    return turn % pages + 1, datetime.fromtimestamp((turn + 1) * TURNS, UTC)


def _shown(event: Event) -> dict:
    at, asked = clock.now(), number("page")
    narrowed: Chosen = chosen()
    first = ideas_queries.bazaar(event, person(), narrowed, 1, size=AT_ONCE)
    page, until = (min(asked, first.pages), None) if asked else page_at(at, first.pages)
    listing = first if page == 1 else ideas_queries.bazaar(event, person(), narrowed, page, size=AT_ONCE)
    address = absolute_url_for("boards.ideas", event_slug=event.slug)
    asked_for = {"topic": narrowed.topic, "session": narrowed.session, "offered": narrowed.offered or None}
    return {
        "event": event, "at": at, "listing": listing, "page": page, "stays": bool(asked),
        "until": until if first.pages > 1 else None,
        "address": address.split("://", 1)[-1], "qr": qr_of(address, "QR code that opens the Ideas Bazaar, to join an idea"),
        "fragment": url_for("boards.ideas_screen_fragment", event_slug=event.slug, page=asked, **asked_for),
        "to": lambda number: url_for("boards.ideas_screen", event_slug=event.slug, page=number, **asked_for)}
