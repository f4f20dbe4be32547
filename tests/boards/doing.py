"""What tests of boards do again and again."""

import uuid

from app.boards import insight_actions, moving
from app.boards.columns import Column, column_of
from app.boards.insight_models import Cluster, Insight
from app.boards.insights_queries import ALL, Bunch, Reader, Sticky, View, delta_of, view_of
from app.boards.policy import Rights
from app.infra import db
from app.infra.db import transaction
from tests.world import AT

EVERYBODY = Reader(Rights(read=True, write=True, facilitate=False))
FACILITATOR = Reader(Rights(read=True, write=True, facilitate=True))


def key() -> str:
    """A key as browsers make it."""
    return str(uuid.uuid4())


def add(actor, board, text="Said.", *, prompt=0, group=0, **more) -> Insight:
    """Put an insight into a column of the stage that everybody is in."""
    stage = next(stage for stage in board.stages if stage.here)
    group_id = stage.seating.groups[group].id if stage.seating and group is not None else None
    prompt_id = stage.prompts[prompt].id
    with transaction(board.event):
        return insight_actions.add(actor, board, **({"key": key(), "prompt_id": prompt_id, "group_id": group_id, "text": text, "at": AT}
                                                    | more))


def move(actor, board, thing, column: Column | None = None, before=None) -> int | None:
    """Move it within its column, or into another."""
    column = column or Column.of(thing)
    with transaction(board.event):
        column, _ = column_of(board, column.prompt_id, column.group_id, column.material_id)
        return moving.move(actor, board, thing, column, before)


def group(actor, board, thing, onto, before=None) -> int | None:
    """Put one to another."""
    with transaction(board.event):
        return moving.group(actor, board, thing, onto, before)


def view(board, group=ALL, reader=EVERYBODY, **more) -> View:
    """The stage that everybody is in, as it is now."""
    db.session.rollback()
    stage = next(stage for stage in board.stages if stage.here)
    return view_of(board, stage, group, reader, **more)


def delta(board, since, group=ALL, reader=EVERYBODY):
    """What changed since."""
    db.session.rollback()
    stage = next(stage for stage in board.stages if stage.here)
    return delta_of(board, stage, group, reader, since)


def said(shown: View) -> list[list]:
    """What each lane says in order; clusters as (title, texts)."""
    return [[thing.text if isinstance(thing, Sticky) else (thing.title, [one.text for one in thing.insights]) for thing in lane.things]
            for part in shown.parts for lane in part.lanes]


def cluster_of(insight: Insight) -> Cluster:
    """The cluster it is in now."""
    db.session.refresh(insight)
    return insight.cluster


class Page:
    """An open page: what it shows, brought up to date by deltas as static/src/board_delta.ts does."""

    def __init__(self, shown: View):
        self.version = shown.version
        self.stickies: dict[int, Sticky] = {}
        self.bunches: dict[int, Bunch] = {}
        for part in shown.parts:
            for lane in part.lanes:
                for thing in lane.things:
                    self._bring(thing)

    def _bring(self, thing: Sticky | Bunch) -> None:
        if isinstance(thing, Bunch):
            self.bunches[thing.id] = thing
            for one in thing.insights:
                self.stickies[one.id] = one
        else:
            self.stickies[thing.id] = thing

    def apply(self, change) -> None:
        """Take a delta in."""
        for thing in change.things:
            self._bring(thing)
        for gone in change.gone:
            self.stickies.pop(gone, None)
        self.version = change.version

    def shows(self) -> dict:
        """By column, what stands there in order: ids of insights, and of clusters with theirs."""
        columns: dict[str, list] = {}
        for one in self.stickies.values():
            if one.cluster_id is None:
                columns.setdefault(one.column.key, []).append((one.position, one.id, "i", one.text, one.hidden))
        for bunch in self.bunches.values():
            inside = sorted((one.position, one.id, one.text) for one in self.stickies.values() if one.cluster_id == bunch.id)
            if inside:
                columns.setdefault(bunch.column.key, []).append((bunch.position, bunch.id, "c", bunch.title, inside))
        return {name: [thing[1:] for thing in sorted(things, key=lambda thing: thing[:3])] for name, things in columns.items()}
