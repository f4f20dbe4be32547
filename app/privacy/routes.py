"""All views of the room, registered by being imported; its panels and commands."""

from app.privacy import cli as _cli  # noqa: F401
from app.privacy import leaving_routes
from app.privacy.account_routes import person_panel
from app.privacy.blueprint import blueprint

series_panel = leaving_routes.series_panel

__all__ = ["blueprint", "person_panel", "series_panel"]
