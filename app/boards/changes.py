"""What moves, groupings and hidings did, kept so that they can be undone: where things were, never what they said."""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.boards.columns import Column, in_cluster
from app.boards.insight_models import REMOVED, BoardChange, Cluster, Insight
from app.boards.models import Board
from app.infra import db

MOVED, GROUPED, UNGROUPED, HIDDEN, SHOWN = "moved", "grouped", "ungrouped", "hidden", "shown"

Thing = Insight | Cluster


def standing(thing: Thing) -> dict:
    """Where `thing` is now, and whether it is shown, as a step keeps it."""
    now = {"prompt": thing.prompt_id, "group": thing.group_id, "material": thing.material_id, "position": thing.position}
    return now | {"cluster": thing.cluster_id, "state": thing.state} if isinstance(thing, Insight) else now


def put_back(thing: Thing, was: dict) -> None:
    """Make `thing` stand as a step kept it."""
    Column(was["prompt"], was["group"], was["material"]).put(thing)
    thing.position = was["position"]
    if isinstance(thing, Insight):
        thing.cluster_id, thing.state = was["cluster"], was["state"]


class Before:
    """Where some things are before they change: `with` nothing, `record` afterwards."""

    def __init__(self, things: Iterable[Thing]):
        self._were = {id(thing): (thing, standing(thing)) for thing in things}

    def note(self, *things: Thing) -> None:
        """Look at more of them, if they were not looked at before."""
        for thing in things:
            self._were.setdefault(id(thing), (thing, standing(thing)))

    @property
    def groups(self) -> set[int | None]:
        """The groups in whose columns they were."""
        return {was["group"] for _, was in self._were.values()}

    def changed(self) -> list[Thing]:
        """Those that stand differently now."""
        return [thing for thing, was in self._were.values() if standing(thing) != was]

    def record(self, board: Board, verb: str) -> int | None:
        """Keep what became of them as the board's next change; its number, or None when nothing did."""
        steps = [{"insight" if isinstance(thing, Insight) else "cluster": thing.id, "from": was, "to": standing(thing)}
                 for thing, was in self._were.values() if standing(thing) != was]
        if not steps:
            return None
        number = 1 + (db.session.scalar(select(func.max(BoardChange.number)).where(BoardChange.board_id == board.id)) or 0)
        db.session.add(BoardChange(board_id=board.id, number=number, verb=verb, steps=steps))
        return number


def settle(cluster: Cluster | None, leaving: Insight, before: Before | None = None) -> list[Thing]:
    """What else changes when an insight leaves its cluster: the cluster, and who is left alone in one without a title.

    That one stands by itself again, where the cluster stood (1 statement).
    """
    if cluster is None:
        return []
    left = [one for one in in_cluster(cluster) if one is not leaving and one.state != REMOVED]
    if len(left) != 1 or cluster.title:
        return [cluster]
    if before is not None:
        before.note(left[0])
    left[0].cluster_id, left[0].position = None, cluster.position
    return [cluster, left[0]]
