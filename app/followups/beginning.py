"""How a conversation begins, and how somebody comes into it. For this room's actions, which have asked whether that may be."""

from datetime import datetime

from app.accounts.models import Person
from app.boards.idea_models import Idea
from app.boards.insight_models import REMOVED, Insight
from app.errors import Conflict
from app.followups import policy
from app.followups.models import HOST, OPEN, POSTED, FollowUp, FollowUpPerson
from app.followups.queries import COLUMNS, followup_of
from app.followups.versions import count_change
from app.infra import db


def begun(source: policy.Source, at: datetime) -> FollowUp:
    """The conversation of the source, which begins now if there is none. Raises Conflict for what was withdrawn or taken out."""
    followup = followup_of(source)
    if followup is None:
        if isinstance(source, Insight) and source.state == REMOVED:
            raise Conflict("The words of this note were taken out for good, so there is nothing to carry on.")
        if isinstance(source, Idea) and source.withdrawn:
            raise Conflict("This idea was withdrawn. It can be put up again first.")
        followup = FollowUp(event_id=policy.source_event(source).id, **{COLUMNS[type(source)].key: source.id}, created_at=at)
        db.session.add(followup)
        db.session.flush()
        count_change(followup)
    return followup


def part_in(followup: FollowUp, person: Person) -> FollowUpPerson | None:
    """What `person` is in it, if anything."""
    return next((one for one in followup.people if one.person_id == person.id), None)


def take_part(followup: FollowUp, person: Person, part: str, at: datetime) -> bool:
    """`person` hosts it, or is kept posted; whether that is new. A host hears of it anyway and stays one.

    A host takes up again what rested, or what came to something.
    """
    own = part_in(followup, person)
    if own is None:
        followup.people.append(FollowUpPerson(person_id=person.id, name=person.name, part=part, since=at))
    elif own.part == POSTED and part == HOST:
        own.part, own.since, own.asked_at, own.asked_by_id = HOST, at, None, None
    elif part != HOST or followup.state == OPEN:
        return False
    if part == HOST and followup.state != OPEN:
        followup.state, followup.state_at = OPEN, at
    moved(followup, at)
    return True


def moved(followup: FollowUp, at: datetime) -> None:
    """Something happened in it: it is not asked any more whether it goes on; open pages and search look at it again."""
    followup.moved_at, followup.asked, followup.asked_at = at, 0, None
    count_change(followup)
