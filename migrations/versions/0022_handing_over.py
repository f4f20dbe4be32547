"""Hosts of conversations hand over to somebody who is in it."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nobody is asked yet."""
    with op.batch_alter_table("followup_person") as batch_op:
        batch_op.add_column(sa.Column("asked_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_followup_person_asked_by_id_person"), "person", ["asked_by_id"], ["id"],
                                    ondelete="SET NULL")
        batch_op.create_index(op.f("ix_followup_person_asked_by_id"), ["asked_by_id"])


def downgrade() -> None:
    """Who was asked is asked no more."""
    with op.batch_alter_table("followup_person") as batch_op:
        batch_op.drop_index(op.f("ix_followup_person_asked_by_id"))
        batch_op.drop_constraint(op.f("fk_followup_person_asked_by_id_person"), type_="foreignkey")
        batch_op.drop_column("asked_by_id")
        batch_op.drop_column("asked_at")
