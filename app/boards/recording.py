"""A board becomes a section of its session's notes, and is brought up to date there without undoing what people made of it.

The section is found by its marker, a link to the board. What the board put there last (`Board.recorded`), the section as it
stands and what the board says now are merged line by line; where both changed the same line, people's stays. The whole text is
then saved as if somebody had typed it, so that open editors get it live and the history tells of it.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.accounts.models import Person
from app.boards import board_text, policy
from app.boards.board_text import Links
from app.boards.insight_models import Insight, InsightText
from app.boards.models import Board
from app.boards.reading_out import board_out
from app.documents import actions as documents
from app.documents import queries as document_queries
from app.documents.anew import hold
from app.documents.merging import merge
from app.documents.words import lines_of, says_something, versions_of, words_of
from app.errors import Conflict, Invalid, require
from app.events.versions import count_change
from app.grid.models import Session
from app.infra import db, findable, live
from app.notes import off_record
from app.notes import policy as notes_policy
from app.notes.beginning import begun
from app.notes.queries import note_of

NOTHING = "Nothing has been written on this board yet, so there is nothing to put into the notes."
MARKER_GONE = ("The line with the link to this board was taken out of the notes, but what it said is still there. Put the link "
               "back under the heading, or take the rest out as well, then do it again.")
TOO_LONG = ("With this board the notes would be longer than 256 kB, so they were left as they are. The board can be kept as a "
            "file of its own.")
ALIKE = 0.6  # of the words of an insight that a line of its section holds for it to be a version of it
IN_HAND: set[int] = set()  # insights whose words are just being taken out of notes, by who will take them off the board as well
_HEADING = re.compile(r" {0,3}#{1,2}(?:\s|$)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"\s*[-*+] ")


class Recorded(NamedTuple):
    """What became of it. `revision` is the notes' newest; `kept` counts lines that people had changed and that stayed theirs."""

    revision: int
    changed: bool
    kept: int


class _Place(NamedTuple):
    """Lines `start` up to `end` of a text."""

    start: int
    end: int


def links_of(board: Board, base_url: str = "") -> Links:
    """Where the board's things are, on this site or (given `base_url`) from anywhere."""
    event = f"{base_url}/e/{board.event.slug}"
    address = f"{event}/boards/{board.id}"
    return Links(address, lambda idea_id: f"{event}/ideas/{idea_id}", lambda picture: f"{address}/pictures/{picture.name}")


def record(actor: Person | None, board: Board, *, at: datetime) -> Recorded:
    """Put the board into its session's notes, or bring what is there up to date. Doing it again changes nothing.

    Hidden insights are left out and dots that are hidden are not told. Raises Conflict where there is nothing to put, where the
    marker is gone but the section is not, and where the notes would grow too long.
    """
    require(policy.can_record(actor, board, at), policy.why_not_record(actor, board, at))
    links = links_of(board)
    new = board_text.section(board_out(board), links, names=notes_policy.names_people(board.event))
    if not new and board.recorded is None:
        raise Conflict(NOTHING)
    session, at = board.session, notes_policy.kept_moment(board.event, at)
    note = note_of(session) or begun(session, at)
    hold(note.document)
    text = document_queries.text_of(note.document)
    result, kept = _with_section(text, new, board.recorded, links.board)
    try:
        saved = documents.save_upon(note.document, text, result, at, None, f"From the board “{board.title}”"[:200])
    except Invalid as problem:
        raise Conflict(TOO_LONG) from problem
    board.recorded = new
    db.session.flush()
    if saved.changed:
        _tell(session, saved.revision)
    return Recorded(saved.revision, saved.changed, kept)


def is_in(text: str, board_address: str) -> bool:
    """Whether the board's section stands in these notes."""
    return _place(text, board_address) is not None


def take_out(insight: Insight, *, at: datetime) -> list[str]:
    """Take an insight's words (what it says, and said before) out of the notes that its board was put into.

    From the text, its history and search, for good (`notes/off_record.py`); also the lines of the section that people made of
    it. To be called while it still has its words, by who has asked whether that may be. Nothing happens where the board was
    never put into notes, or says nothing of it there, or another insight that is shown says the same. The keys of files to
    drop after the commit.
    """
    board = insight.board
    if board.recorded is None or board.session is None:
        return []
    others = [one.text for one in board_out(board).insights if one.id != insight.id]
    said = [insight.text, *db.session.scalars(select(InsightText.text).where(InsightText.insight_id == insight.id))]
    words = [one for one in dict.fromkeys(said) if one and one not in others]
    stays = frozenset(line for other in others for line in lines_of(f"- {board_text.words(other)}"))
    address = links_of(board).board

    def cut(texts: Sequence[str]) -> list[str]:
        return [_without(text, words, stays, address) for text in texts]

    board.recorded = cut([board.recorded])[0]
    IN_HAND.add(insight.id)
    try:
        return off_record.take_out(board.session, words, cut, at=at)
    finally:
        IN_HAND.discard(insight.id)


