"""Asking for a note-taker, and the nudge five minutes before the session begins to those it concerns, if there is none by then.

Slots move. So a job is planned for the next nudge of an event whenever the grid changes or somebody is asked for, and what it
does is decided when it runs: a job too many finds nothing to do.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import require
from app.events import notices
from app.events.models import LIVE, Event, Notice, Pass, Role, Room, Slot
from app.events.versions import count_change
from app.grid.announcing import SESSION
from app.grid.models import Placement, Session
from app.grid.places import place_of
from app.grid.standings import after_change
from app.infra import clock, db, jobs, live
from app.notes import policy
from app.notes.models import NoteTakerWanted
from app.notes.queries import needing_note_takers
from app.notes.states import topic
from app.pitches.models import Interest, Leader

JOB = "notes.nudge"
BEFORE = timedelta(minutes=5)
LATE = timedelta(minutes=10)  # a session that began so long ago needs no nudge any more
MOVED = timedelta(minutes=30)  # a session that was nudged for, and begins so much later after all, is nudged for again
NUDGE = "has nobody to take notes yet"
FOR_HELPERS = "Only campmakers and organisers ask for note-takers."


def ask_for_note_taker(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Ask for a note-taker of this session: the grid says so to everybody, and those it concerns are nudged before it begins."""
    require(policy.can_manage(actor, session.event), FOR_HELPERS)
    if db.session.get(NoteTakerWanted, session.id) is None:
        db.session.add(NoteTakerWanted(session_id=session.id, asked_at=at))
        db.session.flush()
        plan(session.event, at)
        _tell(session.event)


def ask_for_all(actor: Person | None, event: Event, session_ids: Iterable[int], *, at: datetime) -> int:
    """The same for those of these sessions of the event that need one and were not asked for; how many that were."""
    require(policy.can_manage(actor, event), FOR_HELPERS)
    needing = needing_note_takers(event)
    new = sorted(session_id for session_id in set(session_ids) if needing.get(session_id) is False)
    if new:
        db.session.add_all(NoteTakerWanted(session_id=session_id, asked_at=at) for session_id in new)
        db.session.flush()
        plan(event, at)
        _tell(event)
    return len(new)


def stop_asking(actor: Person | None, session: Session, *, at: datetime) -> None:
    """Ask no more. Nudges that nobody has looked at yet are taken back."""
    require(policy.can_manage(actor, session.event), FOR_HELPERS)
    wanted = db.session.get(NoteTakerWanted, session.id)
    if wanted is not None:
        db.session.delete(wanted)
        db.session.flush()
        take_back_nudges(session, at)
        _tell(session.event)


def take_back_nudges(session: Session, at: datetime) -> None:
    """Take away the nudges about this session that nobody has looked at: somebody takes notes now (2 statements)."""
    nudges = [Notice.about == SESSION, Notice.thing_id == session.id, Notice.seen_at.is_(None), Notice.said.contains(NUDGE)]
    whose = set(db.session.scalars(select(Notice.person_id).where(*nudges)))
    if whose:
        db.session.execute(delete(Notice).where(*nudges).execution_options(synchronize_session=False))
        notices.told(session.event, whose, at=at)


@after_change
def plan(event: Event, at: datetime) -> None:
    """See to it that a job runs when the next nudge of the event is due (1 statement where nobody is asked for)."""
    due = [max(one.begins - BEFORE, at) for one in _waiting(event) if one.begins + LATE > at]
    if due:
        jobs.enqueue_once(JOB, {"event": event.id}, min(due))


@jobs.handles(JOB, batch=50)
def nudge(payloads: list[dict]) -> None:
    """Nudge for what begins within five minutes by now, and plan for what begins later."""
    for event_id in sorted({payload["event"] for payload in payloads}):
        with db.transaction() as session:
            event = session.get(Event, event_id)
            if event is not None:
                nudge_now(event, clock.now())
                plan(event, clock.now())


def nudge_now(event: Event, at: datetime) -> int:
    """Write a notice for everybody concerned about each session that begins within five minutes, is asked for and has no
    note-taker; how many sessions that were. A session is nudged for once, unless it moved to much later since."""
    due = [one for one in _waiting(event) if one.begins - BEFORE <= at < one.begins + LATE]
    told: set[int] = set()
    for one in due:
        people = _concerned(one.session)
        # It says where the session is, so that a move after it is told from there (grid/announcing.py).
        db.session.get(NoteTakerWanted, one.session.id).nudged_at = at
        row = {"event_id": event.id, "about": SESSION, "thing_id": one.session.id, "was": one.where, "now": one.where, "at": at,
               "said": f"“{one.session.pitch.title}” in {one.where} {NUDGE}. Can you? Say so on its page."}
        if people:
            db.session.execute(insert(Notice), [row | {"person_id": person_id} for person_id in sorted(people)])
        told |= people
    notices.told(event, told, at=at)
    return len(due)


@dataclass(frozen=True)
class Waiting:
    """A session that is asked for, has a place and no note-taker, and was not nudged for yet."""

    session: Session
    where: str
    begins: datetime


def _waiting(event: Event) -> list[Waiting]:
    """Those of the published grid that have a time (2 statements, 1 where nobody is asked for).

    Where they are is asked of the database, not of what is loaded: this is called in the middle of a change.
    """
    if event.grid_state != LIVE:
        return []
    found = db.session.execute(
        select(Session, NoteTakerWanted.nudged_at, Room, Slot).join(NoteTakerWanted, NoteTakerWanted.session_id == Session.id)
        .join(Placement, (Placement.session_id == Session.id) & (Placement.part == 1)).join(Room, Room.id == Placement.room_id)
        .join(Slot, Slot.id == Placement.slot_id).where(Session.event_id == event.id, Slot.starts_at.is_not(None))
        .order_by(Session.id).options(joinedload(Session.pitch))).all()
    needing = needing_note_takers(event) if found else {}
    return [Waiting(session, place_of(room, slot, event), slot.starts_at) for session, nudged, room, slot in found
            if session.id in needing and (nudged is None or slot.starts_at - nudged > MOVED)]


def _concerned(session: Session) -> set[int]:
    """Who marked it, who leads it, and the campmakers and organisers (3 statements)."""
    found: set[int] = set()
    for kind in (Leader, Interest):
        found |= set(db.session.scalars(
            select(kind.person_id).where(kind.pitch_id == session.pitch_id, kind.person_id.is_not(None))))
    return found | set(db.session.scalars(
        select(Pass.person_id).where(Pass.event_id == session.event_id, Pass.role >= Role.CAMPMAKER)))


def _tell(event: Event) -> None:
    version, about = count_change(event), topic(event.id)
    db.after_commit(lambda: live.publish(about, version))
