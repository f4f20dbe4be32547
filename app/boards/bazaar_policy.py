"""What of boards and notes somebody may read, as conditions for lists: `policy.can_read` asked of all at once."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, TO_GROUP, IdeaJoiner, Pledge
from app.boards.models import OPEN, Board
from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, READ_ALL, READ_PUBLISHED, Event
from app.notes.models import PUBLISHED, Note


def reads_boards(person: Person | None, event: Event) -> ColumnElement[bool]:
    """`policy.can_read` of the event's boards, as a condition on `Board` (1 statement, to know who asks)."""
    return _reads(person, event, or_(and_(Board.session_id.is_(None), Board.state != OPEN), _published(Board.session_id)))


def reads_notes(person: Person | None, event: Event, session_id: InstrumentedAttribute) -> ColumnElement[bool]:
    """`notes.policy.can_read` of the session of this column, as a condition (1 statement, to know who asks)."""
    return _reads(person, event, _published(session_id))


def reads_pledges(person: Person | None, event: Event, seats: frozenset[int] = frozenset()) -> ColumnElement[bool]:
    """`policy.can_read_pledge`, for somebody who may read the event, as a condition on `Pledge`.

    `seats`: the breakout groups they sit in (1 statement, to know who asks).
    """
    may = Pledge.shown == PUBLIC_PLEDGE
    if person is None:
        return may
    may |= Pledge.person_id == person.id
    if events_policy.can_take_part(person, event):
        joined = select(IdeaJoiner.idea_id).where(IdeaJoiner.person_id == person.id)
        may |= and_(Pledge.shown == TO_GROUP, or_(
            Pledge.group_id.in_(seats) if seats else false(), and_(Pledge.group_id.is_(None), Pledge.idea_id.in_(joined))))
    return may


def _reads(person: Person | None, event: Event, once_published: ColumnElement[bool]) -> ColumnElement[bool]:
    if events_policy.can_take_part(person, event):
        return true()
    if event.visibility == ATTENDEES_ONLY:
        return false()
    return {READ_ALL: true(), READ_PUBLISHED: once_published}.get(event.notes_readers, false())


def _published(session_id: InstrumentedAttribute) -> ColumnElement[bool]:
    return exists().where(Note.session_id == session_id, Note.state == PUBLISHED)
