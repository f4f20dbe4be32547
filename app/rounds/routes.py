"""All views of the room, registered by being imported."""

from app.rounds import jobs, letters_allowed, mail_routes, round_routes
from app.rounds.blueprint import blueprint
from app.rounds.panels import event_panel, person_panel, series_panel

__all__ = ["blueprint", "event_panel", "jobs", "letters_allowed", "mail_routes", "person_panel", "round_routes", "series_panel"]
