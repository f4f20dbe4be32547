"""Books of proceedings: asked for, being made, made."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of them."""
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("everything", sa.Boolean(), nullable=False),
        sa.Column("made_of", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("file_key", sa.String(length=64), nullable=True),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('html', 'docx', 'odt', 'pdf')", name=op.f("ck_book_kind")),
        sa.CheckConstraint("state IN ('waiting', 'making', 'made', 'failed')", name=op.f("ck_book_state")),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_book_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_book")),
        sa.UniqueConstraint("event_id", "kind", "everything", name=op.f("uq_book_event_id_kind_everything")),
    )


def downgrade() -> None:
    """Books can be made again at any time."""
    op.drop_table("book")
