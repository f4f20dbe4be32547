"""Draft and live: while the grid is a draft only who arranges it sees any place (`sight`)."""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.errors import require
from app.events.models import DRAFT, LIVE, Event
from app.grid import policy
from app.grid.checks import ORGANISERS_ONLY
from app.grid.models import HIDDEN, PUBLISHED, GridChange
from app.grid.standings import record
from app.infra import db, findable


def publish(actor: Person, event: Event, *, at: datetime) -> None:
    """Let everybody see the grid, and every change of it from now on. Doing it twice changes nothing."""
    _turn(actor, event, LIVE, PUBLISHED, "published the grid", at)


def hide(actor: Person, event: Event, *, at: datetime) -> None:
    """Make the grid a draft again: only who arranges it sees places. Doing it twice changes nothing."""
    _turn(actor, event, DRAFT, HIDDEN, "hid the grid: only organisers see it", at)


def published_at(event: Event) -> tuple[int, datetime] | None:
    """The version and moment of the last publishing; None when it never was a draft (1 statement)."""
    row = db.session.execute(select(GridChange.version, GridChange.at).where(
        GridChange.event_id == event.id, GridChange.verb == PUBLISHED).order_by(GridChange.version.desc()).limit(1)).first()
    return (row[0], row[1]) if row else None


def _turn(actor: Person, event: Event, state: str, verb: str, said: str, at: datetime) -> None:
    require(policy.can_arrange(actor, event), ORGANISERS_ONLY)
    if event.grid_state == state:
        return
    event.grid_state = state
    db.session.flush()
    record(actor, event, verb, [], said, at)
    findable.changed("whole event", event.id)
