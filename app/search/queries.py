"""Searching for a person: which events they may search, what is found there, and the rows behind it."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select

from app.accounts.models import Person
from app.boards.insight_models import Insight
from app.events.models import Event, Series
from app.followups import policy as followups_policy
from app.followups.models import ASK, OFFER
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import Note
from app.search import followups_queries as followups
from app.search import gather_boards, index
from app.search.engine import ALL, HOLDERS, NO_PASS, OTHERS, PASS, Hits, Query, scope
from app.search.models import SearchEntry
from app.search.snippets import Marks, Segment


@dataclass(frozen=True, slots=True)
class Searched:
    """An event that is searched, with what links and filters say of it."""

    id: int
    slug: str
    name: str
    year: int
    series_id: int
    series_slug: str
    series_name: str
    reads_all: bool = False  # whether the person may read all its notes
    in_series: bool = False  # whether they hold a pass to an event of its series


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found, as the page shows it. `thing_id` is its id.

    `within` is the kind and id of what shows it where it has no page of its own: an insight that of its board, an offer that of
    its conversation.
    """

    kind: str
    thing_id: int
    within: tuple[str, int] | None
    event: Searched
    title: list[Segment]
    snippet: list[Segment]
    rooms: list[str]
    leaders: list[str]
    note_takers: list[str]
    topics: list[str]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query: counts and suggestions of the engine, and the page's results."""

    hits: Hits
    results: list[Result]


def events_where(condition: ColumnElement[bool], person: Person | None = None) -> dict[int, Searched]:
    """The events that fit, by id, newest first, as `person` may search them (1 statement)."""
    rows = db.session.execute(
        select(Event.id, Event.slug, Event.name, Event.starts_on, Series.id, Series.slug, Series.name,
               notes_policy.reads_all(person), followups_policy.holds_pass_there(person))
        .join(Series, Series.id == Event.series_id).where(condition).order_by(Event.starts_on.desc(), Event.id.desc()))
    return {row[0]: Searched(*row[:3], row[3].year, *row[4:7], bool(row[7]), bool(row[8])) for row in rows}


def find(query: Query, events: Mapping[int, Searched], person: Person | None) -> Found:
    """What `query` finds for `person` in `events` and nowhere else (at most 14 statements, beside the engine's own)."""
    readable = _readable(events, person)
    hits = index.find(query, readable)
    ids = [entry_id for entry_id, _ in hits.items]
    rows = {row.id: row for row in db.session.execute(
        select(SearchEntry.id, SearchEntry.key, SearchEntry.kind, SearchEntry.event_id, SearchEntry.title, SearchEntry.body,
               SearchEntry.rooms, SearchEntry.leaders, SearchEntry.note_takers, SearchEntry.topics, SearchEntry.readers,
               SearchEntry.followup_id)
        .where(SearchEntry.id.in_(ids)))} if ids else {}
    # Between a change and its being indexed the engine may name a row that is gone, or moved to where it may not be read.
    shown = [rows[i] for i in ids if i in rows and scope(rows[i].event_id, rows[i].readers, rows[i].followup_id) in readable]
    things = {row.id: int(row.key.split(":")[1]) for row in shown}
    if closed := _not_theirs([things[row.id] for row in shown if row.kind == "session" and row.readers == ALL
                              and not events[row.event_id].reads_all]):
        shown = [row for row in shown if row.kind != "session" or row.readers != ALL or things[row.id] not in closed]
    gone = _gone(shown, things, events) | followups.gone(shown, things, events, person)
    shown = [row for row in shown if row.id not in gone]
    within = _within([things[row.id] for row in shown if row.kind == "insight"])
    within |= {(row.kind, things[row.id]): ("followup", row.followup_id) for row in shown if row.kind in (OFFER, ASK)}
    cut = index.off_loop(_cut, Marks(query.text, hits.did_you_mean), [(row.title, row.body) for row in shown])
    return Found(hits, [
        Result(row.kind, things[row.id], within.get((row.kind, things[row.id])), events[row.event_id], title, snippet,
               row.rooms, row.leaders, row.note_takers, row.topics)
        for row, (title, snippet) in zip(shown, cut, strict=True)
        if row.kind != "insight" or (row.kind, things[row.id]) in within])


def _readable(events: Mapping[int, Searched], person: Person | None) -> frozenset[int]:
    """The scopes that the person may read in these events (2 statements)."""
    scopes = set(events)
    for event in events.values():
        scopes |= {scope(event.id, HOLDERS if event.reads_all else OTHERS), scope(event.id, PASS if event.in_series else NO_PASS)}
    return frozenset(scopes | followups.scopes(events, person))


def _gone(shown: list, things: Mapping[int, int], events: Mapping[int, Searched]) -> set[int]:
    """The ids of rows of boards and what is on them that the person may not find any more, though the index has not heard of it
    yet (at most 5 statements)."""
    gone: set[int] = set()
    for kind in ("board", "insight", "idea", "pledge"):
        rows = [row for row in shown if row.kind == kind]
        # Who reads all notes of an event reads its boards, whatever key the row stands under by now.
        for_all = [row for row in rows if kind not in gather_boards.APART or (
            row.readers == ALL and not events[row.event_id].reads_all)]
        closed = gather_boards.not_open(kind, [things[row.id] for row in for_all])
        if kind == "insight":
            closed |= gather_boards.not_shown([things[row.id] for row in rows])
        gone |= {row.id for row in rows if things[row.id] in closed}
    return gone


def _within(insight_ids: list[int]) -> dict[tuple[str, int], tuple[str, int]]:
    """The boards that show these insights, by kind and id (at most 1 statement)."""
    return {("insight", insight_id): ("board", board_id) for insight_id, board_id in db.session.execute(
        select(Insight.id, Insight.board_id).where(Insight.id.in_(insight_ids)))} if insight_ids else {}


def _not_theirs(session_ids: list[int]) -> set[int]:
    """Those sessions whose notes are not for everybody any more, though the index has not heard of it yet."""
    return set(db.session.scalars(
        select(Note.session_id).join(Session, Session.id == Note.session_id).join(Event, Event.id == Session.event_id)
        .where(Note.session_id.in_(session_ids), ~notes_policy.open_to_all()))) if session_ids else set()


def _cut(marks: Marks, texts: list[tuple[str, str]]) -> list[tuple[list[Segment], list[Segment]]]:
    return [(marks.mark(title), marks.snippet(body)) for title, body in texts]
