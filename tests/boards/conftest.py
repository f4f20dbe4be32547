"""A board with three tables, two prompts, and people around it."""

from dataclasses import dataclass

import pytest

from app.accounts.models import Person
from app.boards.models import Board, BoardStage
from app.events.models import NAMED, Event, Role


@dataclass
class Scene:
    """An event's board, its one stage, and who is there: two attendees, a campmaker (who facilitates), and somebody without a pass."""

    event: Event
    board: Board
    stage: BoardStage
    ann: Person
    ben: Person
    fay: Person
    stranger: Person

    @property
    def at(self) -> str:
        """The address of the board."""
        return f"/e/{self.event.slug}/boards/{self.board.id}"


@pytest.fixture
def event(world):
    """One that names people."""
    return world.event(attribution=NAMED)


@pytest.fixture
def ada(world, event):
    return world.holder(event, name="Ada")


@pytest.fixture
def scene(world) -> Scene:
    """Everybody may read; `attribution` is the event's own choice (people are named)."""
    event = world.event(attribution="named")
    board = world.board(event, "Buses", groups=3)
    return Scene(event, board, board.stages[0], world.holder(event, name="Ann"), world.holder(event, name="Ben"),
                 world.holder(event, Role.CAMPMAKER, name="Fay"), world.person("Nobody"))
