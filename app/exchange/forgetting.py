"""Files that notes were brought in from go when a passage of those notes goes off the record: they say it, too."""

from sqlalchemy import select

from app.exchange.models import DONE, NOTES, Import, ImportedFile
from app.grid.models import Session
from app.infra import db, files
from app.notes.models import Picture
from app.notes.off_record import when_off_record


@when_off_record
def forget_files(session: Session) -> None:
    """Drop the bytes of the file this session's notes came from, and of the uploads it may have come in (4 statements).

    That a file was imported stays known, so that importing the same one again changes nothing.
    """
    came = set(db.session.scalars(select(ImportedFile.file_key).where(ImportedFile.session_id == session.id)))
    if not came:
        return
    came |= set(db.session.scalars(
        select(Import.file_key).where(Import.event_id == session.event_id, Import.kind == NOTES, Import.state == DONE)))
    came -= set(db.session.scalars(select(Picture.file).where(Picture.file.in_(came))))
    came -= set(db.session.scalars(select(Import.file_key).where(Import.file_key.in_(came), Import.state != DONE)))
    db.after_commit(lambda: [files.drop(key) for key in came])
