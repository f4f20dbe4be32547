"""All views of the room, registered by being imported."""

from app.mailings import models as _models  # noqa: F401
from app.mailings.blueprint import blueprint

__all__ = ["blueprint"]
