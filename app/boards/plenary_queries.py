"""What a board's plenary may show: every prompt's insights across all groups, clusters as one."""

from collections import defaultdict

from sqlalchemy import select

from app.boards import votes
from app.boards.insight_models import SHOWN, Cluster, Insight
from app.boards.models import Board, BoardStage, Prompt
from app.boards.plenary import Entry
from app.infra import db


def entries_of(board: Board) -> dict[int, list[Entry]]:
    """All that is shown on the board, by prompt (2 statements). Dots only where they may be known."""
    stages = {prompt.id: stage for stage in board.stages for prompt in stage.prompts}
    groups = {group.id: group.name for seating in board.seatings for group in seating.groups}
    projects = {one.id: one.title for stage in board.stages for one in stage.material}
    insights = db.session.execute(
        select(Insight.id, Insight.prompt_id, Insight.group_id, Insight.material_id, Insight.cluster_id, Insight.text,
               Insight.colour, Insight.votes, Insight.picked)
        .where(Insight.board_id == board.id, Insight.state == SHOWN).order_by(Insight.id)).all()
    clusters = {row.id: row for row in db.session.execute(
        select(Cluster.id, Cluster.prompt_id, Cluster.group_id, Cluster.material_id, Cluster.title, Cluster.picked)
        .where(Cluster.board_id == board.id))}
    found: dict[int, list[Entry]] = defaultdict(list)
    within: dict[int, list] = defaultdict(list)

    def where(row) -> str:
        return ", ".join(filter(None, (groups.get(row.group_id), projects.get(row.material_id))))

    def known(row, number: int) -> int | None:
        return number if row.prompt_id in stages and votes.shown(stages[row.prompt_id]) else None

    for row in insights:
        if row.cluster_id in clusters:
            within[row.cluster_id].append(row)
        else:
            found[row.prompt_id].append(Entry(f"i{row.id}", row.prompt_id, _one_line(row.text), where(row), row.colour,
                                              known(row, row.votes), row.picked, newest=row.id))
    for cluster_id, rows in within.items():
        cluster = clusters[cluster_id]
        found[cluster.prompt_id].append(Entry(
            f"c{cluster_id}", cluster.prompt_id, cluster.title or _one_line(rows[0].text), where(cluster), rows[0].colour,
            known(cluster, sum(row.votes for row in rows)), cluster.picked, len(rows), rows[-1].id))
    return dict(found)


def asked(board: Board) -> list[tuple[BoardStage, Prompt]]:
    """The board's prompts with their stages, in order."""
    return [(stage, prompt) for stage in board.stages for prompt in stage.prompts]


def picked_in(prompt_id: int) -> list[Insight | Cluster]:
    """What was picked of a prompt's, in order (2 statements)."""
    things = [*db.session.scalars(select(Insight).where(Insight.prompt_id == prompt_id, Insight.picked.is_not(None))),
              *db.session.scalars(select(Cluster).where(Cluster.prompt_id == prompt_id, Cluster.picked.is_not(None)))]
    return sorted(things, key=lambda thing: (thing.picked, thing.id))


def _one_line(text: str) -> str:
    return " ".join(text.split())
