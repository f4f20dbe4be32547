"""Notes, note-takers, who was there, and pictures."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.documents.models import Document
from app.grid.models import Session
from app.infra.db import Base, Moment

DRAFT, WRITTEN_UP, PUBLISHED = "draft", "written", "published"


class Note(Base):
    """The notes of one session, begun from the event's template by the first who writes: revision 1 is the template.

    There is one for a session at most, so it has the session's number. `state` is how far it is: being written, said to be
    finished by a note-taker, put out by an organiser. `squashed_at` is when its history was made one (Chatham House Rule).
    `imported_text` is what was last brought in, as it came, and `imported_as` the remark it came with: bringing in a newer
    version of the same is merged with what people wrote here since.
    """

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("document_id"),
                      CheckConstraint("state IN ('draft', 'written', 'published')", name="state"))

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    present: Mapped[list] = mapped_column(JSON, default=list)  # names found in imported notes, where names may be kept
    imported_text: Mapped[str | None] = mapped_column(Text)
    imported_as: Mapped[str | None] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    state_at: Mapped[datetime | None] = mapped_column(Moment)
    reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    squashed_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)

    session: Mapped[Session] = relationship()
    document: Mapped[Document] = relationship()


class NoteTaker(Base):
    """Who takes notes in a session: a person Folkmoot knows, or just a name."""

    __tablename__ = "note_taker"
    __table_args__ = (UniqueConstraint("session_id", "person_id"), CheckConstraint("name <> ''", name="named"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person | None] = relationship()


class NoteTakerWanted(Base):
    """An organiser asks for a note-taker of this session. `nudged_at`: when people there were reminded, just before it began."""

    __tablename__ = "note_taker_wanted"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    nudged_at: Mapped[datetime | None] = mapped_column(Moment)


class WasThere(Base):
    """Somebody says that they were in this session, and agrees to be named for it. Not kept under the Chatham House Rule."""

    __tablename__ = "was_there"

    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person] = relationship()


class Picture(Base):
    """A picture in a session's notes (the flip chart), as it was made anew from what was sent.

    `name` is what its address ends in, a random word and its kind; `file` is where its bytes are (`infra/files.py`). `by_id` is
    empty under the Chatham House Rule.
    """

    __tablename__ = "note_picture"
    __table_args__ = (Index("ix_note_picture_name", "name", unique=True),
                      CheckConstraint("width > 0 AND height > 0 AND size > 0", name="measured"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    file: Mapped[str] = mapped_column(String(64))
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]  # bytes
    alt: Mapped[str] = mapped_column(String(300), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
