"""Reading people."""

from sqlalchemy import exists, select

from app.accounts import addresses, passwords
from app.accounts.models import Person
from app.infra import db


def person_called(email: str) -> Person | None:
    """The person with this address (as kept, see `addresses.normal`), if there is one."""
    return db.session.scalar(select(Person).where(Person.email == email))


def person_with(email: str, password: str) -> Person | None:
    """The person with this address and password, or None: the same work whichever of the two is wrong.

    Raises `Invalid` for what is no address at all.
    """
    person = person_called(addresses.normal(email))
    kept = person.password_hash if person else None
    return person if passwords.fits(kept, password) else None


def has_keeper() -> bool:
    """Whether somebody looks after the site."""
    return bool(db.session.scalar(select(exists().where(Person.keeper))))
