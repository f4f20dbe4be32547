"""All views of the room, registered by being imported."""

from app.letters import models as _models  # noqa: F401
from app.letters.blueprint import blueprint

__all__ = ["blueprint"]
