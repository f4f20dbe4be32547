"""The grid's HTML, made once for everybody who sees the same; all that differs is which sessions are in *my day*.

It is made for nobody in particular, with a marked place at each session for the sign of *my day*, and kept for one version of
the event. For each reader of a page those places are filled or cleared, which takes a hundredth of making it. What open pages
fetch after a change (`shared`) has them cleared, and is the same bytes for everybody; the page marks them itself
(static/src/mine.ts).
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup
from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.events.models import LIVE, Event
from app.events.policy import can_read
from app.grid import sight
from app.grid.queries import Grid
from app.infra import clock, db
from app.pitches import policy as pitches_policy
from app.web.kept import Body, body_of, kept, known

MARK = f"k{secrets.token_hex(8)}"  # of this process; nobody who writes a title can know it
_MARKED = re.compile(rf" {MARK}-(\d+)|<!--{MARK}-(\d+)-->(.*?)<!--{MARK}-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page around the grid says of it. `changes_at` is when the clock changes it."""

    version: int
    rooms: int
    slots: int
    placed: int
    unwritten: int
    newest_pitch: int
    topics: tuple[tuple[str, str], ...]
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """`parts` are the HTML between the marks, `marks` what stands at each: the pitch, and what to put there if it is mine.
    `data` is the whole of it when nothing is, `body` the same as it is sent to everybody."""

    data: str
    body: Body
    parts: tuple[str, ...]
    marks: tuple[tuple[int, str], ...]
    summary: Summary


def summary_of(grid: Grid) -> Summary:
    """The summary of a grid that was read for somebody."""
    cells = grid.cells
    return Summary(grid.version, len(grid.rooms), len(grid.rows), len(cells),
                   sum(bool(cell.needs_notes) for cell in cells), grid.newest_pitch, tuple(grid.topics), grid.changes_at)


Make = Callable[[], tuple[str, Grid]]


def grid_for(event: Event, somebody: Person | None, mode: str, at: datetime, mine: set[int],
             make: Make) -> tuple[Markup, Summary]:
    """The live region of the grid's page in `mode` for `somebody`, whose pitches are `mine`, and its summary.

    `make` renders it for nobody in particular, with `MARK` given to the template, and gives the grid it was made of.
    """
    thing = _thing(event, sight.may_see(somebody, event), mode, at, make)
    return Markup(_filled(thing, mine) if mine else thing.data), thing.summary  # noqa: S704 - what the templates made


def shared(event: Event, mode: str, at: datetime, make: Make) -> Body:
    """The same without anybody's marks, ready to send. Only for a grid that is `the_same_for_all`."""
    return _thing(event, True, mode, at, make).body


def the_same_for_all(event: Event) -> bool:
    """Whether everybody sees the same grid of `event`, but for what is in their own day: strangers may read it, no draft."""
    return event.grid_state == LIVE and can_read(None, event)


# Made once, and no more than the answer depends on: hundreds of open pages ask it in the same second.
ASKED = select(Event.id, Event.version, Event.visibility, Event.grid_state, Event.pitches_close_at).where(
    Event.slug == bindparam("slug"))


def known_shared(event_slug: str, mode: str) -> Body | None:
    """What `shared` made of this event as it is now, if that is kept and still for everybody (1 statement, no session)."""
    at = clock.now()
    with db.engine().connect() as connection:
        event = connection.execute(ASKED, {"slug": event_slug}).one_or_none()
    if event is None or not the_same_for_all(event):
        return None
    thing = known(_name(event, True, mode, at), event.version, holds=_holding(at))
    return thing and thing.body


def _name(event: Event, seen: bool, mode: str, at: datetime) -> tuple:
    """What the kept HTML depends on besides the version: once pitching closes, counts that were hidden are shown."""
    return "grid page", event.id, mode, seen, pitches_policy.pitching_closed(event, at)


def _holding(at: datetime) -> Callable[[_Kept], bool]:
    return lambda thing: thing.summary.changes_at is None or at < thing.summary.changes_at


def _thing(event: Event, seen: bool, mode: str, at: datetime, make: Make) -> _Kept:
    return kept(_name(event, seen, mode, at), event.version, lambda: _cut(*make()), holds=_holding(at))


def _cut(html: str, grid: Grid) -> _Kept:
    parts, marks, end = [], [], 0
    for found in _MARKED.finditer(html):
        parts.append(html[end:found.start()])
        marks.append((int(found[1]), " mine") if found[1] else (int(found[2]), found[3]))
        end = found.end()
    parts.append(html[end:])
    plain = "".join(parts)
    return _Kept(plain, body_of(plain.encode()), tuple(parts), tuple(marks), summary_of(grid))


def _filled(thing: _Kept, mine: set[int]) -> str:
    filled = [thing.parts[0]]
    for (pitch_id, sign), part in zip(thing.marks, thing.parts[1:], strict=True):
        filled += (sign, part) if pitch_id in mine else (part,)
    return "".join(filled)
