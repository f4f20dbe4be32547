"""Presence between web processes: what each tells of who is here in its own rooms, over the relay (`infra/live.py`).

Changes themselves do not go this way: a process that is nudged reads them from the log. What is lost here is made up for within
seconds, as clients renew their state.
"""

import os
import secrets
from functools import lru_cache

from app.documents.crdt import Malformed
from app.documents.live import Room
from app.documents.wire import Bytes
from app.infra import live
from app.web.frames import BINARY, frame

TOLD, ASKED = b"t", b"?"


def me() -> bytes:
    """What this process is called (8 bytes): it hears itself, too."""
    return _called(os.getpid())


@lru_cache(maxsize=1)
def _called(_process: int) -> bytes:
    """Asked with the process's number, as gunicorn makes its workers from one that has imported this already."""
    return secrets.token_bytes(8)


def topic_of(room: Room) -> str:
    """What processes say to each other about a document's presence."""
    return f"presence:{room.document_id}"


def follow(room: Room) -> None:
    """Listen for others who have the document open, and ask them who is there."""
    stop, stop_presence = room.stop, live.relay.follow(topic_of(room), lambda said: _hear(room, said))

    def stop_both() -> None:
        stop()
        stop_presence()

    room.stop = stop_both
    if not room.presence.quiet:
        live.relay.say(topic_of(room), me() + ASKED)


def tell(room: Room, message: bytes) -> None:
    """Tell the others of an awareness message that this process made."""
    live.relay.say(topic_of(room), me() + TOLD + message)


def _hear(room: Room, said: int | bytes) -> None:
    if not isinstance(said, bytes) or said[:8] == me() or room.presence.quiet:
        return
    if said[8:9] == ASKED:
        here = room.presence.all(here_only=True)
        if here:
            tell(room, here)
        return
    read = Bytes(said, 10)  # behind who says it, that it is told, and the kind of message
    try:
        news = room.presence.hear_elsewhere(read.run())
    except Malformed:
        return
    if news:
        room.broadcast(frame(BINARY, news))
