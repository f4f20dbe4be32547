"""All views of the room, registered by being imported."""

from app.boards import bazaar_screen as _bazaar_screen  # noqa: F401
from app.boards import facilitating_routes as _facilitating_routes  # noqa: F401
from app.boards import ideas_routes as _ideas_routes  # noqa: F401
from app.boards import insight_routes as _insight_routes  # noqa: F401
from app.boards import learned_routes as _learned_routes  # noqa: F401
from app.boards import material_routes as _material_routes  # noqa: F401
from app.boards import moving_routes as _moving_routes  # noqa: F401
from app.boards import pledges_routes as _pledges_routes  # noqa: F401
from app.boards import plenary_routes as _plenary_routes  # noqa: F401
from app.boards import recording_routes as _recording_routes  # noqa: F401
from app.boards import seating_routes as _seating_routes  # noqa: F401
from app.boards import set_up_routes as _set_up_routes  # noqa: F401
from app.boards import suggestion_routes as _suggestion_routes  # noqa: F401
from app.boards.bazaar_panels import event_panel, ideas_panel, insight_panel, note_panel
from app.boards.blueprint import blueprint
from app.boards.board_routes import session_panel

__all__ = ["blueprint", "event_panel", "ideas_panel", "insight_panel", "note_panel", "session_panel"]
