"""Who may do what with accounts."""

from app.accounts.models import Person


def can_change(actor: Person | None, person: Person) -> bool:
    """Change a name, an address or a password, or end sessions: everybody their own, nobody another's."""
    return actor is not None and actor.id == person.id


def can_have_password(person: Person) -> bool:
    """Sign in with a password: who has an address to type beside it."""
    return person.email is not None


def can_come_back(person: Person) -> bool:
    """Sign in again after signing out: who has an address. Without one the device's cookie is all there is."""
    return person.email is not None


def can_read_outbox(actor: Person | None) -> bool:
    """Read the mails kept instead of sent: keepers of the site. Whoever reads one can use the links in it."""
    return actor is not None and actor.keeper
