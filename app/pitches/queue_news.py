"""Telling open pages about the queue: nudges only, each page fetches what it may see.

`stage:<event>` concerns everybody: who is up, the countdown, who comes next after a clerk changed it. `queue:<event>` concerns
the stage screen and the clerks: who joined or left, marks and hands. Phones do not follow it: three hundred of them asking
again at each of sixty joins would be eighteen thousand pages for a number.
"""

from sqlalchemy import select, update

from app.infra import db, live
from app.pitches.models import Pitch
from app.pitches.queue_models import UP, WAITING, QueueEntry, Stage


def queue_changed(event_id: int) -> None:
    """Somebody joined or left, or a count changed; told when the current transaction is committed."""
    db.after_commit(lambda: live.publish(f"queue:{event_id}", 0))


def stage_changed(event_id: int, version: int) -> None:
    """The stage is different; told when the current transaction is committed."""
    db.after_commit(lambda: live.publish(f"stage:{event_id}", version))


def pitch_changed(pitch: Pitch) -> None:
    """A pitch was withdrawn, merged, opened again or says something else: pages that show the queue look again (2 statements)."""
    in_queue = select(QueueEntry.id).where(QueueEntry.pitch_id == pitch.id, QueueEntry.state.in_((WAITING, UP)))
    version = db.session.scalar(
        update(Stage).where(Stage.event_id == pitch.event_id, in_queue.exists()).values(version=Stage.version + 1)
        .returning(Stage.version).execution_options(synchronize_session="fetch"))
    if version is not None:
        stage_changed(pitch.event_id, version)
        queue_changed(pitch.event_id)


def marks_changed(pitch: Pitch) -> None:
    """Somebody marked a pitch or took it back: the stage screen counts along while it is up (1 statement)."""
    if db.session.scalar(select(Stage.entry_id).join(QueueEntry, QueueEntry.id == Stage.entry_id)
                         .where(Stage.event_id == pitch.event_id, QueueEntry.pitch_id == pitch.id)) is not None:
        queue_changed(pitch.event_id)
