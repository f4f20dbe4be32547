"""Pitches, their leaders and topics, and marks of interest."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event, Topic
from app.infra.db import Base, Moment

TITLE_LENGTH = 120
LEADERS_MOST = 3  # of one pitch as pitched; a merged pitch keeps the leaders of all its origins

OPEN, WITHDRAWN, MERGED, UNMERGED = "open", "withdrawn", "merged", "unmerged"
# Which state may follow which. `merged`: is part of another pitch now. `unmerged`: was made by a merge that was undone.
NEXT_STATES = {OPEN: {WITHDRAWN, MERGED, UNMERGED}, WITHDRAWN: {OPEN}, MERGED: {OPEN}, UNMERGED: set()}


class Pitch(Base):
    """One pitch. On the grid it is a session (`app/grid/models.py`), which keeps pointing here for title and leaders."""

    __tablename__ = "pitch"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'withdrawn', 'merged', 'unmerged')", name="state"),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name="merged_into"),
        CheckConstraint("title <> ''", name="titled"),
        CheckConstraint("hands IS NULL OR hands >= 0", name="hands"),
        Index("ix_pitch_event_id_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    about: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("pitch.id"), index=True)
    pitched_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    hands: Mapped[int | None]  # how many put their hand up when it was pitched
    step_free: Mapped[bool] = mapped_column(default=False)  # it needs a room that can be reached without steps
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)
    updated_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    leaders: Mapped[list["Leader"]] = relationship(order_by="Leader.position", cascade="all, delete-orphan")
    topics: Mapped[list[Topic]] = relationship(secondary="pitch_topic", order_by=Topic.id)
    merged_into: Mapped["Pitch | None"] = relationship(remote_side=[id], back_populates="origins")
    origins: Mapped[list["Pitch"]] = relationship(back_populates="merged_into", order_by="Pitch.id")


class Leader(Base):
    """Who leads: a person Folkmoot knows, or just a name."""

    __tablename__ = "leader"
    __table_args__ = (UniqueConstraint("pitch_id", "position"), UniqueConstraint("pitch_id", "person_id"),
                      CheckConstraint("name <> ''", name="named"))

    id: Mapped[int] = mapped_column(primary_key=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    position: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100))

    person: Mapped[Person | None] = relationship()


class PitchTopic(Base):
    """Which topics a pitch has."""

    __tablename__ = "pitch_topic"

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"), primary_key=True, index=True)


class Interest(Base):
    """Somebody's "I'm interested"."""

    __tablename__ = "interest"

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True)
    marked_at: Mapped[datetime] = mapped_column(Moment)


class NotSame(Base):
    """Two pitches that look alike, of which somebody said that they are not the same. `first_id` is the smaller id."""

    __tablename__ = "not_same"
    __table_args__ = (CheckConstraint("first_id < second_id", name="ordered"),)

    first_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    second_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    said_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    said_at: Mapped[datetime] = mapped_column(Moment)


class PitchRule(Base):
    """What the grid has to respect: `first` comes earlier than `second`, or the two are never at the same time (apart)."""

    __tablename__ = "pitch_rule"
    __table_args__ = (
        UniqueConstraint("kind", "first_id", "second_id", info={"conflict": "That rule is there already."}),
        CheckConstraint("kind IN ('before', 'apart')", name="kind"), CheckConstraint("first_id <> second_id", name="two"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    first_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    second_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), index=True)


class LeaderAway(Base):
    """A leader who cannot be there in a slot: by person, or by name where Folkmoot knows only that (`key` is it, folded)."""

    __tablename__ = "leader_away"
    __table_args__ = (UniqueConstraint("slot_id", "person_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(120), default="")
