"""Insights, the clusters they are in, what they said before, dots, and the history of what was moved."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.boards.models import COLOURS, MARK_LENGTH, Board, Group, Material, Prompt
from app.infra.db import Base, Moment

INSIGHT_LENGTH = 500  # characters
APART = 1024  # between the positions of neighbours, so that one can be put between them without touching the others

SHOWN, HIDDEN, REMOVED = "shown", "hidden", "removed"


class Cluster(Base):
    """Insights that say the same, under one title, in one column. One without insights is not shown (undoing may fill it again).

    It stands at `position` among the insights and clusters of its column. `changed` is the board's version of its last change,
    `picked` its place in the plenary.
    """

    __tablename__ = "cluster"
    __table_args__ = (Index("ix_cluster_board_id_changed", "board_id", "changed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("board_prompt.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("board_group.id", ondelete="CASCADE"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("board_material.id", ondelete="SET NULL"), index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    position: Mapped[int]
    changed: Mapped[int]
    edited: Mapped[int] = mapped_column(default=1)  # counts titles
    picked: Mapped[int | None]


class Insight(Base):
    """A sticky note. Its column is its prompt, of its group (none: the whole room), perhaps about a material.

    `key` is made where it was written, so that what is sent twice is there once. `state`: *hidden* stays in the record;
    of a *removed* one no word is kept anywhere. `changed` is the board's version of its last change, `edited` counts its texts.
    Within its column (or its cluster) it stands at `position`; the id decides between equals.

    Who wrote it: `by_id`, or on an anonymous board `mark`, which only the device that wrote it can make again, for a day
    (`marks.py`); `at` is then the hour. `signed` is the name the author chose to show. Imported ones have neither.
    """

    __tablename__ = "insight"
    __table_args__ = (
        UniqueConstraint("board_id", "key"),
        CheckConstraint("state IN ('shown', 'hidden', 'removed')", name="state"),
        CheckConstraint("state <> 'removed' OR text = ''", name="gone"),
        CheckConstraint("by_id IS NULL OR mark IS NULL", name="author"), CheckConstraint("votes >= 0", name="votes"),
        Index("ix_insight_board_id_changed", "board_id", "changed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    prompt_id: Mapped[int] = mapped_column(ForeignKey("board_prompt.id", ondelete="CASCADE"), index=True)
    group_id: Mapped[int | None] = mapped_column(ForeignKey("board_group.id", ondelete="CASCADE"), index=True)
    material_id: Mapped[int | None] = mapped_column(ForeignKey("board_material.id", ondelete="SET NULL"), index=True)
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id", ondelete="SET NULL"), index=True)
    key: Mapped[str] = mapped_column(String(36))
    text: Mapped[str] = mapped_column(Text)
    colour: Mapped[str] = mapped_column(String(10), default=COLOURS[0])
    position: Mapped[int]
    state: Mapped[str] = mapped_column(String(10), default=SHOWN)
    changed: Mapped[int]
    edited: Mapped[int] = mapped_column(default=1)
    votes: Mapped[int] = mapped_column(default=0)  # dots on it, all people's together
    picked: Mapped[int | None]
    signed: Mapped[str] = mapped_column(String(100), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="SET NULL"), index=True)
    mark: Mapped[str | None] = mapped_column(String(MARK_LENGTH))
    at: Mapped[datetime] = mapped_column(Moment)

    board: Mapped[Board] = relationship()
    prompt: Mapped[Prompt] = relationship()
    group: Mapped[Group | None] = relationship()
    material: Mapped[Material | None] = relationship()
    cluster: Mapped[Cluster | None] = relationship()


class InsightText(Base):
    """What an insight said before: text number 1, 2… until the one it has now (`Insight.edited`). Gone when it is removed."""

    __tablename__ = "insight_text"

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    text: Mapped[str] = mapped_column(Text)


class Vote(Base):
    """One person's dots on one insight. `voter` is keyed (`marks.py`): nobody can tell whose they are from the database alone."""

    __tablename__ = "insight_vote"
    __table_args__ = (CheckConstraint("dots > 0", name="dots"), Index("ix_insight_vote_stage_id_voter", "stage_id", "voter"))

    insight_id: Mapped[int] = mapped_column(ForeignKey("insight.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    voter: Mapped[str] = mapped_column(String(MARK_LENGTH), primary_key=True)
    stage_id: Mapped[int] = mapped_column(ForeignKey("board_stage.id", ondelete="CASCADE"))
    dots: Mapped[int]


class BoardChange(Base):
    """A move, grouping or hiding that can be undone. `steps`: what it changed of which insight, from and to; never a text.

    [{"insight": 7, "from": {"prompt": 1, "cluster": null, "position": 1024}, "to": {…}}…]. `number` counts 1, 2… for each board.
    Who did it is not kept.
    """

    __tablename__ = "board_change"
    __table_args__ = (UniqueConstraint("board_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"))
    number: Mapped[int]
    verb: Mapped[str] = mapped_column(String(20))
    steps: Mapped[list] = mapped_column(JSON)
    undone: Mapped[bool] = mapped_column(default=False)


class NotAlike(Base):
    """A suggested cluster that somebody turned down, not to be suggested again. `key` is a digest of the insights' ids."""

    __tablename__ = "insight_not_alike"

    board_id: Mapped[int] = mapped_column(ForeignKey("board.id", ondelete="CASCADE"), primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
