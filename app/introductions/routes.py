"""All views of the room, registered by being imported."""

from app.introductions import models as _models  # noqa: F401
from app.introductions.blueprint import blueprint

__all__ = ["blueprint"]
