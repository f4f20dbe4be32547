"""Who may do what with boards, insights and ideas: the one place that decides it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, TO_GROUP, Idea, IdeaJoiner, Pledge
from app.boards.insight_models import REMOVED, Insight
from app.boards.models import OPEN, Board, Facilitator
from app.events import policy as events_policy
from app.events.models import ATTENDEES_ONLY, CHATHAM_HOUSE, READ_ALL, READ_PUBLISHED, Event, Role
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import PUBLISHED, Note, NoteTaker

FOR_HOLDERS = "Boards are written on by people with a pass to the event. Join it first."
FOR_FACILITATORS = "That is for who runs this board: its facilitators, the session’s leaders, campmakers and organisers."
CLOSED_BOARD = "This board is closed. It can still be read."

# Made once: every open page asks it at each change.
_RUNS = select(exists().where(Facilitator.board_id == bindparam("board"), Facilitator.person_id == bindparam("person")))


@dataclass(frozen=True)
class Rights:
    """What somebody may do on a board, after one question for all of it: for pages that offer it."""

    read: bool
    write: bool
    facilitate: bool


def rights(person: Person | None, board: Board) -> Rights:
    """What `person` may do on the board (at most 4 statements, however many insights there are)."""
    role = events_policy.role(person, board.event)
    return Rights(read=can_read(person, board), write=role >= Role.ATTENDEE and board.state == OPEN,
                  facilitate=can_facilitate(person, board))


def can_create(person: Person | None, event: Event, session: Session | None) -> bool:
    """Set a board up. For the event: campmakers and organisers. For a session: its leaders and note-takers as well."""
    if events_policy.can_help(person, event):
        return True
    return session is not None and events_policy.can_take_part(person, event) and (
        leads(person, session) or bool(db.session.scalar(select(exists().where(
            NoteTaker.session_id == session.id, NoteTaker.person_id == person.id)))))


def can_facilitate(person: Person | None, board: Board) -> bool:
    """Run it (stages, groups, voting, hiding, the plenary): its facilitators, the session's leaders, campmakers, organisers."""
    if person is None or not events_policy.can_take_part(person, board.event):
        return False
    if events_policy.can_help(person, board.event) or (board.session is not None and leads(person, board.session)):
        return True
    return bool(db.session.scalar(_RUNS, {"board": board.id, "person": person.id}))


def leads(person: Person, session: Session) -> bool:
    """Whether `person` is one of the session's leaders."""
    return any(leader.person_id == person.id for leader in session.pitch.leaders)


def can_read(person: Person | None, board: Board) -> bool:
    """Read a board and all that is made of it: as the notes of its session.

    A board of the whole event: as the event's notes; where those are for all only once published, once the board is closed.
    """
    if board.session is not None:
        return notes_policy.can_read(person, board.session)
    event = board.event
    if events_policy.can_take_part(person, event):
        return True
    if event.visibility == ATTENDEES_ONLY or not events_policy.can_read(person, event):
        return False
    return event.notes_readers == READ_ALL or (event.notes_readers == READ_PUBLISHED and board.state != OPEN)


def open_to_all(note: type[Note] = Note) -> ColumnElement[bool]:
    """As a condition on `Event`, `Board` and the `note` of its session (joined if there is one): whoever may read the event may
    read the board, too."""
    return (Event.notes_readers == READ_ALL) | ((Event.notes_readers == READ_PUBLISHED) & or_(
        and_(Board.session_id.is_(None), Board.state != OPEN), and_(Board.session_id.is_not(None), note.state == PUBLISHED)))


def can_write(person: Person | None, board: Board) -> bool:
    """Add insights, move and group them, vote, take a seat: whoever holds a pass, while the board is open."""
    return board.state == OPEN and events_policy.can_take_part(person, board.event)


def can_edit(person: Person | None, insight: Insight, mark: str | None) -> bool:
    """Change what an insight says, or take it back: its author, and who runs the board. `mark`: this device's."""
    if insight.state == REMOVED:
        return False
    return (can_write(person, insight.board) and wrote(person, insight, mark)) or can_facilitate(person, insight.board)


def wrote(person: Person | None, insight: Insight, mark: str | None) -> bool:
    """Whether it is theirs: by their account, or on an anonymous board by the mark their device makes."""
    return (insight.by_id is not None and person is not None and insight.by_id == person.id) or (
        mark is not None and insight.mark == mark)


def can_remove(person: Person | None, insight: Insight) -> bool:
    """“Don't write that down”: take its words out for good. Whoever holds a pass may say so, also later."""
    return insight.state != REMOVED and events_policy.can_take_part(person, insight.board.event)


def can_record(person: Person | None, board: Board, at: datetime) -> bool:
    """Put the board into its session's notes at that moment: who runs it or may write the notes, until writing has closed."""
    return why_not_record(person, board, at) == ""


def why_not_record(person: Person | None, board: Board, at: datetime) -> str:
    """Why `person` may not put the board into its session's notes at that moment, in a sentence; empty if they may."""
    if board.session is None:
        return "This board belongs to the whole event, so there are no session’s notes to put it into."
    if notes_policy.closed(board.event, at):
        return notes_policy.CLOSED
    if can_facilitate(person, board) or notes_policy.can_write(person, board.session, at):
        return ""
    return FOR_FACILITATORS


def anonymous(board: Board) -> bool:
    """Whether no author is stored on it: always under the Chatham House Rule."""
    return board.anonymous or board.event.attribution == CHATHAM_HOUSE


def kept_moment(board: Board, at: datetime) -> datetime:
    """`at` as it is kept with what is written: on an anonymous board only the hour."""
    return at.replace(minute=0, second=0, microsecond=0) if anonymous(board) else at


def can_offer(person: Person | None, event: Event) -> bool:
    """Put an idea up, join one, make a pledge: whoever holds a pass."""
    return events_policy.can_take_part(person, event)


def can_change_idea(person: Person | None, idea: Idea) -> bool:
    """Change or withdraw it: who put it up, campmakers and organisers."""
    return events_policy.can_help(person, idea.event) or (
        events_policy.can_take_part(person, idea.event) and idea.offered_by_id is not None and idea.offered_by_id == person.id)


def can_say_tried(person: Person | None, idea: Idea) -> bool:
    """Say that it was tried, and what came of it: who joined it, with a pass; and who may change it."""
    if can_change_idea(person, idea):
        return True
    return person is not None and events_policy.can_take_part(person, idea.event) and any(
        one.person_id == person.id for one in idea.joiners)


def can_read_pledge(person: Person | None, pledge: Pledge, seats: frozenset[int] = frozenset()) -> bool:
    """Its person always. *public*: who may read the event. *group*: the members of its breakout group, or who joined its idea.

    Members of a breakout group are known only by their marks, so `seats` are the ids of the groups that the page knows
    `person` to sit in. The same as a condition for lists: `bazaar_policy.reads_pledges`.
    """
    if person is not None and pledge.person_id == person.id:
        return True
    if pledge.shown == PUBLIC_PLEDGE:
        return events_policy.can_read(person, pledge.event)
    if pledge.shown != TO_GROUP or not events_policy.can_take_part(person, pledge.event):
        return False
    if pledge.group_id is not None:
        return pledge.group_id in seats
    return pledge.idea_id is not None and bool(db.session.scalar(select(exists().where(
        IdeaJoiner.idea_id == pledge.idea_id, IdeaJoiner.person_id == person.id))))


def can_change_pledge(person: Person | None, pledge: Pledge) -> bool:
    """Change it, say what came of it, take it back: its person."""
    return person is not None and pledge.person_id == person.id
