"""Pitching: the queue and its stage, 25/10 scoring, closing time and marks, rules between pitches."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """New tables, and new columns with what was so until now."""
    op.add_column("event", sa.Column("pitches_close_at", Moment(), nullable=True))
    op.add_column("event", sa.Column("marks_hidden", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("event", sa.Column(
        "marks_most", sa.Integer(), sa.CheckConstraint("marks_most IS NULL OR marks_most > 0", name=op.f("ck_event_marks_most")),
        nullable=True))
    op.add_column("topic", sa.Column("about", sa.String(length=300), nullable=False, server_default=""))
    op.add_column("pitch", sa.Column(
        "hands", sa.Integer(), sa.CheckConstraint("hands IS NULL OR hands >= 0", name=op.f("ck_pitch_hands")), nullable=True))
    op.add_column("pitch", sa.Column("step_free", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table('queue_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('pitcher_id', sa.Integer(), nullable=True),
    sa.Column('pitcher_name', sa.String(length=100), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('joined_at', Moment(), nullable=False),
    sa.Column('called_at', Moment(), nullable=True),
    sa.Column('ended_at', Moment(), nullable=True),
    sa.CheckConstraint("pitcher_name <> ''", name=op.f('ck_queue_entry_named')),
    sa.CheckConstraint("state IN ('waiting', 'up', 'pitched', 'left')", name=op.f('ck_queue_entry_state')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_queue_entry_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_queue_entry_pitch_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pitcher_id'], ['person.id'], name=op.f('fk_queue_entry_pitcher_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_queue_entry')),
    sa.UniqueConstraint('pitch_id', name=op.f('uq_queue_entry_pitch_id'))
    )
    with op.batch_alter_table('queue_entry', schema=None) as batch_op:
        batch_op.create_index('ix_queue_entry_event_id_state', ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_queue_entry_pitcher_id'), ['pitcher_id'], unique=False)
    op.create_table('stage',
    sa.Column('event_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('open', sa.Boolean(), nullable=False),
    sa.Column('seconds', sa.Integer(), nullable=False),
    sa.Column('entry_id', sa.Integer(), nullable=True),
    sa.Column('started_at', Moment(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('seconds BETWEEN 5 AND 600', name=op.f('ck_stage_seconds')),
    sa.ForeignKeyConstraint(['entry_id'], ['queue_entry.id'], name=op.f('fk_stage_entry_id_queue_entry'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_stage_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('event_id', name=op.f('pk_stage'))
    )
    op.create_table('scoring_round',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('opened_at', Moment(), nullable=False),
    sa.Column('closed_at', Moment(), nullable=True),
    sa.CheckConstraint("state IN ('open', 'closed')", name=op.f('ck_scoring_round_state')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_scoring_round_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scoring_round'))
    )
    with op.batch_alter_table('scoring_round', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_scoring_round_event_id'), ['event_id'], unique=False)
    op.create_table('score',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('round_id', sa.Integer(), nullable=False),
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('score', sa.Integer(), nullable=True),
    sa.Column('dealt_at', Moment(), nullable=False),
    sa.Column('scored_at', Moment(), nullable=True),
    sa.CheckConstraint('score IS NULL OR score BETWEEN 1 AND 5', name=op.f('ck_score_score')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_score_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_score_pitch_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['round_id'], ['scoring_round.id'], name=op.f('fk_score_round_id_scoring_round'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_score')),
    sa.UniqueConstraint('round_id', 'pitch_id', 'person_id', name=op.f('uq_score_round_id_pitch_id_person_id'))
    )
    with op.batch_alter_table('score', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_score_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_score_pitch_id'), ['pitch_id'], unique=False)
    op.create_table('pitch_rule',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('first_id', sa.Integer(), nullable=False),
    sa.Column('second_id', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('before', 'apart')", name=op.f('ck_pitch_rule_kind')),
    sa.CheckConstraint('first_id <> second_id', name=op.f('ck_pitch_rule_two')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_pitch_rule_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['first_id'], ['pitch.id'], name=op.f('fk_pitch_rule_first_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['second_id'], ['pitch.id'], name=op.f('fk_pitch_rule_second_id_pitch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pitch_rule')),
    sa.UniqueConstraint('kind', 'first_id', 'second_id', name=op.f('uq_pitch_rule_kind_first_id_second_id'))
    )
    with op.batch_alter_table('pitch_rule', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pitch_rule_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pitch_rule_second_id'), ['second_id'], unique=False)
    op.create_table('leader_away',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=120), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_leader_away_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_leader_away_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_leader_away_slot_id_slot'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leader_away')),
    sa.UniqueConstraint('slot_id', 'person_id', 'key', name=op.f('uq_leader_away_slot_id_person_id_key'))
    )
    with op.batch_alter_table('leader_away', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leader_away_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_leader_away_person_id'), ['person_id'], unique=False)


def downgrade() -> None:
    """Take them away again."""
    for table in ("leader_away", "pitch_rule", "score", "scoring_round", "stage", "queue_entry"):
        op.drop_table(table)
    for table, column in (("pitch", "step_free"), ("pitch", "hands"), ("topic", "about"), ("event", "marks_most"),
                          ("event", "marks_hidden"), ("event", "pitches_close_at")):
        op.drop_column(table, column)
