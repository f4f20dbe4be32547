"""Pages of this room."""

from flask import Blueprint

from app.web.guard import READER, allow

blueprint = Blueprint("followups", __name__)


@blueprint.get("/e/<event_slug>/follow-ups")
@allow(READER)
def of_event(event):
    return ""


def pitch_panel(pitch, person):
    return None


def session_panel(session, person):
    return None


def event_panel(event, person):
    return None
