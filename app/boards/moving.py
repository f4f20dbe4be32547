"""Moving insights and clusters about a board, grouping them and taking them apart. Whoever writes on a board may sort it.

Each answers with the number of the change, by which it can be undone, or None when nothing changed.
"""

from app.accounts.models import Person
from app.boards import policy
from app.boards.changes import GROUPED, MOVED, UNGROUPED, Before, settle
from app.boards.columns import Column, in_cluster, in_order, stand
from app.boards.insight_actions import refusal
from app.boards.insight_models import APART, REMOVED, SHOWN, Cluster, Insight
from app.boards.models import Board
from app.boards.versions import count_change
from app.boards.words import title_of
from app.documents.merging import merge
from app.errors import Conflict, Invalid, require
from app.infra import db, findable

TITLE_LENGTH = 120
GONE = "That note is not shown any more."


def move(actor: Person | None, board: Board, thing: Insight | Cluster, column: Column,
         before: Insight | Cluster | None = None) -> int | None:
    """Put it into a column (of `column_of`), before something in it or at its end. An insight leaves the cluster it is in.

    What it should stand before may have gone elsewhere meanwhile: then it is at the end.
    """
    require(policy.can_write(actor, board), refusal(board))
    _standing(thing)
    seen = Before([thing])
    touched: list[Insight | Cluster] = [thing]
    if isinstance(before, Insight) and before.cluster is not None and before.cluster is not thing:
        before = before.cluster
    if isinstance(thing, Insight):
        touched += settle(thing.cluster, thing, seen)
        thing.cluster = None
    elif Column.of(thing) != column:
        for insight in in_cluster(thing):
            seen.note(insight)
            column.put(insight)
            touched.append(insight)
    column.put(thing)
    touched += stand(thing, in_order(column), before)
    return _record(board, MOVED, seen, touched)


def group(actor: Person | None, board: Board, thing: Insight, onto: Insight | Cluster,
          before: Insight | None = None) -> int | None:
    """Put an insight to another one or into a cluster, before one of its insights or at the end. Two lone ones make a cluster."""
    require(policy.can_write(actor, board), refusal(board))
    _standing(thing)
    _standing(onto)
    if thing is onto:
        raise Invalid("A note cannot be grouped with itself.", "onto")
    seen, left = Before([thing]), thing.cluster
    cluster = onto if isinstance(onto, Cluster) else onto.cluster
    touched: list[Insight | Cluster] = [thing]
    if cluster is None:
        seen.note(onto)
        cluster = Cluster(board_id=board.id, position=onto.position, changed=board.version)
        Column.of(onto).put(cluster)
        db.session.add(cluster)
        db.session.flush()
        onto.cluster, onto.position = cluster, APART
        touched.append(onto)
    if left is not cluster:
        touched += settle(left, thing, seen)
    Column.of(cluster).put(thing)
    thing.cluster = cluster
    touched += [cluster, *stand(thing, in_cluster(cluster), before)]
    return _record(board, GROUPED, seen, touched)


def take_out(actor: Person | None, board: Board, insight: Insight) -> int | None:
    """Take an insight out of its cluster: it stands right after it. None when it is in no cluster."""
    require(policy.can_write(actor, board), refusal(board))
    _standing(insight)
    cluster = insight.cluster
    if cluster is None:
        return None
    seen = Before([insight])
    touched: list[Insight | Cluster] = [insight, *settle(cluster, insight, seen)]
    insight.cluster = None
    db.session.flush()
    there = in_order(Column.of(cluster))
    after = there.index(touched[-1] if len(touched) > 2 else cluster) + 1  # who is left alone stands where the cluster stood
    others = [one for one in there[after:] if one is not insight]
    touched += stand(insight, there, others[0] if others else None)
    return _record(board, UNGROUPED, seen, touched)


def gather(actor: Person | None, board: Board, insights: list[Insight], title: str = "") -> int | None:
    """Make one cluster of lone insights of one column, where the first of them stands. Raises Conflict when they moved since."""
    require(policy.can_write(actor, board), refusal(board))
    for insight in insights:
        _standing(insight)
    if len({Column.of(insight) for insight in insights}) != 1 or any(insight.cluster_id for insight in insights):
        raise Conflict("Some of these notes have been moved since. Look again at what is suggested.")
    if len(insights) < 2:
        raise Invalid("A group takes two notes at least.", "insight")
    first = min(insights, key=lambda insight: (insight.position, insight.id))
    cluster = Cluster(board_id=board.id, title=title_of(title, TITLE_LENGTH), position=first.position, changed=board.version)
    Column.of(first).put(cluster)
    db.session.add(cluster)
    db.session.flush()
    seen = Before(insights)
    for number, insight in enumerate(sorted(insights, key=lambda one: (one.position, one.id)), 1):
        insight.cluster, insight.position = cluster, number * APART
    return _record(board, GROUPED, seen, [cluster, *insights])


def entitle(actor: Person | None, board: Board, cluster: Cluster, *, title: str, was: str) -> str:
    """Give the cluster a title; `was` is the one the writer saw. What another wrote meanwhile is merged; returns what it is now.

    Raises Conflict, with both in its words, where both changed the same.
    """
    require(policy.can_write(actor, board), refusal(board))
    title, was, now = title_of(title, TITLE_LENGTH), title_of(was, TITLE_LENGTH), cluster.title
    made = merge(was, now, title)
    if made.clashes or "\n" in made.text or len(made.text) > TITLE_LENGTH:
        raise Conflict(f"Somebody named it “{now}” meanwhile. Yours is not saved: “{title}”.")
    if made.text != now:
        cluster.title, cluster.edited = made.text, cluster.edited + 1
        count_change(board, cluster)
        for insight in in_cluster(cluster):
            findable.changed("insight", insight.id)
    return cluster.title


def _standing(thing: Insight | Cluster) -> None:
    if isinstance(thing, Insight) and thing.state == REMOVED:
        raise Conflict(GONE)


def _record(board: Board, verb: str, seen: Before, touched: list[Insight | Cluster]) -> int | None:
    """Keep the change and tell pages. Whoever touched an insight of a cluster touched the cluster: pages get it whole."""
    db.session.flush()
    number = seen.record(board, verb)
    if number is None:
        return None
    count_change(board, *dict.fromkeys(touched), left=seen.groups)
    for one in touched:
        if isinstance(one, Insight) and one.state == SHOWN:
            findable.changed("insight", one.id)
    return number
