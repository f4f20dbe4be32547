"""Migrations: up from nothing, down to nothing and up again, with data in between; and what they make is what the models say."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.cli import alembic
from app.infra import clock, db
from app.notes import actions as notes
from app.search.postgres_schema import TABLES
from tests.world import World


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request, whole_app, tmp_path):
    """An empty database of each kind, whichever the run is on; then the run's own again."""
    before = db.engine().url.render_as_string(hide_password=False)
    url = f"sqlite:///{tmp_path / 'empty.sqlite3'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    with whole_app.app_context():
        db.configure(url)
        yield
    db.configure(before)


def tables() -> set[str]:
    return set(inspect(db.engine()).get_table_names()) - {"alembic_version", "sqlite_sequence", *TABLES}


def test_up_with_data_down_and_up_again(empty):
    command.upgrade(alembic(), "head")
    assert tables() == set(db.Base.metadata.tables)
    world = World()
    event = world.event()
    world.session(event, "Bins", room=1, slot=1, topics=["Data"], interested=[world.holder(event)])
    with db.engine().connect() as connection:
        assert connection.scalar(text("select count(*) from placement")) == 1
    db.session.remove()
    command.downgrade(alembic(), "base")
    assert tables() == set()
    command.upgrade(alembic(), "head")
    assert tables() == set(db.Base.metadata.tables)
    assert World().event() is not None


def test_each_step_down_and_up_keeps_the_data(empty):
    command.upgrade(alembic(), "head")
    world = World()
    world.session(world.event(), "Bins", room=1, slot=1)
    db.session.remove()
    from alembic.script import ScriptDirectory

    revisions = [r.revision for r in ScriptDirectory.from_config(alembic()).walk_revisions()]
    for revision in revisions[1:]:  # down as far as the first tables, which hold the data
        command.downgrade(alembic(), revision)
    command.upgrade(alembic(), "head")
    with db.engine().connect() as connection:
        assert connection.scalar(text("select title from pitch")) == "Bins"


