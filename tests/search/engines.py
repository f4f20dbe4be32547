"""Entries to find, and the engines to find them with."""

from itertools import count

from app.search.engine import EVERYTHING, Entry, Hits, Query, Readable

_ids = count(1)


def entry(title: str, body: str = "", **rest) -> Entry:
    """An entry of event 1, a session unless said otherwise, with an id of its own."""
    return Entry(**({"id": next(_ids), "kind": "session", "event_id": 1, "title": title, "body": body, "version": 1} | rest))


def found(engine, text: str, readable: Readable = EVERYTHING, **filters) -> list[int]:
    """Ids of what `text` finds, best first."""
    return ids(engine.find(Query(text, **filters), readable))


def ids(hits: Hits) -> list[int]:
    """The ids in an answer, best first."""
    return [one for one, _ in hits.items]
