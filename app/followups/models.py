"""Follow-ups and the people in them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.boards.idea_models import Idea, Pledge
from app.grid.models import Session
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

HOST, POSTED = "host", "posted"


SOURCE_COLUMNS = ("session_id", "idea_id", "pledge_id")
ONE_SOURCE = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in SOURCE_COLUMNS) + " = 1"


class FollowUp(Base):
    """The conversation that a session, an idea or a pledge started: exactly one of them."""

    __tablename__ = "followup"
    __table_args__ = (UniqueConstraint("session_id"), UniqueConstraint("idea_id"), UniqueConstraint("pledge_id"),
                      CheckConstraint(ONE_SOURCE, name="source"))

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Moment)

    session: Mapped[Session | None] = relationship()
    idea: Mapped[Idea | None] = relationship()
    pledge: Mapped[Pledge | None] = relationship()
    people: Mapped[list["FollowUpPerson"]] = relationship(order_by="FollowUpPerson.id", cascade="all, delete-orphan")

    @property
    def hosts(self) -> list["FollowUpPerson"]:
        """Who carries it on."""
        return [p for p in self.people if p.part == HOST]

    @property
    def posted(self) -> list["FollowUpPerson"]:
        """Who wants to hear of it."""
        return [p for p in self.people if p.part == POSTED]


class FollowUpPerson(Base):
    """Somebody's part in a follow-up: a person Folkmoot knows, or (as host, from imported notes) just a name."""

    __tablename__ = "followup_person"
    __table_args__ = (
        UniqueConstraint("followup_id", "person_id"),
        CheckConstraint("part IN ('host', 'posted')", name="part"),
        CheckConstraint("name <> ''", name="named"),
        # Of two parts of one person the host's stays when two accounts become one (accounts/merging.py).
        {"info": {"best_first": ("part", (HOST, POSTED))}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    followup_id: Mapped[int] = mapped_column(ForeignKey("followup.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    part: Mapped[str] = mapped_column(String(10))
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person | None] = relationship()


class CarriedOn(Base):
    """The conversation of a session, taken on as a pitch at a later event of the same series."""

    __tablename__ = "carried_on"

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    session_id: Mapped[int] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)

    pitch: Mapped[Pitch] = relationship()
    session: Mapped[Session] = relationship()
