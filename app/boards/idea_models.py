"""The Ideas Bazaar: ideas, who joins them, and pledges."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.boards.insight_models import Insight
from app.boards.models import Group
from app.events.models import Event
from app.grid.models import Session
from app.infra.db import Base, Moment

IDEA_NAME_LENGTH = 120
PLEDGE_LENGTH = 300

PRIVATE, TO_GROUP, PUBLIC_PLEDGE = "private", "group", "public"
MADE, KEPT, NOT_KEPT = "made", "kept", "not"


class Idea(Base):
    """Something practical that anybody can try: a name, what to try, who offers it.

    It comes from an insight, or from a line of a session's notes (`line` is what the line said), or from nowhere but the person.
    `offered_by` is who put it up, `offered_name` the name shown (who offers it need not have an account; empty: nobody yet).
    """

    __tablename__ = "idea"
    __table_args__ = (CheckConstraint("name <> ''", name="named"),
                      UniqueConstraint("insight_id", info={"conflict": "That insight is an idea already."}))

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(IDEA_NAME_LENGTH))
    what: Mapped[str] = mapped_column(Text, default="")
    insight_id: Mapped[int | None] = mapped_column(ForeignKey("insight.id", ondelete="SET NULL"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="SET NULL"), index=True)
    line: Mapped[str] = mapped_column(Text, default="")
    offered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    offered_name: Mapped[str] = mapped_column(String(100), default="")
    withdrawn: Mapped[bool] = mapped_column(default=False)
    tried_at: Mapped[datetime | None] = mapped_column(Moment)  # since when who joined it says that it was tried
    came_of: Mapped[str] = mapped_column(String(PLEDGE_LENGTH), default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    insight: Mapped[Insight | None] = relationship()
    session: Mapped[Session | None] = relationship()
    offered_by: Mapped[Person | None] = relationship()
    joiners: Mapped[list["IdeaJoiner"]] = relationship(order_by="IdeaJoiner.since", cascade="all, delete-orphan")


class IdeaJoiner(Base):
    """Somebody who joins an idea: they want to try it too, and are named with it."""

    __tablename__ = "idea_joiner"

    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)
    since: Mapped[datetime] = mapped_column(Moment)

    person: Mapped[Person] = relationship()


class Pledge(Base):
    """What one person says they will do, perhaps by a day, perhaps for an idea. The person owns it and says who sees it.

    *group*: those who joined the same idea, or the members of `group` (a breakout group). *public*: whoever may read the event.
    `state` and `came_of` are what the person says came of it. `key` is made where it was written: sent twice, it is there once.
    """

    __tablename__ = "pledge"
    __table_args__ = (
        UniqueConstraint("person_id", "key"), CheckConstraint("text <> ''", name="said"),
        CheckConstraint("shown IN ('private', 'group', 'public')", name="shown"),
        CheckConstraint("state IN ('made', 'kept', 'not')", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="SET NULL"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("board_group.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(String(PLEDGE_LENGTH))
    by_day: Mapped[date | None]
    shown: Mapped[str] = mapped_column(String(10), default=PRIVATE)
    state: Mapped[str] = mapped_column(String(10), default=MADE)
    came_of: Mapped[str] = mapped_column(String(PLEDGE_LENGTH), default="")
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    person: Mapped[Person] = relationship()
    idea: Mapped[Idea | None] = relationship()
    group: Mapped[Group | None] = relationship()
