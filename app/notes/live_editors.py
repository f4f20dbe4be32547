"""Who has which note open to write, over all web processes, for the coverage desk.

Each process tells the others once a second what it knows; of one that falls silent, nothing is kept for long.
"""

import json
import time
from collections.abc import Iterable
from dataclasses import dataclass

from app.documents.live_elsewhere import me
from app.documents.live_writer import writer
from app.infra import live

TOPIC = "editors"
KEPT_SECONDS = 5.0

_elsewhere: dict[bytes, tuple[float, dict[str, list]]] = {}  # by process: when it said so, and [names, typing, count] by key
_following: live.Relay | None = None
_told = False


@dataclass(frozen=True)
class Editors:
    """Who has a note open: their names, where the event's rule allows it; how many write just now; how many there are."""

    names: tuple[str, ...] = ()
    typing: int = 0
    count: int = 0


def note_key(session_id: int) -> str:
    """The key of a session's notes."""
    return f"note:{session_id}"


def editors_of(session_ids: Iterable[int]) -> dict[int, Editors]:
    """Who has these sessions' notes open to write; sessions with nobody are left out."""
    keys = {note_key(session_id): session_id for session_id in session_ids}
    return {keys[key]: editors for key, editors in editors_at(keys).items()}


def editors_at(keys: Iterable[str]) -> dict[str, Editors]:
    """The same for whatever texts, by the key of what they belong to (`live_watch.Watched`)."""
    _follow()
    oldest = time.monotonic() - KEPT_SECONDS
    found: dict[str, Editors] = {}
    wanted = set(keys)
    for said in (_here(), *(said for at, said in _elsewhere.values() if at > oldest)):
        for key in wanted & said.keys():
            names, typing, count = said[key]
            before = found.get(key, Editors())
            together = tuple(dict.fromkeys((*before.names, *names)))
            found[key] = Editors(together, before.typing + typing, before.count + count)
    return found


def tell() -> None:
    """Tell the other processes; once more when the last editor has left."""
    global _told
    here = _here()
    if here or _told:
        live.relay.say(TOPIC, me() + json.dumps(here).encode())
    _told = bool(here)


def _here() -> dict[str, list]:
    now, found = time.monotonic(), {}
    for room in writer.rooms.values():
        writing = [member for member in room.members if member.may_write]
        if writing:
            names = dict.fromkeys(member.user["name"] for member in writing) if room.owner.named else ()
            found[room.owner.key] = [list(names), room.typing(now), len({member.person_id for member in writing})]
    return found


def _follow() -> None:
    global _following
    if _following is not live.relay:
        _following = live.relay
        live.relay.follow(TOPIC, _hear)


def _hear(said: int | bytes) -> None:
    if isinstance(said, bytes) and said[:8] != me():
        _elsewhere[said[:8]] = time.monotonic(), json.loads(said[8:])
