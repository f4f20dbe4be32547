"""All views of the room, registered by being imported."""

from app.letters import sending as _sending  # noqa: F401 - jobs
from app.letters.blueprint import blueprint

__all__ = ["blueprint"]
