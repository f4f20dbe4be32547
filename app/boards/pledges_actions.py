"""Making a pledge, changing it, saying what came of it, taking it back. It is its person's alone.

`seats` are the ids of the breakout groups that the person sits in, which a request knows (`pledges_seats.py`).
"""

from datetime import date, datetime

from sqlalchemy import event as sql_event
from sqlalchemy import select, update

from app.accounts.models import Person
from app.boards import policy
from app.boards.idea_models import KEPT, MADE, NOT_KEPT, PLEDGE_LENGTH, PRIVATE, PUBLIC_PLEDGE, TO_GROUP, Idea, Pledge
from app.boards.models import Group
from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.infra import db, findable

KEY_LENGTH = 36
JOIN_FIRST = "Pledges are for people with a pass to the event: join it first."
NOT_YOURS = "A pledge is changed by who made it, and nobody else."
NEITHER = "Choose who sees it: those who joined the idea, or your breakout group."


def make(actor: Person, event: Event, *, key: str, text: str, by_day: date | None = None, shown: str = PRIVATE,
         idea: Idea | None = None, group: Group | None = None, seats: frozenset[int] = frozenset(), at: datetime) -> Pledge:
    """What `actor` says they will do. The same `key` again is the pledge that is there. Raises Invalid for what cannot be."""
    require(policy.can_offer(actor, event), JOIN_FIRST)
    if not 0 < len(key) <= KEY_LENGTH:
        raise Invalid("This form is too old. Reload the page and send it again.")
    found = db.session.scalar(select(Pledge).where(Pledge.person_id == actor.id, Pledge.key == key))
    if found is not None:
        return found
    if idea is not None and idea.withdrawn:
        raise Conflict("This idea was withdrawn. You can still make a pledge of your own.")
    _fits(event, idea, shown, group, seats, by_day)
    pledge = Pledge(event_id=event.id, person_id=actor.id, key=key, text=_said(text), by_day=by_day, shown=shown, came_of="",
                    idea_id=idea.id if idea else None, group_id=group.id if group else None, created_at=at)
    db.session.add(pledge)
    db.session.flush()
    _tell(pledge)
    return pledge


def edit(actor: Person, pledge: Pledge, *, text: str, by_day: date | None, shown: str, group: Group | None = None,
         seats: frozenset[int] = frozenset()) -> Pledge:
    """Change what it says, by when, and who sees it. Raises Invalid for what cannot be."""
    require(policy.can_change_pledge(actor, pledge), NOT_YOURS)
    _fits(pledge.event, pledge.idea, shown, group, seats | {pledge.group_id}, by_day if by_day != pledge.by_day else None)
    was_public = pledge.shown == PUBLIC_PLEDGE
    pledge.text, pledge.by_day, pledge.shown = _said(text), by_day, shown
    pledge.group_id = group.id if group else None
    if was_public and shown != PUBLIC_PLEDGE:
        findable.forget("pledge", pledge.id)  # and its follow-up: nobody else finds them from this transaction's end on
    else:
        _tell(pledge)
    return pledge


def say_what_came(actor: Person, pledge: Pledge, *, state: str, came_of: str) -> Pledge:
    """Say whether it was kept, and what came of it; or that nothing is to be said yet."""
    require(policy.can_change_pledge(actor, pledge), NOT_YOURS)
    if state not in (MADE, KEPT, NOT_KEPT):
        raise Invalid("Say whether it was kept, or that it is too early.", "state")
    came_of = " ".join(came_of.split())
    if len(came_of) > PLEDGE_LENGTH:
        raise Invalid(f"Keep it to {PLEDGE_LENGTH} characters.", "came_of")
    pledge.state, pledge.came_of = state, came_of
    _tell(pledge)
    return pledge


def take_back(actor: Person, pledge: Pledge) -> None:
    """The pledge goes, and what it said with it."""
    require(policy.can_change_pledge(actor, pledge), NOT_YOURS)
    findable.forget("pledge", pledge.id)
    db.session.delete(pledge)


@sql_event.listens_for(Group, "before_delete")
def keep_to_oneself(_mapper, connection, group: Group) -> None:
    """What was for the members of a group is for its person alone once the group is gone, not for who joined its idea."""
    connection.execute(update(Pledge).where(Pledge.group_id == group.id, Pledge.shown == TO_GROUP).values(shown=PRIVATE))


def _said(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        raise Invalid("Say what you will do.", "text")
    if len(text) > PLEDGE_LENGTH:
        raise Invalid(f"Keep it to {PLEDGE_LENGTH} characters.", "text")
    return text


def _fits(event: Event, idea: Idea | None, shown: str, group: Group | None, seats: frozenset[int], by_day: date | None) -> None:
    if shown not in (PRIVATE, TO_GROUP, PUBLIC_PLEDGE):
        raise Invalid("Choose who sees it.", "shown")
    if (group is None and idea is None and shown == TO_GROUP) or (group is not None and shown != TO_GROUP):
        raise Invalid(NEITHER, "shown")
    if group is not None and group.id not in seats:
        raise Invalid("You do not sit in that group.", "shown")
    if by_day is not None and not event.starts_on <= by_day <= event.starts_on.replace(year=event.starts_on.year + 10, day=1):
        raise Invalid("Give a day after the event, within ten years, or none.", "by_day")


def _tell(pledge: Pledge) -> None:
    findable.changed("pledge", pledge.id)
