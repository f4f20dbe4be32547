"""Notes written together: epochs and snapshots of documents, states of notes, who may read and write, pictures, who was there."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNTED_BEFORE = "revision >= 0 AND seq >= 0"
COUNTED = "revision >= 0 AND seq >= text_seq AND text_seq >= 0 AND epoch > 0"
CHECKS = {"notes_readers": "notes_readers IN ('all', 'published', 'attendees')",
          "notes_writers": "notes_writers IN ('attendees', 'takers', 'campmakers')",
          "notes_tidy_hours": "notes_tidy_hours BETWEEN 0 AND 720"}
NOTE = ("session_id", "document_id", "present", "imported_text", "imported_as", "created_at")


def upgrade() -> None:
    """A note takes its session's number; its text is what its updates up to `seq` made of it."""
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_constraint(op.f("ck_document_counted"), type_="check")
        batch_op.add_column(sa.Column("text_seq", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
        batch_op.create_check_constraint(op.f("ck_document_counted"), COUNTED)
    op.execute("UPDATE document SET text_seq = seq")
    op.add_column("revision", sa.Column("name", sa.String(length=100), nullable=False, server_default=""))
    op.create_table(
        "document_snapshot",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_document_snapshot_document_id_document"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_snapshot")))
    op.create_table(
        "retired_client",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("client_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_retired_client_document_id_document"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("document_id", "client_id", name=op.f("pk_retired_client")))
    op.create_table(
        "redaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_redaction_document_id_document"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_redaction")))
    op.create_index(op.f("ix_redaction_document_id"), "redaction", ["document_id"])
    op.create_table(
        "note_taker_wanted",
        sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("asked_at", Moment(), nullable=False),
        sa.Column("nudged_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_note_taker_wanted_session_id_session"),
                                ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_note_taker_wanted")))
    op.create_table(
        "was_there",
        sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_was_there_person_id_person"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_was_there_session_id_session"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_was_there")))
    op.create_index(op.f("ix_was_there_person_id"), "was_there", ["person_id"])
    op.create_table(
        "note_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("file", sa.String(length=64), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("alt", sa.String(length=300), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("width > 0 AND height > 0 AND size > 0", name=op.f("ck_note_picture_measured")),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_note_picture_by_id_person"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_note_picture_session_id_session"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note_picture")))
    op.create_index(op.f("ix_note_picture_by_id"), "note_picture", ["by_id"])
    op.create_index("ix_note_picture_name", "note_picture", ["name"], unique=True)
    op.create_index(op.f("ix_note_picture_session_id"), "note_picture", ["session_id"])
    for name, kind, default in (("notes_readers", sa.String(length=10), "all"), ("notes_writers", sa.String(length=10), "attendees"),
                                ("notes_tidy_hours", sa.Integer(), "48")):
        checked = sa.CheckConstraint(CHECKS[name], name=op.f(f"ck_event_{name}"))
        op.add_column("event", sa.Column(name, kind, checked, nullable=False, server_default=default))
    op.add_column("event", sa.Column("notes_close_at", Moment(), nullable=True))
    op.add_column("pass", sa.Column("in_proceedings", sa.Boolean(), nullable=False, server_default=sa.false()))
    _make_note_anew(sa.Column("session_id", sa.Integer(), autoincrement=False, nullable=False), "session_id", (
        sa.Column("state", sa.String(length=10), nullable=False, server_default="draft"),
        sa.Column("state_at", Moment(), nullable=True),
        sa.Column("reminded_at", Moment(), nullable=True),
        sa.Column("squashed_at", Moment(), nullable=True),
        sa.CheckConstraint("state IN ('draft', 'written', 'published')", name=op.f("ck_note_state"))))


def downgrade() -> None:
    """Notes get numbers of their own again; what only this schema holds is gone.

    A document's text is brought up to date a second or two after it was changed: stop Folkmoot, and let `flask jobs work`
    finish, before going back.
    """
    _make_note_anew(sa.Column("id", sa.Integer(), nullable=False), "id", (
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.UniqueConstraint("session_id", name=op.f("uq_note_session_id"))))
    op.drop_column("pass", "in_proceedings")
    for name in ("notes_close_at", "notes_tidy_hours", "notes_writers", "notes_readers"):
        op.drop_column("event", name)
    for name in ("note_picture", "was_there", "note_taker_wanted", "redaction", "retired_client", "document_snapshot"):
        op.drop_table(name)
    op.drop_column("revision", "name")
    with op.batch_alter_table("document") as batch_op:
        batch_op.drop_constraint(op.f("ck_document_counted"), type_="check")
        batch_op.drop_column("epoch")
        batch_op.drop_column("text_seq")
        batch_op.create_check_constraint(op.f("ck_document_counted"), COUNTED_BEFORE)


def _make_note_anew(key: sa.Column, named: str, more: tuple) -> None:
    """Nothing points to a note, so that the table can be made again with `key` as its primary key."""
    op.execute("CREATE TABLE note_before AS SELECT * FROM note")
    op.drop_table("note")
    op.create_table(
        "note", key,
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("present", sa.JSON(), nullable=False),
        sa.Column("imported_text", sa.Text(), nullable=True),
        sa.Column("imported_as", sa.String(length=200), nullable=True),
        sa.Column("created_at", Moment(), nullable=False), *more,
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_note_document_id_document")),
        sa.ForeignKeyConstraint(["session_id"], ["session.id"], name=op.f("fk_note_session_id_session"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(named, name=op.f("pk_note")),
        sa.UniqueConstraint("document_id", name=op.f("uq_note_document_id")))
    before = sa.table("note_before", *(sa.column(name) for name in NOTE))
    note = sa.table("note", *(sa.column(name) for name in NOTE))
    op.execute(note.insert().from_select(list(NOTE), sa.select(*before.c).order_by(before.c.session_id)))
    op.drop_table("note_before")
