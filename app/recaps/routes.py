"""All views of the room, registered by being imported."""

from app.recaps.blueprint import blueprint

__all__ = ["blueprint"]
