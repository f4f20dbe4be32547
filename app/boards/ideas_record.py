"""“Don't write that down” reaches ideas, too: words that were taken out of a note or an insight go from what was made of it."""

from collections.abc import Iterable

from sqlalchemy import select

from app.boards.idea_models import Idea
from app.boards.insight_models import Insight
from app.documents.redacting import places_of, without
from app.grid.models import Session
from app.infra import db, findable
from app.notes.off_record import when_words_go

NAMELESS = "An idea whose name was taken off the record"


def take_out(words: str, *, insight: Insight) -> None:
    """Take the words of an insight that is removed out of the idea made of it (1 statement). Called in that transaction."""
    _take_out(words, db.session.scalars(select(Idea).where(Idea.insight_id == insight.id)))


@when_words_go
def take_out_of_lines(session: Session, passage: str) -> None:
    """Take a passage that went off the record out of the ideas that came out of the session (1 statement)."""
    _take_out(passage, db.session.scalars(select(Idea).where(Idea.session_id == session.id)))


def _take_out(words: str, ideas: Iterable[Idea]) -> None:
    """An idea of whose name nothing is left is withdrawn, and says why; who put it up can give it another."""
    for idea in ideas:
        name, what, line, came_of = (_without(words, text) for text in (idea.name, idea.what, idea.line, idea.came_of))
        if (name, what, line, came_of) == (idea.name, idea.what, idea.line, idea.came_of):
            continue
        if not any(c.isalnum() for c in name):
            name, idea.withdrawn = NAMELESS, True
        idea.name, idea.what, idea.line, idea.came_of, idea.version = name, what, line, came_of, idea.version + 1
        findable.forget("idea", idea.id)


def _without(words: str, text: str) -> str:
    """`text` without `words`, wherever they stand; and without its own beginning of them, where a name was cut short."""
    begun = text.removesuffix("…").strip()
    if begun and text.endswith("…") and " ".join(words.split()).startswith(begun):
        return ""
    ranges = places_of(words, text)
    if not ranges and len(text) >= 12 and places_of(text, words):
        return ""  # a line that is part of a longer passage
    return without(text, ranges).strip() if ranges else text
