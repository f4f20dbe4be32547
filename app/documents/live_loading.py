"""Reading a document from its log, so that people can edit it together, while others go on."""

import time

import gevent

from app.documents import log
from app.documents.live import Room
from app.infra import db

STEP = 200  # updates applied before others have their turn: about a millisecond


def load(room: Room) -> bool:
    """Fill `room` with what its document's log says; False when there is no such document."""
    try:
        updates = _read(room)
    finally:
        db.session.remove()
    if updates is None:
        return False
    for at in range(0, len(updates), STEP):
        for data in updates[at:at + STEP]:
            room.open.apply(data)
        gevent.sleep(0)
    for at in range(0, len(updates), STEP):
        room.pending += [data for data in updates[at:at + STEP] if room.open.lacks(data)]
        gevent.sleep(0)
    if room.text_seq < room.seq:  # the process that wrote this had no time to write its text down
        room.unwritten_since = room.unrevised_since = room.changed_at = time.monotonic()
    return True


def _read(room: Room) -> list[bytes] | None:
    while True:
        stand = log.stand_of(room.document_id)
        if stand is None:
            return None
        room.epoch, room.text_seq = stand.epoch, stand.text_seq
        room.retired = log.retired_of(room.document_id) if stand.epoch > 1 else frozenset()
        room.log_bytes = log.bytes_of(room.document_id)
        snapshot = log.snapshot_of(room.document_id)
        updates = [snapshot[1]] if snapshot else []
        room.seq = room.snapshot_seq = snapshot[0] if snapshot else 0
        for seq, data in log.updates_after(room.document_id, room.snapshot_seq):
            room.seq = seq
            updates.append(data)
            if len(updates) % log.ROWS_AT_ONCE == 0:
                gevent.sleep(0)
        again = log.stand_of(room.document_id)
        if again is not None and again.epoch == stand.epoch:
            return updates
        db.session.rollback()
