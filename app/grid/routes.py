"""The grid's pages, put together: reading (`pages`), moving sessions (`arranging`), merging and withdrawing (`merging`)."""

from app.grid import arranging, changing, merging
from app.grid.pages import blueprint, pitch_panel, pitch_places

__all__ = ["arranging", "blueprint", "changing", "merging", "pitch_panel", "pitch_places"]
