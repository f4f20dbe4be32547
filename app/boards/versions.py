"""Counting what open pages of a board show, and telling those whom it concerns."""

from collections.abc import Iterable

from app.boards.insight_models import Cluster, Insight
from app.boards.models import Board
from app.infra import db, live

WHOLE_ROOM = 0  # in topics and addresses: the group of what is nobody's in particular
SET_UP = "set-up"


def topic(board_id: int, of: int | str | None = None) -> str:
    """What is nudged when a board changes: anything of it, or what one group (`WHOLE_ROOM`: none) has, or its `SET_UP`."""
    return f"board:{board_id}" if of is None else f"board:{board_id}:{of}"


def count_change(board: Board, *touched: Insight | Cluster, left: Iterable[int | None] = (), set_up: bool = False) -> int:
    """Count a change, in this transaction, and tell open pages after it. Returns the board's new version.

    `touched` is what is shown differently now; `left` are groups (ids, None: the whole room) that something was taken away from.
    `set_up` (or nothing touched): stages, prompts, groups, material, voting or the timer changed, and pages are made anew.
    To be called once for all that one action changes. The event's row is locked (`transaction(event)`), so that each counts.
    """
    board.version += 1
    for thing in touched:
        thing.changed = board.version
    groups = {thing.group_id or WHOLE_ROOM for thing in touched} | {group_id or WHOLE_ROOM for group_id in left}
    set_up = set_up or not touched
    if set_up:
        board.arranged = board.version
    board_id, version = board.id, board.version
    nudges = [(topic(board_id), version), *((topic(board_id, group), version) for group in sorted(groups))]
    if set_up:
        nudges.append((topic(board_id, SET_UP), version))
    db.after_commit(lambda: live.publish_all(nudges))
    return version
