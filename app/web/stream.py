"""Server-sent events: an open page is told that something changed (topic, version) and fetches it itself."""

import json
import time
from collections.abc import Callable

from flask import Response

from app.infra import db, live

HEARTBEAT_SECONDS = 15
LONGEST_SECONDS = 600  # then the browser reconnects and is checked again from the start


def access_topic(event_id: int) -> str:
    """The topic nudged when somebody's role at the event, or its visibility, changes."""
    return f"access:{event_id}"


def stream(topics: list[str], *, event_id: int, still_allowed: Callable[[], bool]) -> Response:
    """A stream of nudges on `topics`. Holds no database session; ends when `still_allowed()` becomes false.

    `still_allowed` is asked whenever access to the event changes, inside a fresh database session.
    """
    guard_topic = access_topic(event_id)
    relay = live.relay

    def send():
        ends = time.monotonic() + LONGEST_SECONDS
        with relay.listen(guard_topic, *topics) as inbox:
            yield "retry: 3000\n\n"
            while time.monotonic() < ends:
                nudge = inbox.get(HEARTBEAT_SECONDS)
                if nudge is None:
                    yield "event: here\ndata: 1\n\n"  # an event, not a comment: pages notice when it stays away
                    continue
                topic, version = nudge
                if topic == guard_topic:
                    try:
                        if not still_allowed():
                            return
                    finally:
                        db.session.remove()
                    continue
                yield f"event: nudge\ndata: {json.dumps({'topic': topic, 'version': version})}\n\n"

    return Response(send(), mimetype="text/event-stream",
                    headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"})
