"""The database port: safe SQLite only, one writer at a time, conflicts in words, nothing half done."""

import subprocess
import sys
import threading

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import select, text

from app.accounts.models import Person
from app.errors import Busy, Conflict
from app.infra import db
from tests.servers import ROOT
from tests.world import AT


@pytest.mark.parametrize("version", [(3, 7, 0), (3, 40, 1), (3, 51, 2)])
def test_a_sqlite_that_can_lose_commits_is_refused(version, tmp_path):
    with pytest.raises(db.UnsafeDatabase) as refusal:
        db.configure(f"sqlite:///{tmp_path / 'x'}", sqlite_version=version)
    assert ".".join(map(str, version)) in str(refusal.value)
    assert "3.51.3 or later" in str(refusal.value)


def test_the_program_does_not_start_on_it(tmp_path):
    """As somebody meets it: one sentence and a non-zero status, no traceback."""
    script = ("import pysqlite3.dbapi2 as s; s.sqlite_version_info = (3, 40, 1)\n"
              "import runpy; runpy.run_path('wsgi.py', run_name='wsgi')")
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False, env={
        "PATH": "/usr/bin:/bin", "SECRET_KEY": "k" * 40, "BASE_URL": "https://x.example", "DATABASE_URL": f"sqlite:///{tmp_path}/a.sqlite3",
        "FILES_URL": f"file://{tmp_path}/files", "SEARCH_URL": f"whoosh://{tmp_path}/search"})
    assert result.returncode != 0
    assert "Folkmoot did not start. SQLite 3.40.1 can lose saved work" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def on_sqlite(context, tmp_path):
    """SQLite, whichever database the run is on; then the run's own again."""
    before = db.engine().url.render_as_string(hide_password=False)
    db.configure(f"sqlite:///{tmp_path / 'own.sqlite3'}")
    db.Base.metadata.create_all(db.engine())
    yield
    db.configure(before)


def test_the_sqlite_in_use_is_safe_and_set_up_as_decided(on_sqlite):
    assert sqlite.sqlite_version_info >= db.FIRST_SAFE_SQLITE
    with db.engine().connect() as connection:
        assert connection.scalar(text("pragma journal_mode")) == "wal"
        assert connection.scalar(text("pragma synchronous")) == 2
        assert connection.scalar(text("pragma foreign_keys")) == 1


def test_a_transaction_commits_once_and_then_nudges(world):
    order = []
    with db.transaction() as session:
        session.add(Person(name="Leila", created_at=AT))
        db.after_commit(lambda: order.append(db.session.scalar(select(Person.name))))
        assert order == []
    assert order == ["Leila"]


def test_an_error_rolls_everything_back_and_nudges_nobody(world):
    nudged = []
    with pytest.raises(ZeroDivisionError), db.transaction() as session:
        session.add(Person(name="Leila", created_at=AT))
        db.after_commit(lambda: nudged.append(1))
        raise ZeroDivisionError
    assert db.session.scalars(select(Person)).all() == []
    assert nudged == []


def test_transactions_do_not_nest(world):
    with pytest.raises(RuntimeError, match="do not nest"), db.transaction(), db.transaction():
        pass


def test_a_broken_unique_constraint_is_a_conflict_in_words(world):
    world.person("A", "a@example.org")
    with pytest.raises(Conflict, match="Another account has that e-mail address"):
        world.person("B", "a@example.org")


def test_any_other_broken_constraint_is_our_mistake(world):
    with pytest.raises(Exception, match="(?i)check") as problem:
        world.person("B", "A@EXAMPLE.ORG")
    assert not isinstance(problem.value, Conflict)


def test_what_was_read_before_is_forgotten_inside(world):
    somebody = world.person("Before")
    assert somebody.name == "Before"
    with db.engine().begin() as other:
        other.execute(text("update person set name = 'After'"))
    with db.transaction():
        assert somebody.name == "After"


def test_sixteen_writers_never_see_a_locked_database(world):
    world.person("0")
    problems = []

    def add_one():
        try:
            for _ in range(20):
                with db.transaction(somebody_again := db.session.get(Person, 1)):
                    somebody_again.name = str(int(somebody_again.name) + 1)
        except Exception as problem:
            problems.append(problem)
        finally:
            db.session.remove()

    db.session.remove()
    threads = [threading.Thread(target=add_one) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert db.session.get(Person, 1).name == "320"


def test_a_lock_held_from_outside_is_answered_with_busy(on_sqlite, monkeypatch):
    monkeypatch.setattr(db, "LOCK_WAIT_SECONDS", 0.3)
    outside = sqlite.connect(db.engine().url.database, isolation_level=None)
    outside.execute("BEGIN IMMEDIATE")
    try:
        with pytest.raises(Busy), db.transaction() as session:
            session.add(Person(name="late", created_at=AT))
    finally:
        outside.execute("ROLLBACK")
        outside.close()
    with db.transaction() as session:
        session.add(Person(name="now it works", created_at=AT))
    assert db.session.scalars(select(Person.name)).all() == ["now it works"]


def test_moments_are_aware_and_in_utc(world):
    somebody = world.person("A")
    assert somebody.created_at == AT
    assert somebody.created_at.utcoffset().total_seconds() == 0
    with pytest.raises(Exception, match="time zone"):
        world.save(Person(name="B", created_at=AT.replace(tzinfo=None)))
