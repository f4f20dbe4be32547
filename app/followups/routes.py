"""All pages of conversations, gathered, and what this room shows on the pages of others."""

from app.followups import again_routes as _again  # noqa: F401 - each module hangs its own pages on the blueprint
from app.followups import dates_routes as _dates  # noqa: F401
from app.followups import hosting_routes as _hosting  # noqa: F401
from app.followups import lists_routes as _lists  # noqa: F401
from app.followups import looking_after_routes as _looking_after  # noqa: F401
from app.followups import posts_routes as _posts  # noqa: F401
from app.followups import shared_note_routes as _shared_note  # noqa: F401
from app.followups.blueprint import blueprint
from app.followups.conversation_routes import CONVERSATION
from app.followups.earlier_routes import form_panel, link_chosen
from app.followups.hearing import pledge_taken_back
from app.followups.panels import (
    event_panel,
    idea_facts,
    idea_panel,
    insight_panel,
    note_panel,
    person_panel,
    pitch_panel,
    pledge_gone_panel,
    pledge_panel,
    session_panel,
)
from app.followups.taps_routes import SOURCES

__all__ = ["CONVERSATION", "SOURCES", "blueprint", "event_panel", "form_panel", "idea_facts", "idea_panel", "insight_panel",
           "link_chosen", "note_panel", "person_panel", "pitch_panel", "pledge_gone_panel", "pledge_panel", "pledge_taken_back",
           "session_panel"]
