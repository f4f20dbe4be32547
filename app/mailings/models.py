"""What organisers write to attendees."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event
from app.infra.db import Base, Moment

BEFORE, DAY, EVENING, WORDS = "before", "day", "evening", "words"
EVERYBODY, LEADERS, TAKERS, HELPERS = "all", "leaders", "takers", "helpers"
DRAFT, WAITING, SENDING, SENT, STOPPED = "draft", "waiting", "sending", "sent", "stopped"
SUBJECT_LENGTH = 150
BODY_LENGTH = 10_000


class Mailing(Base):
    """One text (Markdown) to all attendees of an event, or to some; what is personal in it is found when it is sent.

    `kind`: before the event, on the day, the evening after (with each person's notes, and conversations that look for a host), or
    words alone. A *waiting* one goes out at `send_at`; `written` counts the letters, and `sent_at` is when the last was written.
    """

    __tablename__ = "mailing"
    __table_args__ = (
        CheckConstraint("kind IN ('before', 'day', 'evening', 'words')", name="kind"),
        CheckConstraint("recipients IN ('all', 'leaders', 'takers', 'helpers')", name="recipients"),
        CheckConstraint("state IN ('draft', 'waiting', 'sending', 'sent', 'stopped')", name="state"),
        CheckConstraint("state NOT IN ('waiting', 'sending') OR send_at IS NOT NULL", name="when"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    recipients: Mapped[str] = mapped_column(String(10), default=EVERYBODY)
    subject: Mapped[str] = mapped_column(String(SUBJECT_LENGTH))
    body: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=DRAFT)
    send_at: Mapped[datetime | None] = mapped_column(Moment)
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    written: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    by: Mapped[Person | None] = relationship()
