"""Documents, their CRDT updates, and their revisions."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment

TEXT_BYTES = 256 * 1024  # a document's text is never longer than this, encoded as UTF-8
UPDATE_BYTES = 2 * 1024 * 1024  # one Yjs update: a text of the greatest length, typed, deleted and typed again


class Document(Base):
    """One shared text: what its updates up to `seq` make. `revision` is the number of the newest revision.

    While people type, an update is a row and the text is not written anew each time: `text` is what the updates up to
    `text_seq` say (`queries.text_of` asks for all of them), and is brought up to date a second or two later.

    `epoch` counts how often the log was begun anew (a passage taken off the record, a history made one): what an editor
    holds from an earlier epoch must not be merged into it, so the clients that wrote then are kept as *retired*.
    """

    __tablename__ = "document"
    __table_args__ = (CheckConstraint("revision >= 0 AND seq >= text_seq AND text_seq >= 0 AND epoch > 0", name="counted"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    seq: Mapped[int] = mapped_column(default=0)
    text_seq: Mapped[int] = mapped_column(default=0)
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)


class DocumentUpdate(Base):
    """One Yjs update (v1 encoding), never changed once written. `seq` counts 1, 2, 3… for each document.

    Where the rule is that nobody is named, `by_id` is empty and `at` is the hour, not the moment.
    """

    __tablename__ = "document_update"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)


class DocumentSnapshot(Base):
    """What the updates up to `seq` make, as one update, so that a document opens without reading them all. They stay."""

    __tablename__ = "document_snapshot"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int]
    data: Mapped[bytes] = mapped_column(LargeBinary)


class RetiredClient(Base):
    """A Yjs client that wrote in an earlier epoch of the document: a change that is by it, or made upon it, is refused."""

    __tablename__ = "retired_client"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    client_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


class Redaction(Base):
    """That a passage was taken off the record, and when; not what it said."""

    __tablename__ = "redaction"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)


class Revision(Base):
    """The text as somebody saved it. `number` counts from 1 for each document; `seq` is the update it includes up to.

    `name` is what somebody called it, so that it can be found again.
    """

    __tablename__ = "revision"
    __table_args__ = (UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"))
    number: Mapped[int]
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    remark: Mapped[str] = mapped_column(String(200), default="")  # "Restored from revision 3", "Imported from a.docx"

    by: Mapped[Person | None] = relationship()
