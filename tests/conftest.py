"""What every test stands on: a real database (SQLite, or PostgreSQL with --postgresql), the app, a client that checks pages."""

import gc
import mimetypes
import os
import shutil
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from itertools import groupby, islice
from operator import attrgetter
from pathlib import Path

import hypothesis
import pytest
from argon2 import PasswordHasher
from sqlalchemy import create_engine, event, make_url, text

from app import config, create_app
from app.accounts import passwords
from app.infra import db
from app.search import index as search_index
from app.search.postgres_schema import TABLES
from app.web import kept
from tests import servers
from tests.pages import CheckedClient
from tests.world import World

_servers = ExitStack()

# Passwords of people in tests: worked out in no time. (How long it takes in life is tested by tests/accounts/test_passwords.py.)
_quick_hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
QUICK_PASSWORDS = _quick_hasher, _quick_hasher.hash("what nobody knows")
PASSWORDS_IN_LIFE = passwords._hasher, passwords.NOBODYS

# The same few examples in every run, however busy the machine is; `--hypothesis-profile thorough` looks for new ones.
hypothesis.settings.register_profile("steady", max_examples=50, derandomize=True, deadline=None, database=None)
hypothesis.settings.register_profile("thorough", max_examples=1_000, deadline=None)
hypothesis.settings.load_profile("steady")


def pytest_addoption(parser):
    parser.addoption("--postgresql", action="store_true", help="run on PostgreSQL (a cluster of its own, or DATABASE_URL)")
    parser.addoption("--full", action="store_true", help="the long acceptance tests at their full length: 25 kills, 60 seconds of writers")
    parser.addoption("--again", action="store_true",
                     help="leave out what a run on another database has tested: what uses none, and what is marked once")


def pytest_configure(config):
    config.addinivalue_line("markers", "long: takes more than a few seconds")
    config.addinivalue_line("markers", "browser: drives Chromium")
    config.addinivalue_line("markers", "postgresql: about a site on PostgreSQL, so only of a run on it")
    config.addinivalue_line("markers", "once: needs a database, and which kind makes no difference")
    if not hasattr(config, "workerinput"):  # what the processes of a run share, see journeys/conftest.py
        folder = tempfile.TemporaryDirectory(prefix="folkmoot-tests-", ignore_cleanup_errors=True)
        os.environ["FOLKMOOT_TESTS_SHARED"] = _servers.enter_context(folder)
        os.environ["FOLKMOOT_TESTS_FULL"] = "full" if config.getoption("--full") else ""
        os.environ["FOLKMOOT_TESTS_AGAIN"] = "again" if config.getoption("--again") else ""
    if config.getoption("--postgresql") and not hasattr(config, "workerinput") and not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _servers.enter_context(servers.postgres())


USES_DATABASE = {"whole_app", "demo", "site", "rough", "together", "rough_together"}


