"""Sessions may be held again, take two slots and be cancelled; a change of the grid is a list of steps, so that it can be undone."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VERBS_BEFORE = "verb IN ('placed', 'moved', 'swapped', 'taken off')"
VERBS = ("verb IN ('placed', 'moved', 'swapped', 'taken off', 'resized', 'repeated', 'cancelled', 'reinstated', 'arranged', "
         "'undone', 'redone', 'published', 'hidden')")
POINTS = ("session_id", "other_session_id", "from_room_id", "from_slot_id", "to_room_id", "to_slot_id")


def upgrade() -> None:
    """What each change did to its one or two sessions becomes a row for each."""
    op.create_table('grid_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('change_id', sa.Integer(), nullable=False),
    sa.Column('session_id', sa.Integer(), nullable=False),
    sa.Column('from_room_id', sa.Integer(), nullable=True),
    sa.Column('from_slot_id', sa.Integer(), nullable=True),
    sa.Column('from_length', sa.Integer(), nullable=False),
    sa.Column('from_cancelled', sa.String(length=200), nullable=False),
    sa.Column('to_room_id', sa.Integer(), nullable=True),
    sa.Column('to_slot_id', sa.Integer(), nullable=True),
    sa.Column('to_length', sa.Integer(), nullable=False),
    sa.Column('to_cancelled', sa.String(length=200), nullable=False),
    sa.ForeignKeyConstraint(['change_id'], ['grid_change.id'], name=op.f('fk_grid_step_change_id_grid_change'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['from_room_id'], ['room.id'], name=op.f('fk_grid_step_from_room_id_room'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['from_slot_id'], ['slot.id'], name=op.f('fk_grid_step_from_slot_id_slot'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['session_id'], ['session.id'], name=op.f('fk_grid_step_session_id_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['to_room_id'], ['room.id'], name=op.f('fk_grid_step_to_room_id_room'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['to_slot_id'], ['slot.id'], name=op.f('fk_grid_step_to_slot_id_slot'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_grid_step')),
    sa.UniqueConstraint('change_id', 'session_id', name=op.f('uq_grid_step_change_id_session_id'))
    )
    with op.batch_alter_table('grid_step', schema=None) as batch_op:
        batch_op.create_index('ix_grid_step_session_id', ['session_id'], unique=False)
    op.execute("""
        INSERT INTO grid_step (change_id, session_id, from_room_id, from_slot_id, from_length, from_cancelled,
                               to_room_id, to_slot_id, to_length, to_cancelled)
        SELECT id, session_id, from_room_id, from_slot_id, 1, '', to_room_id, to_slot_id, 1, '' FROM grid_change ORDER BY id""")
    op.execute("""
        INSERT INTO grid_step (change_id, session_id, from_room_id, from_slot_id, from_length, from_cancelled,
                               to_room_id, to_slot_id, to_length, to_cancelled)
        SELECT id, other_session_id, to_room_id, to_slot_id, 1, '', CASE verb WHEN 'swapped' THEN from_room_id END,
               CASE verb WHEN 'swapped' THEN from_slot_id END, 1, ''
        FROM grid_change WHERE other_session_id IS NOT NULL ORDER BY id""")
    with op.batch_alter_table("grid_change") as batch_op:
        batch_op.drop_index("ix_grid_change_session_id")
        batch_op.drop_constraint(op.f("ck_grid_change_verb"), type_="check")
        for name, table in zip(POINTS, ("session", "session", "room", "slot", "room", "slot"), strict=True):
            batch_op.drop_constraint(op.f(f"fk_grid_change_{name}_{table}"), type_="foreignkey")
            batch_op.drop_column(name)
        batch_op.add_column(sa.Column("undoes_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_grid_change_undoes_id_grid_change"), "grid_change", ["undoes_id"], ["id"],
                                    ondelete="SET NULL")
        batch_op.create_index(op.f("ix_grid_change_undoes_id"), ["undoes_id"])
        batch_op.create_check_constraint(op.f("ck_grid_change_verb"), VERBS)

    op.add_column("session", sa.Column("guid", sa.String(length=200), nullable=True))
    connection = op.get_bind()
    for (session_id,) in connection.execute(sa.text("SELECT id FROM session ORDER BY id")).all():
        connection.execute(sa.text("UPDATE session SET guid = :guid WHERE id = :id"), {"guid": str(uuid4()), "id": session_id})
    with op.batch_alter_table("session") as batch_op:
        batch_op.alter_column("guid", existing_type=sa.String(length=200), nullable=False)
        batch_op.add_column(sa.Column("run", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("length", sa.Integer(), nullable=False, server_default="1"))
        batch_op.add_column(sa.Column("pinned", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("cancelled", sa.String(length=200), nullable=False, server_default=""))
        batch_op.drop_constraint(op.f("uq_session_pitch_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_session_event_id_guid"), ["event_id", "guid"])
        batch_op.create_unique_constraint(op.f("uq_session_pitch_id_run"), ["pitch_id", "run"])
        batch_op.create_check_constraint(op.f("ck_session_run"), "run > 0")
        batch_op.create_check_constraint(op.f("ck_session_length"), "length IN (1, 2)")
    with op.batch_alter_table("placement") as batch_op:
        batch_op.add_column(sa.Column("part", sa.Integer(), nullable=False, server_default="1"))
        batch_op.drop_constraint(op.f("uq_placement_session_id"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_placement_session_id_part"), ["session_id", "part"])
        batch_op.create_check_constraint(op.f("ck_placement_part"), "part IN (1, 2)")


def downgrade() -> None:
    """Nothing written is lost: a repeat becomes a session of a pitch of its own. A change keeps its first two steps."""
    connection = op.get_bind()
    op.execute("DELETE FROM placement WHERE part > 1")
    with op.batch_alter_table("placement") as batch_op:
        batch_op.drop_constraint(op.f("ck_placement_part"), type_="check")
        batch_op.drop_constraint(op.f("uq_placement_session_id_part"), type_="unique")
        batch_op.drop_column("part")
        batch_op.create_unique_constraint(op.f("uq_placement_session_id"), ["session_id"])
    for session_id, pitch_id in connection.execute(sa.text("SELECT id, pitch_id FROM session WHERE run > 1 ORDER BY id")).all():
        _give_own_pitch(connection, session_id, pitch_id)
    with op.batch_alter_table("session") as batch_op:
        for name in ("ck_session_run", "ck_session_length"):
            batch_op.drop_constraint(op.f(name), type_="check")
        batch_op.drop_constraint(op.f("uq_session_pitch_id_run"), type_="unique")
        batch_op.drop_constraint(op.f("uq_session_event_id_guid"), type_="unique")
        for name in ("run", "length", "pinned", "cancelled", "guid"):
            batch_op.drop_column(name)
        batch_op.create_unique_constraint(op.f("uq_session_pitch_id"), ["pitch_id"])

    for name in POINTS:
        op.add_column("grid_change", sa.Column(name, sa.Integer(), nullable=True))
    for change_id, verb in connection.execute(sa.text("SELECT id, verb FROM grid_change ORDER BY id")).all():
        steps = connection.execute(sa.text(
            "SELECT session_id, from_room_id, from_slot_id, to_room_id, to_slot_id FROM grid_step "
            "WHERE change_id = :id ORDER BY id LIMIT 2"), {"id": change_id}).mappings().all()
        if not steps:  # published, hidden
            connection.execute(sa.text("DELETE FROM grid_change WHERE id = :id"), {"id": change_id})
            continue
        first, other = steps[0], steps[1] if len(steps) > 1 else None
        crossed = other and (other["from_room_id"], other["from_slot_id"]) == (first["to_room_id"], first["to_slot_id"])
        verb = ("taken off" if first["to_room_id"] is None else "placed" if first["from_room_id"] is None
                else "swapped" if crossed and other["to_room_id"] is not None else "moved")
        connection.execute(
            sa.text("UPDATE grid_change SET verb = :verb, other_session_id = :other, session_id = :session_id, "
                    "from_room_id = :from_room_id, from_slot_id = :from_slot_id, to_room_id = :to_room_id, to_slot_id = :to_slot_id "
                    "WHERE id = :id"),
            {**first, "verb": verb, "other": other["session_id"] if crossed else None, "id": change_id})
    op.drop_table("grid_step")
    with op.batch_alter_table("grid_change") as batch_op:
        batch_op.drop_constraint(op.f("ck_grid_change_verb"), type_="check")
        batch_op.drop_index(op.f("ix_grid_change_undoes_id"))
        batch_op.drop_constraint(op.f("fk_grid_change_undoes_id_grid_change"), type_="foreignkey")
        batch_op.drop_column("undoes_id")
        batch_op.alter_column("session_id", existing_type=sa.Integer(), nullable=False)
        for name, table in zip(POINTS, ("session", "session", "room", "slot", "room", "slot"), strict=True):
            batch_op.create_foreign_key(op.f(f"fk_grid_change_{name}_{table}"), table, [name], ["id"],
                                        ondelete="CASCADE" if table == "session" else "SET NULL")
        batch_op.create_index("ix_grid_change_session_id", ["session_id"])
        batch_op.create_check_constraint(op.f("ck_grid_change_verb"), VERBS_BEFORE)


def _give_own_pitch(connection, session_id: int, pitch_id: int) -> None:
    own = connection.scalar(sa.text(
        "INSERT INTO pitch (event_id, title, about, state, merged_into_id, pitched_by_id, version, created_at, updated_at) "
        "SELECT event_id, title, about, state, merged_into_id, pitched_by_id, version, created_at, updated_at FROM pitch "
        "WHERE id = :id RETURNING id"), {"id": pitch_id})
    connection.execute(sa.text("INSERT INTO leader (pitch_id, position, person_id, name) "
                               "SELECT :own, position, person_id, name FROM leader WHERE pitch_id = :id"), {"own": own, "id": pitch_id})
    connection.execute(sa.text("INSERT INTO pitch_topic (pitch_id, topic_id) SELECT :own, topic_id FROM pitch_topic WHERE pitch_id = :id"),
                       {"own": own, "id": pitch_id})
    connection.execute(sa.text("UPDATE session SET pitch_id = :own WHERE id = :id"), {"own": own, "id": session_id})
