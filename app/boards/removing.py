"""“Don't write that down”: the words of a note go from the board and from everything that was made of it."""

from datetime import datetime

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.boards import changes, ideas_record, policy, recording
from app.boards.insight_models import REMOVED, Cluster, Insight, InsightText, Vote
from app.boards.versions import count_change
from app.errors import require
from app.infra import db, findable, scrub


def remove(actor: Person | None, insight: Insight, *, at: datetime) -> list[str]:
    """Take an insight's words out for good; that something stood there stays. The keys of files to drop after the commit.

    Gone are the text and all earlier ones, the name on it, its dots, the title of its cluster where that says the same, the
    lines of the session's notes and the words of the idea that were made of it, and what search knew.
    """
    require(policy.can_remove(actor, insight), policy.FOR_HOLDERS)
    said = [insight.text, *db.session.scalars(select(InsightText.text).where(InsightText.insight_id == insight.id))]
    keys = recording.take_out(insight, at=at)
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
    return keys


def _says_that(cluster: Cluster, said: list[str]) -> bool:
    """Whether the title is one of the texts, or a part of one that no other insight of the cluster says."""
    title = cluster.title.casefold()
    if not title or not any(title in text.casefold() or text.casefold() in title for text in said if text):
        return False
    others = db.session.scalars(select(Insight.text).where(Insight.cluster_id == cluster.id, Insight.text.not_in(said)))
    return not any(title in text.casefold() for text in others)
