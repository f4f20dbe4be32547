"""Letters: what each person wants to be written, what waits, what came in; and what organisers write to attendees."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

NEW = (("person_id", sa.Integer(), None), ("kind", sa.String(length=20), ""), ("key", sa.String(length=120), None),
       ("html", sa.Text(), ""), ("headers", sa.JSON(), "{}"), ("calendar", sa.Text(), ""), ("problem", sa.Text(), ""))


def upgrade() -> None:
    """Mails may have more than plain words in them; tables of the rest."""
    with op.batch_alter_table("mail") as batch_op:
        for name, kind, default in NEW:
            batch_op.add_column(sa.Column(name, kind, nullable=default is None, server_default=default))
        batch_op.create_index(op.f("ix_mail_person_id"), ["person_id"])
        batch_op.create_unique_constraint(op.f("uq_mail_key"), ["key"])
        batch_op.create_foreign_key(op.f("fk_mail_person_id_person"), "person", ["person_id"], ["id"], ondelete="SET NULL")
    with op.batch_alter_table("mail") as batch_op:
        for name, kind, default in NEW:
            if default is not None:
                batch_op.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.create_table(
        "mail_wishes",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("time_zone", sa.String(length=60), nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=False),
        sa.Column("quiet_until", sa.Integer(), nullable=False),
        sa.Column("weekly_day", sa.Integer(), nullable=False),
        sa.Column("digest_at", Moment(), nullable=True),
        sa.Column("secret", sa.String(length=32), nullable=False),
        sa.Column("soft_bounces", sa.Integer(), nullable=False),
        sa.Column("stopped_at", Moment(), nullable=True),
        sa.Column("stopped_because", sa.String(length=300), nullable=False),
        sa.CheckConstraint("how IN ('each', 'weekly', 'none')", name=op.f("ck_mail_wishes_how")),
        sa.CheckConstraint("quiet_from BETWEEN 0 AND 23 AND quiet_until BETWEEN 0 AND 23", name=op.f("ck_mail_wishes_quiet")),
        sa.CheckConstraint("weekly_day BETWEEN 0 AND 6", name=op.f("ck_mail_wishes_weekly_day")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_wishes_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_mail_wishes")))
    op.create_table(
        "mail_stop",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("about IN ('conversation', 'event', 'series', 'introductions')", name=op.f("ck_mail_stop_about")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_stop_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "about", "thing_id", name=op.f("pk_mail_stop")))
    op.create_table(
        "mail_waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("about", sa.String(length=20), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"],
            name=op.f("fk_mail_waiting_person_id_person"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_waiting")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_waiting_key")))
    op.create_index(op.f("ix_mail_waiting_person_id"), "mail_waiting", ["person_id"])
    op.create_table(
        "mail_incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("what", sa.String(length=10), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.CheckConstraint("what IN ('reply', 'bounce')", name=op.f("ck_mail_incoming_what")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_incoming")),
        sa.UniqueConstraint("digest", name=op.f("uq_mail_incoming_digest")))
    op.create_table(
        "mailing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("recipients", sa.String(length=10), nullable=False),
        sa.Column("subject", sa.String(length=150), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("send_at", Moment(), nullable=True),
        sa.Column("sent_at", Moment(), nullable=True),
        sa.Column("written", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", Moment(), nullable=False),
        sa.CheckConstraint("kind IN ('before', 'day', 'evening', 'words')", name=op.f("ck_mailing_kind")),
        sa.CheckConstraint("recipients IN ('all', 'leaders', 'takers', 'helpers')", name=op.f("ck_mailing_recipients")),
        sa.CheckConstraint("state IN ('draft', 'waiting', 'sending', 'sent', 'stopped')", name=op.f("ck_mailing_state")),
        sa.CheckConstraint("state NOT IN ('waiting', 'sending') OR send_at IS NOT NULL", name=op.f("ck_mailing_when")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_mailing_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_mailing_event_id_event"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailing")))
    op.create_index(op.f("ix_mailing_by_id"), "mailing", ["by_id"])
    op.create_index(op.f("ix_mailing_event_id"), "mailing", ["event_id"])


def downgrade() -> None:
    """Mails are plain words again; wishes, waiting letters and mailings are gone.

    `mail_stop` and `mail_wishes` are dropped, too: who stopped mail, or whose address failed, would be written to again after
    another upgrade, and links in mails that were sent do not work any more. Keep a copy of both tables before.
    """
    for name in ("mailing", "mail_incoming", "mail_waiting", "mail_stop", "mail_wishes"):
        op.drop_table(name)
    with op.batch_alter_table("mail") as batch_op:
        batch_op.drop_constraint(op.f("fk_mail_person_id_person"), type_="foreignkey")
        batch_op.drop_constraint(op.f("uq_mail_key"), type_="unique")
        batch_op.drop_index(op.f("ix_mail_person_id"))
        for name, _kind, _default in NEW:
            batch_op.drop_column(name)
