"""Folkmoot as people run it, with the demo camp inside, and browsers signed in to it."""

import os
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import Engine, create_engine, make_url, text

from app.infra import db
from tests import servers
from tests.conftest import _new_database

SECRET = "x" * 40  # what tests/servers.py starts the site with


@dataclass
class Site:
    """A running site: its address, its database to look into, and cookies for people in it."""

    address: str
    engine: Engine
    process: int = 0

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


def site_of(folder, *arguments: str, again: bool = False):
    """A site in `folder` on the kind of database this run is on, or `again` the one that was there; a context manager."""
    from contextlib import contextmanager

    @contextmanager
    def running():
        url = None
        if os.environ.get("DATABASE_URL", "").startswith("postgresql"):
            name = f"site_{os.environ.get('PYTEST_XDIST_WORKER', 'gw')}_{folder.name}"[:60]
            server = make_url(os.environ["DATABASE_URL"])
            url = (server.set(database=name).render_as_string(hide_password=False) if again
                   else _new_database(os.environ["DATABASE_URL"], name))
        with servers.serving_process(folder, *arguments, database_url=url) as (address, process):
            if url:
                engine = create_engine(url)
            else:
                engine = create_engine(f"sqlite:///{folder / 'served.sqlite3'}", module=db.sqlite)
            yield Site(address, engine, process.pid)
            engine.dispose()

    return running()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The demo camp, served by gunicorn and the jobs worker."""
    with site_of(tmp_path_factory.mktemp("demo"), "--demo") as site:
        yield site


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
