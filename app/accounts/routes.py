"""Pages for signing in, and one's own page."""

from flask import Blueprint, Flask
from flask_login import LoginManager

from app.accounts.models import Person
from app.infra import db
from app.web.guard import PUBLIC, allow

blueprint = Blueprint("accounts", __name__)


def install_sign_in(app: Flask) -> None:
    """Let Flask-Login find the person that a cookie speaks of; a cookie with an old session key finds nobody."""
    manager = LoginManager(app)

    @manager.user_loader
    def load(cookie: str) -> Person | None:
        person_id, _, key = cookie.partition(".")
        person = db.session.get(Person, int(person_id)) if person_id.isdigit() else None
        return person if person is not None and person.session_key == key else None


@blueprint.get("/sign-in")
@allow(PUBLIC)
def sign_in():
    return ""
