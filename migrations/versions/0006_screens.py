"""What the screens say beside the grid."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two texts that are empty until somebody fills them."""
    for column in ("screen_text", "message"):
        op.add_column("event", sa.Column(column, sa.String(length=200), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    for column in ("message", "screen_text"):
        op.drop_column("event", column)
