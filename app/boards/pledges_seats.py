"""Which breakout groups the person who asks sits in. Seats are kept under marks that only a request can make (`device.py`)."""

from app.accounts.models import Person
from app.boards import device, pledges_queries
from app.boards.models import Group
from app.events.models import Event


def own_groups(person: Person | None, event: Event) -> list[Group]:
    """The groups of the event's boards in which `person` sits or sat, newest first (2 statements)."""
    if person is None:
        return []
    return pledges_queries.groups_with([device.seat_mark(person, one) for one in pledges_queries.boards_with_groups(event)])


def seats_of(person: Person | None, event: Event) -> frozenset[int]:
    """Their ids."""
    return frozenset(group.id for group in own_groups(person, event))
