"""What was shared can end for who had it without whoever shared it being told."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column."""
    op.add_column("contact_sharing", sa.Column("ended_at", Moment(), nullable=True))


def downgrade() -> None:
    """The one before. What had ended must not come back, so it goes."""
    op.execute("DELETE FROM contact_sharing WHERE ended_at IS NOT NULL")
    with op.batch_alter_table("contact_sharing") as table:
        table.drop_column("ended_at")
