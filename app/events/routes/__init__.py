"""Pages of series and events: the front page, joining, people, and setting up."""

from app.events import mail_names as _mail_names  # noqa: F401 - says its names to the post
from app.events.blueprint import blueprint
from app.events.panels import my_events_panel
from app.events.routes import front, joining, notices, people, series, set_up, tables  # each hangs its pages on the blueprint

__all__ = ["blueprint", "front", "joining", "my_events_panel", "notices", "people", "series", "set_up", "tables"]
