"""Pairs of pitches that look alike and are not the same."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The table of pairs."""
    op.create_table(
        "not_same",
        sa.Column("first_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("second_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("said_by_id", sa.Integer(), nullable=True),
        sa.Column("said_at", Moment(), nullable=False),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_not_same_ordered")),
        sa.ForeignKeyConstraint(["first_id"], ["pitch.id"], name=op.f("fk_not_same_first_id_pitch"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["second_id"], ["pitch.id"], name=op.f("fk_not_same_second_id_pitch"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["said_by_id"], ["person.id"], name=op.f("fk_not_same_said_by_id_person"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_not_same")))
    op.create_index(op.f("ix_not_same_second_id"), "not_same", ["second_id"])
    op.create_index(op.f("ix_not_same_said_by_id"), "not_same", ["said_by_id"])


def downgrade() -> None:
    """Take it away again."""
    op.drop_table("not_same")
