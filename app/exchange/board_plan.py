"""What bringing a file of stickies onto a board would do, row by row, before anything is written.

A row that the board has already is not brought in again: it has the same text in the same place, or its key (made of place
and text) is known, wherever it was moved to since and even if it was removed.
"""

import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlalchemy import func, select

from app.boards.insight_actions import MOST
from app.boards.insight_models import Insight
from app.boards.models import PROJECT, PROMPT_LENGTH, Board, BoardStage, Group, Material, Prompt
from app.boards.seating_groups import GROUPS_MOST, NAME_LENGTH
from app.boards.set_up_actions import PROMPTS_MOST
from app.boards.words import text_of, title_of
from app.errors import Invalid
from app.exchange.board_csv import Sheet, Sticky, colour_of
from app.exchange.csv_tables import canonical
from app.infra import db

CLUSTER_LENGTH = 120
_KEYS = uuid.UUID("6f1c7f52-4c34-5d52-9a7e-0f2f3bb0a1de")  # what keys of rows are made in


@dataclass(frozen=True)
class Wanted:
    """A row as it is to be. `prompt` and `group` are words where there is no such prompt or group yet."""

    number: int
    text: str
    stage: BoardStage
    prompt: Prompt | str
    group: Group | str | None
    project: Material | None
    colour: str
    votes: int
    cluster: str
    untitled: bool
    hidden: bool
    key: str


