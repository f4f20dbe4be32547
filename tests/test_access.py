"""Every endpoint × every kind of person: who gets in, who is refused, and that a refusal changes nothing.

One row per endpoint and method. The seven marks stand for: a stranger · somebody signed in without a pass · an attendee ·
a campmaker · an organiser · an owner of the series · an organiser of another event (in another series). `+` gets in, `-` is
refused. For reading pages the row speaks of a public event; the same pages of an event for attendees only are tried too.
A new endpoint without a row fails by name.
"""

import time
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.events.models import ATTENDEES_ONLY, PUBLIC, Role
from app.infra import db
from app.web.guard import Access
from tests.access_rows import ROWS, Row

KINDS = ("stranger", "signed in", "attendee", "campmaker", "organiser", "owner", "organiser elsewhere")
OF_ATTENDEES_ONLY = "--++++-"


@dataclass
class Scene:
    """An event with one of everything, the seven kinds of people, and another event they must not reach into."""

    names: dict[str, object] = field(default_factory=dict)
    people: dict[str, object] = field(default_factory=dict)


@dataclass
class Cookie:
    """Somebody, as far as signing in needs to know."""

    value: str

    def get_id(self) -> str:
        return self.value


def scene_of(world, visibility: str) -> Scene:
    from tests.access_rows import furnish

    series = world.series()
    event = world.event(series, visibility=visibility)
    elsewhere = world.event()
    people = {
        "stranger": None, "signed in": world.person(email="a@example.org"), "attendee": world.holder(event, email="b@example.org"),
        "campmaker": world.holder(event, Role.CAMPMAKER, email="c@example.org"),
        "organiser": world.holder(event, Role.ORGANISER, email="d@example.org"), "owner": world.owner(series, email="e@example.org"),
        "organiser elsewhere": world.holder(elsewhere, Role.ORGANISER, email="f@example.org"),
    }
    names = furnish(world, series, event, elsewhere, people)
    # A request ends the session that these people were loaded in, so their cookies are read before.
    return Scene(names, {kind: somebody and Cookie(somebody.get_id()) for kind, somebody in people.items()})


_furnished: dict[str, tuple[Scene, bytes | str]] = {}


def keep_rows(visibility: str) -> str:
    """On PostgreSQL: put copies of all rows beside the tables, and return the statements that bring them back into empty ones."""
    kept, again = f"kept_{visibility}", []
    with db.engine().begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {kept} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {kept}"))
        for table in db.Base.metadata.sorted_tables:
            if connection.scalar(text(f'SELECT count(*) FROM "{table.name}"')):
                connection.execute(text(f'CREATE TABLE {kept}."{table.name}" AS TABLE "{table.name}"'))
                again.append(f'INSERT INTO "{table.name}" SELECT * FROM {kept}."{table.name}"')
        for name, number in connection.execute(text(
                "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL")):
            again.append(f"SELECT setval('\"{name}\"', {number})")
    return "; ".join(again)


@pytest.fixture
def scene_for(app, world):
    """The scene of an event with this visibility. It is put up once and copied from then on: a file, or all rows."""
    def put_up(visibility: str) -> Scene:
        if visibility not in _furnished:
            scene = scene_of(world, visibility)
            db.session.remove()
            if db.on_sqlite():
                with db.engine().connect() as connection:
                    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                _furnished[visibility] = scene, Path(db.engine().url.database).read_bytes()
            else:
                _furnished[visibility] = scene, keep_rows(visibility)
            return scene
        scene, kept = _furnished[visibility]
        db.session.remove()
        if db.on_sqlite():
            file = Path(db.engine().url.database)
            db.engine().dispose()
            for left in file.parent.glob(f"{file.name}-*"):
                left.unlink()
            file.write_bytes(kept)
        else:
            with db.engine().begin() as connection:
                connection.exec_driver_sql(kept)
        return scene

    return put_up


@cache
def counting():
    """Made once: it names every table."""
    return select(*[select(func.count()).select_from(t).scalar_subquery().label(t.name) for t in db.Base.metadata.sorted_tables])


def digest() -> dict[str, int]:
    """How many rows every table has."""
    counted = db.session.execute(counting()).one()
    db.session.rollback()
    return counted._asdict()


