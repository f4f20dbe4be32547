"""All views of the room, registered by being imported; and the job that sends."""

from app.mailings import mailing_routes, sending, tap_routes  # noqa: F401
from app.mailings.blueprint import blueprint

__all__ = ["blueprint"]
