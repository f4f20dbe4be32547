"""“Don't write that down”: the words of a note go from the board and from everything that was made of it."""

from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.boards import changes, ideas_record, policy, recording
from app.boards.insight_models import HIDDEN, REMOVED, SHOWN, Cluster, Insight, InsightText, Vote
from app.boards.models import Board
from app.boards.versions import count_change
from app.documents.redacting import cut, places_of
from app.documents.words import says_something, words_of
from app.errors import require
from app.grid.models import Session
from app.infra import db, findable, scrub
from app.notes.off_record import WORDS_ENOUGH, when_words_go


def remove(actor: Person | None, insight: Insight, *, at: datetime) -> list[str]:
    """Take an insight's words out for good; that something stood there stays. The keys of files to drop after the commit.

    Gone are the text and all earlier ones, the name on it, its dots, the title of its cluster where that says the same, the
    lines of the session's notes and the words of the idea that were made of it, and what search knew.
    """
    require(policy.can_remove(actor, insight), policy.FOR_HOLDERS)
    keys = recording.take_out(insight, at=at)
    _gone(insight)
    return keys


@when_words_go
def go_with_notes(session: Session, passage: str) -> None:
    """When a passage of notes that a board was put into goes off the record, insights that are nothing but it go, too.

    One of which it is a part is hidden, for who runs the board to look at: otherwise the board would bring it back. What the
    board last put there is kept without it (3 statements, and more for each insight that goes).
    """
    boards = db.session.scalars(select(Board).where(Board.session_id == session.id, Board.recorded.is_not(None))).all()
    for board in boards:
        board.recorded = cut(passage, [board.recorded]).texts[0]
    for insight in db.session.scalars(select(Insight).where(
            Insight.board_id.in_([board.id for board in boards]), Insight.state != REMOVED)) if boards else ():
        if insight.id in recording.IN_HAND:
            continue
        if _all_of(insight.text, passage):
            _gone(insight)
        elif insight.state == SHOWN and places_of(passage, insight.text):
            insight.state = HIDDEN
            count_change(insight.board, insight, *([insight.cluster] if insight.cluster else []))
            findable.forget("insight", insight.id)


def _all_of(text: str, passage: str) -> bool:
    """Whether the passage says all that the text does: a short text only where it says nothing else."""
    if " ".join(passage.split()).strip("-*+ ").casefold() == " ".join(text.split()).casefold():
        return True
    return sum(map(says_something, words_of(text))) >= WORDS_ENOUGH and bool(places_of(text, passage))


def _gone(insight: Insight) -> None:
    said = [insight.text, *db.session.scalars(select(InsightText.text).where(InsightText.insight_id == insight.id))]
    for words in dict.fromkeys(said):
        ideas_record.take_out(words, insight=insight)
    db.session.execute(delete(InsightText).where(InsightText.insight_id == insight.id))
    db.session.execute(delete(Vote).where(Vote.insight_id == insight.id))
    cluster = insight.cluster
    if cluster is not None and _says_that(cluster, said):
        cluster.title, cluster.edited = "", cluster.edited + 1
    insight.text, insight.signed, insight.state = "", "", REMOVED
    insight.votes, insight.picked, insight.by_id, insight.mark = 0, None, None, None
    count_change(insight.board, insight, *changes.settle(cluster, insight))
    findable.forget("insight", insight.id)
    scrub.ask()


def _says_that(cluster: Cluster, said: list[str]) -> bool:
    """Whether the title is one of the texts, or a part of one that no other insight of the cluster says."""
    title = cluster.title.casefold()
    if not title or not any(title in text.casefold() or text.casefold() in title for text in said if text):
        return False
    others = db.session.scalars(select(Insight.text).where(Insight.cluster_id == cluster.id, Insight.text.not_in(said)))
    return not any(title in text.casefold() for text in others)
