"""Who decides what is written to whom: each for themselves."""

from app.accounts.models import Person


def can_wish(actor: Person | None, person: Person) -> bool:
    """Whether `actor` sees and changes how `person` is written to. A link in a mail makes its opener that person here."""
    return actor is not None and actor.id == person.id
