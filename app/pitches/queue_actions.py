"""The pitching queue: joining and leaving it, calling the next, and what else clerks do. Undo is in `queue_steps.py`.

A clerk's page sends the version of the stage that it shows (`seen`): of two who act on the same sight of it one is told.
"""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import NAME_LENGTH, Person
from app.errors import Conflict, Forbidden, Invalid, require
from app.events.models import Event
from app.events.versions import count_change
from app.infra import db
from app.pitches import actions, policy, queue_order
from app.pitches.models import OPEN, Pitch
from app.pitches.queue_models import KEY_LENGTH, LEFT, PITCHED, SECONDS_LEAST, SECONDS_MOST, UP, WAITING, QueueEntry, Stage
from app.pitches.queue_news import queue_changed
from app.pitches.queue_queries import turns_had
from app.pitches.queue_steps import as_seen, stage_of, step, take_back, tell

HANDS_MOST = 9_999
OWN_WAITING_MOST = 5  # of one attendee at a time; a clerk may add more

CLOSED = "The queue is closed, so nobody can join it from a phone just now. Ask at the pitching station."
NOT_YOURS = "Only who is to pitch it, or a clerk, can take it out of the queue."
CLERKS_ONLY = "Only campmakers and organisers run the queue."


class Joined(NamedTuple):
    """An entry in the queue, and whether it is new there: a form that was sent twice finds its entry of the first time."""

    entry: QueueEntry
    new: bool


def join(actor: Person, event: Event, *, pitch: Pitch | None = None, title: str = "", about: str = "",
         topics: tuple[str, ...] = (), pitcher: Person | str | None = None, key: str = "", at: datetime) -> Joined:
    """Stand in the queue with a new pitch (`title`) or one that is there already. If `pitcher` is not said it is oneself, or for
    a clerk who does not lead the pitch its first leader.

    A clerk may do it for anybody, and while the queue is closed. `key` makes sending it twice harmless. Raises Conflict when
    the queue is closed or the pitch has been pitched or taken back, Invalid naming `title`, `about`, `name`, `topics`.
    """
    require(policy.can_join_queue(actor, event), actions.JOIN_FIRST)
    if key and (known := _sent_before(event, key)) is not None:
        return Joined(known, False)
    clerk, stage = policy.can_run_queue(actor, event), stage_of(event)
    pitcher = _usual_pitcher(actor, pitch, clerk) if pitcher is None else pitcher
    pitcher = " ".join(pitcher.split()) if isinstance(pitcher, str) else pitcher
    if not clerk:
        _may_join_oneself(actor, event, stage, pitch, pitcher)
    name = pitcher if isinstance(pitcher, str) else pitcher.name
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Keep the name to {NAME_LENGTH} characters." if name else "Say who pitches it.", "name")
    if pitch is None:
        pitch = _new_pitch(actor, event, title, about, topics, pitcher, at)
    elif pitch.state != OPEN:
        raise Conflict(f"“{pitch.title}” is not open any more, so it cannot be in the queue.")
    entry = db.session.scalar(select(QueueEntry).where(QueueEntry.pitch_id == pitch.id))
    if entry is not None and entry.state in (WAITING, UP):
        return Joined(entry, False)
    if entry is not None and entry.state == PITCHED:
        raise Conflict(f"“{pitch.title}” has been pitched already.")
    position = _last_position(event) + 1
    if entry is None:
        entry = QueueEntry(event_id=event.id, pitch_id=pitch.id, pitch=pitch)
        db.session.add(entry)
    entry.pitcher_id, entry.pitcher_name = (None if isinstance(pitcher, str) else pitcher.id), name
    entry.key = key[:KEY_LENGTH] or entry.key
    entry.state, entry.round, entry.position = WAITING, None, position
    entry.joined_at, entry.called_at, entry.ended_at = at, None, None
    db.session.flush()
    queue_changed(event.id)
    return Joined(entry, True)


def leave(actor: Person, event: Event, entry: QueueEntry, *, at: datetime) -> QueueEntry:
    """Stand in the queue no more; one can join again, at its end. Doing it twice changes nothing."""
    require(policy.can_leave_queue(actor, event, entry.pitcher_id), NOT_YOURS)
    if entry.state == UP:
        raise Conflict("You are up now. Tell the clerk if you would rather not.")
    if entry.state == WAITING:
        entry.state, entry.ended_at = LEFT, at
        queue_changed(event.id)
    return entry


