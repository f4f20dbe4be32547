"""Finding the pictures of boards."""

import re

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.boards.models import Board, BoardStage, Material
from app.errors import NotFound
from app.events.models import Event
from app.grid.models import Session
from app.infra import db

NAME = re.compile(r"[a-z0-9]{1,50}\.(?:jpg|png)")


def picture_called(event: Event, board_id: int, name: str) -> tuple[Board, Material]:
    """The picture of that name on a board of this event, with the board. Raises NotFound for any other (1 statement)."""
    found = db.session.execute(
        select(Board, Material).join(BoardStage, BoardStage.board_id == Board.id)
        .join(Material, Material.stage_id == BoardStage.id)
        .where(Board.id == board_id, Board.event_id == event.id, Material.name == name)
        .options(joinedload(Board.session).joinedload(Session.event))).one_or_none() if NAME.fullmatch(name) else None
    if found is None:
        raise NotFound("There is no such picture on this board.")
    return found[0], found[1]
