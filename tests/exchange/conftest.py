"""An event that files are brought into, and who brings them in. A test file that needs another event makes its own."""

import pytest

from app.events.models import Role


@pytest.fixture
def event(world):
    """Neither rooms nor slots: they come with the file."""
    return world.event(rooms=0, slots=0)


@pytest.fixture
def organiser(world, event):
    return world.holder(event, Role.ORGANISER)
