"""The search engines, each empty."""

import os

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from app.search.postgres_engine import PostgresEngine
from app.search.postgres_schema import TABLES, postgres_ddl
from app.search.whoosh_engine import WhooshEngine


@pytest.fixture(scope="session")
def search_database(postgres_server):
    """A PostgreSQL database with the tables of the search engine."""
    name = f"search_{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    with create_engine(postgres_server, isolation_level="AUTOCOMMIT", poolclass=NullPool).connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    database = create_engine(make_url(postgres_server).set(database=name))
    with database.begin() as connection:
        for statement in postgres_ddl()[0]:
            connection.execute(text(statement))
    yield database
    database.dispose()


def emptied(database):
    """`database` with nothing in the tables of the search engine."""
    with database.begin() as connection:
        connection.execute(text(f"TRUNCATE {', '.join(TABLES)}"))
    return database


@pytest.fixture
def postgres_engine(search_database):
    """The PostgreSQL engine, with nothing in it."""
    return PostgresEngine(emptied(search_database))


@pytest.fixture
def whoosh_engine(tmp_path):
    """The Whoosh engine, in a folder that is not there yet."""
    engine = WhooshEngine(tmp_path / "index")
    yield engine
    engine.close()


@pytest.fixture(params=["whoosh", "postgresql"])
def engine(request):
    """Each engine in turn."""
    return request.getfixturevalue("whoosh_engine" if request.param == "whoosh" else "postgres_engine")
