"""A stage's columns as one reader sees them, and what changed of them since a version.

A fixed number of SQL statements, however many insights there are.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import select

from app.boards.columns import Column
from app.boards.insight_models import HIDDEN, SHOWN
from app.boards.material import reading_of
from app.boards.models import BY_GROUP, Board, BoardStage, Group, Material, Prompt
from app.boards.policy import Rights
from app.boards.statements import (
    CHANGED_CLUSTERS,
    CHANGED_INSIGHTS,
    CHANGED_WITH_CLUSTERS,
    GROUPS,
    GROUPS_INSIGHTS,
    STAGES_CLUSTERS,
    STAGES_INSIGHTS,
)
from app.boards.votes import dots_of, shown
from app.infra import db

ALL = "all"  # of the groups: side by side
CHANGES_MOST = 500  # since a page was made; one that shows something older is made anew


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks: what they may, and how to know what is theirs. `mark_of` makes this device's mark of an insight's key."""

    rights: Rights
    person_id: int | None = None
    voter: str | None = None
    mark_of: Callable[[str], str | None] | None = None


@dataclass(slots=True)
class Sticky:
    """An insight as its reader sees it. `own`: the reader wrote it; `mine`: their dots; `votes` None: not to be known (yet)."""

    id: int
    text: str
    colour: str
    position: int
    version: int
    edited: int
    signed: str
    column: Column
    cluster_id: int | None
    votes: int | None
    hidden: bool
    own: bool
    may_edit: bool
    mine: int

    @property
    def ref(self) -> str:
        """As pages name it."""
        return f"i{self.id}"

    @property
    def order(self) -> tuple:
        """As `columns.order`."""
        return self.position, self.id, True


@dataclass(slots=True)
class Bunch:
    """A cluster as its reader sees it, with what it holds in order."""

    id: int
    title: str
    position: int
    version: int
    edited: int
    column: Column
    insights: list[Sticky]
    votes: int | None = None

    @property
    def ref(self) -> str:
        """As pages name it."""
        return f"c{self.id}"

    @property
    def order(self) -> tuple:
        """As `columns.order`."""
        return self.position, self.id, False


@dataclass(slots=True)
class Lane:
    """A column with what stands in it. `group` and `material` are names, empty for none."""

    column: Column
    prompt: Prompt | None
    group: Group | None
    material: Material | None
    things: list[Sticky | Bunch] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many insights it holds."""
        return sum(1 if isinstance(thing, Sticky) else len(thing.insights) for thing in self.things)


@dataclass(slots=True)
class Part:
    """Lanes side by side: all prompts of one group (about one project), or all groups' answers to one prompt."""

    lanes: list[Lane]
    material: Material | None = None
    prompt: Prompt | None = None


@dataclass(slots=True)
class View:
    """One stage of a board as one reader sees it. `group`: whose columns are shown, `ALL` for everybody's side by side."""

    version: int
    stage: BoardStage
    group: int | str | None
    parts: list[Part]
    groups: list[Group]
    material: list[Material]
    votes_shown: bool
    dots_left: int | None
    by_votes: bool = False

    @property
    def count(self) -> int:
        """How many insights are shown."""
        return sum(lane.count for part in self.parts for lane in part.lanes)


@dataclass(slots=True)
class Delta:
    """What a page that shows `since` lacks: things that are new or different, and the ids of insights that it shows no more.

    A cluster comes with all its insights; one that lost them all does not come.
    """

    since: int
    version: int
    things: list[Sticky | Bunch]
    gone: list[int]
    dots_left: int | None


def view_of(board: Board, stage: BoardStage, group: int | str | None, reader: Reader, *, by_votes: bool = False,
            groups: list[Group] | None = None) -> View:
    """The stage's columns (6 statements at most). `by_votes`: most dots first, where they may be known."""
    prompts = list(db.session.scalars(
        select(Prompt).where(Prompt.stage_id == stage.id).order_by(Prompt.position, Prompt.id)))
    material = list(db.session.scalars(
        select(Material).where(Material.stage_id == stage.id).order_by(Material.position, Material.id)))
    groups = groups_of(stage) if groups is None else groups
    group = group if groups else None
    lanes = {lane.column: lane for lane in _lanes(prompts, groups, reading_of(material).projects, group)}
    votes_shown, mine = shown(stage), dots_of(stage, reader.voter)
    asked = {"board": board.id, "stage": stage.id}
    bunches = {row.id: _bunch(row) for row in db.session.execute(STAGES_CLUSTERS, asked)}
    see = _Seeing(board, reader, votes_shown, mine, colours(board, groups))
    asked |= {"states": _states(reader), "group": group}
    for row in db.session.execute(STAGES_INSIGHTS if group in (ALL, None) else GROUPS_INSIGHTS, asked):
        sticky = see.sticky(row)
        if sticky.cluster_id in bunches:
            bunches[sticky.cluster_id].insights.append(sticky)
        else:
            _lane(lanes, sticky.column, prompts, groups, material).things.append(sticky)
    for bunch in bunches.values():
        if bunch.insights:
            see.together(bunch)
            _lane(lanes, bunch.column, prompts, groups, material).things.append(bunch)
    by_votes = by_votes and votes_shown
    for lane in lanes.values():
        lane.things.sort(key=(lambda thing: (-(thing.votes or 0), thing.order)) if by_votes else (lambda thing: thing.order))
    return View(board.version, stage, group, _parts(list(lanes.values()), group), groups, material, votes_shown,
                stage.dots - sum(mine.values()) if reader.voter else None, by_votes)


