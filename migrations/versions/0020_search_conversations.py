"""Conversations are found with what is said in them by those who may read it, and so is what people offer and ask for."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

KINDS = ("event", "pitch", "session", "followup", "board", "insight", "idea", "pledge")
READERS = ("all", "holders", "others")


def upgrade() -> None:
    """Two kinds and four kinds of readers more, the state of conversations; those that there are get looked at again."""
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("followup_id", sa.Integer(), nullable=True))
        batch_op.create_index("ix_search_entry_followup", ["followup_id", "readers"])
        _allow(batch_op, (*KINDS, "offer", "ask"), (*READERS, "pass", "no pass", "people", "not people"))
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.alter_column("state", server_default=None)
    connection = op.get_bind()
    job = sa.table("job", sa.column("kind"), sa.column("payload", sa.JSON()), sa.column("run_at"), sa.column("attempts"))
    conversations = connection.execute(sa.text("SELECT id, created_at FROM followup ORDER BY id")).all()
    if conversations:
        connection.execute(sa.insert(job), [
            {"kind": "search.index", "payload": {"kind": "followup", "id": one}, "run_at": created_at, "attempts": 0}
            for one, created_at in conversations])


def downgrade() -> None:
    """Without them; what told of them goes."""
    op.execute("DELETE FROM search_entry WHERE kind IN ('offer', 'ask') OR readers NOT IN ('all', 'holders', 'others')")
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        _allow(batch_op, KINDS, READERS)
        batch_op.drop_index("ix_search_entry_followup")
        batch_op.drop_column("followup_id")
        batch_op.drop_column("state")


def _allow(batch_op, kinds: tuple[str, ...], readers: tuple[str, ...]) -> None:
    for name, values in (("kind", kinds), ("readers", readers)):
        batch_op.drop_constraint(op.f(f"ck_search_entry_{name}"), type_="check")
        batch_op.create_check_constraint(op.f(f"ck_search_entry_{name}"), f"{name} IN {values}")
