"""Pages of search."""

from flask import Blueprint

from app.web.guard import READER, allow

blueprint = Blueprint("search", __name__)


@blueprint.get("/e/<event_slug>/search")
@allow(READER)
def of_event(event):
    return ""
