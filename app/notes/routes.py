"""Pages of this room."""

from flask import Blueprint

from app.web.guard import READER, allow

blueprint = Blueprint("notes", __name__)


@blueprint.get("/e/<event_slug>/notes")
@allow(READER)
def listing(event):
    return ""


def session_panel(session, person):
    return None


def note_takers_panel(session, person):
    return None
