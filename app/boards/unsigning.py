"""Who wrote what is forgotten when a board becomes anonymous, or the event takes up the Chatham House Rule.

Names that people chose to show stay: on an insight, and with an idea that its person offers.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update

from app.accounts.models import Person
from app.boards.idea_models import Idea
from app.boards.insight_models import Insight
from app.boards.models import Board
from app.events.models import CHATHAM_HOUSE, Event
from app.events.watched import before_set_up
from app.infra import db, scrub


def forget_authors(board: Board) -> None:
    """Nobody is known by the board any more (at most 4 statements). Called in the transaction that makes it anonymous."""
    _forget(Insight.board_id == board.id, Idea.insight_id.in_(select(Insight.id).where(Insight.board_id == board.id)))


@before_set_up
def look(_actor: Person, event: Event, _at: datetime) -> Callable[[], None]:
    """The same for all boards and ideas of an event whose rule becomes the Chatham House Rule."""
    was = event.attribution

    def change() -> None:
        if event.attribution == CHATHAM_HOUSE != was:
            _forget(Insight.board_id.in_(select(Board.id).where(Board.event_id == event.id)), Idea.event_id == event.id)

    return change


def _forget(insights: ColumnElement[bool], ideas: ColumnElement[bool]) -> None:
    """Take out who wrote these insights and who put up these ideas without offering them, and when within the hour."""
    written = db.session.execute(select(Insight.id, Insight.at).where(insights, Insight.by_id.is_not(None))).all()
    put_up = db.session.execute(
        select(Idea.id, Idea.created_at).join(Person, Person.id == Idea.offered_by_id)
        .where(ideas, Idea.offered_name != Person.name)).all()
    if written:
        db.session.execute(update(Insight), [{"id": one, "at": _hour(at), "by_id": None} for one, at in written])
    if put_up:
        db.session.execute(update(Idea), [{"id": one, "created_at": _hour(at), "offered_by_id": None} for one, at in put_up])
    if written or put_up:
        scrub.ask()


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)
