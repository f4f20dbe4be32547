"""Undoing a move, a grouping or a hiding."""

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import changes, policy
from app.boards.changes import put_back, standing
from app.boards.insight_actions import refusal
from app.boards.insight_models import BoardChange, Cluster, Insight
from app.boards.models import Board, Group, Material, Prompt
from app.boards.versions import count_change
from app.errors import Conflict, NotFound, require
from app.infra import db, findable

MOVED_SINCE = "Something of it has been moved or changed since, so it cannot be undone. Move it back by hand."


def undo(actor: Person | None, board: Board, number: int) -> int:
    """Put things back as they were before the board's change of that number. Returns the board's version.

    Raises NotFound when there is no such change, Conflict when it is undone already or something of it has changed since.
    """
    require(policy.can_write(actor, board) or policy.can_facilitate(actor, board), refusal(board))
    change = db.session.scalar(select(BoardChange).where(BoardChange.board_id == board.id, BoardChange.number == number))
    if change is None:
        raise NotFound("There is no such change on this board.")
    if change.verb in (changes.HIDDEN, changes.SHOWN):
        require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    else:
        require(policy.can_write(actor, board), refusal(board))
    if change.undone:
        raise Conflict("That has been undone already.")
    steps = change.steps
    things = _things(board, steps)
    for step in steps:
        thing = _thing(things, step)
        if thing is None or standing(thing) != step["to"]:
            raise Conflict(MOVED_SINCE)
    _check_places(board, steps, things)
    before = changes.Before(_thing(things, step) for step in steps)
    touched = dict.fromkeys(things["cluster"].values())
    for step in steps:
        thing = _thing(things, step)
        put_back(thing, step["from"])
        touched[thing] = None
    change.undone = True
    db.session.flush()
    version = count_change(board, *touched, left=before.groups)
    for insight in things["insight"].values():
        findable.forget("insight", insight.id) if insight.state != changes.SHOWN else findable.changed("insight", insight.id)
    return version


def _things(board: Board, steps: list[dict]) -> dict[str, dict]:
    """The insights of the steps, and all clusters that they name, by id (2 statements)."""
    insights = [step["insight"] for step in steps if "insight" in step]
    clusters = {step["cluster"] for step in steps if "cluster" in step}
    clusters |= {side["cluster"] for step in steps for side in (step["from"], step["to"]) if side.get("cluster")}
    return {
        "insight": {one.id: one for one in db.session.scalars(
            select(Insight).where(Insight.board_id == board.id, Insight.id.in_(insights)))},
        "cluster": {one.id: one for one in db.session.scalars(
            select(Cluster).where(Cluster.board_id == board.id, Cluster.id.in_(clusters)))},
    }


def _thing(things: dict[str, dict], step: dict) -> Insight | Cluster | None:
    kind = "insight" if "insight" in step else "cluster"
    return things[kind].get(step[kind])


def _check_places(board: Board, steps: list[dict], things: dict[str, dict]) -> None:
    """Raise Conflict unless where things were is still there: its prompt, group and project, and its cluster in that column."""
    moved = {step["cluster"]: step["from"] for step in steps if "cluster" in step}
    for model, key in ((Prompt, "prompt"), (Group, "group"), (Material, "material")):
        wanted = {step["from"][key] for step in steps if step["from"][key] is not None}
        if wanted and set(db.session.scalars(select(model.id).where(model.id.in_(wanted)))) != wanted:
            raise Conflict("Where it was is not on this board any more.")
    for was in (step["from"] for step in steps if step["from"].get("cluster")):
        cluster = things["cluster"].get(was["cluster"])
        place = moved.get(was["cluster"]) or (cluster and standing(cluster))
        if cluster is None or any(place[key] != was[key] for key in ("prompt", "group", "material")):
            raise Conflict(MOVED_SINCE)