def _with_section(text: str, new: str, recorded: str | None, board_address: str) -> tuple[str, int]:
    """`text` with the board's section made `new`, and how many lines of people's stayed instead."""
    there = _place(text, board_address)
    if there is None:
        if recorded is not None and _left_of(recorded, text):
            raise Conflict(MARKER_GONE)
        return (f"{text.rstrip()}\n\n{new}\n" if text.strip() else f"{new}\n") if new else text, 0
    lines = lines_of(text)
    before, section, after = lines[:there.start], lines[there.start:there.end], lines[there.end:]
    tail = 0
    while tail < len(section) and not section[len(section) - tail - 1].strip():
        tail += 1  # empty lines below are the notes', not the section's
    now = "\n".join(section[:len(section) - tail])
    merged, kept = _merged(recorded if recorded is not None else now, now, new)
    return "\n".join([*before, *lines_of(merged), *section[len(section) - tail:], *after]), kept


def _merged(base: str, theirs: str, mine: str) -> tuple[str, int]:
    """Both sides' changes; where they clash people's lines, and below them what is new on the board."""
    merged = merge(base, theirs, mine)
    lines = lines_of(merged.text)
    for clash in reversed(merged.clashes):
        first = clash.line - 1
        was, now = lines_of(clash.base), lines_of(clash.mine)
        known = {j for _, j in versions_of(was, now)}
        stay = lines_of(clash.theirs) if clash.theirs else []
        new = [line for j, line in enumerate(now) if j not in known and line not in was and line not in stay and line.strip()]
        lines[first:first + clash.lines] = [*stay, *new]
    return "\n".join(lines), len(merged.clashes)


def _place(text: str, board_address: str) -> _Place | None:
    """Where the board's section stands: from the heading above its marker up to the next heading as high, or the end."""
    path = re.escape(re.sub(r"^https?://[^/]+", "", board_address))
    marked = re.compile(rf"\]\((?:https?://[^/\s()]+)?{path}[)\s]")
    lines, fenced = lines_of(text), None
    headings: list[int] = []
    marker = None
    for number, line in enumerate(lines):
        fence = _FENCE.match(line)
        if fence:
            fenced = None if fenced and fence[1].startswith(fenced) else fenced or fence[1]
        elif not fenced and _HEADING.match(line):
            if marker is not None:
                return _Place(headings[-1] if headings else marker, number)
            headings.append(number)
        elif not fenced and marker is None and marked.search(line):
            marker = number
    return None if marker is None else _Place(headings[-1] if headings else marker, len(lines))


def _left_of(recorded: str, text: str) -> bool:
    """Whether lines that the board put there still stand in the text."""
    put = {line.strip() for line in lines_of(recorded) if _ITEM.match(line)}
    return any(line.strip() in put for line in lines_of(text))


def _without(text: str, words: Sequence[str], stays: frozenset[str], board_address: str) -> str:
    """`text` without the items that say `words`, and within the board's section without the lines that were made of them."""
    for said in words:
        item = re.escape(f"- {board_text.words(said)}")
        text = re.sub(rf"^{item}(?: \([^()\n]*\))?(?: – [^\n]*)?(?: → [^\n]*)?[ \t]*(?:\n|\Z)", "", text, flags=re.MULTILINE)
    there = _place(text, board_address)
    if there is None:
        return text
    lines = lines_of(text)
    section = lines[there.start:there.end]
    gone = {number for said in words for number in _made_of(said, section, stays)}
    return "\n".join([*lines[:there.start], *(line for number, line in enumerate(section) if number not in gone),
                      *lines[there.end:]])


def _made_of(said: str, section: list[str], stays: frozenset[str]) -> Iterator[int]:
    """The numbers of items in the section that people made of what was said."""
    wanted = _telling(said)
    for number, line in enumerate(section):
        if not _ITEM.match(line) or not wanted or any(line.startswith(other) for other in stays):
            continue
        has = _telling(line)
        if len(has & wanted) >= ALIKE * len(wanted) if len(wanted) > 1 else has == wanted:
            yield number


def _telling(text: str) -> frozenset[str]:
    return frozenset(word.casefold() for word in words_of(text) if says_something(word) and len(word) > 1)


def _tell(session: Session, revision: int) -> None:
    topic = f"note:{session.id}"
    count_change(session.event, nudge=False)  # the grid shows which sessions still need a note-taker
    findable.changed("session", session.id)
    db.after_commit(lambda: live.publish(topic, revision))
