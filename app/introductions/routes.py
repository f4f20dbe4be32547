"""All views of the room, registered by being imported, and what others need of it."""

from app.introductions import clearing as _clearing  # noqa: F401 - its job
from app.introductions import reports_routes as _reports  # noqa: F401
from app.introductions import telling as _telling  # noqa: F401 - its jobs
from app.introductions import worth_routes as _worth  # noqa: F401
from app.introductions.asking_routes import asks_among, conversation_people, event_panel, series_panel
from app.introductions.blueprint import blueprint
from app.introductions.own_routes import person_panel

__all__ = ["asks_among", "blueprint", "conversation_people", "event_panel", "person_panel", "series_panel"]
