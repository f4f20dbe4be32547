"""All views of the room, registered by being imported."""

from app.rounds import models as _models  # noqa: F401
from app.rounds.blueprint import blueprint

__all__ = ["blueprint"]
