"""Changes of the set-up that rooms further down have to tell people of: a session's room is renamed, its slot moved.

Those rooms register what looks at the event before such a change and gives back what is to be done after it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from app.accounts.models import Person
from app.events.models import Event
from app.infra import clock, db

Look = Callable[[Person, Event, datetime], Callable[[], None]]
_looks: list[Look] = []


def before_set_up(look: Look) -> Look:
    """Register a function that is given who is about to change the set-up of which event, and when; what it returns is called
    after the change, in the same transaction."""
    _looks.append(look)
    return look


@contextmanager
def watched(actor: Person, event: Event, at: datetime | None) -> Iterator[None]:
    """Change rooms or slots inside it. `at` is when (now if not said)."""
    tell = [look(actor, event, at or clock.now()) for look in _looks]
    yield
    db.session.flush()
    for each in tell:
        each()