def call_next(actor: Person, event: Event, *, seen: int, at: datetime) -> Stage:
    """Who is up has pitched, and the next one is up. Raises Conflict when the stage has changed since, or nobody is left."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = as_seen(event, seen)
    up, waiting = stage.entry, _line(event)
    if up is None and not waiting:
        raise Conflict("Nobody is waiting.")
    following = waiting[0] if waiting else None
    said = f"called “{following.pitch.title}”" if following else f"ended “{up.pitch.title}”"
    with step(actor, stage, filter(None, (up, following)), said, at):
        if up is not None:
            up.state, up.ended_at = (PITCHED if up.pitch.state == OPEN else LEFT), at
        _put_up(stage, following, at)
    return stage


def skip(actor: Person, event: Event, entry: QueueEntry, *, seen: int, at: datetime) -> Stage:
    """Somebody is not here: to the back of their round; when they were up, the one after them is. What else they have in the
    queue waits with them. Raises Conflict when the stage has changed since or the entry is not in the queue."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = as_seen(event, seen)
    _must_be(entry, (WAITING, UP))
    was_up = entry.state == UP
    others = [e for e in _line(event) if e is not entry]
    theirs = sorted((e for e in others if _who(e) == _who(entry)), key=lambda e: e.position)
    following = next((e for e in others if e not in theirs), None) if was_up else None
    theirs.insert(0, entry)
    back = _last_position(event)
    with step(actor, stage, filter(None, (*theirs, following)), f"skipped “{entry.pitch.title}”", at):
        entry.state, entry.called_at = WAITING, None
        for nth, one in enumerate(theirs, 1):
            one.position = back + nth
        if was_up:
            _put_up(stage, following, at)
    return stage


def move(actor: Person, event: Event, entry: QueueEntry, to: str, *, at: datetime) -> Stage:
    """Put somebody who waits one place `up` or `down`, or to the `front`; they take the round of whom they pass. Nothing
    happens where there is no such place. Raises Conflict when the entry does not wait."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = stage_of(event)
    _must_be(entry, (WAITING,))
    line = _line(event)
    at_ = line.index(entry)
    target = {"up": at_ - 1, "down": at_ + 1, "front": 0}[to]
    if target == at_ or not 0 <= target < len(line):
        return stage
    passed, rest = line[target], [e for e in line if e is not entry]
    of = queue_order.rounds(line, turns_had(event))
    same = [e for e in rest if of[e.id] == of[passed.id]]  # the round it comes to stand in
    nth = same.index(passed) + (to == "down")
    position = _between(same[nth - 1].position if nth else None, same[nth].position if nth < len(same) else None)
    where = {"up": "up", "down": "down", "front": "to the front"}[to]
    with step(actor, stage, (entry,), f"moved “{entry.pitch.title}” {where}", at):
        entry.position, entry.round = position, of[passed.id]
    return stage


def remove(actor: Person, event: Event, entry: QueueEntry, *, seen: int, at: datetime) -> Stage:
    """Take somebody out of the queue, or off the stage. Raises Conflict when the stage has changed since."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = as_seen(event, seen)
    _must_be(entry, (WAITING, UP))
    with step(actor, stage, (entry,), f"took “{entry.pitch.title}” out of the queue", at):
        if entry.state == UP:
            _put_up(stage, None, at)
        entry.state, entry.ended_at = LEFT, at
    return stage


def undo(actor: Person, event: Event, *, seen: int, at: datetime) -> str:
    """Undo the newest of calling, skipping, moving and removing; gives it in words. Raises Conflict when that cannot be."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    return take_back(actor, event, as_seen(event, seen), at)


def start_countdown(actor: Person, event: Event, *, seen: int, at: datetime) -> Stage:
    """Start it, or start it again from the top. Raises Conflict when nobody is up or the stage has changed since."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = as_seen(event, seen)
    if stage.entry is None:
        raise Conflict("Nobody is up, so there is nothing to count.")
    stage.started_at = at
    tell(actor, stage, "started the countdown", at)
    return stage


def stop_countdown(actor: Person, event: Event, *, seen: int, at: datetime) -> Stage:
    """Stop it: the whole time shows again. Raises Conflict when the stage has changed since."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    stage = as_seen(event, seen)
    if stage.started_at is not None:
        stage.started_at = None
        tell(actor, stage, "stopped the countdown", at)
    return stage


def note_hands(actor: Person, event: Event, entry: QueueEntry, hands: int | None, *, at: datetime) -> QueueEntry:
    """Note how many put their hand up for a pitch, whoever is up by now; None takes the number back."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    if hands is not None and not 0 <= hands <= HANDS_MOST:
        raise Invalid(f"Give a number from 0 to {HANDS_MOST:,}.", "hands")
    if entry.pitch.hands != hands:
        entry.pitch.hands, entry.pitch.updated_at = hands, at
        count_change(event, nudge=False)
        queue_changed(event.id)
    return entry


