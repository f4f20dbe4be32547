"""What was brought in (uploads waiting to be read, files kept as they came, links that came with a grid); books to take out."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event
from app.infra.db import Base, Moment

WAITING, READING, DONE = "waiting", "reading", "done"
NOTES, GRID, ATTENDEES = "notes", "grid", "attendees"


class Import(Base):
    """One upload, and what has become of it. `reports` holds one entry per file (or row), in the order they were read."""

    __tablename__ = "import"
    __table_args__ = (
        CheckConstraint("kind IN ('notes', 'grid', 'attendees')", name="kind"),
        CheckConstraint("state IN ('waiting', 'reading', 'done')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(Text)
    file_key: Mapped[str] = mapped_column(String(64))
    only_try: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    position: Mapped[int] = mapped_column(default=0)  # how many files of the upload have been read
    reports: Mapped[list] = mapped_column(JSON, default=list)
    asked_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    by: Mapped[Person] = relationship()


class ImportedFile(Base):
    """One file of notes, once per event and name: what it held (`file_key`, see `infra/files.py`) and what became of it.

    Importing the same bytes again changes nothing.
    """

    __tablename__ = "imported_file"
    __table_args__ = (UniqueConstraint("event_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    file_key: Mapped[str] = mapped_column(String(64), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"), index=True)
    report: Mapped[dict] = mapped_column(JSON)
    imported_at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class SessionLink(Base):
    """An address that an imported grid gave for a session: its old notes, its talk elsewhere."""

    __tablename__ = "session_link"
    __table_args__ = (UniqueConstraint("session_id", "url"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(60))
    url: Mapped[str] = mapped_column(Text)


MAKING, MADE, FAILED = "making", "made", "failed"


class Book(Base):
    """An event's book of proceedings as one kind of file: asked for, being made (`done` notes of `total`), made.

    There is one with everything, for who may read all notes, and one with what strangers may read. `made_of` says of which
    state of the notes it is: one of an earlier state is given to nobody, and its file is dropped a day after it was made.
    """

    __tablename__ = "book"
    __table_args__ = (
        UniqueConstraint("event_id", "kind", "everything"),
        CheckConstraint("kind IN ('html', 'docx', 'odt', 'pdf')", name="kind"),
        CheckConstraint("state IN ('waiting', 'making', 'made', 'failed')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(5))
    everything: Mapped[bool]
    made_of: Mapped[str] = mapped_column(String(64), default="")
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    file_key: Mapped[str | None] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
