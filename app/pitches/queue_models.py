"""The pitching queue: who is in it, and who is up on the stage."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

SECONDS = 30  # for each pitch, unless the event says otherwise

WAITING, UP, PITCHED, LEFT = "waiting", "up", "pitched", "left"


class QueueEntry(Base):
    """A pitch in the queue. `pitcher_name` is who will say it, `pitcher` that person where Folkmoot knows them."""

    __tablename__ = "queue_entry"
    __table_args__ = (
        UniqueConstraint("pitch_id", info={"conflict": "That pitch is in the queue already."}),
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
    position: Mapped[int]  # counts joins; a clerk who moves somebody gives them another
    joined_at: Mapped[datetime] = mapped_column(Moment)
    called_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    pitch: Mapped[Pitch] = relationship()
    pitcher: Mapped[Person | None] = relationship()


class Stage(Base):
    """An event's stage: who is up, since when, and for how long. `version` counts its changes, so that of two clerks who
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
