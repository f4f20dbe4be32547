"""The first tables."""

import sqlalchemy as sa
from alembic import op

from app.infra.db import Moment

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('document',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint('revision >= 0 AND seq >= 0', name=op.f('ck_document_counted')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_document'))
    )
    op.create_table('job',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('payload', sa.JSON(), nullable=False),
    sa.Column('run_at', Moment(), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('problem', sa.Text(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_job'))
    )
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.create_index('ix_job_due', ['run_at', 'id'], unique=False)

    op.create_table('mail',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('recipient', sa.Text(), nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('message_id', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('sent_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_mail'))
    )
    op.create_table('person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('organisation', sa.String(length=100), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('session_key', sa.String(length=32), nullable=False),
    sa.Column('keeper', sa.Boolean(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_person_named')),
    sa.CheckConstraint('email IS NULL OR email = lower(email)', name=op.f('ck_person_email_lower')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('email', name=op.f('uq_person_email'))
    )
    op.create_table('series',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series')),
    sa.UniqueConstraint('slug', name=op.f('uq_series_slug'))
    )
    op.create_table('document_update',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_document_update_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_document_update_document_id_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('document_id', 'seq', name=op.f('pk_document_update'))
    )
    with op.batch_alter_table('document_update', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_document_update_by_id'), ['by_id'], unique=False)

    op.create_table('event',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('slug', sa.String(length=60), nullable=False),
    sa.Column('hashtag', sa.String(length=50), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('time_zone', sa.String(length=60), nullable=False),
    sa.Column('venue', sa.String(length=200), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('visibility', sa.String(length=20), nullable=False),
    sa.Column('join_code', sa.String(length=12), nullable=False),
    sa.Column('attribution', sa.String(length=20), nullable=False),
    sa.Column('note_template', sa.Text(), nullable=False),
    sa.Column('code_of_conduct', sa.Text(), nullable=False),
    sa.Column('notes_licence', sa.String(length=100), nullable=False),
    sa.Column('hue', sa.Integer(), nullable=False),
    sa.Column('set_up_version', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.CheckConstraint("attribution IN ('chatham', 'named')", name=op.f('ck_event_attribution')),
    sa.CheckConstraint("visibility IN ('public', 'unlisted', 'attendees')", name=op.f('ck_event_visibility')),
    sa.CheckConstraint('ends_on >= starts_on', name=op.f('ck_event_dates')),
    sa.CheckConstraint('hue BETWEEN 0 AND 359', name=op.f('ck_event_hue')),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_event_series_id_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_event')),
    sa.UniqueConstraint('join_code', name=op.f('uq_event_join_code')),
    sa.UniqueConstraint('slug', name=op.f('uq_event_slug'))
    )
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_series_id'), ['series_id'], unique=False)

    op.create_table('link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('purpose', sa.String(length=20), nullable=False),
    sa.Column('email', sa.String(length=254), nullable=True),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('next_path', sa.Text(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.CheckConstraint("purpose IN ('sign-in', 'invitation', 'tie-address', 'first-keeper')", name=op.f('ck_link_purpose')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_link_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_link')),
    sa.UniqueConstraint('digest', name=op.f('uq_link_digest'))
    )
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_link_email'), ['email'], unique=False)

    op.create_table('revision',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('remark', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_revision_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_revision_document_id_document'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_revision')),
    sa.UniqueConstraint('document_id', 'number', name=op.f('uq_revision_document_id_number'))
    )
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_revision_by_id'), ['by_id'], unique=False)

    op.create_table('series_owner',
    sa.Column('series_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_series_owner_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_series_owner_series_id_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('series_id', 'person_id', name=op.f('pk_series_owner'))
    )
    with op.batch_alter_table('series_owner', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_series_owner_person_id'), ['person_id'], unique=False)

    op.create_table('import',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('file_key', sa.String(length=64), nullable=False),
    sa.Column('only_try', sa.Boolean(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('reports', sa.JSON(), nullable=False),
    sa.Column('asked_at', Moment(), nullable=False),
    sa.CheckConstraint("kind IN ('notes', 'grid', 'attendees')", name=op.f('ck_import_kind')),
    sa.CheckConstraint("state IN ('waiting', 'reading', 'done')", name=op.f('ck_import_state')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_import_by_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_import_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import'))
    )
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_event_id'), ['event_id'], unique=False)

    op.create_table('pass',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('role', sa.Integer(), nullable=False),
    sa.Column('ticket', sa.String(length=60), nullable=False),
    sa.Column('joined_at', Moment(), nullable=False),
    sa.CheckConstraint('role BETWEEN 1 AND 3', name=op.f('ck_pass_role')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_pass_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_pass_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pass')),
    sa.UniqueConstraint('event_id', 'person_id', name=op.f('uq_pass_event_id_person_id')),
    )
    with op.batch_alter_table('pass', schema=None) as batch_op:
        batch_op.create_index('ix_pass_person_id', ['person_id'], unique=False)

    op.create_table('pitch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('about', sa.Text(), nullable=False),
    sa.Column('state', sa.String(length=10), nullable=False),
    sa.Column('merged_into_id', sa.Integer(), nullable=True),
    sa.Column('pitched_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('updated_at', Moment(), nullable=False),
    sa.CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name=op.f('ck_pitch_merged_into')),
    sa.CheckConstraint("state IN ('open', 'withdrawn', 'merged', 'unmerged')", name=op.f('ck_pitch_state')),
    sa.CheckConstraint("title <> ''", name=op.f('ck_pitch_titled')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_pitch_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['merged_into_id'], ['pitch.id'], name=op.f('fk_pitch_merged_into_id_pitch')),
    sa.ForeignKeyConstraint(['pitched_by_id'], ['person.id'], name=op.f('fk_pitch_pitched_by_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pitch'))
    )
    with op.batch_alter_table('pitch', schema=None) as batch_op:
        batch_op.create_index('ix_pitch_event_id_state', ['event_id', 'state'], unique=False)
        batch_op.create_index(batch_op.f('ix_pitch_merged_into_id'), ['merged_into_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_pitch_pitched_by_id'), ['pitched_by_id'], unique=False)

    op.create_table('room',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=60), nullable=False),
    sa.Column('seats', sa.Integer(), nullable=True),
    sa.Column('floor', sa.String(length=40), nullable=False),
    sa.Column('step_free', sa.Boolean(), nullable=False),
    sa.Column('equipment', sa.String(length=200), nullable=False),
    sa.Column('notes', sa.String(length=300), nullable=False),
    sa.Column('for_sessions', sa.Boolean(), nullable=False),
    sa.CheckConstraint('for_sessions OR number IS NULL', name=op.f('ck_room_numbered')),
    sa.CheckConstraint('seats IS NULL OR seats > 0', name=op.f('ck_room_seats')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_room_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_room')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_room_event_id_name')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_room_event_id_number'))
    )
    op.create_table('search_entry',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=40), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('series_id', sa.Integer(), nullable=True),
    sa.Column('year', sa.Integer(), nullable=True),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('topics', sa.JSON(), nullable=False),
    sa.Column('rooms', sa.JSON(), nullable=False),
    sa.Column('leaders', sa.JSON(), nullable=False),
    sa.Column('note_takers', sa.JSON(), nullable=False),
    sa.Column('looking_for_host', sa.Boolean(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint("kind IN ('event', 'pitch', 'session', 'followup')", name=op.f('ck_search_entry_kind')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_search_entry_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['series_id'], ['series.id'], name=op.f('fk_search_entry_series_id_series'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_search_entry')),
    sa.UniqueConstraint('key', name=op.f('uq_search_entry_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_search_entry_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_search_entry_series_id'), ['series_id'], unique=False)

    op.create_table('slot',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('number', sa.Integer(), nullable=True),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('notes', sa.String(length=300), nullable=False),
    sa.Column('starts_at', Moment(), nullable=True),
    sa.Column('ends_at', Moment(), nullable=True),
    sa.CheckConstraint("(kind = 'session') = (number IS NOT NULL)", name=op.f('ck_slot_numbered')),
    sa.CheckConstraint("kind IN ('session', 'break', 'plenary')", name=op.f('ck_slot_kind')),
    sa.CheckConstraint('ends_at IS NULL OR (starts_at IS NOT NULL AND ends_at > starts_at)', name=op.f('ck_slot_times')),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_slot_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_slot')),
    sa.UniqueConstraint('event_id', 'number', name=op.f('uq_slot_event_id_number'))
    )
    op.create_table('topic',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('key', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_topic_event_id_event'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_topic')),
    sa.UniqueConstraint('event_id', 'key', name=op.f('uq_topic_event_id_key'))
    )
    op.create_table('interest',
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('marked_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_interest_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_interest_pitch_id_pitch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pitch_id', 'person_id', name=op.f('pk_interest'))
    )
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_interest_person_id'), ['person_id'], unique=False)

    op.create_table('leader',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_leader_named')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_leader_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_leader_pitch_id_pitch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_leader')),
    sa.UniqueConstraint('pitch_id', 'person_id', name=op.f('uq_leader_pitch_id_person_id')),
    sa.UniqueConstraint('pitch_id', 'position', name=op.f('uq_leader_pitch_id_position'))
    )
    with op.batch_alter_table('leader', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_leader_person_id'), ['person_id'], unique=False)

    op.create_table('pitch_topic',
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('topic_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_pitch_topic_pitch_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['topic_id'], ['topic.id'], name=op.f('fk_pitch_topic_topic_id_topic'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pitch_id', 'topic_id', name=op.f('pk_pitch_topic'))
    )
    with op.batch_alter_table('pitch_topic', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_pitch_topic_topic_id'), ['topic_id'], unique=False)

    op.create_table('session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('pitch_id', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_session_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_session_pitch_id_pitch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session')),
    sa.UniqueConstraint('pitch_id', name=op.f('uq_session_pitch_id'))
    )
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_event_id'), ['event_id'], unique=False)

    op.create_table('carried_on',
    sa.Column('pitch_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['pitch_id'], ['pitch.id'], name=op.f('fk_carried_on_pitch_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_carried_on_session_id_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('pitch_id', name=op.f('pk_carried_on'))
    )
    with op.batch_alter_table('carried_on', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_carried_on_session_id'), ['session_id'], unique=False)

    op.create_table('carried_session',
    sa.Column('to_pitch_id', sa.Integer(), nullable=False),
    sa.Column('from_pitch_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['from_pitch_id'], ['pitch.id'], name=op.f('fk_carried_session_from_pitch_id_pitch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_carried_session_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_pitch_id'], ['pitch.id'], name=op.f('fk_carried_session_to_pitch_id_pitch'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('to_pitch_id', name=op.f('pk_carried_session'))
    )
    with op.batch_alter_table('carried_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_carried_session_session_id'), ['session_id'], unique=False)

    op.create_table('followup',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_followup_session_id_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followup')),
    sa.UniqueConstraint('session_id', name=op.f('uq_followup_session_id'))
    )
    op.create_table('grid_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.Column('verb', sa.String(length=10), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('other_session_id', sa.Integer(), nullable=True),
    sa.Column('from_room_id', sa.Integer(), nullable=True),
    sa.Column('from_slot_id', sa.Integer(), nullable=True),
    sa.Column('to_room_id', sa.Integer(), nullable=True),
    sa.Column('to_slot_id', sa.Integer(), nullable=True),
    sa.Column('said', sa.Text(), nullable=False),
    sa.CheckConstraint("verb IN ('placed', 'moved', 'swapped', 'taken off')", name=op.f('ck_grid_change_verb')),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_grid_change_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_grid_change_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_room_id'], ['room.id'], name=op.f('fk_grid_change_from_room_id_room'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['from_slot_id'], ['slot.id'], name=op.f('fk_grid_change_from_slot_id_slot'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['other_session_id'], ['session.id'], name=op.f('fk_grid_change_other_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_grid_change_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_room_id'], ['room.id'], name=op.f('fk_grid_change_to_room_id_room'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['to_slot_id'], ['slot.id'], name=op.f('fk_grid_change_to_slot_id_slot'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grid_change')),
    sa.UniqueConstraint('event_id', 'version', name=op.f('uq_grid_change_event_id_version'))
    )
    with op.batch_alter_table('grid_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_grid_change_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_grid_change_session_id'), ['session_id'], unique=False)

    op.create_table('imported_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('file_key', sa.String(length=64), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=True),
    sa.Column('report', sa.JSON(), nullable=False),
    sa.Column('imported_at', Moment(), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['person.id'], name=op.f('fk_imported_file_by_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_imported_file_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_imported_file_session_id_session'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_imported_file')),
    sa.UniqueConstraint('event_id', 'name', name=op.f('uq_imported_file_event_id_name'))
    )
    with op.batch_alter_table('imported_file', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_imported_file_by_id'), ['by_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_imported_file_file_key'), ['file_key'], unique=False)
        batch_op.create_index(batch_op.f('ix_imported_file_session_id'), ['session_id'], unique=False)

    op.create_table('note',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('present', sa.JSON(), nullable=False),
    sa.Column('imported_text', sa.Text(), nullable=True),
    sa.Column('imported_as', sa.String(length=200), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_note_document_id_document')),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_note_session_id_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note')),
    sa.UniqueConstraint('document_id', name=op.f('uq_note_document_id')),
    sa.UniqueConstraint('session_id', name=op.f('uq_note_session_id'))
    )
    op.create_table('note_taker',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_note_taker_named')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_note_taker_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_note_taker_session_id_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_note_taker')),
    sa.UniqueConstraint('session_id', 'person_id', name=op.f('uq_note_taker_session_id_person_id'))
    )
    with op.batch_alter_table('note_taker', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_note_taker_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_note_taker_session_id'), ['session_id'], unique=False)

    op.create_table('placement',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('event_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('room_id', sa.Integer(), nullable=False),
    sa.Column('slot_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['event_id'], ['event.id'], name=op.f('fk_placement_event_id_event'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['room_id'], ['room.id'], name=op.f('fk_placement_room_id_room')),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_placement_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['slot_id'], ['slot.id'], name=op.f('fk_placement_slot_id_slot')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_placement')),
    sa.UniqueConstraint('room_id', 'slot_id', name=op.f('uq_placement_room_id_slot_id')),
    sa.UniqueConstraint('session_id', name=op.f('uq_placement_session_id'))
    )
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_placement_event_id'), ['event_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_placement_slot_id'), ['slot_id'], unique=False)

    op.create_table('session_link',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('label', sa.String(length=60), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_session_link_session_id_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_session_link')),
    sa.UniqueConstraint('session_id', 'url', name=op.f('uq_session_link_session_id_url'))
    )
    with op.batch_alter_table('session_link', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_session_link_session_id'), ['session_id'], unique=False)

    op.create_table('followup_person',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('followup_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=100), nullable=False),
    sa.Column('part', sa.String(length=10), nullable=False),
    sa.Column('since', Moment(), nullable=False),
    sa.CheckConstraint("name <> ''", name=op.f('ck_followup_person_named')),
    sa.CheckConstraint("part IN ('host', 'posted')", name=op.f('ck_followup_person_part')),
    sa.ForeignKeyConstraint(['followup_id'], ['followup.id'], name=op.f('fk_followup_person_followup_id_followup'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_followup_person_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_followup_person')),
    sa.UniqueConstraint('followup_id', 'person_id', name=op.f('uq_followup_person_followup_id_person_id')),
    )
    with op.batch_alter_table('followup_person', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_followup_person_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('followup_person', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_followup_person_person_id'))

    op.drop_table('followup_person')
    with op.batch_alter_table('session_link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_link_session_id'))

    op.drop_table('session_link')
    with op.batch_alter_table('placement', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_placement_slot_id'))
        batch_op.drop_index(batch_op.f('ix_placement_event_id'))

    op.drop_table('placement')
    with op.batch_alter_table('note_taker', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_note_taker_session_id'))
        batch_op.drop_index(batch_op.f('ix_note_taker_person_id'))

    op.drop_table('note_taker')
    op.drop_table('note')
    with op.batch_alter_table('imported_file', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_imported_file_session_id'))
        batch_op.drop_index(batch_op.f('ix_imported_file_file_key'))
        batch_op.drop_index(batch_op.f('ix_imported_file_by_id'))

    op.drop_table('imported_file')
    with op.batch_alter_table('grid_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_grid_change_session_id'))
        batch_op.drop_index(batch_op.f('ix_grid_change_by_id'))

    op.drop_table('grid_change')
    op.drop_table('followup')
    with op.batch_alter_table('carried_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_carried_session_session_id'))

    op.drop_table('carried_session')
    with op.batch_alter_table('carried_on', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_carried_on_session_id'))

    op.drop_table('carried_on')
    with op.batch_alter_table('session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_session_event_id'))

    op.drop_table('session')
    with op.batch_alter_table('pitch_topic', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pitch_topic_topic_id'))

    op.drop_table('pitch_topic')
    with op.batch_alter_table('leader', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_leader_person_id'))

    op.drop_table('leader')
    with op.batch_alter_table('interest', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_interest_person_id'))

    op.drop_table('interest')
    op.drop_table('topic')
    op.drop_table('slot')
    with op.batch_alter_table('search_entry', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_search_entry_series_id'))
        batch_op.drop_index(batch_op.f('ix_search_entry_event_id'))

    op.drop_table('search_entry')
    op.drop_table('room')
    with op.batch_alter_table('pitch', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_pitch_pitched_by_id'))
        batch_op.drop_index(batch_op.f('ix_pitch_merged_into_id'))
        batch_op.drop_index('ix_pitch_event_id_state')

    op.drop_table('pitch')
    with op.batch_alter_table('pass', schema=None) as batch_op:
        batch_op.drop_index('ix_pass_person_id')

    op.drop_table('pass')
    with op.batch_alter_table('import', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_event_id'))
        batch_op.drop_index(batch_op.f('ix_import_by_id'))

    op.drop_table('import')
    with op.batch_alter_table('series_owner', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_series_owner_person_id'))

    op.drop_table('series_owner')
    with op.batch_alter_table('revision', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_revision_by_id'))

    op.drop_table('revision')
    with op.batch_alter_table('link', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_link_email'))

    op.drop_table('link')
    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_series_id'))

    op.drop_table('event')
    with op.batch_alter_table('document_update', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_document_update_by_id'))

    op.drop_table('document_update')
    op.drop_table('series')
    op.drop_table('person')
    op.drop_table('mail')
    with op.batch_alter_table('job', schema=None) as batch_op:
        batch_op.drop_index('ix_job_due')

    op.drop_table('job')
    op.drop_table('document')
