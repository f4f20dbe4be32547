"""All views of the room, registered by being imported."""

from app.boards.blueprint import blueprint

__all__ = ["blueprint"]
