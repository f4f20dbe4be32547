"""All views of the room, registered by being imported; and what it shows on other rooms' pages."""

from app.recaps import came_of_routes  # noqa: F401
from app.recaps.blueprint import blueprint
from app.recaps.panels import event_panel

__all__ = ["blueprint", "event_panel"]
