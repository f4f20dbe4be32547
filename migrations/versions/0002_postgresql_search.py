"""PostgreSQL's own search tables. Nothing on SQLite, where Whoosh keeps the index in a folder.

They hold nothing that `search_entry` cannot fill again, so they are made as the engine of this version wants them.
"""

from alembic import op

from app.search.postgres_schema import postgres_ddl

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and indexes of the PostgreSQL engine."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in postgres_ddl()[0]:
            op.execute(statement)


def downgrade() -> None:
    """Take them away; the next upgrade and `flask search rebuild` make and fill them again."""
    if op.get_bind().dialect.name == "postgresql":
        for statement in postgres_ddl()[1]:
            op.execute(statement)
