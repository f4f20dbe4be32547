"""Folkmoot as people run it, with the demo camp inside, and browsers signed in to it."""

import fcntl
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, create_engine, make_url, text

from app.infra import db
from tests import servers
from tests.conftest import _new_database
from tests.journeys.wire import wire_to

SECRET = "x" * 40  # what tests/servers.py starts the site with


@dataclass
class Site:
    """A running site: its address, its database to look into, and cookies for people in it."""

    address: str
    engine: Engine
    process: int = 0
    log: Path | None = None  # what its processes print

    def ask(self, statement: str, **values):
        """The first column of every row that `statement` gives."""
        with self.engine.connect() as connection:
            return list(connection.execute(text(statement), values).scalars())

    def change(self, statement: str) -> None:
        """Write to the database behind the site's back."""
        with self.engine.begin() as connection:
            connection.execute(text(statement))

    def cookie_of(self, person_id: int) -> dict:
        """A cookie that signs this person in, for a browser context."""
        bare = Flask("bare", static_folder=None)
        bare.secret_key = SECRET
        [key] = self.ask("select session_key from person where id = :id", id=person_id)
        value = SecureCookieSessionInterface().get_signing_serializer(bare).dumps(
            {"_user_id": f"{person_id}.{key}", "_fresh": True, "_permanent": True})
        return {"name": "folkmoot", "value": value, "url": self.address}


def demo_kept() -> tuple[Path, str | None]:
    """The folder and, on PostgreSQL, the database of the demo camp as a first start leaves it: made once for all the processes
    of a run, to be copied from."""
    server = os.environ.get("DATABASE_URL", "")
    on_postgres = server.startswith("postgresql")
    folder = Path(os.environ["FOLKMOOT_TESTS_SHARED"]) / "demo"
    database = "demo_kept" if on_postgres else None
    with open(f"{folder}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
        if not folder.exists():
            making = folder.with_name("demo.making")
            making.mkdir()
            servers.make_demo(making, _new_database(server, database) if on_postgres else None)
            making.rename(folder)
    return folder, database


def _database_of(folder: Path, again: bool, template: str | None) -> str | None:
    """The URL of the site's own database on PostgreSQL."""
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgresql"):
        return None
    name = f"site_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}_{folder.name}"[:60]
    if again:
        return make_url(server).set(database=name).render_as_string(hide_password=False)
    return _new_database(server, name, template or "template0")


@contextmanager
def site_of(folder: Path, *arguments: str, again: bool = False, gently: bool = False, **environ: str):
    """A site in `folder` on the kind of database this run is on, or `again` the one that was there.

    With --demo it starts with a copy of the demo camp.
    """
    template = None
    if "--demo" in arguments and not again:
        kept, template = demo_kept()
        shutil.copytree(kept, folder, dirs_exist_ok=True)
    url = _database_of(folder, again, template)
    with servers.serving_process(folder, *arguments, database_url=url, gently=gently, **environ) as (address, process):
        if url:
            engine = create_engine(url)
        else:
            engine = create_engine(f"sqlite:///{folder / 'served.sqlite3'}", module=db.sqlite)
        yield Site(address, engine, process.pid, folder / "serve.log")
        engine.dispose()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo camp, served by gunicorn and the jobs worker."""
    with site_of(tmp_path_factory.mktemp("demo"), "--demo") as site:
        yield site


@pytest.fixture(scope="session")
def rough(tmp_path_factory):
    """Another, for tests that change much of it, fill it with people, or keep it from answering for a while."""
    with site_of(tmp_path_factory.mktemp("rough"), "--demo") as site:
        yield site


@pytest.fixture(scope="session")
def processes(redis_url, tmp_path_factory):
    """The demo camp served by two web processes, with PostgreSQL and a Redis that can be taken away: gives the site and the wire
    to its Redis."""
    with wire_to(redis_url) as wire:
        through = f"redis://127.0.0.1:{urlsplit(wire.address).port}/0"
        with site_of(tmp_path_factory.mktemp("processes"), "--demo", REDIS_URL=through, WEB_PROCESSES="2") as site:
            yield site, wire


def _one_or_two(request, one: str) -> Site:
    if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
        return request.getfixturevalue("processes")[0]
    return request.getfixturevalue(one)


@pytest.fixture(scope="session")
def together(request):
    """A site where people write notes together: the demo camp on SQLite, on PostgreSQL one of two web processes."""
    return _one_or_two(request, "demo")


@pytest.fixture(scope="session")
def rough_together(request):
    """The same, for tests that do not treat it well."""
    return _one_or_two(request, "rough")


@pytest.fixture
def page_of(browser):
    """Opens a page: `page_of(site, person_id, width=…, theme=…)`; closed after the test, and its errors fail the test."""
    contexts, errors = [], []

    def open_page(site: Site, person_id: int | None = None, *, width: int = 1280, height: int = 800, theme: str = "light", **more):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=theme, base_url=site.address, **more)
        contexts.append(context)
        if person_id:
            context.add_cookies([site.cookie_of(person_id)])
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert errors == []
