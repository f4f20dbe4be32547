"""The grid's HTML, made once for everybody who sees the same; all that differs is which sessions are in *my day*.

It is made for nobody in particular, with a marked place at each session for the sign of *my day*, and kept for one version of
the event. For each reader those places are filled or cleared, which takes a hundredth of making it.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from app.accounts.models import Person
from app.events.models import Event
from app.grid import sight
from app.grid.queries import Grid
from app.pitches import queries as pitches
from app.web.kept import kept

MARK = f"k{secrets.token_hex(8)}"  # of this process; nobody who writes a title can know it
_MARKED = re.compile(rf" {MARK}-(\d+)|<!--{MARK}-(\d+)-->(.*?)<!--{MARK}-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Summary:
    """What the page around the grid says of it. `changes_at` is when the clock changes it."""

    version: int
    rooms: int
    slots: int
    placed: int
    mine: int
    unwritten: int
    topics: tuple[tuple[str, str], ...]
    changes_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """`parts` are the HTML between the marks, `marks` what stands at each: the session, and what to put there if it is mine.
    `data` is the whole of it when nothing is."""

    data: str
    parts: tuple[str, ...]
    marks: tuple[tuple[int, str], ...]
    summary: Summary
    by_pitch: dict[int, list[int]]
    by_leader: dict[int, list[int]]


def summary_of(grid: Grid) -> Summary:
    """The summary of a grid that was read for somebody."""
    cells = grid.cells
    return Summary(grid.version, len(grid.rooms), len(grid.rows), len(cells), sum(cell.mine for cell in cells),
                   sum(cell.needs_notes for cell in cells), tuple(grid.topics), grid.changes_at)


def grid_for(event: Event, somebody: Person | None, mode: str, at: datetime,
             make: Callable[[], tuple[str, Grid]]) -> tuple[Markup, Summary]:
    """The live region of the grid's page in `mode` for `somebody`, and its summary (1 statement when it is kept).

    `make` renders it for nobody in particular, with `MARK` given to the template, and gives the grid it was made of.
    """
    def keep() -> _Kept:
        html, grid = make()
        by_pitch: dict[int, list[int]] = {}
        by_leader: dict[int, list[int]] = {}
        for cell in grid.cells:
            by_pitch.setdefault(cell.pitch_id, []).append(cell.session_id)
            for led in cell.led_by:
                if led.person_id:
                    by_leader.setdefault(led.person_id, []).append(cell.session_id)
        parts, marks, end = [], [], 0
        for found in _MARKED.finditer(html):
            parts.append(html[end:found.start()])
            marks.append((int(found[1]), " mine") if found[1] else (int(found[2]), found[3]))
            end = found.end()
        parts.append(html[end:])
        return _Kept("".join(parts), tuple(parts), tuple(marks), summary_of(grid), by_pitch, by_leader)

    def holds(thing: _Kept) -> bool:
        return thing.summary.changes_at is None or at < thing.summary.changes_at

    closed = bool(event.pitches_close_at and event.pitches_close_at <= at)  # then counts that were hidden are shown
    thing = kept(("grid page", event.id, mode, sight.may_see(somebody, event), closed), event.version, keep, holds=holds)
    mine: set[int] = set()
    if somebody is not None:
        marked = pitches.marked_by(event, somebody)
        mine = {i for pitch_id in marked for i in thing.by_pitch.get(pitch_id, ())} | set(thing.by_leader.get(somebody.id, ()))
    return Markup(_filled(thing, mine) if mine else thing.data), thing.summary  # noqa: S704 - what the templates made


def _filled(thing: _Kept, mine: set[int]) -> str:
    filled = [thing.parts[0]]
    for (session_id, sign), part in zip(thing.marks, thing.parts[1:], strict=True):
        filled += (sign, part) if session_id in mine else (part,)
    return "".join(filled)