def test_grid_changes_become_steps_and_steps_changes(empty):
    """Revision 0003, with data of before it, and with what only it can hold on the way back."""
    command.upgrade(alembic(), "0002")
    at = "2026-01-24 10:00:00"
    with db.engine().begin() as connection:
        for statement in (
            f"INSERT INTO person (id, name, organisation, session_key, keeper, created_at) VALUES (1, 'Ann', '', 'k', false, '{at}')",
            f"INSERT INTO series (id, name, slug, about, created_at) VALUES (1, 'Camp', 'camp', '', '{at}')",
            "INSERT INTO event (id, series_id, name, slug, hashtag, starts_on, ends_on, time_zone, venue, about, visibility, join_code, "
            "attribution, note_template, code_of_conduct, notes_licence, hue, set_up_version, created_at) VALUES (1, 1, 'Camp', 'c26', '', "
            f"'2026-01-24', '2026-01-24', 'Europe/London', '', '', 'public', 'J', 'chatham', '', '', '', 1, 1, '{at}')",
            "INSERT INTO room (id, event_id, position, number, name, floor, step_free, equipment, notes, for_sessions) VALUES "
            "(1, 1, 1, 1, 'One', '', true, '', '', true), (2, 1, 2, 2, 'Two', '', true, '', '', true)",
            "INSERT INTO slot (id, event_id, position, kind, number, label, notes) VALUES (1, 1, 1, 'session', 1, '', '')",
            "INSERT INTO pitch (id, event_id, title, about, state, pitched_by_id, version, created_at, updated_at) VALUES "
            f"(1, 1, 'Bins', '', 'open', 1, 1, '{at}', '{at}'), (2, 1, 'Boxes', '', 'open', 1, 1, '{at}', '{at}')",
            f"INSERT INTO session (id, event_id, pitch_id, created_at) VALUES (1, 1, 1, '{at}'), (2, 1, 2, '{at}')",
            "INSERT INTO placement (id, event_id, session_id, room_id, slot_id) VALUES (1, 1, 1, 1, 1), (2, 1, 2, 2, 1)",
            "INSERT INTO grid_change (id, event_id, version, at, by_id, verb, session_id, other_session_id, from_room_id, from_slot_id, "
            f"to_room_id, to_slot_id, said) VALUES (1, 1, 1, '{at}', 1, 'placed', 1, NULL, NULL, NULL, 2, 1, 'a'), "
            f"(2, 1, 2, '{at}', 1, 'placed', 2, 1, NULL, NULL, 2, 1, 'b'), (3, 1, 3, '{at}', 1, 'placed', 1, NULL, NULL, NULL, 1, 1, 'c'), "
            f"(4, 1, 4, '{at}', 1, 'swapped', 1, 2, 1, 1, 2, 1, 'd'), (5, 1, 5, '{at}', 1, 'taken off', 2, NULL, 1, 1, NULL, NULL, 'e')",
        ):
            connection.execute(text(statement))
        if not db.on_sqlite():
            connection.execute(text("SELECT setval(pg_get_serial_sequence('pitch', 'id'), 100)"))
    old = "SELECT verb, session_id, other_session_id, from_room_id, from_slot_id, to_room_id, to_slot_id, said FROM grid_change ORDER BY id"
    with db.engine().connect() as connection:
        before = connection.execute(text(old)).all()
    command.upgrade(alembic(), "0003")
    with db.engine().begin() as connection:
        steps = connection.execute(text("SELECT change_id, session_id, from_room_id, to_room_id FROM grid_step ORDER BY change_id, id")).all()
        assert steps == [(1, 1, None, 2), (2, 2, None, 2), (2, 1, 2, None), (3, 1, None, 1), (4, 1, 1, 2), (4, 2, 2, 1), (5, 2, 1, None)]
        guids = connection.scalars(text("SELECT guid FROM session")).all()
        assert len(set(guids)) == 2
        connection.execute(text(f"INSERT INTO session (id, event_id, pitch_id, run, length, pinned, cancelled, guid, created_at) "
                                f"VALUES (9, 1, 1, 2, 1, false, '', 'again', '{at}')"))
        connection.execute(text(f"INSERT INTO grid_change (id, event_id, version, at, by_id, verb, said) "
                                f"VALUES (9, 1, 6, '{at}', 1, 'published', 'published the grid')"))
    command.downgrade(alembic(), "0002")
    with db.engine().connect() as connection:
        assert connection.execute(text(old)).all() == before
        titles = connection.execute(text("SELECT s.id, p.title FROM session s JOIN pitch p ON p.id = s.pitch_id ORDER BY s.id")).all()
        assert titles == [(1, "Bins"), (2, "Boxes"), (9, "Bins")]


def test_migrating_leaves_foreign_keys_enforced(empty):
    command.upgrade(alembic(), "head")
    if db.on_sqlite():
        with db.engine().connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_the_migrations_make_what_the_models_say(empty):
    command.upgrade(alembic(), "head")
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True,
                                                               "include_object": lambda _o, name, kind, *_r: not (kind == "table" and name in TABLES)})
        differences = compare_metadata(context, db.Base.metadata)
    assert differences == []


def test_a_note_keeps_its_document_when_it_takes_its_sessions_number(empty):
    """Revision 0010, with what people wrote before it."""
    command.upgrade(alembic(), "head")
    world = World()
    event = world.event()
    world.session(event, "Boxes", room=1, slot=1)
    session = world.session(event, "Bins", room=2, slot=1)
    holder = world.holder(event)
    with db.transaction(event):
        notes.save(holder, session, text="What was said", base_revision=0, at=clock.now())
    session_id = session.id
    db.session.remove()
    joined = "SELECT note.session_id, document.text FROM note JOIN document ON document.id = note.document_id"
    command.downgrade(alembic(), "0009")
    with db.engine().begin() as connection:
        assert connection.execute(text(joined)).all() == [(session_id, "What was said")]
        connection.execute(text("UPDATE note SET id = 77"))
    command.upgrade(alembic(), "head")
    with db.engine().connect() as connection:
        assert connection.execute(text(f"{joined} WHERE document.text_seq = document.seq AND note.state = 'draft'")).all() == [
            (session_id, "What was said")]
