"""Migrations: up from nothing, down to nothing and up again, with data in between; and what they make is what the models say."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.cli import alembic
from app.infra import db
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


def test_the_migrations_make_what_the_models_say(empty):
    command.upgrade(alembic(), "head")
    with db.engine().connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True,
                                                               "include_object": lambda _o, name, kind, *_r: not (kind == "table" and name in TABLES)})
        differences = compare_metadata(context, db.Base.metadata)
    assert differences == []
