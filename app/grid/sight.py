"""Who sees places while the grid is a draft: in one place, for every query of every room.

Outside a write transaction the rows of `placement` and `grid_change` of an event in draft are not there for whoever reads,
whichever query asks (a criterion on every SELECT), unless this database session was opened for that event: by the guard, when
the person asking may arrange its grid. So a page, a feed or a list that knows nothing of drafts shows nothing of them. Inside
a write transaction actions see everything: they need the truth, and answer in words that `may_see` allows.

What is made outside a request (the search index) leaves drafts out by its own query where it writes while it reads.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakKeyDictionary

from sqlalchemy import event as events
from sqlalchemy import select
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, with_loader_criteria

from app.accounts.models import Person
from app.events.models import DRAFT, LIVE, Event
from app.grid import policy
from app.grid.models import GridChange, Placement
from app.infra import db

OPENED = "drafts opened"


def may_see(person: Person | None, event: Event) -> bool:
    """Whether `person` sees where sessions of `event` are: everybody, of a draft only who may arrange it."""
    return event.grid_state == LIVE or policy.can_arrange(person, event)


def look(person: Person | None, event: Event) -> bool:
    """Let the reads of this database session see the places of `event` if `person` may see them; whether they may."""
    allowed = may_see(person, event)
    if allowed and event.grid_state == DRAFT:
        db.session.info[OPENED] = db.session.info.get(OPENED, frozenset()) | {event.id}
    return allowed


@contextmanager
def seeing(event: Event) -> Iterator[None]:
    """Reads inside see the places of `event` whatever its state: for callers that have asked who may see them."""
    if event.grid_state != DRAFT:  # they do anyway, and by statements that are made already
        yield
        return
    before = db.session.info.get(OPENED, frozenset())
    db.session.info[OPENED] = before | {event.id}
    try:
        yield
    finally:
        db.session.info[OPENED] = before


def _hidden(drafts) -> tuple:
    return tuple(with_loader_criteria(kind, kind.event_id.not_in(drafts), include_aliases=True)
                 for kind in (Placement, GridChange))


_asked: WeakKeyDictionary = WeakKeyDictionary()
_ALL_DRAFTS = _hidden(select(Event.id).where(Event.grid_state == DRAFT).scalar_subquery())  # once: every read takes it


def _hide(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load:
        return
    statement = state.statement
    if state.is_relationship_load and any(isinstance(option, LoaderCriteriaOption) for option in statement._with_options):
        # What a thing was loaded with goes along to what is loaded for it later; then other rules may hold (a transaction).
        statement = statement._generate()
        statement._with_options = tuple(one for one in statement._with_options if not isinstance(one, LoaderCriteriaOption))
    if not db.writing():
        opened = state.session.info.get(OPENED)
        if opened:
            others = select(Event.id).where(Event.grid_state == DRAFT, Event.id.not_in(sorted(opened)))
            statement = statement.options(*_hidden(others))
        else:
            statement = _with_drafts_hidden(statement)
    state.statement = statement


def _with_drafts_hidden(statement):
    """`statement` with every draft hidden. Kept for statements that are made once and asked on every page: what the database
    layer works out for one, it works out again for each copy."""
    hidden = _asked.get(statement)
    if hidden is None:
        hidden = _asked[statement] = statement.options(*_ALL_DRAFTS)
    return hidden


events.listen(db.session, "do_orm_execute", _hide)
