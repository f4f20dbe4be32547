"""Making void what works for whoever has it: links in a person's mails, their addresses for answers, their calendar's address."""

from app.accounts.models import Person
from app.errors import require
from app.letters import policy, wishes
from app.letters.models import new_secret


def new_links(actor: Person, person: Person) -> None:
    """All of `person`'s that were ever made work no more. The next mail, and their pages, have new ones."""
    require(policy.can_wish(actor, person))
    address_changed(person)


def address_changed(person: Person) -> None:
    """The same, because `person` has another address: the mailbox of the old one may be somebody else's by now."""
    row = wishes.known(person)
    if row is not None:
        row.secret = new_secret()
