"""A whole board as it goes out: into the notes, into files, onto paper. Plain data, read in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from app.boards.columns import Column
from app.boards.idea_models import Idea
from app.boards.insight_models import HIDDEN, SHOWN, Cluster, Insight
from app.boards.material import reading_of
from app.boards.models import Board, BoardStage, Group, Material, Prompt
from app.boards.queries import stages_of
from app.boards.votes import shown
from app.infra import db


@dataclass(frozen=True, slots=True)
class Said:
    """One insight. `votes` is None where dots are not told (yet), `kind` what its colour says, `idea` the id and name of what
    was made of it."""

    id: int
    text: str
    colour: str
    kind: str
    signed: str
    votes: int | None
    hidden: bool
    idea: tuple[int, str] | None
    place: tuple


@dataclass(slots=True)
class Bunch:
    """Insights that say the same, under one title, with all their dots together."""

    title: str
    place: tuple
    insights: list[Said] = field(default_factory=list)

    @property
    def votes(self) -> int | None:
        """All dots on it; None where they are not told."""
        counted = [one.votes for one in self.insights if one.votes is not None]
        return sum(counted) if counted else None


@dataclass(slots=True)
class Lane:
    """What one group (None: the whole room) answered to one prompt, perhaps about one project."""

    prompt: Prompt
    group: Group | None
    project: Material | None
    loose: list[Said] = field(default_factory=list)
    bunches: list[Bunch] = field(default_factory=list)

    @property
    def things(self) -> list[Said | Bunch]:
        """All of it in the order of the board."""
        return sorted([*self.loose, *self.bunches], key=lambda thing: thing.place)

    @property
    def insights(self) -> Iterator[Said]:
        """Every insight in it, those in clusters too."""
        for thing in self.things:
            yield from thing.insights if isinstance(thing, Bunch) else (thing,)


@dataclass(slots=True)
class Part:
    """A stage: what was read, and the lanes, project by project and prompt by prompt."""

    stage: BoardStage
    material: list[Material]
    lanes: list[Lane]
    votes_shown: bool

    @property
    def named(self) -> bool:
        """Whether one must say which group it was."""
        return len({lane.group.id if lane.group else None for lane in self.lanes}) > 1

    @property
    def title(self) -> str:
        """What the stage is called; a plain board's only stage is called nothing."""
        return self.stage.title


@dataclass(slots=True)
class BoardOut:
    """A board with all its stages."""

    board: Board
    parts: list[Part]

    @property
    def insights(self) -> list[Said]:
        """Every insight, in order."""
        return [one for part in self.parts for lane in part.lanes for one in lane.insights]

    @property
    def groups(self) -> list[Group]:
        """The groups that said anything, in order of their lanes."""
        said = [lane.group for part in self.parts for lane in part.lanes if lane.group and any(lane.insights)]
        return list({group.id: group for group in said}.values())


def board_out(board: Board, *, hidden: bool = False) -> BoardOut:
    """The board (8 statements). With `hidden` also what facilitators hid, for facilitators alone."""
    return boards_out([board], hidden=hidden)[0]


def boards_out(boards: Iterable[Board], *, hidden: bool = False) -> list[BoardOut]:
    """Several (5 statements for each, and 3 for all)."""
    boards = list(boards)
    ids = [board.id for board in boards]
    states = (SHOWN, HIDDEN) if hidden else (SHOWN,)
    insights: dict[int, list[Insight]] = defaultdict(list)
    for insight in db.session.scalars(select(Insight).where(Insight.board_id.in_(ids), Insight.state.in_(states))):
        insights[insight.board_id].append(insight)
    clusters: dict[int, list[Cluster]] = defaultdict(list)
    for cluster in db.session.scalars(select(Cluster).where(Cluster.board_id.in_(ids))):
        clusters[cluster.board_id].append(cluster)
    ideas = {insight_id: (idea_id, name) for insight_id, idea_id, name in db.session.execute(
        select(Idea.insight_id, Idea.id, Idea.name).join(Insight, Insight.id == Idea.insight_id)
        .where(Insight.board_id.in_(ids), ~Idea.withdrawn))}
    return [_out(board, insights[board.id], clusters[board.id], ideas) for board in boards]


def _out(board: Board, insights: list[Insight], clusters: list[Cluster], ideas: dict[int, tuple[int, str]]) -> BoardOut:
    kinds = {kind["colour"]: kind["label"] for kind in board.kinds}
    groups = {group.id: group for seating in board.seatings for group in seating.groups}
    by_prompt: dict[int, list[Insight]] = defaultdict(list)
    for insight in insights:
        by_prompt[insight.prompt_id].append(insight)
    return BoardOut(board, [_part(stage, by_prompt, {one.id: one for one in clusters}, groups, kinds, ideas)
                            for stage in stages_of(board)])


def _part(stage: BoardStage, by_prompt: dict[int, list[Insight]], clusters: dict[int, Cluster], groups: dict[int, Group],
          kinds: dict[str, str], ideas: dict[int, tuple[int, str]]) -> Part:
    votes_shown = shown(stage)
    reading = reading_of(stage.material)
    seated = list(stage.seating.groups) if stage.seating else []
    lanes = {(prompt.id, group and group.id, project and project.id): Lane(prompt, group, project)
             for project in reading.projects or [None] for prompt in stage.prompts for group in seated or [None]}
    materials = {one.id: one for one in stage.material}
    bunches: dict[int, Bunch] = {}
    for prompt in stage.prompts:
        for insight in by_prompt[prompt.id]:
            cluster = clusters.get(insight.cluster_id)
            column = Column.of(cluster or insight)
            key = (column.prompt_id, column.group_id, column.material_id)
            if key not in lanes:  # written before the room was put into groups, or by groups of an earlier seating
                lanes[key] = Lane(prompt, groups.get(column.group_id), materials.get(column.material_id))
            said = Said(insight.id, insight.text, insight.colour, kinds.get(insight.colour, ""), insight.signed,
                        insight.votes if votes_shown else None, insight.state == HIDDEN, ideas.get(insight.id),
                        (insight.position, True, insight.id))
            if cluster is None:
                lanes[key].loose.append(said)
                continue
            if cluster.id not in bunches:
                bunches[cluster.id] = Bunch(cluster.title, (cluster.position, False, cluster.id))
                lanes[key].bunches.append(bunches[cluster.id])
            bunches[cluster.id].insights.append(said)
    for lane in lanes.values():
        for some in (lane.loose, lane.bunches, *(bunch.insights for bunch in lane.bunches)):
            some.sort(key=lambda thing: thing.place)
    return Part(stage, reading.pieces, _in_order(list(lanes.values()), stage, reading.projects), votes_shown)


def _in_order(lanes: list[Lane], stage: BoardStage, projects: list[Material]) -> list[Lane]:
    """Project by project, prompt by prompt, group by group; what belongs to none of them comes last."""
    prompts = {prompt.id: place for place, prompt in enumerate(stage.prompts)}
    about = {project.id: place for place, project in enumerate(projects)}

    def place(lane: Lane) -> tuple:
        of_group = (lane.group.seating_id, lane.group.position, lane.group.id) if lane.group else (0, 0, 0)
        return (about.get(lane.project.id, len(about)) if lane.project else len(about) if about else 0,
                prompts[lane.prompt.id], of_group)

    return sorted(lanes, key=place)
