"""All views of the room, registered by being imported."""

from app.boards import insight_routes as _insight_routes  # noqa: F401
from app.boards import moving_routes as _moving_routes  # noqa: F401
from app.boards import suggestion_routes as _suggestion_routes  # noqa: F401
from app.boards.blueprint import blueprint
from app.boards.board_routes import session_panel

__all__ = ["blueprint", "session_panel"]