def pytest_collection_modifyitems(config, items):
    wanted = set(items)
    if config.getoption("--again"):
        wanted = {i for i in items if i.get_closest_marker("postgresql") or (
            USES_DATABASE & set(i.fixturenames) and not i.get_closest_marker("once")
            and ("statements" not in i.fixturenames or i.path.parent.name == "search"))}  # each database is said the same
    if not config.getoption("--postgresql"):
        wanted -= {i for i in items if i.get_closest_marker("postgresql")}
    config.hook.pytest_deselected(items=[i for i in items if i not in wanted])
    items[:] = dealt([i for i in items if i in wanted], int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def dealt(items: list, processes: int) -> list:
    """The tests, file by file, with the files of long ones at the beginning of each process's share (--dist worksteal begins with
    equal shares): what is long and begun last has all the others wait for it."""
    files = [list(tests) for _, tests in groupby(items, key=attrgetter("path"))]
    long = [tests for tests in files if any(test.get_closest_marker("long") for test in tests)]
    shares = [[test for tests in long[n::processes] for test in tests] for n in range(processes)]
    rest = iter([test for tests in files if tests not in long for test in tests])
    for share in shares[:-1]:
        share.extend(islice(rest, max(0, len(items) // processes - len(share))))
    shares[-1].extend(rest)
    return [test for share in shares for test in share]


def pytest_unconfigure(config):
    if not hasattr(config, "workerinput"):
        _servers.close()


def pytest_collection_finish():
    """What is loaded by now stays to the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()


def _new_database(server: str, name: str, template: str = "template0") -> str:
    url = make_url(server)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    engine.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def postgres_server():
    """The URL of a PostgreSQL server, whichever database the run itself is on."""
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        yield os.environ["DATABASE_URL"]
    else:
        with servers.postgres() as url:
            yield url


@pytest.fixture
def postgres_url(postgres_server, request):
    """The URL of an empty PostgreSQL database."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw")
    return _new_database(postgres_server, f"empty_{worker}")


@pytest.fixture(scope="session")
def redis_url():
    """The URL of a Redis of our own."""
    with servers.redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def settings(tmp_path_factory, worker_id) -> config.Config:
    """Settings as in production, except for where things are kept."""
    folder = tmp_path_factory.mktemp("instance")
    database = os.environ.get("DATABASE_URL", "")
    if database.startswith("postgresql"):
        database = _new_database(database, f"folkmoot_{worker_id}")
    else:
        database = f"sqlite:///{folder / 'template.sqlite3'}"
    return config.load({
        "SECRET_KEY": "s" * 40, "BASE_URL": "https://camp.example.org", "DATABASE_URL": database,
        "FILES_URL": f"file://{folder / 'files'}",
        "SEARCH_URL": "" if database.startswith("postgresql") else f"whoosh://{folder / 'search'}",
    })


@pytest.fixture(scope="session")
def worker_id():
    return os.environ.get("PYTEST_XDIST_WORKER", "gw")


@pytest.fixture(scope="session")
def whole_app(settings):
    """One application for the whole run, on a migrated database."""
    app = create_app(settings)
    app.testing = False  # errors become pages, as they do for people
    result = app.test_cli_runner().invoke(args=["database", "upgrade"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return app


def _without_waiting_for_the_disk(connection, _record) -> None:
    """What survives a power cut is tested with databases of their own (tests/infra/test_db.py)."""
    connection.execute("PRAGMA synchronous=OFF")


def _empty(connection) -> None:
    """Take out what is in the tables, and number rows from 1 again. (Truncating 50 tables takes 70 ms, this takes 6.)"""
    names = [*TABLES, *(t.name for t in reversed(db.Base.metadata.sorted_tables))]
    some = set(connection.scalars(text(" UNION ALL ".join(f"(SELECT '{name}' FROM \"{name}\" LIMIT 1)" for name in names))))
    for name in names:
        if name in some:
            # (The search engine ranks by what the server knows of its tables' size.)
            connection.execute(text(f'TRUNCATE "{name}"' if name in TABLES else f'DELETE FROM "{name}"'))
    connection.execute(text("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'"))


@pytest.fixture(scope="session")
def database(whole_app, settings):
    """The engine of the tests' own database. It is one for all of them: what it has worked out for a statement stays."""
    if settings.database_url.startswith("sqlite"):
        with db.engine().connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        db.engine().dispose()
        engine = db.configure(settings.database_url.replace("template", "test"))
        event.listen(engine, "connect", _without_waiting_for_the_disk)
        return engine
    engine = db.configure(settings.database_url)
    pool = engine.pool  # as many connections as in life, but none is closed when it is given back: opening one is dear
    pool._pool.maxsize, pool._max_overflow, pool._pool.use_lifo = pool._pool.maxsize + pool._max_overflow, 0, True
    engine.dispose()  # it begins anew, as told
    return engine


def _fresh(engine, template: str) -> None:
    """Put a copy of the migrated, empty file in the place of the last test's."""
    engine.dispose()
    for end in ("", "-wal", "-shm"):  # away with the old file: nobody who still has it open shall see the new one
        Path(f"{engine.url.database}{end}").unlink(missing_ok=True)
    shutil.copy(template, engine.url.database)


@pytest.fixture
def app(whole_app, settings, database, tmp_path):
    """The application on a database with nothing in it."""
    db.use(database)
    kept.forget()
    if settings.database_url.startswith("sqlite"):
        _fresh(database, settings.database_url.removeprefix("sqlite:///"))
        search_index.configure(f"whoosh://{tmp_path / 'search'}")
    else:
        with database.begin() as connection:
            _empty(connection)
        search_index.configure("postgresql:")
    whole_app.extensions["limiter_reset"]()
    passwords._hasher, passwords.NOBODYS = QUICK_PASSWORDS
    yield whole_app
    passwords._hasher, passwords.NOBODYS = PASSWORDS_IN_LIFE
    db.session.remove()


@pytest.fixture
def context(app):
    """An application context, for actions and queries."""
    with app.app_context():
        yield
    db.session.remove()


@pytest.fixture
def world(context) -> World:
    """Makes people, series, events, pitches, sessions with one call each (tests/world.py)."""
    return World()


@pytest.fixture
def client(app) -> CheckedClient:
    """A browser's cookie jar; every HTML page it gets is checked (tests/pages.py)."""
    app.test_client_class = CheckedClient
    return app.test_client()


@pytest.fixture
def statements(app):
    """Counts SQL statements: `with statements() as said: …` then `len(said)`."""
    @contextmanager
    def counting():
        said: list[str] = []

        def note(_connection, _cursor, statement, *_rest):
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE")):
                said.append(statement)

        event.listen(db.engine(), "before_cursor_execute", note)
        try:
            yield said
        finally:
            event.remove(db.engine(), "before_cursor_execute", note)

    return counting


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real notes and schedules beside the project."""
    folder = servers.ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        pytest.skip("the folder ../shared with real notes is not here")
    return folder


@pytest.fixture(scope="session")
def browser():
    """Chromium, driven by Playwright."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=20_000)  # machines that run tests are busy
    path = servers.find_chromium()
    if path is None:
        servers.missing("Chromium", "install Debian's package chromium")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=servers.CHROMIUM_FLAGS, timeout=120_000)
        yield chromium
        chromium.close()


@pytest.fixture
def tab(browser, client):
    """A tab of a browser in which the test's own client answers for http://camp/, and whose streams stay silent."""
    context = browser.new_context(base_url="http://camp", service_workers="block")

    def answer(route):
        path = route.request.url.removeprefix("http://camp")
        if path.startswith("/static/"):
            route.fulfill(path=servers.ROOT / path.lstrip("/"), content_type=mimetypes.guess_type(path)[0])
        elif path.endswith("stream"):
            route.abort()
        else:
            got = client.get(path)
            route.fulfill(status=got.status_code, body=got.data, headers={"Content-Type": got.content_type})

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


assert sys.version_info >= (3, 11)
