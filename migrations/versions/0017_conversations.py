"""Conversations: a question, a goal, a next step, what they came to; offers, posts; begun from an insight, too."""

import uuid

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BEFORE, AFTER = ("session", "idea", "pledge"), ("session", "insight", "idea", "pledge")
KINDS = ("event", "pitch", "session", "followup", "board", "insight", "idea", "pledge")
# What every conversation has from now on, and what those of before get.
FILLED = (("line", sa.Text(), ""), ("question", sa.String(length=300), ""), ("goal", sa.Text(), ""),
          ("readers", sa.String(length=10), "pass"), ("state", sa.String(length=10), "open"), ("came_of", sa.Text(), ""),
          ("next_step", sa.String(length=300), ""), ("next_where", sa.String(length=200), ""), ("next_version", sa.Integer(), "0"),
          ("asked", sa.Integer(), "0"), ("version", sa.Integer(), "1"))
EMPTY = (("insight_id", sa.Integer()), ("ends_on", sa.Date()), ("state_at", Moment()), ("next_at", Moment()),
         ("next_minutes", sa.Integer()), ("next_reminded_at", Moment()), ("document_id", sa.Integer()), ("asked_at", Moment()))
# Found for each conversation of before; until then empty.
FOUND = (("event_id", sa.Integer()), ("guid", sa.String(length=36)), ("moved_at", Moment()))
FIND = """UPDATE followup SET moved_at = created_at, event_id = COALESCE(
    (SELECT event_id FROM session WHERE session.id = followup.session_id),
    (SELECT event_id FROM idea WHERE idea.id = followup.idea_id),
    (SELECT event_id FROM pledge WHERE pledge.id = followup.pledge_id))"""


def _one_of(sources: tuple[str, ...]) -> str:
    return " + ".join(f"CASE WHEN {source}_id IS NULL THEN 0 ELSE 1 END" for source in sources) + " = 1"


def upgrade() -> None:
    """Columns, filled for what is there, and tables."""
    with op.batch_alter_table("followup") as batch_op:
        batch_op.drop_constraint(op.f("ck_followup_source"), type_="check")
        for name, kind, value in FILLED:
            batch_op.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        for name, kind in EMPTY + FOUND:
            batch_op.add_column(sa.Column(name, kind, nullable=True))
    op.execute(FIND)
    followup = sa.table("followup", sa.column("id"), sa.column("guid"))
    for number in op.get_bind().scalars(sa.select(followup.c.id)).all():
        op.execute(sa.update(followup).where(followup.c.id == number).values(guid=str(uuid.uuid4())))
    with op.batch_alter_table("followup") as batch_op:
        for name, kind, _value in FILLED:
            batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        for name, kind in FOUND:
            batch_op.alter_column(name, existing_type=kind, nullable=False)
        batch_op.create_check_constraint(op.f("ck_followup_source"), _one_of(AFTER))
        batch_op.create_check_constraint(op.f("ck_followup_state"), "state IN ('open', 'came', 'rested')")
        batch_op.create_check_constraint(op.f("ck_followup_readers"), "readers IN ('all', 'pass', 'people')")
        batch_op.create_check_constraint(op.f("ck_followup_next_minutes"),
                                         "next_minutes IS NULL OR (next_at IS NOT NULL AND next_minutes > 0)")
        batch_op.create_index(op.f("ix_followup_event_id"), ["event_id"])
        for name in ("document_id", "guid", "insight_id"):
            batch_op.create_unique_constraint(op.f(f"uq_followup_{name}"), [name])
        batch_op.create_foreign_key(op.f("fk_followup_document_id_document"), "document", ["document_id"], ["id"])
        for name in ("event", "insight"):
            batch_op.create_foreign_key(op.f(f"fk_followup_{name}_id_{name}"), name, [f"{name}_id"], ["id"], ondelete="CASCADE")
    op.create_table(
        "followup_offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('offer', 'ask')", name=op.f("ck_followup_offer_kind")),
        sa.CheckConstraint("state IN ('open', 'met')", name=op.f("ck_followup_offer_state")),
        sa.CheckConstraint("text <> ''", name=op.f("ck_followup_offer_said")),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"],
            name=op.f("fk_followup_offer_followup_id_followup"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_followup_offer_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup_offer")),
        sa.UniqueConstraint("person_id", "key", name=op.f("uq_followup_offer_person_id_key")))
    op.create_index(op.f("ix_followup_offer_followup_id"), "followup_offer", ["followup_id"])
    op.create_table(
        "followup_post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("followup_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=10), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("edited_at", Moment(), nullable=True),
        sa.CheckConstraint("via IN ('web', 'mail')", name=op.f("ck_followup_post_via")),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"],
            name=op.f("fk_followup_post_followup_id_followup"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_followup_post_person_id_person"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_followup_post")),
        sa.UniqueConstraint("followup_id", "key", name=op.f("uq_followup_post_followup_id_key")))
    op.create_index(op.f("ix_followup_post_person_id"), "followup_post", ["person_id"])
    with op.batch_alter_table("carried_on") as batch_op:
        batch_op.add_column(sa.Column("followup_id", sa.Integer(), nullable=True))
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=True)
        batch_op.create_index(op.f("ix_carried_on_followup_id"), ["followup_id"])
        batch_op.create_check_constraint(op.f("ck_carried_on_source"), "(session_id IS NULL) <> (followup_id IS NULL)")
        batch_op.create_foreign_key(op.f("fk_carried_on_followup_id_followup"), "followup", ["followup_id"], ["id"], ondelete="CASCADE")
    op.add_column("event", sa.Column("outcomes_shown", sa.Boolean(), nullable=False, server_default=sa.true()))
    with op.batch_alter_table("idea") as batch_op:
        batch_op.add_column(sa.Column("tried_at", Moment(), nullable=True))
        batch_op.add_column(sa.Column("came_of", sa.String(length=300), nullable=False, server_default=""))
    with op.batch_alter_table("idea") as batch_op:
        batch_op.alter_column("came_of", existing_type=sa.String(length=300), existing_nullable=False, server_default=None)
    _find((*KINDS, "offer", "ask"))


