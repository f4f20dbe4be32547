"""Where on a board something stands: its column, and its position among what else is there."""

from dataclasses import dataclass
from typing import Self

from sqlalchemy import and_, select

from app.boards.insight_models import APART, Cluster, Insight
from app.boards.models import Board, Prompt
from app.boards.statements import COLUMN, LAST
from app.errors import Invalid, NotFound
from app.infra import db

REGROUPED = "This stage is answered in groups: choose one. (Reload the page if groups were made just now.)"
WHICH_PROJECT = "This stage asks about each project: choose one. (Reload the page if projects were added just now.)"


@dataclass(frozen=True, slots=True)
class Column:
    """A prompt, answered by a group (none: the whole room), perhaps about a project."""

    prompt_id: int
    group_id: int | None = None
    material_id: int | None = None

    @classmethod
    def of(cls, thing: Insight | Cluster) -> Self:
        """Where `thing` is."""
        return cls(thing.prompt_id, thing.group_id, thing.material_id)

    @property
    def key(self) -> str:
        """As pages name it: prompt-group-material, 0 for none."""
        return f"{self.prompt_id}-{self.group_id or 0}-{self.material_id or 0}"

    def holds(self, model: type[Insight] | type[Cluster]):
        """Being in it, as a condition on insights or clusters."""
        return and_(model.prompt_id == self.prompt_id, model.group_id.is_not_distinct_from(self.group_id),
                    model.material_id.is_not_distinct_from(self.material_id))

    def put(self, thing: Insight | Cluster) -> None:
        """Make `thing` one of this column."""
        thing.prompt_id, thing.group_id, thing.material_id = self.prompt_id, self.group_id, self.material_id


def column_of(board: Board, prompt_id: int, group_id: int | None, material_id: int | None) -> tuple[Column, Prompt]:
    """That column of the board, and its prompt (1 statement).

    Raises NotFound for what is not of this board, or of another stage than the prompt; Invalid where a group or a project
    must be named and is not.
    """
    found = db.session.execute(
        COLUMN, {"prompt": prompt_id, "group": group_id, "material": material_id, "board": board.id}).one_or_none()
    if found is None or found[1] != group_id or found[2] != material_id:
        raise NotFound("That column is not on this board any more. Reload the page.")
    prompt, _, _, grouped, projects = found
    if grouped and group_id is None:
        raise Invalid(REGROUPED, "group")
    if projects and material_id is None:
        raise Invalid(WHICH_PROJECT, "material")
    return Column(prompt_id, group_id, material_id), prompt


def end_of(column: Column) -> int:
    """The position after everything in the column (1 statement)."""
    asked = {"prompt": column.prompt_id, "group": column.group_id, "material": column.material_id}
    return max((last for last in db.session.execute(LAST, asked).one() if last is not None), default=0) + APART


def in_order(column: Column) -> list[Insight | Cluster]:
    """Everything that stands in the column by itself, hidden and removed ones too, in order (2 statements)."""
    lone = db.session.scalars(select(Insight).where(column.holds(Insight), Insight.cluster_id.is_(None)))
    return sorted([*lone, *db.session.scalars(select(Cluster).where(column.holds(Cluster)))], key=order)


def in_cluster(cluster: Cluster) -> list[Insight]:
    """The cluster's insights, hidden and removed ones too, in order (1 statement)."""
    return sorted(db.session.scalars(select(Insight).where(Insight.cluster_id == cluster.id)), key=order)


def order(thing: Insight | Cluster) -> tuple[int, int, int]:
    """What everybody's pages sort by: the position, between equals the id."""
    return thing.position, thing.id, isinstance(thing, Insight)


def stand(thing: Insight | Cluster, among: list, before: Insight | Cluster | None) -> list:
    """Give `thing` its position among the others, before one of them or (None, or one that is not there) at the end.

    Returns what else had to be numbered anew: all the others where there was no room left between two, otherwise nothing.
    """
    others = [one for one in among if one is not thing]
    place = next((i for i, one in enumerate(others) if one is before), len(others))
    above = others[place - 1].position if place else None
    below = others[place].position if place < len(others) else None
    if below is None:
        thing.position = APART if above is None else above + APART
    elif above is None:
        thing.position = below - APART
    elif below - above > 1:
        thing.position = (above + below) // 2
    else:
        others.insert(place, thing)
        for number, one in enumerate(others, 1):
            one.position = number * APART
        return [one for one in others if one is not thing]
    return []
