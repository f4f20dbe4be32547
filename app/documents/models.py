"""Documents, their CRDT updates, and their revisions."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment

TEXT_BYTES = 256 * 1024  # a document's text is never longer than this, encoded as UTF-8


class Document(Base):
    """One shared text. `text` and `revision` are what the updates up to `seq` and the newest revision say."""

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("revision >= 0 AND seq >= 0", name="counted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Moment)


class DocumentUpdate(Base):
    """One Yjs update (v1 encoding), never changed once written. `seq` counts 1, 2, 3… for each document.

    `by_id` is empty where the event's rule is that nobody is named.
    """

    __tablename__ = "document_update"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class Revision(Base):
    """The text as somebody saved it. `number` counts from 1 for each document; `seq` is the update it includes up to."""

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    remark: Mapped[str] = mapped_column(String(200), default="")  # "Restored from revision 3", "Imported from a.docx"

    by: Mapped[Person | None] = relationship()
