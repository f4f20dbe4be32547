"""25/10: every pitch is scored 1 to 5 by five people, and the totals, 5 to 25, say which fill the grid."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.events.models import Event
from app.infra.db import Base, Moment
from app.pitches.models import Pitch

SCORES_EACH, HIGHEST = 5, 5
OPEN, CLOSED = "open", "closed"


class ScoringRound(Base):
    """One round of scoring at an event."""

    __tablename__ = "scoring_round"
    __table_args__ = (CheckConstraint("state IN ('open', 'closed')", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    opened_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)

    event: Mapped[Event] = relationship()


class Score(Base):
    """A pitch dealt to somebody, and the score they gave; without a person one read off a paper card. None: not given yet."""

    __tablename__ = "score"
    __table_args__ = (
        UniqueConstraint("round_id", "pitch_id", "person_id"),
        CheckConstraint("score IS NULL OR score BETWEEN 1 AND 5", name="score"),
        # When two accounts become one, a score that was given stays rather than one that was not.
        {"info": {"best_first": ("score", (5, 4, 3, 2, 1, None))}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("scoring_round.id", ondelete="CASCADE"))
    pitch_id: Mapped[int] = mapped_column(ForeignKey("pitch.id", ondelete="CASCADE"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    score: Mapped[int | None]
    dealt_at: Mapped[datetime] = mapped_column(Moment)
    scored_at: Mapped[datetime | None] = mapped_column(Moment)

    pitch: Mapped[Pitch] = relationship()
