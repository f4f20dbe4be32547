"""The grid's pages, put together: reading (`pages`), moving sessions (`arranging`), screens, prints and one's own day
(`screens_pages`), merging and withdrawing (`merging`)."""

from app.grid import (
           advice_pages,
           arranging,
           changing,
           history_pages,
           merging,
           rules_pages,
           screens_pages,
           set_up_changes,
           suggest_pages,
)
from app.grid.pages import blueprint, pitch_panel, pitch_places
from app.grid.rules_pages import step_free_for_pitch, step_free_panel

__all__ = ["advice_pages", "arranging", "blueprint", "changing", "history_pages", "merging", "pitch_panel", "pitch_places",
           "rules_pages", "screens_pages", "set_up_changes", "step_free_for_pitch", "step_free_panel", "suggest_pages"]
