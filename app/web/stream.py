"""Server-sent events: an open page is told that something changed (topic, version) and fetches it itself."""

import json
import random
import time
from collections.abc import Callable

from flask import Response

from app.infra import db, live

HEARTBEAT_SECONDS = 15
LONGEST_SECONDS = 600  # then the browser reconnects and is checked again from the start
COME_BACK_MS = (500, 3000)  # after this process ended: not all at once
_ENDING = ""  # no page's topic

_open: set[live.Inbox] = set()


def access_topic(event_id: int) -> str:
    """The topic nudged when somebody's role at the event, or its visibility, changes."""
    return f"access:{event_id}"


def stop() -> None:
    """End every stream: this process is about to end, and their pages come back to its successor."""
    for inbox in tuple(_open):
        inbox.put(_ENDING, 0)


def stream(topics: list[str], *, event_id: int, still_allowed: Callable[[], bool]) -> Response:
    """A stream of nudges on `topics`. Holds no database session; ends when `still_allowed()` becomes false.

    `still_allowed` is asked whenever access to the event changes, inside a fresh database session.
    """
    guard_topic = access_topic(event_id)
    relay = live.relay

    def send():
        ends = time.monotonic() + LONGEST_SECONDS
        with relay.listen(guard_topic, *topics) as inbox:
            _open.add(inbox)
            try:
                yield "retry: 3000\n\n"
                while time.monotonic() < ends:
                    nudge = inbox.get(HEARTBEAT_SECONDS)
                    if nudge is None:
                        yield "event: here\ndata: 1\n\n"  # an event, not a comment: pages notice when it stays away
                        continue
                    topic, version = nudge
                    if topic == _ENDING:
                        yield f"retry: {random.randint(*COME_BACK_MS)}\n\n"
                        return
                    if topic == guard_topic:
                        try:
                            if not still_allowed():
                                return
                        finally:
                            db.session.remove()
                        continue
                    yield f"event: nudge\ndata: {json.dumps({'topic': topic, 'version': version})}\n\n"
            finally:
                _open.discard(inbox)

    return Response(send(), mimetype="text/event-stream",
                    headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
