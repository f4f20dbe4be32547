"""The pitching queue: rounds given by clerks, forms that may be sent twice, and what clerks changed."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New columns, empty, room between two positions, and a new table."""
    with op.batch_alter_table("queue_entry") as batch_op:
        batch_op.add_column(sa.Column("round", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("key", sa.String(length=40), nullable=True))
        batch_op.alter_column("position", existing_type=sa.Integer(), type_=sa.Float(), existing_nullable=False)
        batch_op.create_unique_constraint(op.f("uq_queue_entry_event_id_key"), ["event_id", "key"])
    op.create_table(
        "queue_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_queue_change_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_queue_change_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_change")),
    )
    op.create_index("ix_queue_change_event_id_version", "queue_change", ["event_id", "version"])
    op.create_index(op.f("ix_queue_change_by_id"), "queue_change", ["by_id"])


def downgrade() -> None:
    """What clerks did is forgotten, and everybody who waits takes their own round's turn."""
    op.drop_table("queue_change")
    with op.batch_alter_table("queue_entry") as batch_op:
        batch_op.drop_constraint(op.f("uq_queue_entry_event_id_key"), type_="unique")
        batch_op.alter_column("position", existing_type=sa.Float(), type_=sa.Integer(), existing_nullable=False)
        batch_op.drop_column("key")
        batch_op.drop_column("round")
