"""What of the grid goes out to others, kept for one version of the event."""

from collections.abc import Callable, Hashable

from flask import Response, current_app

from app.accounts.models import Person
from app.events.models import ATTENDEES_ONLY, Event
from app.exchange.published import Published, published, version_key
from app.grid.sight import seeing
from app.web import sending
from app.web.guard import person
from app.web.kept import Body, body_of, kept


def base_url() -> str:
    """The configured address of the site."""
    return current_app.extensions["base_url"]


def grid_for(event: Event, who: Person | None) -> tuple[Published, tuple]:
    """The grid as `who` may see it, and the version it is of."""
    version = version_key(event, who)
    shown = version[-1]

    def read() -> Published:
        with seeing(event):  # whether `who` may was asked above
            return published(event, base_url(), shown=shown)

    return kept(("grid", event.id, shown), version, read), version


def told(event: Event, what: Hashable, make: Callable[[Published], bytes], mimetype: str, *, name: str = "",
         who: Person | None = None) -> Response:
    """What `make` makes of the event's grid, as `who` may see it or else who is asking: made once for each version, and kept
    as `what`. `name` is what to save it as."""
    grid, version = grid_for(event, who or person())
    return sent(kept((what, *version[::2]), version, lambda: body_of(make(grid))), mimetype, event, name=name)


def sent(body: Body, mimetype: str, event: Event | None = None, *, name: str = "") -> Response:
    """The answer; `name` is what to save it as. Only what everybody may read may be kept by others, and asked about each time."""
    private = event is not None and (event.visibility == ATTENDEES_ONLY or person() is not None)
    response = sending.sent(body, mimetype, everybody=not private)
    if name and response.status_code == 200:
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