@dataclass
class Plan:
    """What would be done. With any of `errors` (row number and sentence) nothing is."""

    new: list[Wanted] = field(default_factory=list)
    there: int = 0
    errors: list[tuple[int, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    prompts: list[tuple[BoardStage, str]] = field(default_factory=list)
    groups: list[tuple[BoardStage, str]] = field(default_factory=list)
    counts_votes: list[BoardStage] = field(default_factory=list)

    @property
    def needs_a_word(self) -> bool:
        """Whether somebody has to say that groups may be made."""
        return bool(self.groups)


def plan_of(board: Board, sheet: Sheet, *, prompt_id: int | None = None, group_id: int | None = None) -> Plan:
    """What bringing `sheet` in would do (a fixed number of statements).

    Notes that name no column go to prompt `prompt_id`, those that name no group to `group_id` (by default the first of each in
    the stage everybody is in).
    """
    return _Planning(board, prompt_id, group_id).of(sheet)


class _Planning:
    def __init__(self, board: Board, prompt_id: int | None, group_id: int | None):
        self.board, self.prompt_id, self.group_id = board, prompt_id, group_id
        self.plan = Plan()
        self.stages = {canonical(stage.title): stage for stage in reversed(board.stages)}
        self.here = next(stage for stage in board.stages if stage.here)
        existing = db.session.execute(select(Insight.key, Insight.prompt_id, Insight.group_id, Insight.material_id, Insight.text)
                                      .where(Insight.board_id == board.id)).all()
        self.keys = {row.key for row in existing}
        self.there = Counter((row.prompt_id, row.group_id, row.material_id, row.text) for row in existing if row.text)
        self.written = {row.prompt_id for row in existing}
        self.said: Counter = Counter()
        self.kinds = {canonical(kind["label"]): kind["colour"] for kind in board.kinds}
        self.left_aside: dict[str, int] = defaultdict(int)

    def of(self, sheet: Sheet) -> Plan:
        """Go through the rows."""
        self.plan.warnings += sheet.warnings
        for sticky in sheet.stickies:
            try:
                self._row(sticky)
            except Invalid as problem:
                self.plan.errors.append((sticky.number, problem.message))
        for what, count in self.left_aside.items():
            self.plan.warnings.append(f"{what} ({count:,} {'row' if count == 1 else 'rows'}).")
        self._limits()
        return self.plan

    def _row(self, sticky: Sticky) -> None:
        text, stage = text_of(sticky.text), self._stage(sticky)
        prompt, project = self._prompt(sticky, stage), self._project(sticky, stage)
        group = self._group(sticky, stage)
        if sticky.votes is None:
            raise Invalid("What stands for votes is no whole number.")
        cluster = title_of(sticky.cluster, CLUSTER_LENGTH)
        place = [one if isinstance(one, str) else one and one.id for one in (prompt, group, project)]
        again = (*place, text)
        self.said[again] += 1
        key = str(uuid.uuid5(_KEYS, "\0".join([*map(str, (stage.id, *self._words(prompt, group, project), text)),
                                                str(self.said[again])])))
        if key in self.keys or self.said[again] <= self.there[again]:
            self.plan.there += 1
            return
        if sticky.votes and stage not in self.plan.counts_votes:
            self.plan.counts_votes.append(stage)
        self.plan.new.append(Wanted(sticky.number, text, stage, prompt, group, project, self._colour(sticky), sticky.votes,
                                    cluster, sticky.untitled, sticky.hidden, key))

    def _colour(self, sticky: Sticky) -> str:
        return self.kinds.get(canonical(sticky.colour)) or colour_of(sticky.colour)

    @staticmethod
    def _words(*things) -> list[str]:
        """What a place is called: new prompts and groups have no id yet, and must give the same key once they have."""
        return [one if isinstance(one, str) else "" if one is None else
                getattr(one, "words", None) or getattr(one, "name", None) or one.title for one in things]

    def _stage(self, sticky: Sticky) -> BoardStage:
        if not sticky.stage:
            return self.here
        found = self.stages.get(canonical(sticky.stage))
        if found is not None:
            return found
        if len(self.board.stages) == 1:
            self.left_aside["This board has one stage, so the stages in the file are left aside"] += 1
            return self.here
        raise Invalid(f"There is no stage “{sticky.stage[:60]}” on this board.")

    def _prompt(self, sticky: Sticky, stage: BoardStage) -> Prompt | str:
        if not sticky.column:
            asked = [prompt for prompt in stage.prompts if prompt.id == self.prompt_id] or stage.prompts
            if not asked:
                raise Invalid("It names no column, and the stage it belongs to asks nothing.")
            return asked[0]
        found = next((prompt for prompt in stage.prompts if canonical(prompt.words) == canonical(sticky.column)), None)
        if found is not None:
            return found
        if len(sticky.column) > PROMPT_LENGTH:
            raise Invalid(f"The name of its column has more than {PROMPT_LENGTH} characters.")
        return self._known(self.plan.prompts, stage, sticky.column)

    def _project(self, sticky: Sticky, stage: BoardStage) -> Material | None:
        projects = [one for one in stage.material if one.kind == PROJECT]
        if not projects:
            if sticky.material:
                self.left_aside["The stage asks about no projects, so those in the file are left aside"] += 1
            return None
        found = next((one for one in projects if canonical(one.title) == canonical(sticky.material)), None)
        if found is None:
            raise Invalid(f"There is no project “{sticky.material[:60]}” in its stage." if sticky.material else
                          "Its stage asks about each project, and it names none.")
        return found

    def _group(self, sticky: Sticky, stage: BoardStage) -> Group | str | None:
        seated = list(stage.seating.groups) if stage.seating else []
        if not sticky.group:
            return next((one for one in seated if one.id == self.group_id), seated[0] if seated else None)
        found = next((one for one in seated if canonical(one.name) == canonical(sticky.group)), None)
        if found is not None:
            return found
        if not seated and any(prompt.id in self.written for prompt in stage.prompts):
            self.left_aside["The whole room answers together in this stage, so the groups in the file are left aside"] += 1
            return None
        if len(sticky.group) > NAME_LENGTH:
            raise Invalid(f"The name of its group has more than {NAME_LENGTH} characters.")
        return self._known(self.plan.groups, stage, sticky.group)

    @staticmethod
    def _known(known: list[tuple[BoardStage, str]], stage: BoardStage, words: str) -> str:
        """How this was first written in the file, for what is to be made."""
        there = next((one for of, one in known if of is stage and canonical(one) == canonical(words)), None)
        if there is None:
            known.append((stage, words))
        return there or words

    def _limits(self) -> None:
        plan = self.plan
        written = db.session.scalar(select(func.count()).select_from(Insight).where(Insight.board_id == self.board.id))
        if written + len(plan.new) > MOST:
            plan.errors.append((0, f"A board holds {MOST:,} notes. This one has {written:,}, and the file would add "
                                   f"{len(plan.new):,}."))
        for stage in {of.id: of for of, _ in (*plan.prompts, *plan.groups)}.values():
            if len(stage.prompts) + sum(of is stage for of, _ in plan.prompts) > PROMPTS_MOST:
                plan.errors.append((0, f"A stage asks at most {PROMPTS_MOST} questions, and with the file’s columns it would be "
                                       "more. Is the right column called “column”?"))
            seated = len(stage.seating.groups) if stage.seating else 0
            if seated + sum(of is stage for of, _ in plan.groups) > GROUPS_MOST:
                plan.errors.append((0, f"There can be {GROUPS_MOST} groups, and with the file’s it would be more."))
