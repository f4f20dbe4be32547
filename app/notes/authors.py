"""Who wrote what in a session's notes, line by line, where the event's rule is that notes name people."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import Person
from app.documents.authorship import NOBODY
from app.documents.history import Step, authors_of
from app.documents.models import Document
from app.documents.words import says_something, words_of
from app.infra import db
from app.web import kept

COLOURS = 6
LINES_MOST = 3000
UNKNOWN = "The template, or not known"


class Author(NamedTuple):
    """Somebody who wrote: `mark` are the letters that stand beside their words, `colour` from 1 to 6 (0: not known)."""

    name: str
    mark: str
    colour: int
    words: int


class Written(NamedTuple):
    """The lines, each in parts (text, author); the authors, who wrote most first; and whether lines were left off."""

    lines: list[list[tuple[str, Author]]]
    authors: list[Author]
    cut: bool


def written_by(document: Document, step: Step, text: str) -> Written:
    """Who wrote what of `text`, which the document said at `step` (2 statements; kept until it changes)."""
    spans = kept.kept(("authors", document.id, step.seq), (document.epoch, step.seq), lambda: authors_of(document, step.seq))
    if "".join(span.text for span in spans) != text:  # a version from before the log was begun anew: whose it was went with it
        spans = [(text, NOBODY)]
    count: Counter[int] = Counter()
    for part, author in spans:
        count[author] += sum(map(says_something, words_of(part)))
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(list(count)))).all())
    authors = {}
    for author, words in sorted(count.items(), key=lambda item: (item[0] == NOBODY, -item[1])):
        name = names.get(author, "")
        known = len([a for a in authors.values() if a.colour])
        taken = {a.mark for a in authors.values()}
        authors[author] = Author(name or UNKNOWN, _mark(name, taken), known % COLOURS + 1 if name else 0, words)
    lines: list[list[tuple[str, Author]]] = [[]]
    for part, author in spans:
        first, *rest = part.split("\n")
        lines[-1] += [(first, authors[author])] if first else []
        lines += [[(line, authors[author])] if line else [] for line in rest]
    return Written(lines[:LINES_MOST], [a for a in authors.values() if a.words], len(lines) > LINES_MOST)


def _mark(name: str, taken: set[str]) -> str:
    """The first letters of a name, with a number where somebody else has the same."""
    if not name:
        return "–"
    parts = name.split()
    letters = (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()
    mark, number = letters, 2
    while mark in taken:
        mark, number = f"{letters}{number}", number + 1
    return mark
