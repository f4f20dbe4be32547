"""Introductions, what was shared with whom, rounds, and who was erased."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Tables of them."""
    op.create_table(
        "introduction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("a_id", sa.Integer(), nullable=False),
        sa.Column("b_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.Column("followup_id", sa.Integer(), nullable=True),
        sa.Column("line", sa.String(length=280), nullable=False),
        sa.Column("a_answer", sa.String(length=10), nullable=False),
        sa.Column("b_answer", sa.String(length=10), nullable=False),
        sa.Column("a_answered_at", Moment(), nullable=True),
        sa.Column("b_answered_at", Moment(), nullable=True),
        sa.Column("withdrawn_at", Moment(), nullable=True),
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.CheckConstraint("a_answer IN ('waiting', 'yes', 'later', 'never')", name=op.f("ck_introduction_a_answer")),
        sa.CheckConstraint("b_answer IN ('waiting', 'yes', 'later', 'never')", name=op.f("ck_introduction_b_answer")),
        sa.CheckConstraint("line <> ''", name=op.f("ck_introduction_said")),
        sa.CheckConstraint("a_id <> b_id", name=op.f("ck_introduction_two")),
        sa.ForeignKeyConstraint(["a_id"], ["person.id"], name=op.f("fk_introduction_a_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["b_id"], ["person.id"], name=op.f("fk_introduction_b_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_introduction_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_introduction_event_id_event"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["followup_id"], ["followup.id"],
            name=op.f("fk_introduction_followup_id_followup"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_introduction")),
        sa.UniqueConstraint("by_id", "key", name=op.f("uq_introduction_by_id_key")))
    op.create_index(op.f("ix_introduction_a_id"), "introduction", ["a_id"])
    op.create_index(op.f("ix_introduction_b_id"), "introduction", ["b_id"])
    op.create_index(op.f("ix_introduction_event_id"), "introduction", ["event_id"])
    op.create_index(op.f("ix_introduction_followup_id"), "introduction", ["followup_id"])
    op.create_table(
        "contact_sharing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("introduction_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("taker_id", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("revoked_at", Moment(), nullable=True),
        sa.CheckConstraint("revoked_at IS NULL OR value = ''", name=op.f("ck_contact_sharing_gone")),
        sa.CheckConstraint("what IN ('email', 'other')", name=op.f("ck_contact_sharing_what")),
        sa.CheckConstraint("giver_id <> taker_id", name=op.f("ck_contact_sharing_two")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"],
            name=op.f("fk_contact_sharing_giver_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["introduction_id"], ["introduction.id"],
            name=op.f("fk_contact_sharing_introduction_id_introduction"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["taker_id"], ["person.id"],
            name=op.f("fk_contact_sharing_taker_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_sharing")),
        sa.UniqueConstraint("introduction_id", "giver_id", "what",
            name=op.f("uq_contact_sharing_introduction_id_giver_id_what")))
    op.create_index(op.f("ix_contact_sharing_giver_id"), "contact_sharing", ["giver_id"])
    op.create_index(op.f("ix_contact_sharing_taker_id"), "contact_sharing", ["taker_id"])
    op.create_table(
        "contact_shut",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("how IN ('never', 'block')", name=op.f("ck_contact_shut_how")),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_contact_shut_two")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_contact_shut_other_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_contact_shut_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "other_id", name=op.f("pk_contact_shut")))
    op.create_index(op.f("ix_contact_shut_other_id"), "contact_shut", ["other_id"])
    op.create_table(
        "contact_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("about_id", sa.Integer(), nullable=True),
        sa.Column("introduction_id", sa.Integer(), nullable=True),
        sa.Column("post_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("handled_at", Moment(), nullable=True),
        sa.Column("handled_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["about_id"], ["person.id"],
            name=op.f("fk_contact_report_about_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_contact_report_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_contact_report_event_id_event"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["handled_by_id"], ["person.id"],
            name=op.f("fk_contact_report_handled_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["introduction_id"], ["introduction.id"],
            name=op.f("fk_contact_report_introduction_id_introduction"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["post_id"], ["followup_post.id"],
            name=op.f("fk_contact_report_post_id_followup_post"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_report")))
    op.create_index(op.f("ix_contact_report_about_id"), "contact_report", ["about_id"])
    op.create_index(op.f("ix_contact_report_by_id"), "contact_report", ["by_id"])
    op.create_index(op.f("ix_contact_report_event_id"), "contact_report", ["event_id"])
    op.create_index(op.f("ix_contact_report_handled_by_id"), "contact_report", ["handled_by_id"])
    op.create_index(op.f("ix_contact_report_introduction_id"), "contact_report", ["introduction_id"])
    op.create_index(op.f("ix_contact_report_post_id"), "contact_report", ["post_id"])
    op.create_table(
        "meeting_wish",
        sa.Column("series_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_meeting_wish_person_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"],
            name=op.f("fk_meeting_wish_series_id_series"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("series_id", "person_id", name=op.f("pk_meeting_wish")))
    op.create_index(op.f("ix_meeting_wish_person_id"), "meeting_wish", ["person_id"])
    op.create_table(
        "round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("question", sa.String(length=300), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("join_until", Moment(), nullable=False),
        sa.Column("ask_at", Moment(), nullable=False),
        sa.Column("paired_at", Moment(), nullable=True),
        sa.Column("asked_at", Moment(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_round_named")),
        sa.CheckConstraint("state IN ('joining', 'paired', 'ended')", name=op.f("ck_round_state")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_round_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["series_id"], ["series.id"], name=op.f("fk_round_series_id_series"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round")))
    op.create_index(op.f("ix_round_by_id"), "round", ["by_id"])
    op.create_index(op.f("ix_round_series_id"), "round", ["series_id"])
    op.create_table(
        "round_person",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_round_person_person_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_person_round_id_round"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("round_id", "person_id", name=op.f("pk_round_person")))
    op.create_index(op.f("ix_round_person_person_id"), "round_person", ["person_id"])
    op.create_table(
        "round_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_round_group_round_id_round"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_group")),
        sa.UniqueConstraint("round_id", "number", name=op.f("uq_round_group_round_id_number")))
    op.create_table(
        "round_seat",
        sa.Column("group_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=True),
        sa.CheckConstraint("answer IS NULL OR answer IN ('met', 'not', 'leave')", name=op.f("ck_round_seat_answer")),
        sa.ForeignKeyConstraint(["group_id"], ["round_group.id"],
            name=op.f("fk_round_seat_group_id_round_group"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_seat_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("group_id", "person_id", name=op.f("pk_round_seat")))
    op.create_index(op.f("ix_round_seat_person_id"), "round_seat", ["person_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("posts", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("person_id", "digest", name=op.f("uq_erasure_person_id_digest")))


def downgrade() -> None:
    """They are gone.

    `erasure` is dropped, too: without it nobody knows whom to erase again after a backup is put back. Before this, write the list
    to a file with `flask --app wsgi privacy erasures FILE`; `privacy erase-again FILE` takes it (docs/privacy.md).
    """
    for name in ("erasure", "round_seat", "round_group", "round_person", "round", "meeting_wish", "contact_report", "contact_shut", "contact_sharing", "introduction"):
        op.drop_table(name)
