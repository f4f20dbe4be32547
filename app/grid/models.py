"""Sessions, their places, and the history of every change to the grid."""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event, Room, Slot
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

LONGEST = 2  # slots that one session may take


def new_guid() -> str:
    """What a session is called in feeds and exports, for good."""
    return str(uuid4())


class Session(Base):
    """A pitch that was given a place. Its id is its address for good, placed or not, merged or not.

    A popular pitch may be held again: each `run` is a session of its own, with its own note. A `length` of 2 also takes the
    slot after. `cancelled` says why it does not take place; empty: it does.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("pitch_id", "run", info={"conflict": "Somebody has just placed that pitch."}),
        UniqueConstraint("event_id", "guid"),
        CheckConstraint("run > 0", name="run"), CheckConstraint("length IN (1, 2)", name="length"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    run: Mapped[int] = mapped_column(default=1)
    length: Mapped[int] = mapped_column(default=1)
    pinned: Mapped[bool] = mapped_column(default=False)  # suggestions leave it where it is
    cancelled: Mapped[str] = mapped_column(String(200), default="")
    guid: Mapped[str] = mapped_column(String(200), default=new_guid)
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    pitch: Mapped[Pitch] = relationship()
    placements: Mapped[list["Placement"]] = relationship(back_populates="session", order_by="Placement.part",
                                                         cascade="all, delete-orphan")
    placement: Mapped["Placement | None"] = relationship(
        primaryjoin="and_(Session.id == Placement.session_id, Placement.part == 1)", viewonly=True, uselist=False)


class Placement(Base):
    """A cell that a session has now: where it begins (`part` 1), or goes on (2). One session per cell."""

    __tablename__ = "placement"
    __table_args__ = (
        UniqueConstraint("room_id", "slot_id", info={"conflict": "Somebody has just put another session in that place."}),
        UniqueConstraint("session_id", "part", info={"conflict": "Somebody has just placed that session."}),
        CheckConstraint("part IN (1, 2)", name="part"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    part: Mapped[int] = mapped_column(default=1)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"), index=True)

    session: Mapped[Session] = relationship(back_populates="placements")
    room: Mapped[Room] = relationship()
    slot: Mapped[Slot] = relationship()


class Carried(Base):
    """A session that a merge carried over, from one of the origins' pitches to the merged one; undoing takes it back."""

    __tablename__ = "carried_session"

    to_pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True)
    from_pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)


PLACED, MOVED, SWAPPED, TAKEN_OFF = "placed", "moved", "swapped", "taken off"
RESIZED, REPEATED, CANCELLED, REINSTATED = "resized", "repeated", "cancelled", "reinstated"
ARRANGED, UNDONE, REDONE, PUBLISHED, HIDDEN = "arranged", "undone", "redone", "published", "hidden"
SET_UP = "set up"  # a room was renamed or a slot moved: told, and no session stands elsewhere
VERBS = (PLACED, MOVED, SWAPPED, TAKEN_OFF, RESIZED, REPEATED, CANCELLED, REINSTATED, ARRANGED, UNDONE, REDONE, PUBLISHED, HIDDEN,
         SET_UP)
NO_STEPS = (PUBLISHED, HIDDEN, SET_UP)  # told only: nothing in them to undo


class GridChange(Base):
    """One change: who did what when. `version` counts 1, 2, 3… for each event; the highest is the grid's version.

    `said` is what was done, in the words of then, after the name of `by`: "moved “Bins” from Turing at 11:40 to Seacole at
    12:35". It is kept so that history stays readable after rooms are renamed; the name is not, so that it can be erased.
    What an undoing or redoing change took back is `undoes`. Applied in order the steps of all changes give the grid.
    """

    __tablename__ = "grid_change"
    __table_args__ = (
        UniqueConstraint("event_id", "version"),
        CheckConstraint(f"verb IN ({', '.join(repr(verb) for verb in VERBS)})", name="verb"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    verb: Mapped[str] = mapped_column(String(10))
    said: Mapped[str] = mapped_column(Text)
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("grid_change.id", ondelete="SET NULL"), index=True)

    by: Mapped[Person | None] = relationship()
    undoes: Mapped["GridChange | None"] = relationship(remote_side=[id])
    steps: Mapped[list["GridStep"]] = relationship(back_populates="change", order_by="GridStep.id", cascade="all, delete-orphan")


class GridStep(Base):
    """What a change did to one session: how it stood before (`from_…`) and after (`to_…`). Without a room it was off the grid.

    The first step of a change is the session it was about.
    """

    __tablename__ = "grid_step"
    __table_args__ = (UniqueConstraint("change_id", "session_id"), Index("ix_grid_step_session_id", "session_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    change_id: Mapped[int] = mapped_column(ForeignKey("grid_change.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    from_room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    from_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    from_length: Mapped[int] = mapped_column(default=1)
    from_cancelled: Mapped[str] = mapped_column(String(200), default="")
    to_room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    to_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id", ondelete="SET NULL"))
    to_length: Mapped[int] = mapped_column(default=1)
    to_cancelled: Mapped[str] = mapped_column(String(200), default="")

    change: Mapped[GridChange] = relationship(back_populates="steps")
    session: Mapped[Session] = relationship()
