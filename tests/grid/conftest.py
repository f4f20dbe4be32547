"""An event at /e/camp, its organisers Ann and Ben, a browser that Ann is signed in with, and a clock to set."""

from datetime import UTC, datetime

import pytest

from app.events.models import Role
from app.infra import clock


@pytest.fixture
def event(world):
    return world.event(slug="camp", name="GovCamp North")


@pytest.fixture
def ann(world, event):
    return world.holder(event, Role.ORGANISER, name="Ann")


@pytest.fixture
def ben(world, event):
    return world.holder(event, Role.ORGANISER, name="Ben")


@pytest.fixture
def organiser(client, ann):
    return client.sign_in(ann)


@pytest.fixture
def clock_at(monkeypatch):
    def at(text):
        monkeypatch.setattr(clock, "now", lambda: datetime.fromisoformat(text).replace(tzinfo=UTC))

    return at


@pytest.fixture(autouse=True)
def three_days_before(clock_at):
    """The day's own pages say what is on now and what is over: unless a test is about that, it is not the day."""
    clock_at("2027-01-20T12:00")
