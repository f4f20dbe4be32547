"""Who is invited to rounds of a series, and who does not want to be."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "round_wish",
        sa.Column("series_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("person_id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_round_wish_series_id_series"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_wish_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("series_id", "person_id", name=op.f("pk_round_wish")))
    op.create_index(op.f("ix_round_wish_person_id"), "round_wish", ["person_id"])


def downgrade() -> None:
    """Take it away."""
    op.drop_table("round_wish")
