"""Introductions, what was shared with whom, who does not want to hear from whom, and who wants to meet people."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event, Series
from app.followups.models import FollowUp, Post
from app.infra.db import Base, Moment

WAITING, YES, LATER, NEVER = "waiting", "yes", "later", "never"
EMAIL, OTHER = "email", "other"
BLOCK = "block"
LINE_LENGTH = 280
SHARED_LENGTH = 200
REPORT_LENGTH = 1_000


class Introduction(Base):
    """Two people, of whom each must say yes. `a` asked for it, or a campmaker (`by`) proposed it to both.

    Who was asked says *yes*, *not now* (`later`) or *never again*; the other is never told which of the two noes it was, nor
    that there was one: for them it stays asked, and lapses. `withdrawn_at`: who asked took it back. `key`: sent twice, it is
    there once.
    """

    __tablename__ = "introduction"
    __table_args__ = (
        UniqueConstraint("by_id", "key"), CheckConstraint("a_id <> b_id", name="two"),
        CheckConstraint("a_answer IN ('waiting', 'yes', 'later', 'never')", name="a_answer"),
        CheckConstraint("b_answer IN ('waiting', 'yes', 'later', 'never')", name="b_answer"),
        CheckConstraint("line <> ''", name="said"), Index("ix_introduction_a_id", "a_id"), Index("ix_introduction_b_id", "b_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"))
    a_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    b_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    followup_id: Mapped[int | None] = mapped_column(ForeignKey("followup.id", ondelete="SET NULL"), index=True)
    line: Mapped[str] = mapped_column(String(LINE_LENGTH))
    a_answer: Mapped[str] = mapped_column(String(10), default=WAITING)
    b_answer: Mapped[str] = mapped_column(String(10), default=WAITING)
    a_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    b_answered_at: Mapped[datetime | None] = mapped_column(Moment)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    key: Mapped[str] = mapped_column(String(36))
    asked_at: Mapped[datetime] = mapped_column(Moment)

    by: Mapped[Person | None] = relationship(foreign_keys=by_id)
    a: Mapped[Person] = relationship(foreign_keys=a_id)
    b: Mapped[Person] = relationship(foreign_keys=b_id)
    event: Mapped[Event | None] = relationship()
    followup: Mapped[FollowUp | None] = relationship()


class Sharing(Base):
    """What one person lets another have once both said yes: their e-mail address (read from their account, never copied here), or
    some other way to reach them in their own words. Taken back (`revoked_at`) it is shown to nobody; `value` is then empty.

    `ended_at`: the taker blocked the giver and has it no more. The giver is not told, so their own pages still list it.
    """

    __tablename__ = "contact_sharing"
    __table_args__ = (UniqueConstraint("introduction_id", "giver_id", "what"),
                      CheckConstraint("what IN ('email', 'other')", name="what"),
                      CheckConstraint("giver_id <> taker_id", name="two"),
                      CheckConstraint("revoked_at IS NULL OR value = ''", name="gone"),
                      Index("ix_contact_sharing_giver_id", "giver_id"), Index("ix_contact_sharing_taker_id", "taker_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    introduction_id: Mapped[int] = mapped_column(ForeignKey("introduction.id", ondelete="CASCADE"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    taker_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    what: Mapped[str] = mapped_column(String(10))
    value: Mapped[str] = mapped_column(String(SHARED_LENGTH), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    introduction: Mapped[Introduction] = relationship()
    giver: Mapped[Person] = relationship(foreign_keys=giver_id)
    taker: Mapped[Person] = relationship(foreign_keys=taker_id)


class Shut(Base):
    """`person` does not want to hear from `other`: never again (an answer to being asked), or blocked. `other` is never told."""

    __tablename__ = "contact_shut"
    __table_args__ = (CheckConstraint("how IN ('never', 'block')", name="how"),
                      CheckConstraint("person_id <> other_id", name="two"),
                      {"info": {"best_first": ("how", (BLOCK, NEVER))}})

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    other_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                          index=True)
    how: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)

    other: Mapped[Person] = relationship(foreign_keys=other_id)


class Report(Base):
    """Somebody tells the organisers of an event that something is wrong: about a person, an introduction, a post."""

    __tablename__ = "contact_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    about_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    introduction_id: Mapped[int | None] = mapped_column(ForeignKey("introduction.id", ondelete="SET NULL"), index=True)
    post_id: Mapped[int | None] = mapped_column(ForeignKey("followup_post.id", ondelete="SET NULL"), index=True)
    text: Mapped[str] = mapped_column(String(REPORT_LENGTH), default="")
    at: Mapped[datetime] = mapped_column(Moment)
    handled_at: Mapped[datetime | None] = mapped_column(Moment)
    handled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    event: Mapped[Event] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=by_id)
    about: Mapped[Person | None] = relationship(foreign_keys=about_id)
    introduction: Mapped[Introduction | None] = relationship()
    post: Mapped[Post | None] = relationship()


class MeetingWish(Base):
    """Somebody wants to be shown people of a series worth meeting, and to be shown to them."""

    __tablename__ = "meeting_wish"

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    since: Mapped[datetime] = mapped_column(Moment)

    series: Mapped[Series] = relationship()
    person: Mapped[Person] = relationship()
