"""Who may do what about what is known of somebody: everybody for themselves; for others whoever runs the site, by command."""

from app.accounts.models import Person


def can_take_out(actor: Person | None, person: Person) -> bool:
    """Have all that is known of `person` as a file: everybody their own, nobody another's."""
    return actor is not None and actor.id == person.id


def can_erase(actor: Person | None, person: Person) -> bool:
    """Have `person` erased: everybody themselves, nobody another."""
    return actor is not None and actor.id == person.id


def can_leave(actor: Person | None) -> bool:
    """Leave a series: whoever is signed in. There may be nothing to leave."""
    return actor is not None
