"""Ideas, who joins them, pledges; and conversations that begin from one of these."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

SOURCE = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in ("session_id", "idea_id", "pledge_id")) + " = 1"


def upgrade() -> None:
    """Tables of them; a follow-up may be of an idea or a pledge instead of a session."""
    op.create_table(
        "idea",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("insight_id", sa.Integer(), nullable=True),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=True),
        sa.Column("offered_name", sa.String(length=100), nullable=False),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_idea_named")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_idea_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["insight_id"], ["insight.id"], name=op.f("fk_idea_insight_id_insight"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["offered_by_id"], ["person.id"],
                                name=op.f("fk_idea_offered_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_idea_session_id_session"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_idea")),
        sa.UniqueConstraint("insight_id", name=op.f("uq_idea_insight_id")))
    op.create_index(op.f("ix_idea_event_id"), "idea", ["event_id"])
    op.create_index(op.f("ix_idea_offered_by_id"), "idea", ["offered_by_id"])
    op.create_index(op.f("ix_idea_session_id"), "idea", ["session_id"])
    op.create_table(
        "idea_joiner",
        sa.Column("idea_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_idea_joiner_idea_id_idea"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_idea_joiner_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("idea_id", "person_id", name=op.f("pk_idea_joiner")))
    op.create_index(op.f("ix_idea_joiner_person_id"), "idea_joiner", ["person_id"])
    op.create_table(
        "pledge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("idea_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("by_day", sa.Date(), nullable=True),
        sa.Column("shown", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("came_of", sa.String(length=300), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("shown IN ('private', 'group', 'public')", name=op.f("ck_pledge_shown")),
        sa.CheckConstraint("state IN ('made', 'kept', 'not')", name=op.f("ck_pledge_state")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_pledge_said")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_pledge_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["group_id"], ["board_group.id"],
                                name=op.f("fk_pledge_group_id_board_group"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["idea_id"], ["idea.id"], name=op.f("fk_pledge_idea_id_idea"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pledge_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pledge")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_pledge_person_id_key")))
    op.create_index(op.f("ix_pledge_event_id"), "pledge", ["event_id"])
    op.create_index(op.f("ix_pledge_group_id"), "pledge", ["group_id"])
    op.create_index(op.f("ix_pledge_idea_id"), "pledge", ["idea_id"])
    with op.batch_alter_table("followup") as batch_op:
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=True)
        for source in ("idea", "pledge"):
            batch_op.add_column(sa.Column(f"{source}_id", sa.Integer(), nullable=True))
            batch_op.create_unique_constraint(op.f(f"uq_followup_{source}_id"), [f"{source}_id"])
            batch_op.create_foreign_key(op.f(f"fk_followup_{source}_id_{source}"), source, [f"{source}_id"], ["id"], ondelete="CASCADE")
        batch_op.create_check_constraint(op.f("ck_followup_source"), SOURCE)


def downgrade() -> None:
    """Ideas and pledges are gone, and the conversations that began from them."""
    op.execute("DELETE FROM followup_person WHERE followup_id IN (SELECT id FROM followup WHERE session_id IS NULL)")
    op.execute("DELETE FROM followup WHERE session_id IS NULL")
    with op.batch_alter_table("followup") as batch_op:
        batch_op.drop_constraint(op.f("ck_followup_source"), type_="check")
        for source in ("idea", "pledge"):
            batch_op.drop_constraint(op.f(f"fk_followup_{source}_id_{source}"), type_="foreignkey")
            batch_op.drop_constraint(op.f(f"uq_followup_{source}_id"), type_="unique")
            batch_op.drop_column(f"{source}_id")
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=False)
    for name in ("pledge", "idea_joiner", "idea"):
        op.drop_table(name)
