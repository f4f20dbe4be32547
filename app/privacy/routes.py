"""All views of the room, registered by being imported."""

from app.privacy import models as _models  # noqa: F401
from app.privacy.blueprint import blueprint

__all__ = ["blueprint"]
