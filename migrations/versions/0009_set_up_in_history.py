"""The grid's history also tells of rooms that were renamed and slots whose times moved."""

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

VERBS = ("placed", "moved", "swapped", "taken off", "resized", "repeated", "cancelled", "reinstated", "arranged", "undone", "redone",
         "published", "hidden")


def upgrade() -> None:
    """One verb more."""
    _allow((*VERBS, "set up"))


def downgrade() -> None:
    """Without it; what it told of is told no more."""
    op.execute("DELETE FROM grid_change WHERE verb = 'set up'")
    _allow(VERBS)


def _allow(verbs: tuple[str, ...]) -> None:
    with op.batch_alter_table("grid_change") as batch_op:
        batch_op.drop_constraint(op.f("ck_grid_change_verb"), type_="check")
        batch_op.create_check_constraint(op.f("ck_grid_change_verb"), f"verb IN ({', '.join(repr(verb) for verb in verbs)})")
