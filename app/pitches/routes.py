"""Pages of this room."""

from flask import Blueprint

from app.web.guard import READER, allow

blueprint = Blueprint("pitches", __name__)


@blueprint.get("/e/<event_slug>/pitches")
@allow(READER)
def listing(event):
    return ""
