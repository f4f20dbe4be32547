"""Draft grids, notices to those concerned, rooms that are closed for a time, feeds of one’s own."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables, and new columns with what was so until now."""
    op.add_column("event", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("event", sa.Column(
        "grid_state", sa.String(length=10), sa.CheckConstraint("grid_state IN ('live', 'draft')", name=op.f("ck_event_grid_state")),
        nullable=False, server_default="live"))
    op.add_column("pass", sa.Column("step_free", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("pass", sa.Column("mail_changes", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("pass", sa.Column("feed_secret", sa.String(length=64), nullable=True))
    op.create_index("ix_pass_feed_secret", "pass", ["feed_secret"], unique=True)
    op.create_table('room_closing',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('because', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_room_closing_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_room_closing_room_id_room'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_room_closing_slot_id_slot'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room_closing')),
    sa.UniqueConstraint('room_id', 'slot_id', name=op.f('uq_room_closing_room_id_slot_id'))
    )
    with op.batch_alter_table('room_closing', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_room_closing_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_room_closing_slot_id'), ['slot_id'], unique=False)
    op.create_table('notice',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('about', sa.String(length=10), nullable=False),
    sa.Column('thing_id', sa.Integer(), nullable=False),
    sa.Column('said', sa.Text(), nullable=False),
    sa.Column('was', sa.Text(), nullable=False),
    sa.Column('now', sa.Text(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('seen_at', Moment(), nullable=True),
    sa.Column('mailed_at', Moment(), nullable=True),
    sa.CheckConstraint("about IN ('session', 'pitch')", name=op.f('ck_notice_about')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_notice_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_notice_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notice'))
    )
    with op.batch_alter_table('notice', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_notice_event_id'), ['event_id'], unique=False)
        batch_op.create_index('ix_notice_reader', ['person_id', 'event_id'], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("notice")
    op.drop_table("room_closing")
    op.drop_index("ix_pass_feed_secret", "pass")
    for table, column in (("pass", "feed_secret"), ("pass", "mail_changes"), ("pass", "step_free"), ("event", "grid_state"),
                          ("event", "version")):
        op.drop_column(table, column)