def set_stage(actor: Person, event: Event, *, open_to_all: bool | None = None, seconds: int | None = None, at: datetime) -> Stage:
    """Open or close the queue to phones, and say how long each pitch may take (seconds). Raises Invalid naming `seconds`."""
    require(policy.can_run_queue(actor, event), CLERKS_ONLY)
    if seconds is not None and not SECONDS_LEAST <= seconds <= SECONDS_MOST:
        raise Invalid(f"Give each pitch {SECONDS_LEAST} to {SECONDS_MOST} seconds.", "seconds")
    stage = stage_of(event)
    if open_to_all is not None and open_to_all != stage.open:
        stage.open = open_to_all
        tell(actor, stage, "opened the queue" if open_to_all else "closed the queue", at)
    if seconds is not None and seconds != stage.seconds:
        stage.seconds = seconds
        tell(actor, stage, f"gave each pitch {seconds} seconds", at)
    return stage


def _sent_before(event: Event, key: str) -> QueueEntry | None:
    return db.session.scalar(select(QueueEntry).where(QueueEntry.event_id == event.id, QueueEntry.key == key[:KEY_LENGTH])
                             .options(joinedload(QueueEntry.pitch)))


def _may_join_oneself(actor: Person, event: Event, stage: Stage, pitch: Pitch | None, pitcher: Person | str) -> None:
    if isinstance(pitcher, str) or pitcher.id != actor.id:
        raise Forbidden("To pitch for somebody else, ask at the pitching station.")
    if pitch is not None and not policy.is_own(actor, pitch):
        raise Forbidden("Only who pitched or leads it can stand in the queue with it.")
    if not stage.open:
        raise Conflict(CLOSED)
    waiting = db.session.scalar(select(func.count(QueueEntry.id)).join(Pitch).where(
        QueueEntry.event_id == event.id, QueueEntry.state == WAITING, QueueEntry.pitcher_id == actor.id, Pitch.state == OPEN))
    if waiting >= OWN_WAITING_MOST:
        raise Conflict(f"You have {waiting} pitches waiting. When one has had its turn, you can add another.")


def _usual_pitcher(actor: Person, pitch: Pitch | None, clerk: bool) -> Person | str:
    if pitch is None or not clerk or not pitch.leaders or any(leader.person_id == actor.id for leader in pitch.leaders):
        return actor
    return pitch.leaders[0].person or pitch.leaders[0].name


def _new_pitch(actor: Person, event: Event, title: str, about: str, topics: tuple[str, ...], pitcher: Person | str,
               at: datetime) -> Pitch:
    try:
        return actions.pitch(actor, event, title=title, about=about, leaders=[pitcher], topics=topics, queue_open=True, at=at)
    except Invalid as problem:
        raise Invalid(problem.message, "name" if problem.field == "leaders" else problem.field) from problem


def _line(event: Event) -> list[QueueEntry]:
    """Those who wait, the next one first."""
    waiting = db.session.scalars(
        select(QueueEntry).join(QueueEntry.pitch)
        .where(QueueEntry.event_id == event.id, QueueEntry.state == WAITING, Pitch.state == OPEN)
        .options(joinedload(QueueEntry.pitch))).all()
    return queue_order.in_order(waiting, turns_had(event))


def _who(entry: QueueEntry) -> int | str:
    return queue_order.pitcher_key(entry.pitcher_id, entry.pitcher_name)


def _last_position(event: Event) -> float:
    return db.session.scalar(select(func.max(QueueEntry.position)).where(QueueEntry.event_id == event.id)) or 0


def _between(low: float | None, high: float | None) -> float:
    if low is None or high is None:
        return high - 1 if high is not None else low + 1
    middle = (low + high) / 2
    if not low < middle < high:
        raise Conflict("There is no room left between these two. Move one of them instead.")
    return middle


def _put_up(stage: Stage, entry: QueueEntry | None, at: datetime) -> None:
    if entry is not None:
        entry.state, entry.called_at = UP, at
    stage.entry, stage.entry_id, stage.started_at = entry, entry.id if entry else None, None


def _must_be(entry: QueueEntry, states: tuple[str, ...]) -> None:
    if entry.state not in states or entry.pitch.state != OPEN:
        still = "waiting" if states == (WAITING,) else "in the queue"
        raise Conflict(f"“{entry.pitch.title}” is not {still} any more. Look again.")
