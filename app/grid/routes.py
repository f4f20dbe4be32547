"""The grid's pages, put together: reading (`pages`), moving sessions (`arranging`), merging and withdrawing
(`merging`), screens, prints and one's own day (`screens_pages`)."""

from app.grid import arranging, changing, merging, screens_pages
from app.grid.pages import blueprint, pitch_panel, pitch_places

__all__ = ["arranging", "blueprint", "changing", "merging", "pitch_panel", "pitch_places", "screens_pages"]
