"""Who this browser is: the signed cookie is made anew whenever somebody signs in, and again empty when they leave."""

from datetime import datetime, timedelta

from flask import Flask, g, session
from flask_login import LoginManager, login_user, logout_user
from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.infra import clock, db

ENTERED = "entered"  # when this browser signed in, in whole seconds
FRESH = timedelta(minutes=15)
PERSON = select(Person).where(Person.id == bindparam("id"))  # made once: every page of somebody signed in asks it


def install(app: Flask) -> None:
    """Let Flask-Login find the person that a cookie speaks of; a cookie with an old session key finds nobody."""
    manager = LoginManager(app)
    manager.session_protection = None  # phones change networks; the session key is what ends a session

    @manager.user_loader
    def load(cookie: str) -> Person | None:
        if g.get("database_down"):  # app/web/errors.py is about to say so, to whomever
            return None
        person_id, _, key = cookie.partition(".")
        known = person_id.isdecimal() and len(person_id) < 19
        person = db.session.scalar(PERSON, {"id": int(person_id)}) if known else None
        return person if person is not None and person.session_key == key else None


def enter(person: Person) -> None:
    """Be `person` in this browser from now on. Nothing of the session before stays, so nobody can have prepared it."""
    session.clear()
    login_user(person)
    session.pop("_id", None)  # a digest of the network address and browser, which nothing here needs
    session.permanent = True
    session[ENTERED] = int(clock.now().timestamp())


def leave() -> None:
    """Be nobody in this browser from now on."""
    logout_user()
    session.clear()


def just_entered(at: datetime) -> bool:
    """Whether this browser signed in within the last quarter of an hour, as it must have to change what guards the account."""
    return at.timestamp() - session.get(ENTERED, 0) < FRESH.total_seconds()
