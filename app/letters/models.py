"""What each person wants to be written, what waits for their digest, and what came in by mail."""

import secrets
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment

EACH, WEEKLY, NONE = "each", "weekly", "none"
CONVERSATION, EVENT, SERIES, INTRODUCTIONS = "conversation", "event", "series", "introductions"
REPORTS = "reports"  # to who organises an event: goes with the duty, so that no MailStop is about it
REPLY, BOUNCE = "reply", "bounce"


def new_secret() -> str:
    """What a person's addresses for answering and links for leaving are signed with, too; a new one makes the old ones void."""
    return secrets.token_urlsafe(16)


class MailWishes(Base):
    """How somebody wants to be written to; without a row, each mail by itself and nothing in the quiet hours.

    `time_zone` is empty for that of the event a mail is about. Quiet hours go from `quiet_from` o'clock to `quiet_until`; none
    where the two are the same. The digest goes out on `weekly_day` (0 is Monday). `stopped_at`: the address takes no mail,
    `stopped_because` what its server said; nothing is sent until the person says that it works again, or changes it.
    """

    __tablename__ = "mail_wishes"
    __table_args__ = (CheckConstraint("how IN ('each', 'weekly', 'none')", name="how"),
                      CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name="quiet"),
                      CheckConstraint("weekly_day BETWEEN 0 AND 6", name="weekly_day"),
                      # Of two people's wishes who wanted less mail is right when two accounts become one (accounts/merging.py).
                      {"info": {"best_first": ("how", (NONE, WEEKLY, EACH))}})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    how: Mapped[str] = mapped_column(String(10), default=EACH)
    time_zone: Mapped[str] = mapped_column(String(60), default="")
    quiet_from: Mapped[int] = mapped_column(default=21)
    quiet_until: Mapped[int] = mapped_column(default=8)
    weekly_day: Mapped[int] = mapped_column(default=4)
    digest_at: Mapped[datetime | None] = mapped_column(Moment)  # when the last one was written
    secret: Mapped[str] = mapped_column(String(32), default=new_secret)
    soft_bounces: Mapped[int] = mapped_column(default=0)
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    stopped_because: Mapped[str] = mapped_column(String(300), default="")

    person: Mapped[Person] = relationship()


class MailStop(Base):
    """Somebody wants no more mail about one conversation, about one event, about rounds of one series, or with introductions."""

    __tablename__ = "mail_stop"
    __table_args__ = (CheckConstraint("about IN ('conversation', 'event', 'series', 'introductions')", name="about"),)

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    about: Mapped[str] = mapped_column(String(20), primary_key=True)
    thing_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # 0 where there is only one
    at: Mapped[datetime] = mapped_column(Moment)


class WaitingLetter(Base):
    """A letter that waits for its person's weekly digest. `body` is Markdown."""

    __tablename__ = "mail_waiting"
    __table_args__ = (UniqueConstraint("key"), Index("ix_mail_waiting_person_id", "person_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(20))
    about: Mapped[str] = mapped_column(String(20))
    thing_id: Mapped[int]
    key: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Moment)


class Incoming(Base):
    """A mail that came in and was dealt with; only the digest of its Message-ID and recipient is kept, so that it counts once."""

    __tablename__ = "mail_incoming"
    __table_args__ = (UniqueConstraint("digest"), CheckConstraint("what IN ('reply', 'bounce')", name="what"))

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    what: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)
