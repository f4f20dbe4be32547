"""Follow-ups, the people in them, what they offer and ask for, and what they say."""

import uuid
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Insight
from app.documents.models import Document
from app.events.models import Event
from app.grid.models import Session
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

HOST, POSTED = "host", "posted"
OPEN, CAME, RESTED = "open", "came", "rested"
# How it stands, as people are told: an open one looks for a host or goes on.
LOOKING, GOING = "looking", "going"
# Who reads the posts and the shared note: whoever may read the event; who holds a pass to an event of the series, and everybody
# in the conversation; only who is in the conversation.
READ_ALL, READ_PASS, READ_PEOPLE = "all", "pass", "people"
OFFER, ASK = "offer", "ask"
STANDING, MET = "open", "met"
BY_WEB, BY_MAIL = "web", "mail"

QUESTION_LENGTH = 300
STEP_LENGTH = 300
PLACE_LENGTH = 200
OFFER_LENGTH = 300
GOAL_LENGTH = 1_000
OUTCOME_LENGTH = 2_000
POST_LENGTH = 20_000  # characters

GONE_SOURCE = "A conversation whose first words were taken out"

SOURCE_COLUMNS = ("session_id", "insight_id", "idea_id", "pledge_id")
ONE_SOURCE = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in SOURCE_COLUMNS) + " = 1"


def new_guid() -> str:
    """What calendars know a conversation's date by, however often it moves."""
    return str(uuid.uuid4())


def _begun(context) -> datetime:
    return context.get_current_parameters()["created_at"]


class FollowUp(Base):
    """The conversation that a session, an insight, an idea or a pledge of an event started: exactly one of them.

    `question` is what it is about (empty: what its source is called), `line` the line of the session's notes that it began from.
    `state`: an *open* one goes on while somebody hosts it and else looks for a host; it *came* to something (`came_of`), or
    *rested*; `state_at` is since when. `next_at` without `next_minutes` is a whole day; `next_version` counts what calendars are
    told. `moved_at`: when anything last happened. `asked` counts the questions to its hosts, unanswered so far, whether it
    still goes on, and `asked_at` is when the last was sent. `version` counts what an open page shows.
    """

    __tablename__ = "followup"
    __table_args__ = (
        *(UniqueConstraint(column) for column in SOURCE_COLUMNS), UniqueConstraint("document_id"), UniqueConstraint("guid"),
        CheckConstraint(ONE_SOURCE, name="source"), CheckConstraint("state IN ('open', 'came', 'rested')", name="state"),
        CheckConstraint("readers IN ('all', 'pass', 'people')", name="readers"),
        CheckConstraint("next_minutes IS NULL OR (next_at IS NOT NULL AND next_minutes > 0)", name="next_minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"))
    insight_id: Mapped[int | None] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"))
    pledge_id: Mapped[int | None] = mapped_column(ForeignKey("pledge.id", ondelete="CASCADE"))
    line: Mapped[str] = mapped_column(Text, default="")
    question: Mapped[str] = mapped_column(String(QUESTION_LENGTH), default="")
    goal: Mapped[str] = mapped_column(Text, default="")
    ends_on: Mapped[date | None]
    readers: Mapped[str] = mapped_column(String(10), default=READ_PASS)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    state_at: Mapped[datetime | None] = mapped_column(Moment)
    came_of: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str] = mapped_column(String(STEP_LENGTH), default="")
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    next_minutes: Mapped[int | None]
    next_where: Mapped[str] = mapped_column(String(PLACE_LENGTH), default="")
    next_version: Mapped[int] = mapped_column(default=0)
    next_reminded_at: Mapped[datetime | None] = mapped_column(Moment)
    guid: Mapped[str] = mapped_column(String(36), default=new_guid)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    moved_at: Mapped[datetime] = mapped_column(Moment, default=_begun)
    asked: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()
    insight: Mapped[Insight | None] = relationship()
    idea: Mapped[Idea | None] = relationship()
    pledge: Mapped[Pledge | None] = relationship()
    document: Mapped[Document | None] = relationship()
    people: Mapped[list["FollowUpPerson"]] = relationship(order_by="FollowUpPerson.id", cascade="all, delete-orphan")

    @property
    def source(self) -> Session | Insight | Idea | Pledge:
        """What it began with."""
        return self.session or self.insight or self.idea or self.pledge

    @property
    def begun_with(self) -> str:
        """What its source is called; empty for an insight whose words were taken out."""
        if self.session:
            return self.session.pitch.title
        return self.insight.text if self.insight else self.idea.name if self.idea else self.pledge.text

    @property
    def called(self) -> str:
        """Its question, or what its source is called."""
        return self.question or self.begun_with or GONE_SOURCE

    @property
    def stands(self) -> str:
        """LOOKING, GOING, CAME or RESTED."""
        return self.state if self.state != OPEN else GOING if self.hosts else LOOKING

    @property
    def hosts(self) -> list["FollowUpPerson"]:
        """Who carries it on."""
        return [p for p in self.people if p.part == HOST]

    @property
    def posted(self) -> list["FollowUpPerson"]:
        """Who wants to hear of it."""
        return [p for p in self.people if p.part == POSTED]


