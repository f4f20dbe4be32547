"""The pitching queue: who is in it, who is up on the stage, and what clerks changed, so that it can be undone."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

SECONDS = 30  # for each pitch, unless the event says otherwise
SECONDS_LEAST, SECONDS_MOST = 5, 600
KEY_LENGTH = 40

WAITING, UP, PITCHED, LEFT = "waiting", "up", "pitched", "left"


class QueueEntry(Base):
    """A pitch in the queue. `pitcher_name` is who will say it, `pitcher` that person where Folkmoot knows them.

    Who comes when is in `queue_order.py`. An entry whose pitch was withdrawn or merged is not in the queue, whatever its state.
    """

    __tablename__ = "queue_entry"
    __table_args__ = (
        UniqueConstraint("pitch_id", info={"conflict": "That pitch is in the queue already."}),
        UniqueConstraint("event_id", "key"),
        CheckConstraint("state IN ('waiting', 'up', 'pitched', 'left')", name="state"),
        CheckConstraint("pitcher_name <> ''", name="named"),
        Index("ix_queue_entry_event_id_state", "event_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    pitcher_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    pitcher_name: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    position: Mapped[float] = mapped_column(Float)  # counts joins; a clerk who moves somebody puts them between two others
    round: Mapped[int | None]  # given by a clerk who moved somebody; otherwise it follows from what else the pitcher pitches
    key: Mapped[str | None] = mapped_column(String(KEY_LENGTH))  # of the form it came from: sent twice it is one entry
    joined_at: Mapped[datetime] = mapped_column(Moment)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    pitch: Mapped[Pitch] = relationship()
    pitcher: Mapped[Person | None] = relationship()


class Stage(Base):
    """An event's stage: who is up, since when, and for how long. `version` counts what clerks do with it, so that of two who
    press "next" at once one does."""

    __tablename__ = "stage"
    __table_args__ = (CheckConstraint("seconds BETWEEN 5 AND 600", name="seconds"),)

    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    open: Mapped[bool] = mapped_column(default=False)  # people may join the queue
    seconds: Mapped[int] = mapped_column(default=SECONDS)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("queue_entry.id", ondelete="SET NULL"))
    started_at: Mapped[datetime | None] = mapped_column(Moment)  # the countdown; empty: not started or stopped
    version: Mapped[int] = mapped_column(default=0)

    entry: Mapped[QueueEntry | None] = relationship()


class QueueChange(Base):
    """Something a clerk did with the queue. `before` and `after` hold the stage and the entries it touched (`queue_steps.py`);
    without them it is only told, not undone."""

    __tablename__ = "queue_change"
    __table_args__ = (Index("ix_queue_change_event_id_version", "event_id", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    version: Mapped[int]  # of the stage, after it
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    at: Mapped[datetime] = mapped_column(Moment)
    said: Mapped[str] = mapped_column(Text)  # follows the clerk's name: "called “Bins”"
    before: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    undone: Mapped[bool] = mapped_column(default=False)

    by: Mapped[Person | None] = relationship()
