"""Boards as sections of what goes out of a whole event: those that stand in no notes of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards import board_text, policy, recording
from app.boards.models import Board
from app.boards.reading_out import boards_out
from app.events.models import Event
from app.exchange.written import WrittenNote
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy


@dataclass(frozen=True)
class Chapter:
    """A board on which something was written. `where` is the session it is of, `text` Markdown whose headings are of the third
    level and below."""

    board_id: int
    title: str
    where: str
    text: str


def readable(event: Event, person: Person | None, *, everything: bool = False) -> list[Board]:
    """The boards of the event that somebody may read, oldest first (1 statement, and some for each where few may)."""
    boards = db.session.scalars(select(Board).where(Board.event_id == event.id).order_by(Board.id).options(
        joinedload(Board.event), joinedload(Board.session).joinedload(Session.pitch)))
    everything = everything or notes_policy.can_read_all(person, event)
    return [board for board in boards if everything or policy.can_read(person, board)]


def chapters_of(event: Event, notes: Iterable[WrittenNote], person: Person | None, base_url: str, *,
                everything: bool = False) -> list[Chapter]:
    """The boards that somebody may read and that are not a section of `notes` (8 statements and 5 for each board)."""
    texts = {note.head.session_id: note.text for note in notes}
    wanted = [board for board in readable(event, person, everything=everything)
              if board.recorded is None or not recording.is_in(texts.get(board.session_id, ""), recording.links_of(board).board)]
    names = notes_policy.names_people(event)
    found = []
    for out in boards_out(wanted):
        section = board_text.section(out, recording.links_of(out.board, base_url), names=names)
        if section:
            where = out.board.session.pitch.title if out.board.session else ""
            found.append(Chapter(out.board.id, out.board.title, where, section.partition("\n\n")[2]))
    return found
