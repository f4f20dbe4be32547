"""What is kept: under its name and version, while it holds, within its bounds, for its own database only."""

import threading

import pytest

from app.infra import db
from app.web import kept as module
from app.web.kept import body_of, kept

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def making():
    made = []

    def ask(what, version=1, value="x", **how):
        def make():
            made.append(what)
            return value

        return kept(what, version, make, **how)

    ask.made = made
    return ask


def test_a_thing_is_made_once_for_its_version(making):
    assert [making("a", 1, "one"), making("a", 1, "two"), making("b", 1, "two"), making("a", 2, "new")] == ["one", "one", "two", "new"]
    assert making.made == ["a", "b", "a"]
    assert making("a", 1, "old again") == "old again", "one version of each thing is kept"


def test_what_does_not_hold_any_more_is_made_anew(making):
    making("a", 1, "old")
    assert making("a", 1, "new", holds=lambda value: value != "old") == "new"
    assert making("a", 1, "newer", holds=lambda value: value != "old") == "new"


def test_the_least_used_leave_first_and_the_bounds_hold(making, monkeypatch):
    monkeypatch.setattr(module, "MOST_BYTES", 10)
    making("a", value="1234")
    making("b", value="1234")
    making("a")  # used again
    making("c", value=body_of(b"1234"))
    making.made.clear()
    making("a")
    making("b", value="1234")
    assert making.made == ["b"]
    assert making("large", value="x" * 50) == "x" * 50, "given, though too large to keep"
    making.made.clear()
    making("large")
    assert making.made == ["large"]


def test_another_database_has_its_own(making, tmp_path):
    making("a", value="of this one")
    before = db.engine().url.render_as_string(hide_password=False)
    db.configure(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    try:
        assert making("a", value="of the other") == "of the other"
    finally:
        db.configure(before)


def test_many_threads_get_right_values(monkeypatch):
    monkeypatch.setattr(module, "MOST", 20)
    wrong = []

    def work(number):
        for i in range(400):
            name = (i * 7 + number) % 50
            if kept(name, i % 3, lambda name=name, i=i: (name, i % 3)) != (name, i % 3):
                wrong.append(name)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
