"""Pages of the grid."""

from flask import Blueprint

from app.web.guard import READER, allow

blueprint = Blueprint("grid", __name__)


@blueprint.get("/e/<event_slug>/grid")
@allow(READER)
def show(event):
    return ""


def pitch_panel(pitch, person):
    return None