class FollowUpPerson(Base):
    """Somebody's part in a follow-up: a person Folkmoot knows, or (as host, from imported notes) just a name.

    `asked_at`: since when they are asked to host it, instead of `asked_by` if that is a host; until they answer.
    """

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
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)

    person: Mapped[Person | None] = relationship(foreign_keys=person_id)
    asked_by: Mapped[Person | None] = relationship(foreign_keys=asked_by_id)


class Offer(Base):
    """What somebody in a conversation offers ("two days of a content designer") or asks for. `key`: sent twice, there once."""

    __tablename__ = "followup_offer"
    __table_args__ = (UniqueConstraint("person_id", "key"), CheckConstraint("kind IN ('offer', 'ask')", name="kind"),
                      CheckConstraint("state IN ('open', 'met')", name="state"), CheckConstraint("text <> ''", name="said"))

    id: Mapped[int] = mapped_column(primary_key=True)
    followup_id: Mapped[int] = mapped_column(ForeignKey("followup.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    text: Mapped[str] = mapped_column(String(OFFER_LENGTH))
    state: Mapped[str] = mapped_column(String(10), default=STANDING)
    key: Mapped[str] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(Moment)

    followup: Mapped[FollowUp] = relationship()
    person: Mapped[Person] = relationship()


class Post(Base):
    """What somebody said in a conversation (Markdown), on its page or by answering an e-mail.

    `name` is what it is signed with; a post without a name stays when who wrote it left or was erased. `key` is made where it was
    written (for an e-mail, from its Message-ID): what comes twice is there once. A hidden one is not shown to anybody but its
    author and campmakers.
    """

    __tablename__ = "followup_post"
    __table_args__ = (UniqueConstraint("followup_id", "key"), CheckConstraint("via IN ('web', 'mail')", name="via"))

    id: Mapped[int] = mapped_column(primary_key=True)
    followup_id: Mapped[int] = mapped_column(ForeignKey("followup.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(String(100), default="")
    text: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(64))
    via: Mapped[str] = mapped_column(String(10), default=BY_WEB)
    hidden: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime] = mapped_column(Moment)
    edited_at: Mapped[datetime | None] = mapped_column(Moment)

    followup: Mapped[FollowUp] = relationship()
    person: Mapped[Person | None] = relationship()


class CarriedOn(Base):
    """A conversation taken on as a pitch at a later event of the same series: that of a session (which need not have begun one
    here), or one that began with an insight, an idea or a pledge."""

    __tablename__ = "carried_on"
    __table_args__ = (CheckConstraint("(session_id IS NULL) <> (followup_id IS NULL)", name="source"),)

    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    followup_id: Mapped[int | None] = mapped_column(ForeignKey("followup.id", ondelete="CASCADE"), index=True)

    pitch: Mapped[Pitch] = relationship()
    session: Mapped[Session | None] = relationship()
    followup: Mapped[FollowUp | None] = relationship()
