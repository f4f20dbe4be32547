"""What the bazaar shows on the pages of an insight, of notes, of a session, of an event: a fixed number of statements each."""

from app.accounts.models import Person
from app.boards import ideas_queries, learned_queries, policy
from app.boards.insight_models import SHOWN, Insight
from app.events.models import Event
from app.grid.models import Session
from app.notes import policy as notes_policy
from app.notes.marks import marks_of
from app.notes.queries import written_of
from app.web.panels import Panel

IDEA = "idea"


def insight_panel(insight: Insight, person: Person | None) -> Panel | None:
    """The idea that an insight became, or the way to make it one."""
    event = insight.board.event
    became = ideas_queries.idea_of(insight)
    may = insight.state == SHOWN and policy.can_offer(person, event)
    if became is None and not may:
        return None
    return Panel("boards/_insight_idea_panel.html", {"event": event, "insight": insight, "idea": became, "may": may}, aside=True)


def note_panel(session: Session, person: Person | None) -> Panel | None:
    """Which of the lines that notes mark as ideas became one, and the way to make the others one, and any line."""
    if not notes_policy.can_read(person, session):
        return None
    text, became = written_of(session).text, ideas_queries.ideas_of_lines(session)
    marked = {mark.words: mark.line for mark in marks_of(text) if mark.kind == IDEA and mark.words}
    lines = [(words, marked.get(words), became.get(words)) for words in dict.fromkeys([*marked, *became])]
    may = policy.can_offer(person, session.event)
    if not text or not (lines or may):
        return None
    return Panel("boards/_note_ideas_panel.html", {"event": session.event, "session": session, "lines": lines, "may": may},
                 aside=True)


def ideas_panel(session: Session, person: Person | None) -> Panel | None:
    """The ideas that came out of a session; whoever holds a pass can put one up."""
    ideas, how_many = ideas_queries.of_session(session, person)
    may = policy.can_offer(person, session.event)
    if not ideas and not may:
        return None
    return Panel("boards/_session_ideas_panel.html", {"event": session.event, "session": session, "ideas": ideas, "may": may,
                                                          "how_many": how_many}, aside=True)


def event_panel(event: Event, person: Person | None) -> Panel | None:
    """The newest ideas and a few insights, with the way to all of them."""
    how_many, boards = ideas_queries.what_there_is(event)
    ideas = ideas_queries.newest(event, person) if how_many else []
    insights, learned = learned_queries.most_wanted(event, person) if boards else ([], 0)
    if not ideas and not insights:
        return None
    return Panel("boards/_event_ideas_panel.html", {
        "event": event, "ideas": ideas, "how_many": how_many, "insights": insights, "learned": learned})
