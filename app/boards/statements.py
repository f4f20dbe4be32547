"""Statements that every open page of a board asks again and again, made once: working them out takes longer than asking."""

from sqlalchemy import Integer, and_, bindparam, exists, func, select
from sqlalchemy.orm import aliased, joinedload

from app.boards.insight_models import Cluster, Insight
from app.boards.models import PROJECT, Board, BoardStage, Group, Material, Prompt
from app.grid.models import Session
from app.pitches.models import Pitch

_stage, _board = bindparam("stage", type_=Integer), bindparam("board", type_=Integer)
_prompt, _group, _material = (bindparam(name, type_=Integer) for name in ("prompt", "group", "material"))
_any_group, _any_material = aliased(Group), aliased(Material)

BOARD = (select(Board).where(Board.id == _board, Board.event_id == bindparam("event", type_=Integer))
         .options(joinedload(Board.session).joinedload(Session.pitch).selectinload(Pitch.leaders)))
HERE = select(BoardStage).where(BoardStage.board_id == _board, BoardStage.here)
STAGE = select(BoardStage).where(BoardStage.board_id == _board, BoardStage.id == _stage)
GROUPS = (select(Group).where(Group.seating_id == bindparam("seating", type_=Integer)).order_by(Group.position, Group.id))
_PROMPTS = select(Prompt.id).where(Prompt.stage_id == _stage)

# A prompt of the board, the group and the project where they are its stage's, and whether the stage has any of either.
COLUMN = (
    select(Prompt, Group.id, Material.id, exists().where(_any_group.seating_id == BoardStage.seating_id),
           exists().where(_any_material.stage_id == BoardStage.id, _any_material.kind == PROJECT))
    .join(BoardStage, BoardStage.id == Prompt.stage_id)
    .outerjoin(Group, and_(Group.id == _group, Group.seating_id == BoardStage.seating_id))
    .outerjoin(Material, and_(Material.id == _material, Material.stage_id == BoardStage.id, Material.kind == PROJECT))
    .where(Prompt.id == _prompt, BoardStage.board_id == _board))


def _in_column(model: type[Insight] | type[Cluster]):
    return and_(model.prompt_id == _prompt, model.group_id.is_not_distinct_from(_group),
                model.material_id.is_not_distinct_from(_material))


# The last positions in a column: of what stands there by itself, and of clusters.
LAST = select(
    select(func.max(Insight.position)).where(_in_column(Insight), Insight.cluster_id.is_(None)).scalar_subquery(),
    select(func.max(Cluster.position)).where(_in_column(Cluster)).scalar_subquery())

# The insight that has a key already, and how many the board has.
KNOWN = select(select(Insight.id).where(Insight.board_id == _board, Insight.key == bindparam("key")).scalar_subquery(),
               select(func.count()).select_from(Insight).where(Insight.board_id == _board).scalar_subquery())

_INSIGHTS = select(
    Insight.id, Insight.key, Insight.text, Insight.colour, Insight.position, Insight.changed, Insight.edited, Insight.signed,
    Insight.prompt_id, Insight.group_id, Insight.material_id, Insight.cluster_id, Insight.votes, Insight.state, Insight.by_id,
    Insight.mark)
_CLUSTERS = select(Cluster.id, Cluster.title, Cluster.position, Cluster.changed, Cluster.edited, Cluster.prompt_id,
                   Cluster.group_id, Cluster.material_id)
_since = bindparam("since", type_=Integer)

STAGES_CLUSTERS = _CLUSTERS.where(Cluster.board_id == _board, Cluster.prompt_id.in_(_PROMPTS))
STAGES_INSIGHTS = _INSIGHTS.where(Insight.prompt_id.in_(_PROMPTS), Insight.state.in_(bindparam("states", expanding=True)))
GROUPS_INSIGHTS = STAGES_INSIGHTS.where(Insight.group_id == _group)
CHANGED_CLUSTERS = _CLUSTERS.where(Cluster.board_id == _board, Cluster.changed > _since)
_changed = _INSIGHTS.add_columns(Prompt.stage_id).join(Prompt, Prompt.id == Insight.prompt_id).where(Insight.board_id == _board)
CHANGED_INSIGHTS = _changed.where(Insight.changed > _since)
# With all that changed clusters hold: pages get a cluster whole.
CHANGED_WITH_CLUSTERS = _changed.where(
    (Insight.changed > _since) | Insight.cluster_id.in_(bindparam("clusters", expanding=True)))