def downgrade() -> None:
    """What only this shape can hold is gone: conversations of insights, posts, offers, and what ideas and pledges led to."""
    op.execute("DELETE FROM search_entry WHERE kind IN ('offer', 'ask')")
    _find(KINDS)
    with op.batch_alter_table("idea") as batch_op:
        batch_op.drop_column("came_of")
        batch_op.drop_column("tried_at")
    op.drop_column("event", "outcomes_shown")
    op.execute("DELETE FROM carried_on WHERE session_id IS NULL")
    with op.batch_alter_table("carried_on") as batch_op:
        batch_op.drop_constraint(op.f("ck_carried_on_source"), type_="check")
        batch_op.drop_constraint(op.f("fk_carried_on_followup_id_followup"), type_="foreignkey")
        batch_op.drop_index(op.f("ix_carried_on_followup_id"))
        batch_op.drop_column("followup_id")
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=False)
    op.drop_table("followup_post")
    op.drop_table("followup_offer")
    op.execute("DELETE FROM followup_person WHERE followup_id IN (SELECT id FROM followup WHERE insight_id IS NOT NULL)")
    op.execute("DELETE FROM followup WHERE insight_id IS NOT NULL")
    with op.batch_alter_table("followup") as batch_op:
        for name in ("next_minutes", "readers", "state", "source"):
            batch_op.drop_constraint(op.f(f"ck_followup_{name}"), type_="check")
        for name in ("document", "event", "insight"):
            batch_op.drop_constraint(op.f(f"fk_followup_{name}_id_{name}"), type_="foreignkey")
        for name in ("document_id", "guid", "insight_id"):
            batch_op.drop_constraint(op.f(f"uq_followup_{name}"), type_="unique")
        batch_op.drop_index(op.f("ix_followup_event_id"))
        for name, *_ in FILLED + EMPTY + FOUND:
            batch_op.drop_column(name)
        batch_op.create_check_constraint(op.f("ck_followup_source"), _one_of(BEFORE))


def _find(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("search_entry", table_kwargs={"sqlite_autoincrement": True}) as batch_op:
        batch_op.drop_constraint(op.f("ck_search_entry_kind"), type_="check")
        batch_op.create_check_constraint(op.f("ck_search_entry_kind"), f"kind IN {kinds}")
