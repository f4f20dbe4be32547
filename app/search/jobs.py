"""Keeping search in step with the rooms: changes that `infra.findable` was told of become rows of `search_entry`, and rows
become what the engine finds. Done by the jobs worker, up to 500 changes at once.

The rows are the truth, the engine a copy: what it missed because either process died is put right by `index.reconcile`.
"""

from collections.abc import Iterable

from sqlalchemy import func, select

from app.events.models import Event
from app.infra import db, findable, jobs
from app.search import gather, index
from app.search.engine import Entry
from app.search.models import SearchEntry
from app.search.row import Row

FORGET = "search.forget"
TOGETHER = 20  # things read and written in one transaction: on SQLite nobody else writes meanwhile (some 70 ms)
LIGHT, TOGETHER_OF_LIGHT = ("insight:", "idea:", "pledge:"), 150  # a line or two each: no longer than 20 notes
FIELDS = tuple(name for name in Row.__dataclass_fields__ if name != "key")


@jobs.handles(findable.JOB, batch=500)
def index_changed(payloads: list[dict]) -> None:
    """Make what changed findable as it is now, and what is gone not findable."""
    things = {(payload["kind"], payload["id"]) for payload in payloads}
    events = {thing_id for kind, thing_id in things if kind in ("event", "whole event")}
    if events and len(set(db.session.scalars(select(Event.id).where(Event.id.in_(events))))) < len(events):
        index.out_of_step()  # the rows went with the event, so only a comparison tells the engine which those were
    with index.alone():
        index.write(*update(gather.affected(things)))


@jobs.at_start
def reconcile() -> None:
    """Compare all rows with what the engine holds, and put right what differs."""
    with index.alone():
        index.reconcile()


@jobs.handles(index.REPAIR)
def repair(_payloads: list[dict]) -> None:
    """The same, when a search met a damaged index."""
    reconcile()


def rebuild() -> int:
    """Look at everything again and index it from the start; how many entries there are now."""
    with index.alone():
        update(sorted({*gather.everything(), *db.session.scalars(select(SearchEntry.key))}))
        index.rebuild()
    return db.session.scalar(select(func.count()).select_from(SearchEntry))


def update(keys: Iterable[str]) -> tuple[list[Entry], set[int]]:
    """Make the rows of `keys` say what the rooms say now; the entries that are new or different, and the ids that are gone."""
    changed: list[Entry] = []
    removed: set[int] = set()
    heavy, light = [], []
    for key in keys:
        (light if key.startswith(LIGHT) else heavy).append(key)
    for some in (*_portions(heavy, TOGETHER), *_portions(light, TOGETHER_OF_LIGHT)):
        with db.transaction():
            touched, gone = _written(some)
            changed += [row.entry() for row in touched]
            removed |= gone
    return changed, removed - {entry.id for entry in changed}


def _portions(keys: list[str], size: int) -> Iterable[list[str]]:
    return (keys[first:first + size] for first in range(0, len(keys), size))


@findable.forgets
def forget(kind: str, thing_id: int) -> None:
    """Make the rows say what is so now within the caller's transaction, so that nothing is cut from the old ones."""
    db.session.flush()
    _written(gather.affected([(kind, thing_id)]))
    jobs.enqueue(FORGET, {})


@jobs.handles(FORGET, batch=100)
def forget_files(_payloads: list[dict]) -> None:
    """Bring the engine into step, and have it write its files without anything that is gone."""
    with index.alone():
        index.forget()


def _written(keys: list[str]) -> tuple[list[SearchEntry], set[int]]:
    """Within a transaction: the rows of `keys` that are new or different now, and the ids of those that are gone."""
    session = db.session()
    wanted = gather.rows(keys)
    known = {row.key: row for row in session.scalars(select(SearchEntry).where(SearchEntry.key.in_(keys)))}
    removed = {known[key].id for key in known.keys() - wanted.keys()}
    for key in known.keys() - wanted.keys():
        session.delete(known[key])
    touched = [row for row in map(_into, wanted.values(), map(known.get, wanted)) if row is not None]
    session.add_all(touched)
    session.flush()  # new rows need their ids
    return touched, removed


def _into(wanted: Row, row: SearchEntry | None) -> SearchEntry | None:
    """`row`, or a new one, saying what is `wanted`; None if it says so already."""
    said = {name: list(value) if isinstance(value := getattr(wanted, name), tuple) else value for name in FIELDS}
    if row is None:
        return SearchEntry(key=wanted.key, **said)
    if all(getattr(row, name) == value for name, value in said.items()):
        return None
    for name, value in said.items():
        setattr(row, name, value)
    row.version += 1
    return row
