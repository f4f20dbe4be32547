"""The findable things: one row each, written in the same transaction as what they tell of."""

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.infra.db import Base
from app.search.engine import ALL, KINDS, Entry


class SearchEntry(Base):
    """An event, a pitch, a session with its notes, a conversation, an offer in it, a board, an insight…, as search sees it.

    `key` names its source ("session:12"). A session with notes that not everybody may read has two: one for those who may
    ("session:12:holders") and one without the notes for the others; such a board and its insights have only the first. In the
    same way a conversation has one with its posts and one without, and what is offered in it has only the first; both name it.
    `body` is plain text: what snippets are cut from.
    Whoever changes a row adds one to `version`; an engine that holds another version has not seen the change yet.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        UniqueConstraint("key"), Index("ix_search_entry_followup", "followup_id", "readers"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint("readers IN ('all', 'holders', 'others', 'pass', 'no pass', 'people', 'not people')", name="readers"),
        # An engine may hold an entry for a moment after its row is gone: its id must not come to mean another.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(10))
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    year: Mapped[int | None]
    title: Mapped[str] = mapped_column(Text)
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    rooms: Mapped[list[str]] = mapped_column(JSON, default=list)
    leaders: Mapped[list[str]] = mapped_column(JSON, default=list)
    note_takers: Mapped[list[str]] = mapped_column(JSON, default=list)
    looking_for_host: Mapped[bool] = mapped_column(default=False)
    body: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    readers: Mapped[str] = mapped_column(String(10), default=ALL)
    state: Mapped[str] = mapped_column(String(10), default="")  # of a conversation
    followup_id: Mapped[int | None]  # not a foreign key: the engine must hear that the row is gone

    def entry(self) -> Entry:
        """The row as an engine takes it."""
        return Entry(
            id=self.id, kind=self.kind, event_id=self.event_id, series_id=self.series_id, year=self.year,
            title=self.title, body=self.body, version=self.version, topics=tuple(self.topics), rooms=tuple(self.rooms),
            leaders=tuple(self.leaders), note_takers=tuple(self.note_takers), looking_for_host=self.looking_for_host,
            readers=self.readers, state=self.state, followup_id=self.followup_id,
        )
