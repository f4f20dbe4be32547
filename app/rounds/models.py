"""Rounds, who wants to be in one, who was put together, whether they met, and who is invited to the next."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Series
from app.infra.db import Base, Moment

JOINING, PAIRED, ENDED = "joining", "paired", "ended"
MET, NOT_MET, NOT_FOR_ME = "met", "not", "leave"
NAME_LENGTH = 80
QUESTION_LENGTH = 300
WINDOWS = 3


class Round(Base):
    """One round of a series. People join until `join_until`; then they are put together and told, and at `ask_at` asked whether
    they met. `windows` are three spans of time to choose from: [[from, to], …] in ISO 8601, in `time_zone`."""

    __tablename__ = "round"
    __table_args__ = (CheckConstraint("state IN ('joining', 'paired', 'ended')", name="state"),
                      CheckConstraint("name <> ''", name="named"))

    id: Mapped[int] = mapped_column(primary_key=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    question: Mapped[str] = mapped_column(String(QUESTION_LENGTH), default="")
    windows: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    time_zone: Mapped[str] = mapped_column(String(60), default="Europe/London")
    state: Mapped[str] = mapped_column(String(10), default=JOINING)
    join_until: Mapped[datetime] = mapped_column(Moment)
    ask_at: Mapped[datetime] = mapped_column(Moment)
    paired_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    created_at: Mapped[datetime] = mapped_column(Moment)

    series: Mapped[Series] = relationship()
    people: Mapped[list["RoundPerson"]] = relationship(order_by="RoundPerson.person_id", cascade="all, delete-orphan")
    groups: Mapped[list["RoundGroup"]] = relationship(order_by="RoundGroup.number", cascade="all, delete-orphan")


class RoundPerson(Base):
    """Somebody wants to be in this round."""

    __tablename__ = "round_person"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person] = relationship()


class RoundGroup(Base):
    """Two people put together in a round; three where the number was odd."""

    __tablename__ = "round_group"
    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id", ondelete="CASCADE"))
    number: Mapped[int]

    seats: Mapped[list["RoundSeat"]] = relationship(order_by="RoundSeat.person_id", cascade="all, delete-orphan")


class RoundSeat(Base):
    """Somebody in such a group, and what they said of it: met, did not, rounds are not for them. Organisers see only how many."""

    __tablename__ = "round_seat"
    __table_args__ = (CheckConstraint("answer IS NULL OR answer IN ('met', 'not', 'leave')", name="answer"),
                      {"info": {"best_first": ("answer", (MET, NOT_MET, NOT_FOR_ME, None))}})

    group_id: Mapped[int] = mapped_column(ForeignKey("round_group.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    answer: Mapped[str | None] = mapped_column(String(10))

    person: Mapped[Person] = relationship()


class RoundWish(Base):
    """Somebody who joined a round of a series, or asked to hear of them, is invited to the next; who said that rounds are not for
    them (`invited` false) is not."""

    __tablename__ = "round_wish"
    # Of two accounts that become one, who wanted no invitations is right (accounts/merging.py).
    __table_args__ = ({"info": {"best_first": ("invited", (False, True))}},)

    series_id: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    invited: Mapped[bool] = mapped_column(default=True)
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person] = relationship()
