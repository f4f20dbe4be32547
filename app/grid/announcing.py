"""Telling those concerned when a session on the published grid is moved, cancelled, doubled or taken off.

Concerned are who leads it, who marked it, and whom a room further down names (`also_concerned`: note-takers). Whoever made
the change knows. Moves before somebody has looked are one notice, from where they knew it to where it is; one that goes back
there goes away. What was mailed they know as well.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from app.accounts.models import Person
from app.events import notices
from app.events.models import LIVE, Event, Notice
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Interest, Leader

SESSION = "session"
CANCELLED = "cancelled: "

Concerned = Callable[[Iterable[int]], Iterable[tuple[int, int]]]
_others: list[Concerned] = []


def also_concerned(find: Concerned) -> Concerned:
    """Register a function of a room further down: from session ids to (session id, person id) of whom they concern."""
    _others.append(find)
    return find


def sentence(title: str, was: str, now: str) -> str:
    """What is said: `was` and `now` are places in words, empty off the grid, or why it is cancelled."""
    if now.startswith(CANCELLED):
        there = f" in {was}" if was and not was.startswith(CANCELLED) else ""
        return f"“{title}”{there} is cancelled: {now.removeprefix(CANCELLED)}"
    if not now:
        return f"“{title}” was in {was}, and is off the grid now." if was and not was.startswith(CANCELLED) else \
            f"“{title}” is not cancelled any more, and has no place yet."
    if was.startswith(CANCELLED):
        return f"“{title}” takes place after all: {now}."
    return f"“{title}” was in {was}, now {now}." if was else f"“{title}” is back on the grid: {now}."


def announce(actor: Person, event: Event, changed: Mapping[Session, tuple[str, str]], at: datetime) -> None:
    """Write notices for sessions that stood in one way and now stand in another, in words (at most 6 statements, and 3 more
    for each session)."""
    changed = {session: ways for session, ways in changed.items() if ways[0] != ways[1]}
    if event.grid_state != LIVE or not changed:
        return
    concerned = _concerned(changed)
    known, gone = _unseen(changed), _know_it_gone([session for session, (was, _) in changed.items() if not was])
    told: set[int] = set()
    for session, (was, now) in changed.items():
        told |= _follow_up(session, known.get(session.id, []), now, at)
        have = {notice.person_id for notice in known.get(session.id, [])}
        new = concerned.get(session.id, set()) - have - {actor.id}
        if not was:
            new &= gone.get(session.id, set())
        if new:
            row = {"event_id": event.id, "about": SESSION, "thing_id": session.id, "was": was, "now": now, "at": at,
                   "said": sentence(session.pitch.title, was, now)}
            db.session.execute(insert(Notice), [row | {"person_id": person_id} for person_id in sorted(new)])
        told |= new
    notices.told(event, told, at=at)


def _concerned(sessions: Iterable[Session]) -> dict[int, set[int]]:
    by_pitch: dict[int, list[int]] = {}
    for session in sessions:
        by_pitch.setdefault(session.pitch_id, []).append(session.id)
    found: dict[int, set[int]] = {}
    for kind in (Leader, Interest):
        for pitch_id, person_id in db.session.execute(
                select(kind.pitch_id, kind.person_id).where(kind.pitch_id.in_(by_pitch), kind.person_id.is_not(None))):
            for session_id in by_pitch[pitch_id]:
                found.setdefault(session_id, set()).add(person_id)
    for find in _others:
        for session_id, person_id in find([session.id for session in sessions]):
            found.setdefault(session_id, set()).add(person_id)
    return found


def _unseen(sessions: Iterable[Session]) -> dict[int, list[Notice]]:
    found: dict[int, list[Notice]] = {}
    for row in db.session.execute(
            select(Notice.id, Notice.thing_id, Notice.person_id, Notice.was, Notice.now, Notice.mailed_at)
            .where(Notice.about == SESSION, Notice.thing_id.in_([s.id for s in sessions]), Notice.seen_at.is_(None))):
        found.setdefault(row.thing_id, []).append(row)
    return found


def _follow_up(session: Session, known: Iterable, now: str, at: datetime) -> set[int]:
    """Bring the notices that people have not seen yet up to `now`; whose they are."""
    groups: dict[str, list[int]] = {}
    for notice in known:
        groups.setdefault(notice.now if notice.mailed_at else notice.was, []).append(notice.id)
    for was, ids in groups.items():
        if was == now:
            db.session.execute(delete(Notice).where(Notice.id.in_(ids)).execution_options(synchronize_session=False))
        else:
            db.session.execute(update(Notice).where(Notice.id.in_(ids)).values(
                was=was, now=now, at=at, mailed_at=None, said=sentence(session.pitch.title, was, now))
                .execution_options(synchronize_session=False))
    return {notice.person_id for notice in known}


def _know_it_gone(sessions: Sequence[Session]) -> dict[int, set[int]]:
    """Who was told, last of all, that each of them is off the grid: they want to hear that it is back."""
    last: dict[tuple[int, int], str] = {}
    if sessions:
        for session_id, person_id, now in db.session.execute(
                select(Notice.thing_id, Notice.person_id, Notice.now)
                .where(Notice.about == SESSION, Notice.thing_id.in_([s.id for s in sessions])).order_by(Notice.at, Notice.id)):
            last[session_id, person_id] = now
    found: dict[int, set[int]] = {}
    for (session_id, person_id), now in last.items():
        if not now:
            found.setdefault(session_id, set()).add(person_id)
    return found
