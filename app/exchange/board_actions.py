"""Bringing stickies from a file onto a board: all of them, or none."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import policy
from app.boards.columns import Column, end_of
from app.boards.insight_models import APART, HIDDEN, SHOWN, Cluster, Insight, Vote
from app.boards.models import COLOURS, NO_VOTING, OPEN, VOTED, Board, BoardStage, Group, Prompt, Seating
from app.boards.seating_groups import new_codes
from app.boards.versions import count_change
from app.errors import Conflict, Invalid, require
from app.exchange.board_csv import Sheet
from app.exchange.board_plan import Plan, Wanted, plan_of
from app.infra import db, findable

VOTER = "imported"  # whose dots they were is not known; no mark of a person is like this
SAY_SO = "The file names groups that the board does not have. Say that they may be made, or change the file."


def bring_in_stickies(actor: Person | None, board: Board, sheet: Sheet, *, prompt_id: int | None = None,
                      group_id: int | None = None, make_groups: bool = False, at: datetime) -> Plan:
    """Put what is new in `sheet` on the board, in its order, at the ends of its columns; what was done.

    Columns that the board does not have become prompts of their stage, groups too with `make_groups`. Nobody is known to have
    written them. Raises Conflict for a closed board, Invalid (nothing is brought in) for rows that cannot be, and for groups
    that may not be made.
    """
    require(policy.can_facilitate(actor, board), policy.FOR_FACILITATORS)
    if board.state != OPEN:
        raise Conflict("This board is closed. Open it again first.")
    plan = plan_of(board, sheet, prompt_id=prompt_id, group_id=group_id)
    if plan.errors:
        raise Invalid("Nothing was brought in: some rows cannot be.", "data")
    if plan.needs_a_word and not make_groups:
        raise Invalid(SAY_SO, "make_groups")
    if not plan.new:
        return plan
    _Bringing(board, plan, policy.kept_moment(board, at)).all()
    return plan


class _Bringing:
    def __init__(self, board: Board, plan: Plan, at: datetime):
        self.board, self.plan, self.at = board, plan, at
        self.prompts: dict[tuple[int, str], Prompt] = {}
        self.groups: dict[tuple[int, str], Group] = {}
        self.ends: dict[Column, int] = {}
        self.clusters: dict[tuple[Column, str], tuple[Cluster, int]] = {}
        self.made: list[Insight] = []

    def all(self) -> None:
        """Do what was planned, within the caller's transaction."""
        for stage, words in self.plan.prompts:
            self._prompt(stage, words)
        for stage in {stage.id: stage for stage, _ in self.plan.groups}.values():
            self._groups(stage, [name for of, name in self.plan.groups if of is stage])
        for stage in self.plan.counts_votes:
            if stage.voting == NO_VOTING:
                stage.voting = VOTED  # otherwise nobody would see the dots
        db.session.flush()
        self._known_clusters()
        dots = []
        for wanted in self.plan.new:
            insight = self._insight(wanted)
            dots.append((insight, wanted))
        db.session.add_all(self.made)
        db.session.flush()
        db.session.add_all(Vote(insight_id=insight.id, voter=VOTER, stage_id=wanted.stage.id, dots=wanted.votes)
                           for insight, wanted in dots if wanted.votes)
        db.session.flush()
        # Pages are made anew: there are hundreds of them, new columns perhaps, and dots.
        count_change(self.board)
        for insight in self.made:
            insight.changed = self.board.version
            findable.changed("insight", insight.id)
        if self.plan.prompts or self.plan.groups:
            findable.changed("board", self.board.id)

    def _prompt(self, stage: BoardStage, words: str) -> None:
        position = max((prompt.position for prompt in stage.prompts), default=0) + 1
        prompt = Prompt(words=words, position=position, colour=COLOURS[(position - 1) % len(COLOURS)])
        stage.prompts.append(prompt)
        self.prompts[stage.id, words] = prompt

    def _groups(self, stage: BoardStage, names: list[str]) -> None:
        seating = stage.seating
        if seating is None:
            seating = stage.seating = Seating(board_id=self.board.id)
            self.board.seatings.append(seating)
        last = max((group.position for group in seating.groups), default=0)
        for position, (name, code) in enumerate(zip(names, new_codes(len(names)), strict=True), last + 1):
            group = Group(board_id=self.board.id, position=position, name=name, code=code,
                          colour=COLOURS[(position - 1) % len(COLOURS)])
            seating.groups.append(group)
            self.groups[stage.id, name] = group
        for other in (one for one in self.board.stages if one is not stage and one.seating is seating):
            self.groups |= {(other.id, name): self.groups[stage.id, name] for name in names}

    def _known_clusters(self) -> None:
        for cluster in db.session.scalars(select(Cluster).where(Cluster.board_id == self.board.id, Cluster.title != "")):
            end = db.session.scalars(select(Insight.position).where(Insight.cluster_id == cluster.id)
                                     .order_by(Insight.position.desc()).limit(1)).first() or 0
            self.clusters.setdefault((Column.of(cluster), cluster.title), (cluster, end))

    def _insight(self, wanted: Wanted) -> Insight:
        prompt = wanted.prompt if isinstance(wanted.prompt, Prompt) else self.prompts[wanted.stage.id, wanted.prompt]
        group = self.groups[wanted.stage.id, wanted.group] if isinstance(wanted.group, str) else wanted.group
        column = Column(prompt.id, group and group.id, wanted.project and wanted.project.id)
        insight = Insight(
            board_id=self.board.id, key=wanted.key, text=wanted.text, colour=wanted.colour or prompt.colour, votes=wanted.votes,
            state=HIDDEN if wanted.hidden else SHOWN, changed=self.board.version, at=self.at)
        column.put(insight)
        if wanted.cluster:
            cluster, end = self.clusters.get((column, wanted.cluster)) or (self._cluster(column, wanted), 0)
            insight.cluster, insight.position = cluster, end + APART
            self.clusters[column, wanted.cluster] = cluster, insight.position
        else:
            insight.position = self._end(column)
        self.made.append(insight)
        return insight

    def _cluster(self, column: Column, wanted: Wanted) -> Cluster:
        cluster = Cluster(board_id=self.board.id, title="" if wanted.untitled else wanted.cluster, position=self._end(column),
                          changed=self.board.version + 1)
        column.put(cluster)
        db.session.add(cluster)
        return cluster

    def _end(self, column: Column) -> int:
        self.ends[column] = self.ends[column] + APART if column in self.ends else end_of(column)
        return self.ends[column]
