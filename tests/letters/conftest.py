"""A person who is written to, and a desk that knows where it stands."""

from datetime import UTC, datetime

import pytest

from app.infra import db
from app.letters import actions, desk
from app.letters.models import CONVERSATION

NOON = datetime(2027, 1, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def reply_domain(app, settings):
    """The site takes mail for reply.example.org."""
    desk.configure(base_url=settings.base_url, secret_key=settings.secret_key, reply_domain="reply.example.org")
    yield "reply.example.org"
    desk.configure(base_url=settings.base_url, secret_key=settings.secret_key)


def write(person, **changes):
    """Write a letter about conversation 7, in a transaction of its own; whether it will be sent."""
    said = {"kind": "followup", "about": (CONVERSATION, 7), "subject": "A new post", "body": "Hello.", "key": "post:1", "at": NOON, **changes}
    with db.transaction():
        return actions.write(person, **said)
