"""Boards, insights, ideas and pledges are found, too."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

KINDS = ("event", "pitch", "session", "followup")


def upgrade() -> None:
    """Four kinds more. What there is of them is found once it changes, or `flask search rebuild` has run."""
    _allow((*KINDS, "board", "insight", "idea", "pledge"))


def downgrade() -> None:
    """Without them; what told of them goes."""
    op.execute("DELETE FROM search_entry WHERE kind IN ('board', 'insight', 'idea', 'pledge')")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_search_entry_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_search_entry_kind"), f"kind IN {kinds}")
