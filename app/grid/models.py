"""Sessions, their places, and the history of every change to the grid."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event, Room, Slot
from app.infra.db import Base, Moment
from app.pitches.models import Pitch


class Session(Base):
    """A pitch that was given a place. Its id is its address for good, placed or not, merged or not."""

    __tablename__ = "session"
    __table_args__ = (UniqueConstraint("pitch_id", info={"conflict": "Somebody has just placed that pitch."}),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    pitch: Mapped[Pitch] = relationship()
    placement: Mapped["Placement | None"] = relationship(back_populates="session", cascade="all, delete-orphan")


class Placement(Base):
    """Where and when a session is now. One session per cell."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("room_id", "slot_id", info={"conflict": "Somebody has just put another session in that place."}),
        UniqueConstraint("session_id", info={"conflict": "Somebody has just placed that session."}),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)

    session: Mapped[Session] = relationship(back_populates="placement")
    room: Mapped[Room] = relationship()
    slot: Mapped[Slot] = relationship()


class Carried(Base):
    """A session that a merge carried over, from one of the origins' pitches to the merged one; undoing takes it back."""

    __tablename__ = "carried_session"

    to_pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    from_pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)


PLACED, MOVED, SWAPPED, TAKEN_OFF = "placed", "moved", "swapped", "taken off"


class GridChange(Base):
    """One change: who did what when. `version` counts 1, 2, 3… for each event; the highest is the grid's version.

    `said` is what was done, in the words of then, after the name of `by`: "moved “Bins” from Turing at 11:40 to Seacole at
    12:35". It is kept so that history stays readable after rooms are renamed; the name is not, so that it can be erased.
    Applied in order the rows give the grid: a placed `session_id` stands at `to`, and `other_session_id`, if it stood
    there, is off; a swapped one stands at `to` and the other at `from`.
    """

    __tablename__ = "grid_change"
    __table_args__ = (
        UniqueConstraint("event_id", "version"),
        CheckConstraint("verb IN ('placed', 'moved', 'swapped', 'taken off')", name="verb"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    verb: Mapped[str] = mapped_column(String(10))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    other_session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    from_room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    from_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    to_room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    to_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    said: Mapped[str] = mapped_column(Text)

    by: Mapped[Person | None] = relationship()
