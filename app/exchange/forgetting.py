"""Files go when a passage of notes goes off the record, and books when an insight does: what was brought in, what was made."""

from sqlalchemy import delete, select

from app.boards.insight_models import Insight
from app.boards.models import Board, Material
from app.events.models import Event
from app.exchange.models import DONE, NOTES, Book, Import, ImportedFile
from app.grid.models import Session
from app.infra import db, files, findable
from app.notes.models import Picture
from app.notes.off_record import when_off_record


@when_off_record
def forget_files(session: Session) -> None:
    """Drop the bytes of the file this session's notes came from, and of the uploads it may have come in (5 statements).

    That a file was imported stays known, so that importing the same one again changes nothing.
    """
    came = set(db.session.scalars(select(ImportedFile.file_key).where(ImportedFile.session_id == session.id)))
    if not came:
        return
    came |= set(db.session.scalars(
        select(Import.file_key).where(Import.event_id == session.event_id, Import.kind == NOTES, Import.state == DONE)))
    came -= set(db.session.scalars(select(Picture.file).where(Picture.file.in_(came))))
    came -= set(db.session.scalars(select(Material.file).where(Material.file.in_(came))))
    came -= set(db.session.scalars(select(Import.file_key).where(Import.file_key.in_(came), Import.state != DONE)))
    db.after_commit(lambda: [files.drop(key) for key in came])


@when_off_record
def forget_books(session: Session) -> None:
    """Drop the event's books, also what is being made just now (2 statements); they are made anew for whoever asks."""
    _forget_books(session.event_id)


def forget_books_of(event: Event) -> None:
    """The same for an event in which somebody is named who is to be named no more."""
    _forget_books(event.id)


@findable.forgets
def forget_books_with(kind: str, thing_id: int) -> None:
    """The same for an insight that is hidden or removed: a book may hold its board."""
    event_id = db.session.scalar(select(Board.event_id).join(Insight, Insight.board_id == Board.id)
                                 .where(Insight.id == thing_id)) if kind == "insight" else None
    if event_id is not None:
        _forget_books(event_id)


def _forget_books(event_id: int) -> None:
    keys = set(db.session.scalars(select(Book.file_key).where(Book.event_id == event_id, Book.file_key.is_not(None))))
    db.session.execute(delete(Book).where(Book.event_id == event_id))
    db.after_commit(lambda: [files.drop(key) for key in keys])
