"""What search does when something is done in a room above, in the same transaction."""

from sqlalchemy import select

from app.accounts.models import Person
from app.boards.idea_models import Pledge
from app.followups.models import Offer
from app.infra import db, findable


def renamed(person: Person) -> None:
    """Pledges, offers and what is asked for are found by the name that their person has now."""
    for kind, column, whose in (("pledge", Pledge.id, Pledge.person_id), ("followup", Offer.followup_id, Offer.person_id)):
        for one in db.session.scalars(select(column).where(whose == person.id).distinct()):
            findable.changed(kind, one)
