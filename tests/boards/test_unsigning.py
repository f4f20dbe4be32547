"""Who wrote what is forgotten once nobody is to be known by it; names that people chose to show stay."""

import pytest
from sqlalchemy import select

from app.boards import ideas_actions, ideas_sources
from app.boards.idea_models import Idea
from app.boards.insight_models import Insight
from app.boards.set_up_actions import save_details
from app.events import actions as events
from app.events.models import CHATHAM_HOUSE, NAMED, Role
from app.infra import db
from tests.world import AT


@pytest.fixture
def event(world):
    return world.event(attribution=NAMED)


@pytest.fixture
def scene(world, event):
    """Two boards, on each an insight of Ada's (one signed) and the ideas that Ben made of them, one of which he offers."""
    ada, ben = world.holder(event, name="Ada"), world.holder(event, name="Ben")
    boards = [world.board(event, title) for title in ("One", "Two")]
    for board in boards:
        for offers in (True, False):
            insight = world.insight(board, by=ada, signed="Ada" if offers else "")
            with db.transaction():
                ideas_actions.put_up(ben, event, ideas_sources.of_insight(event, ben, insight.id), name=f"{board.title} {offers}",
                                     offers=offers, at=AT)
    return boards


def known() -> tuple[list, list]:
    """Of each insight whether its author is kept, and the minute; of each idea who put it up."""
    return ([(one.by_id is not None, one.signed, one.at.minute) for one in db.session.scalars(select(Insight).order_by(Insight.id))],
            [(one.offered_by_id is not None, one.offered_name) for one in db.session.scalars(select(Idea).order_by(Idea.id))])


KEPT = [(True, "Ada", 30), (True, "", 30)], [(True, "Ben"), (True, "")]
FORGOTTEN = [(False, "Ada", 0), (False, "", 0)], [(True, "Ben"), (False, "")]


def test_a_board_that_becomes_anonymous(world, event, scene):
    organiser = world.holder(event, Role.ORGANISER)
    assert known() == (KEPT[0] * 2, KEPT[1] * 2)
    for _ in range(2):
        with db.transaction():
            save_details(organiser, scene[0], title="One", about="", anonymous=True, colour_by="kind", kinds={})
    assert known() == (FORGOTTEN[0] + KEPT[0], FORGOTTEN[1] + KEPT[1])


def test_an_event_that_takes_up_the_chatham_house_rule(world, event, scene):
    elsewhere = world.event(attribution=NAMED)
    world.insight(world.board(elsewhere), by=world.holder(elsewhere))
    organiser = world.holder(event, Role.ORGANISER)
    for attribution, left in ((NAMED, KEPT), (CHATHAM_HOUSE, FORGOTTEN), (NAMED, FORGOTTEN)):
        with db.transaction():
            events.edit_event(organiser, event, at=AT, attribution=attribution)
        assert known() == (left[0] * 2 + [(True, "", 30)], left[1] * 2)
