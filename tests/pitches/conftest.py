"""An event with an attendee and a campmaker."""

import pytest

from app.events.models import Role


@pytest.fixture
def event(world):
    return world.event()


@pytest.fixture
def attendee(world, event):
    return world.holder(event, name="Leila Haddad")


@pytest.fixture
def campmaker(world, event):
    return world.holder(event, Role.CAMPMAKER, name="Priya Raman")
