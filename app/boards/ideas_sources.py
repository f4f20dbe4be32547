"""Where an idea comes from: an insight, a line of a session's notes, a session, or nowhere but the person."""

import re
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.boards import policy
from app.boards.idea_models import IDEA_NAME_LENGTH, Idea
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board
from app.errors import NotFound
from app.events.models import ATTENDEES_ONLY, READ_ALL, Event
from app.events.policy import can_read as can_read_event
from app.grid.models import Session
from app.infra import db
from app.infra.markdown import plain
from app.infra.markup.text import cleaned
from app.notes import policy as notes_policy
from app.notes.marks import marks_of
from app.notes.queries import written_of
from app.pitches.queries import LARGEST_ID

MOST_LINES = 1_000  # of a note that one can choose from
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,}|[-*_=]{3,} *$)")
_BULLET = re.compile(r"^(?:[-*+•●○▪◦‣]|\d{1,9}[.)]|\[[ xX]?\]|[☐☑☒]|#{1,6}|>+) +")
NO_LINE = "That line is not in the notes any more. Choose it again."


@dataclass(frozen=True)
class Line:
    """One line of a note: its number from 1, its words without Markdown, and what it is marked as, if anything."""

    number: int
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Source:
    """What an idea is made of. `line` is what the line of the notes says; all are empty for an idea from nothing."""

    insight: Insight | None = None
    session: Session | None = None
    line: str = ""

    @property
    def words(self) -> str:
        """What it says, to begin the idea with."""
        return self.insight.text if self.insight is not None else self.line

    @property
    def unsigned(self) -> bool:
        """Whether nobody may be known by it: who puts such an idea up is kept only if they say that they offer it."""
        return self.insight is not None and policy.anonymous(self.insight.board)


NOWHERE = Source()


def lines_of(text: str) -> list[Line]:
    """The lines of a note that say something, the first `MOST_LINES` of them. Takes time in proportion to its length."""
    marked = {mark.line: mark for mark in marks_of(text)}
    found = []
    for number, line in enumerate(cleaned(text).split("\n"), 1):
        mark = marked.get(number)
        words = mark.words if mark else "" if _FENCE.match(line) else _words(line)
        if words:
            found.append(Line(number, words, mark.kind if mark else ""))
            if len(found) == MOST_LINES:
                break
    return found


def _words(line: str) -> str:
    words = " ".join(plain(line[:8_000]).split())
    while (bare := _BULLET.sub("", words)) != words:
        words = bare
    return words if any(c.isalnum() for c in words) else ""


def of_insight(event: Event, person: Person | None, insight_id: int) -> Source:
    """An insight of the event as a source (2 to 6 statements). Raises NotFound where `person` may not read it, or it is gone."""
    insight = db.session.scalar(
        select(Insight).join(Board, Board.id == Insight.board_id).where(Insight.id == insight_id, Board.event_id == event.id)
        .options(joinedload(Insight.board).joinedload(Board.session).joinedload(Session.pitch),
                 joinedload(Insight.prompt), joinedload(Insight.group))) if insight_id <= LARGEST_ID else None
    if insight is None or insight.state != SHOWN or not policy.can_read(person, insight.board):
        raise NotFound("There is no such insight.")
    return Source(insight, insight.board.session)


def of_session(event: Event, person: Person | None, session_id: int, number: int | None = None, said: str = "") -> Source:
    """A session of the event, or a line of its notes, as a source.

    The line is the one that says `said`, else line `number` (the notes may have moved since they were shown). Raises NotFound
    where there is no such session, where `person` may not read the notes, and for a line that is not there any more.
    """
    session = db.session.scalar(
        select(Session).where(Session.id == session_id, Session.event_id == event.id).options(joinedload(Session.pitch))
    ) if session_id <= LARGEST_ID else None
    if session is None:
        raise NotFound("There is no such session at this event.")
    if number is None and not said:
        return Source(session=session)
    if not notes_policy.can_read(person, session):
        raise NotFound(NO_LINE)
    lines = lines_of(written_of(session).text)
    line = next((one for one in lines if one.words == said), None) if said else next(
        (one for one in lines if one.number == number), None)
    if line is None:
        raise NotFound(NO_LINE)
    return Source(session=session, line=line.words)


def made_of(event: Event, source: Source) -> Idea | None:
    """The idea that was made of that insight or line already, withdrawn or not (1 statement; none for another source)."""
    if source.insight is not None:
        return db.session.scalar(select(Idea).where(Idea.insight_id == source.insight.id))
    if source.line:
        return db.session.scalar(select(Idea).where(Idea.event_id == event.id, Idea.session_id == source.session.id,
                                                    Idea.line == source.line).order_by(Idea.id).limit(1))
    return None


def suggestion(source: Source) -> tuple[str, str]:
    """Name and text to begin with: what does not fit into a name is what to try."""
    words = " ".join(source.words.split())
    if len(words) <= IDEA_NAME_LENGTH:
        return words, ""
    cut = words[:IDEA_NAME_LENGTH - 1]
    end = cut.rfind(" ", IDEA_NAME_LENGTH // 2)
    return cut[:end if end > 0 else len(cut)].rstrip(" ,;:–-") + "…", source.words


def narrower(event: Event, source: Source) -> bool:
    """Whether fewer people may read the source than will read the idea, so that its words are shown to more."""
    if not source.words:
        return False
    return event.visibility != ATTENDEES_ONLY and event.notes_readers != READ_ALL


def seen_by(person: Person | None, idea: Idea) -> Source:
    """What `person` may see of where an idea comes from (at most 4 statements).

    Hidden and removed insights are not shown with it. The session itself may be seen by whoever may read the event.
    """
    if not can_read_event(person, idea.event):
        return NOWHERE
    insight = idea.insight
    if insight is not None and (insight.state != SHOWN or not policy.can_read(person, insight.board)):
        insight = None
    line = idea.line if idea.line and idea.session is not None and notes_policy.can_read(person, idea.session) else ""
    return Source(insight, idea.session, line)
