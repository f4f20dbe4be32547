"""Sending what was kept: with its ETag, 304 for whoever has it, and no store between us that could hand out an old one."""

from flask import Response, current_app, request

from app.events.models import ATTENDEES_ONLY, Event
from app.exchange.published import Published, published, version_key
from app.grid.sight import seeing
from app.web.guard import person
from app.web.kept import Body, kept


def base_url() -> str:
    """The configured address of the site."""
    return current_app.extensions["base_url"]


def grid_for(event: Event, who) -> tuple[Published, tuple]:
    """The grid as `who` may see it, and the version it is of."""
    version = version_key(event, who)
    shown = version[-1]

    def read() -> Published:
        with seeing(event):  # whether `who` may was asked above
            return published(event, base_url(), shown=shown)

    return kept(("grid", event.id, shown), version, read), version


def sent(body: Body, mimetype: str, event: Event | None = None, *, name: str = "") -> Response:
    """The answer; `name` is what to save it as. Only what everybody may read may be kept by others, and asked about each time."""
    # What was sent compressed carries the kind of compression behind our tag; servers in front may make it a weak one.
    tags = filter(None, request.if_none_match.as_set(include_weak=True))
    matching = next((tag for tag in tags if tag == body.etag or tag.startswith(f"{body.etag}:")), None)
    response = Response(status=304) if matching else Response(body.data, mimetype=mimetype)
    response.set_etag(matching or body.etag)
    private = event is not None and (event.visibility == ATTENDEES_ONLY or person() is not None)
    response.headers["Cache-Control"] = "private, no-cache" if private else "public, no-cache"
    if name and not matching:
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return response
