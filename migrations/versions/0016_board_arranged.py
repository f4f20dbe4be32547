"""Boards know when their set-up changed last."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Open pages made before that are made anew."""
    op.add_column("board", sa.Column("arranged", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("board") as batch_op:
        batch_op.alter_column("arranged", existing_type=sa.Integer(), server_default=None)


def downgrade() -> None:
    """Without it."""
    with op.batch_alter_table("board") as batch_op:
        batch_op.drop_column("arranged")