def delta_of(board: Board, stage: BoardStage, group: int | str | None, reader: Reader, since: int,
             groups: list[Group] | None = None) -> Delta | None:
    """What changed of the stage's columns after the version `since` (3 statements; 4 while people vote, one less with `groups`).

    None when the page must be made anew: the set-up changed, or too much has.
    """
    if board.arranged > since or since > board.version or board.version - since > CHANGES_MOST:
        return None
    groups = groups_of(stage) if groups is None else groups
    group = group if groups else None
    mine = dots_of(stage, reader.voter)
    see = _Seeing(board, reader, shown(stage), mine, colours(board, groups))
    asked = {"board": board.id, "since": since}
    bunches = {row.id: _bunch(row) for row in db.session.execute(CHANGED_CLUSTERS, asked)}
    if bunches:
        asked["clusters"] = list(bunches)
    things: list[Sticky | Bunch] = []
    gone: list[int] = []
    states = _states(reader)
    for row in db.session.execute(CHANGED_WITH_CLUSTERS if bunches else CHANGED_INSIGHTS, asked):
        here = row.stage_id == stage.id and group in (ALL, None, row.group_id)
        if not here or row.state not in states:
            gone.append(row.id)
        elif row.cluster_id in bunches:
            bunches[row.cluster_id].insights.append(see.sticky(row))
        else:
            things.append(see.sticky(row))
    for bunch in bunches.values():
        if bunch.insights:
            see.together(bunch)
            things.append(bunch)
    return Delta(since, board.version, sorted(things, key=lambda thing: thing.order), gone,
                 stage.dots - sum(mine.values()) if reader.voter else None)


def groups_of(stage: BoardStage) -> list[Group]:
    """The groups of the stage, in order (1 statement; none where the whole room answers together)."""
    if stage.seating_id is None:
        return []
    return list(db.session.scalars(GROUPS, {"seating": stage.seating_id}))


def colours(board: Board, groups: list[Group]) -> dict[int | None, str]:
    """The colour that a group's stickies have whatever their own is, where colours say whose they are."""
    return {group.id: group.colour for group in groups} if board.colour_by == BY_GROUP else {}


class _Seeing:
    """Rows as one reader sees them."""

    def __init__(self, board: Board, reader: Reader, votes_shown: bool, mine: dict[int, int], by_group: dict[int | None, str]):
        self.reader, self.votes_shown, self.mine, self.by_group = reader, votes_shown, mine, by_group

    def sticky(self, row) -> Sticky:
        """An insight's row."""
        reader = self.reader
        own = row.by_id is not None and row.by_id == reader.person_id
        if not own and row.mark is not None and reader.mark_of is not None:
            own = reader.mark_of(row.key) == row.mark
        return Sticky(row.id, row.text, self.by_group.get(row.group_id, row.colour), row.position, row.changed, row.edited,
                      row.signed, Column(row.prompt_id, row.group_id, row.material_id), row.cluster_id,
                      row.votes if self.votes_shown else None, row.state == HIDDEN, own,
                      reader.rights.facilitate or (own and reader.rights.write), self.mine.get(row.id, 0))

    def together(self, bunch: Bunch) -> None:
        """Put what a cluster holds in order, and count its dots."""
        bunch.insights.sort(key=lambda sticky: sticky.order)
        bunch.votes = sum(sticky.votes for sticky in bunch.insights if not sticky.hidden) if self.votes_shown else None


def _states(reader: Reader) -> tuple[str, ...]:
    return (SHOWN, HIDDEN) if reader.rights.facilitate else (SHOWN,)


def _bunch(row) -> Bunch:
    return Bunch(row.id, row.title, row.position, row.changed, row.edited,
                 Column(row.prompt_id, row.group_id, row.material_id), [])


def _lanes(prompts: list[Prompt], groups: list[Group], projects: list[Material], group: int | str | None) -> list[Lane]:
    chosen = [one for one in groups if group in (ALL, one.id)] or [None]
    return [Lane(Column(prompt.id, one and one.id, project and project.id), prompt, one, project)
            for project in projects or [None] for prompt in prompts for one in chosen]


def _lane(lanes: dict[Column, Lane], column: Column, prompts: list, groups: list, material: list) -> Lane:
    """The lane of a column. What stands where nothing is asked any more (the room was put into groups since) has one, too."""
    if column not in lanes:
        lanes[column] = Lane(column, *(next((one for one in some if one.id == wanted), None) for some, wanted in (
            (prompts, column.prompt_id), (groups, column.group_id), (material, column.material_id))))
    return lanes[column]


def _parts(lanes: list[Lane], group: int | str | None) -> list[Part]:
    parts: dict[tuple, Part] = {}
    for lane in lanes:
        of = (lane.material, lane.prompt if group == ALL else None)
        parts.setdefault(tuple(one and one.id for one in of), Part([], *of)).lanes.append(lane)
    return list(parts.values())
