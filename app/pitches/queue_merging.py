"""What a merge means for the queue: the merged pitch stands where the first of those it was made of stood.

Their own entries stay as they are, out of the queue because their pitches are part of another; so undoing the merge has only
to let them in again. Which of them lent its place is seen by who was to pitch it.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.infra import db
from app.pitches.models import Pitch
from app.pitches.queue_models import LEFT, PITCHED, UP, WAITING, QueueEntry, Stage
from app.pitches.queue_order import in_order, pitcher_key
from app.pitches.queue_queries import turns_had
from app.pitches.queue_steps import stage_of, tell

BEFORE = (UP, PITCHED, WAITING)  # who is up now or has been heard comes before who waits


def inherit(actor: Person, merged: Pitch, origins: Sequence[Pitch], at: datetime) -> None:
    """Let `merged` have the earliest place that one of `origins` has in the queue, and the most hands that one of them had."""
    merged.hands = _most_hands(origins)
    lender = next(iter(_in_queue(merged, origins)), None)
    if lender is None:
        return
    stage = stage_of(merged.event)
    entry = QueueEntry(event_id=merged.event_id, pitch_id=merged.id, pitch=merged)
    db.session.add(entry)
    _as(entry, lender)
    entry.pitcher_id, entry.pitcher_name, entry.joined_at = lender.pitcher_id, lender.pitcher_name, lender.joined_at
    entry.position, entry.round = lender.position, lender.round
    db.session.flush()
    if stage.entry_id == lender.id:
        _on_stage(stage, entry)
    if lender.state != PITCHED:
        tell(actor, stage, f"merged pitches into “{merged.title}”, which has the place of “{lender.pitch.title}”", at)


def give_back(actor: Person, merged: Pitch, origins: Sequence[Pitch], at: datetime) -> None:
    """Give `origins`, open again, the places they had. What became of the merged one since (it was called, hands were noted)
    holds for the one whose place it had."""
    entry = db.session.scalar(select(QueueEntry).where(QueueEntry.pitch_id == merged.id))
    lender = next((one for one in _in_queue(merged, origins) if entry and _pitcher(one) == _pitcher(entry)), None)
    if entry is None or lender is None:  # it stands there in its own right, or not at all
        return
    stage = stage_of(merged.event)
    if merged.hands != _most_hands(origins):
        lender.pitch.hands = merged.hands
    _as(lender, entry)
    lender.position, lender.round = entry.position, entry.round
    if stage.entry_id == entry.id:
        _on_stage(stage, lender)
    was, entry.state, entry.ended_at = entry.state, LEFT, at
    db.session.flush()
    if was in (WAITING, UP):
        tell(actor, stage, f"undid the merge into “{merged.title}”", at)


def _in_queue(merged: Pitch, origins: Sequence[Pitch]) -> list[QueueEntry]:
    """The entries of `origins`, the earliest first."""
    entries = list(db.session.scalars(
        select(QueueEntry).where(QueueEntry.pitch_id.in_([origin.id for origin in origins]), QueueEntry.state != LEFT)
        .options(joinedload(QueueEntry.pitch))))
    waiting = in_order([entry for entry in entries if entry.state == WAITING], turns_had(merged.event))
    heard = sorted((entry for entry in entries if entry.state != WAITING),
                   key=lambda entry: (BEFORE.index(entry.state), entry.position, entry.id))
    return [*heard, *waiting]


def _pitcher(entry: QueueEntry) -> int | str:
    return pitcher_key(entry.pitcher_id, entry.pitcher_name)


def _most_hands(origins: Sequence[Pitch]) -> int | None:
    """The same people put their hands up for both: how many different ones, nobody knows."""
    return max((origin.hands for origin in origins if origin.hands is not None), default=None)


def _as(entry: QueueEntry, other: QueueEntry) -> None:
    entry.state, entry.called_at, entry.ended_at = other.state, other.called_at, other.ended_at


def _on_stage(stage: Stage, entry: QueueEntry) -> None:
    """The countdown runs on: it is the same turn."""
    stage.entry, stage.entry_id = entry, entry.id