def filled(value, names):
    if isinstance(value, str) and value.startswith("@"):
        return names[value[1:]]
    if isinstance(value, list):
        return [filled(v, names) for v in value]
    return value


def call(client, app, row: Row, scene: Scene):
    arguments = {k: filled(v, scene.names) for k, v in row.arguments.items()}
    with app.test_request_context():
        from flask import url_for

        path = url_for(row.endpoint, **arguments)
    if row.method == "GET":
        return client.get(path)
    return client.send(path, **{k: filled(v, scene.names) for k, v in row.form.items()})


def refused(response) -> bool:
    return response.status_code == 403 or (response.status_code in (302, 303) and response.location.startswith("/sign-in?next"))


def test_every_endpoint_has_its_row(app):
    declared = {(rule.endpoint, method) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"}}
    rows = [(row.endpoint, row.method) for row in ROWS]
    assert sorted(declared - set(rows)) == [], "endpoints without a row in tests/access_rows.py"
    assert sorted(set(rows) - declared) == [], "rows for endpoints that are gone"
    assert len(rows) == len(set(rows))


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.method} {r.endpoint}")
def test_who_gets_in(row: Row, app, client, scene_for):
    scene = scene_for(PUBLIC)
    assert len(row.marks) == len(KINDS)
    for mark, alike in groupby(zip(KINDS, row.marks, strict=True), key=itemgetter(1)):
        kinds = [kind for kind, _ in alike]
        before = digest() if mark == "-" else None
        for kind in kinds:
            client.sign_out()
            if scene.people[kind] is not None:
                client.sign_in(scene.people[kind], entered=int(time.time()))
            client.thorough = kind in ("stranger", "organiser")
            response = call(client, app, row, scene)
            if mark == "-":
                assert refused(response), f"{kind} got {response.status_code}"
            else:
                assert not refused(response), f"{kind} was refused with {response.status_code}"
                assert response.status_code in row.statuses, f"{kind} got {response.status_code}: {response.text[:500]}"
        if mark == "-":
            assert digest() == before, f"a refusal to one of {kinds} changed something"


def test_keepers_pages_are_for_keepers(app, client, world):
    client.sign_in(world.person(keeper=True))
    client.thorough = True
    for path in ("/outbox", "/site/health", "/series/new"):
        assert client.get(path).status_code == 200


UNASKED = {"grid.shared"}  # the same for everybody, or nobody's (tests/grid/test_shared_grid.py)
READERS = [row for row in ROWS if row.marks == "+++++++" and "event_slug" in row.arguments and row.endpoint not in UNASKED]


@pytest.mark.once
@pytest.mark.parametrize("row", READERS, ids=lambda r: f"{r.method} {r.endpoint}")
def test_an_event_for_attendees_only_is_closed_to_others(row: Row, app, client, scene_for):
    scene = scene_for(ATTENDEES_ONLY)
    for kind, mark in zip(KINDS, OF_ATTENDEES_ONLY, strict=True):
        client.sign_out()
        if scene.people[kind] is not None:
            client.sign_in(scene.people[kind], entered=int(time.time()))
        response = call(client, app, row, scene)
        assert refused(response) == (mark == "-"), f"{kind} got {response.status_code}"


NOT_THINGS = {"grid.fragment", "exchange.make_book", "exchange.book_file", "mailings.new"}  # what else is in them: a view, a kind
INSIDE = [row for row in ROWS if "event_slug" in row.arguments and len(row.arguments) > 1 and row.endpoint not in {*NOT_THINGS, *UNASKED}]


@pytest.mark.once
@pytest.mark.parametrize("row", INSIDE, ids=lambda r: f"{r.method} {r.endpoint}")
def test_nothing_of_another_event_is_reached_through_ones_own(row: Row, app, client, scene_for):
    """An organiser elsewhere, with full power there, names this event's things under their own event's address."""
    scene = scene_for(PUBLIC)
    client.sign_in(scene.people["organiser elsewhere"])
    before = digest()
    moved = Row(row.endpoint, row.method, row.marks, row.arguments | {"event_slug": "@elsewhere"}, row.form)
    response = call(client, app, moved, scene)
    assert response.status_code in (403, 404), response.status_code
    assert digest() == before


def test_every_view_declares_its_level(app):
    for endpoint, view in app.view_functions.items():
        assert isinstance(view.access, Access), endpoint
