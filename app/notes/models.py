"""Notes and note-takers."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.documents.models import Document
from app.grid.models import Session
from app.infra.db import Base, Moment


class Note(Base):
    """The notes of one session, begun from the event's template at the first change. Revision 1 of the document is the template.

    `imported_text` is what was last brought in, as it came, and `imported_as` the remark it came with: bringing in a newer
    version of the same is merged with what people wrote here since.
    """

    __tablename__ = "note"
    __table_args__ = (UniqueConstraint("session_id"), UniqueConstraint("document_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"))
    present: Mapped[list] = mapped_column(JSON, default=list)  # names found in imported notes, where names may be kept
    imported_text: Mapped[str | None] = mapped_column(Text)
    imported_as: Mapped[str | None] = mapped_column(String(200))
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
