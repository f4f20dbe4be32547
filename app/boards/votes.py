"""Dots: whether they are shown, and giving them."""

from sqlalchemy import func, select

from app.accounts.models import Person
from app.boards import policy
from app.boards.insight_models import SHOWN, Insight, Vote
from app.boards.models import NO_VOTING, OPEN, VOTED, VOTING, BoardStage
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, NotFound, require
from app.infra import db

NOT_NOW = "Voting is not open now."


def shown(stage: BoardStage) -> bool:
    """Whether anybody may see how many dots things in the stage have: never while they are hidden, nor for facilitators."""
    return stage.voting == VOTED or (stage.voting == VOTING and not stage.votes_hidden)


def vote(actor: Person | None, insight: Insight, *, dots: int, voter: str) -> tuple[int, int | None]:
    """Have `dots` of one's own on an insight, as many as one says. Again is the same.

    Returns how many are left in its stage, and how many the insight has of all people (None while that is hidden).

    Raises Conflict when voting is not open or there are not enough dots left, Invalid for less than none.
    """
    require(policy.can_write(actor, insight.board), policy.CLOSED_BOARD if insight.board.state != OPEN else policy.FOR_HOLDERS)
    stage = db.session.get(BoardStage, insight.prompt.stage_id)
    if insight.state != SHOWN:
        raise NotFound("That note is not shown any more.")
    if stage.voting != VOTING:
        raise Conflict("Voting has been closed." if stage.voting == VOTED else NOT_NOW)
    if not 0 <= dots <= stage.dots:
        raise Invalid(f"Everybody has {stage.dots} dots." if stage.dots != 1 else "Everybody has one dot.", "dots")
    mine = {vote.insight_id: vote for vote in db.session.scalars(
        select(Vote).where(Vote.voter == voter, (Vote.stage_id == stage.id) | (Vote.insight_id == insight.id)))}
    spent = sum(one.dots for one in mine.values() if one.stage_id == stage.id and one.insight_id != insight.id)
    if spent + dots > stage.dots:
        left = stage.dots - spent
        raise Conflict("You have no dots left. Take one off another note first." if left <= 0 else
                       f"You have {left} left for this note. Take some off another note first.")
    before = mine.get(insight.id)
    if dots == (before.dots if before else 0):
        return stage.dots - spent - dots, insight.votes if shown(stage) else None
    if before is None:
        db.session.add(Vote(insight_id=insight.id, voter=voter, stage_id=stage.id, dots=dots))
    elif dots:
        before.dots, before.stage_id = dots, stage.id
    else:
        db.session.delete(before)
    db.session.flush()
    insight.votes = db.session.scalar(select(func.coalesce(func.sum(Vote.dots), 0)).where(Vote.insight_id == insight.id))
    if shown(stage):
        count_change(insight.board, insight, *([insight.cluster] if insight.cluster else []))
    return stage.dots - spent - dots, insight.votes if shown(stage) else None


def dots_of(stage: BoardStage, voter: str | None) -> dict[int, int]:
    """Somebody's dots in the stage, by insight id (1 statement; none where nobody votes)."""
    if not voter or stage.voting == NO_VOTING:
        return {}
    mine = select(Vote.insight_id, Vote.dots).where(Vote.stage_id == stage.id, Vote.voter == voter)
    return dict(db.session.execute(mine).all())
