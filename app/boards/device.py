"""What a request knows of who holds the pen: the site's key, and the key that this device has for a day."""

import secrets
from datetime import datetime

from flask import current_app, session

from app.accounts.models import Person
from app.boards import marks

SESSION_KEY = "board_key"


def seat_mark(person: Person, board_id: int) -> str:
    """`person`'s mark in the seatings of a board."""
    return marks.of_person(current_app.secret_key, marks.SEAT, board_id, person.id)


def voter_mark(person: Person, board_id: int) -> str:
    """`person`'s mark on their dots on a board."""
    return marks.of_person(current_app.secret_key, marks.VOTER, board_id, person.id)


def author_mark(insight_key: str, at: datetime) -> str | None:
    """The mark this device makes on an insight today; None while it has no key (it has written nothing today)."""
    day, key = session.get(SESSION_KEY) or ("", "")
    return marks.of_author(key, insight_key) if day == at.date().isoformat() else None


def new_author_mark(insight_key: str, at: datetime) -> str:
    """As `author_mark`, with a new key if there is none for the day. The key is in the cookie and nowhere else."""
    today = at.date().isoformat()
    if (session.get(SESSION_KEY) or ("", ""))[0] != today:
        session[SESSION_KEY] = (today, secrets.token_hex(16))
    return author_mark(insight_key, at)
