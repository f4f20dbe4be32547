"""All views of the room, registered by being imported."""

from app.letters import cli as _cli  # noqa: F401 - commands
from app.letters import digests as _digests  # noqa: F401 - jobs
from app.letters import keeping as _keeping  # noqa: F401 - jobs
from app.letters import links_routes as _links_routes  # noqa: F401
from app.letters import sending as _sending  # noqa: F401 - jobs
from app.letters import wishes_routes as _wishes_routes  # noqa: F401
from app.letters.blueprint import blueprint
from app.letters.bounces import mail_arrived
from app.letters.links_actions import address_changed

__all__ = ["address_changed", "blueprint", "mail_arrived"]
