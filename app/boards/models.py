"""Boards, their stages, prompts and material, and the groups people sit in."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.events.models import Event
from app.grid.models import Session
from app.infra.db import Base, Moment

TITLE_LENGTH = 120
PROMPT_LENGTH = 200
MARK_LENGTH = 64  # a keyed mark: HMAC-SHA256 in hexadecimal

OPEN, CLOSED = "open", "closed"
BY_KIND, BY_GROUP = "kind", "group"  # what the colour of a sticky says
COLOURS = ("lemon", "peach", "rose", "lilac", "sky", "mint")
NO_VOTING, VOTING, VOTED = "off", "open", "closed"
STORY, PROJECT, TEXT, LINK, PICTURE = "story", "project", "text", "link", "picture"


class Board(Base):
    """A board of a session, or (without one) of the whole event.

    `anonymous`: no author is stored with what is written on it, also not for organisers; where the event keeps to the Chatham
    House Rule every board is so, whatever this says. `kinds` names what colours stand for: [{"colour": "rose", "label":
    "Problem"}…]; empty: they say nothing. `version` counts every change that an open page shows. `recorded` is the section of
    the session's notes as the board last put it there, so that the next time is merged with what people wrote in it since.
    """

    __tablename__ = "board"
    __table_args__ = (
        CheckConstraint("title <> ''", name="titled"), CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("colour_by IN ('kind', 'group')", name="colour_by"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("session.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH))
    about: Mapped[str] = mapped_column(Text, default="")
    anonymous: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    colour_by: Mapped[str] = mapped_column(String(10), default=BY_KIND)
    kinds: Mapped[list] = mapped_column(JSON, default=list)
    version: Mapped[int] = mapped_column(default=1)
    arranged: Mapped[int] = mapped_column(default=1)  # the version of the last change of what its pages are laid out by
    recorded: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Moment)

    event: Mapped[Event] = relationship()
    session: Mapped[Session | None] = relationship()
    stages: Mapped[list["BoardStage"]] = relationship(order_by="BoardStage.position, BoardStage.id", cascade="all, delete-orphan",
                                                 back_populates="board")
    seatings: Mapped[list["Seating"]] = relationship(order_by="Seating.id", cascade="all, delete-orphan")


class Facilitator(Base):
    """Somebody who runs a board besides campmakers, organisers and the session's leaders: who made it, or was asked to."""

    __tablename__ = "board_facilitator"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False,
                                           index=True)

    person: Mapped[Person] = relationship()


class Seating(Base):
    """One set of groups. Regrouping makes another; the groups of earlier ones stay, with what they wrote."""

    __tablename__ = "board_seating"

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60), default="")

    groups: Mapped[list["Group"]] = relationship(order_by="Group.position, Group.id", cascade="all, delete-orphan")


class Group(Base):
    """A table or breakout room. `code` joins it, typed or behind a QR code; `topic` is what it is about, if anything."""

    __tablename__ = "board_group"
    __table_args__ = (UniqueConstraint("code"), CheckConstraint("name <> ''", name="named"))

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    seating_id: Mapped[int] = mapped_column(ForeignKey("board_seating.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(60))
    topic: Mapped[str] = mapped_column(String(120), default="")
    colour: Mapped[str] = mapped_column(String(10), default=COLOURS[0])
    code: Mapped[str] = mapped_column(String(12))


class Member(Base):
    """Somebody who is at the board in one seating, and their group there once they have one.

    `mark` is keyed (`marks.py`): with the database alone nobody can tell whose it is. `wants_id`: the group whose topic they
    chose before people are dealt out.
    """

    __tablename__ = "board_member"

    seating_id: Mapped[int] = mapped_column(ForeignKey("board_seating.id", ondelete="CASCADE"), primary_key=True,
                                            autoincrement=False)
    mark: Mapped[str] = mapped_column(String(MARK_LENGTH), primary_key=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("board_group.id", ondelete="SET NULL"), index=True)
    wants_id: Mapped[int | None] = mapped_column(ForeignKey("board_group.id", ondelete="SET NULL"), index=True)


class BoardStage(Base):
    """A part of a workshop: read the stories, examine the projects, design in teams, come together. `here`: everybody is in it.

    Without a `seating` the whole room answers together. `minutes` is how long it is meant to take; `ends_at` is when the running
    timer ends, `paused_left` the seconds it had when it was stopped. `dots` is how many each person has in this stage.
    """

    __tablename__ = "board_stage"
    __table_args__ = (
        Index("uq_board_stage_here", "board_id", unique=True, sqlite_where=text("here"), postgresql_where=text("here")),
        CheckConstraint("voting IN ('off', 'open', 'closed')", name="voting"),
        CheckConstraint("dots BETWEEN 0 AND 20", name="dots"), CheckConstraint("minutes IS NULL OR minutes > 0", name="minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    here: Mapped[bool] = mapped_column(default=False)
    seating_id: Mapped[int | None] = mapped_column(ForeignKey("board_seating.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    about: Mapped[str] = mapped_column(Text, default="")
    minutes: Mapped[int | None]
    ends_at: Mapped[datetime | None] = mapped_column(Moment)
    paused_left: Mapped[int | None]
    voting: Mapped[str] = mapped_column(String(10), default=NO_VOTING)
    dots: Mapped[int] = mapped_column(default=3)
    votes_hidden: Mapped[bool] = mapped_column(default=True)  # until voting is closed

    board: Mapped[Board] = relationship(back_populates="stages")
    seating: Mapped[Seating | None] = relationship()
    prompts: Mapped[list["Prompt"]] = relationship(order_by="Prompt.position, Prompt.id", cascade="all, delete-orphan")
    material: Mapped[list["Material"]] = relationship(order_by="Material.position, Material.id", cascade="all, delete-orphan")


class Prompt(Base):
    """What a stage asks: a column. `colour` is what a new sticky in it has."""

    __tablename__ = "board_prompt"
    __table_args__ = (CheckConstraint("words <> ''", name="asked"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("board_stage.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    words: Mapped[str] = mapped_column(String(PROMPT_LENGTH))
    colour: Mapped[str] = mapped_column(String(10), default=COLOURS[0])


class Material(Base):
    """What a stage gives people to read or look at.

    The room answers the stage's prompts about each *project* (an insight then has its `material_id`); `theme` is what projects
    stand under. `text` is Markdown. A picture has `file` (`infra/files.py`), its size, `alt`, and always `credit` and `licence`.
    """

    __tablename__ = "board_material"
    __table_args__ = (CheckConstraint("kind IN ('story', 'project', 'text', 'link', 'picture')", name="kind"),
                      Index("ix_board_material_name", "name", unique=True))

    id: Mapped[int] = mapped_column(primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("board_stage.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(10))
    theme: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    title: Mapped[str] = mapped_column(String(TITLE_LENGTH), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(String(300), default="")
    url: Mapped[str] = mapped_column(String(500), default="")
    credit: Mapped[str] = mapped_column(String(200), default="")
    licence: Mapped[str] = mapped_column(String(100), default="")
    name: Mapped[str | None] = mapped_column(String(60))  # of a picture: what its address ends in
    file: Mapped[str | None] = mapped_column(String(64))
    width: Mapped[int | None]
    height: Mapped[int | None]
    alt: Mapped[str] = mapped_column(String(300), default="")
