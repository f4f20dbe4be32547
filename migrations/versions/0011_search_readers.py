"""What is found of a session's notes that not everybody may read stands apart from what others find of the session."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """All there is was for everybody who may read the event."""
    checked = sa.CheckConstraint("readers IN ('all', 'holders', 'others')", name=op.f("ck_search_entry_readers"))
    op.add_column("search_entry", sa.Column("readers", sa.String(length=10), checked, nullable=False, server_default="all"))


def downgrade() -> None:
    """Sessions with such notes are not found until they change, or `flask search rebuild` has run."""
    op.execute("DELETE FROM search_entry WHERE readers <> 'all'")
    # Later steps make the table anew on SQLite, and the check is the table's from then on, not its column's.
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_search_entry_readers"), type_="check")
        batch_op.drop_column("readers")
