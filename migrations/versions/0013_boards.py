"""Boards: stages, prompts, material, groups, insights, clusters, dots."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "board", "board_change", "board_facilitator", "board_seating", "insight_not_alike", "board_group",
    "board_stage", "board_material", "board_member", "board_prompt", "cluster", "insight",
    "insight_text", "insight_vote",
)


def upgrade() -> None:
    """A table of each."""
    op.create_table(
        "board",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("anonymous", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("colour_by", sa.String(length=10), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded", sa.Text(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("colour_by IN ('kind', 'group')", name=op.f("ck_board_colour_by")),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_board_state")),
        sa.CheckConstraint("title <> ''", name=op.f("ck_board_titled")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_board_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_board_session_id_session"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")))
    op.create_index(op.f("ix_board_event_id"), "board", ["event_id"])
    op.create_index(op.f("ix_board_session_id"), "board", ["session_id"])
    op.create_table(
        "board_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("verb", sa.String(length=20), nullable=False),
        sa.Column("steps", sa.JSON(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_change_board_id_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_change")),
        sa.UniqueConstraint("board_id", "number", name=op.f("uq_board_change_board_id_number")))
    op.create_table(
        "board_facilitator",
        sa.Column("board_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"],
                                name=op.f("fk_board_facilitator_board_id_board"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
                                name=op.f("fk_board_facilitator_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "person_id", name=op.f("pk_board_facilitator")))
    op.create_index(op.f("ix_board_facilitator_person_id"), "board_facilitator", ["person_id"])
    op.create_table(
        "board_seating",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_seating_board_id_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_seating")))
    op.create_index(op.f("ix_board_seating_board_id"), "board_seating", ["board_id"])
    op.create_table(
        "insight_not_alike",
        sa.Column("board_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"],
                                name=op.f("fk_insight_not_alike_board_id_board"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("board_id", "key", name=op.f("pk_insight_not_alike")))
    op.create_table(
        "board_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("seating_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("topic", sa.String(length=120), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_board_group_named")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_group_board_id_board"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["seating_id"], ["board_seating.id"],
                                name=op.f("fk_board_group_seating_id_board_seating"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_group")),
        sa.UniqueConstraint("code", name=op.f("uq_board_group_code")))
    op.create_index(op.f("ix_board_group_board_id"), "board_group", ["board_id"])
    op.create_index(op.f("ix_board_group_seating_id"), "board_group", ["seating_id"])
    op.create_table(
        "board_stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("here", sa.Boolean(), nullable=False),
        sa.Column("seating_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("paused_left", sa.Integer(), nullable=True),
        sa.Column("voting", sa.String(length=10), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.Column("votes_hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("voting IN ('off', 'open', 'closed')", name=op.f("ck_board_stage_voting")),
        sa.CheckConstraint("dots BETWEEN 0 AND 20", name=op.f("ck_board_stage_dots")),
        sa.CheckConstraint("minutes IS NULL OR minutes > 0", name=op.f("ck_board_stage_minutes")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_board_stage_board_id_board"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["seating_id"], ["board_seating.id"],
                                name=op.f("fk_board_stage_seating_id_board_seating"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_stage")))
    op.create_index(op.f("ix_board_stage_board_id"), "board_stage", ["board_id"])
    op.create_index(op.f("ix_board_stage_seating_id"), "board_stage", ["seating_id"])
    op.create_index("uq_board_stage_here", "board_stage", ["board_id"], unique=True,
                    sqlite_where=sa.text("here"), postgresql_where=sa.text("here"))
    op.create_table(
        "board_material",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("theme", sa.String(length=120), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("credit", sa.String(length=200), nullable=False),
        sa.Column("licence", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=True),
        sa.Column("file", sa.String(length=64), nullable=True),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.CheckConstraint("kind IN ('story', 'project', 'text', 'link', 'picture')", name=op.f("ck_board_material_kind")),
        sa.ForeignKeyConstraint(["stage_id"], ["board_stage.id"],
                                name=op.f("fk_board_material_stage_id_board_stage"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_material")))
    op.create_index("ix_board_material_name", "board_material", ["name"], unique=True)
    op.create_index(op.f("ix_board_material_stage_id"), "board_material", ["stage_id"])
    op.create_table(
        "board_member",
        sa.Column("seating_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("wants_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["group_id"], ["board_group.id"],
                                name=op.f("fk_board_member_group_id_board_group"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["seating_id"], ["board_seating.id"],
                                name=op.f("fk_board_member_seating_id_board_seating"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["wants_id"], ["board_group.id"],
                                name=op.f("fk_board_member_wants_id_board_group"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("seating_id", "mark", name=op.f("pk_board_member")))
    op.create_index(op.f("ix_board_member_group_id"), "board_member", ["group_id"])
    op.create_index(op.f("ix_board_member_wants_id"), "board_member", ["wants_id"])
    op.create_table(
        "board_prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_board_prompt_asked")),
        sa.ForeignKeyConstraint(["stage_id"], ["board_stage.id"],
                                name=op.f("fk_board_prompt_stage_id_board_stage"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_prompt")))
    op.create_index(op.f("ix_board_prompt_stage_id"), "board_prompt", ["stage_id"])
    op.create_table(
        "cluster",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_cluster_board_id_board"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["board_group.id"],
                                name=op.f("fk_cluster_group_id_board_group"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["material_id"], ["board_material.id"],
                                name=op.f("fk_cluster_material_id_board_material"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["prompt_id"], ["board_prompt.id"],
                                name=op.f("fk_cluster_prompt_id_board_prompt"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")))
    op.create_index("ix_cluster_board_id_changed", "cluster", ["board_id", "changed"])
    op.create_index(op.f("ix_cluster_group_id"), "cluster", ["group_id"])
    op.create_index(op.f("ix_cluster_material_id"), "cluster", ["material_id"])
    op.create_index(op.f("ix_cluster_prompt_id"), "cluster", ["prompt_id"])
    op.create_table(
        "insight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("board_id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("material_id", sa.Integer(), nullable=True),
        sa.Column("cluster_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("colour", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("edited", sa.Integer(), nullable=False),
        sa.Column("votes", sa.Integer(), nullable=False),
        sa.Column("picked", sa.Integer(), nullable=True),
        sa.Column("signed", sa.String(length=100), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("state <> 'removed' OR text = ''", name=op.f("ck_insight_gone")),
        sa.CheckConstraint("state IN ('shown', 'hidden', 'removed')", name=op.f("ck_insight_state")),
        sa.CheckConstraint("by_id IS NULL OR mark IS NULL", name=op.f("ck_insight_author")),
        sa.CheckConstraint("votes >= 0", name=op.f("ck_insight_votes")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_insight_board_id_board"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_insight_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"],
                                name=op.f("fk_insight_cluster_id_cluster"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["group_id"], ["board_group.id"],
                                name=op.f("fk_insight_group_id_board_group"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["material_id"], ["board_material.id"],
                                name=op.f("fk_insight_material_id_board_material"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["prompt_id"], ["board_prompt.id"],
                                name=op.f("fk_insight_prompt_id_board_prompt"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_insight")),
        sa.UniqueConstraint("board_id", "key", name=op.f("uq_insight_board_id_key")))
    op.create_index("ix_insight_board_id_changed", "insight", ["board_id", "changed"])
    op.create_index(op.f("ix_insight_by_id"), "insight", ["by_id"])
    op.create_index(op.f("ix_insight_cluster_id"), "insight", ["cluster_id"])
    op.create_index(op.f("ix_insight_group_id"), "insight", ["group_id"])
    op.create_index(op.f("ix_insight_material_id"), "insight", ["material_id"])
    op.create_index(op.f("ix_insight_prompt_id"), "insight", ["prompt_id"])
    op.create_table(
        "insight_text",
        sa.Column("insight_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["insight_id"], ["insight.id"],
                                name=op.f("fk_insight_text_insight_id_insight"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("insight_id", "number", name=op.f("pk_insight_text")))
    op.create_table(
        "insight_vote",
        sa.Column("insight_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("voter", sa.String(length=64), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("dots", sa.Integer(), nullable=False),
        sa.CheckConstraint("dots > 0", name=op.f("ck_insight_vote_dots")),
        sa.ForeignKeyConstraint(["insight_id"], ["insight.id"],
                                name=op.f("fk_insight_vote_insight_id_insight"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stage_id"], ["board_stage.id"],
                                name=op.f("fk_insight_vote_stage_id_board_stage"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("insight_id", "voter", name=op.f("pk_insight_vote")))
    op.create_index("ix_insight_vote_stage_id_voter", "insight_vote", ["stage_id", "voter"])


def downgrade() -> None:
    """What was said on boards goes with them: export it first."""
    for name in reversed(TABLES):
        op.drop_table(name)
