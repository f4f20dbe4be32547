"""Streams of nudges to open pages."""

import threading

from app.infra import live
from app.web import stream
from tests.waiting import eventually


def test_streams_end_when_the_process_is_about_to(app):
    with app.test_request_context():
        sent = iter(stream.stream(["grid:1"], event_id=1, still_allowed=lambda: True).response)
    assert next(sent) == "retry: 3000\n\n"
    live.publish("grid:1", 7)
    assert "7" in next(sent)
    rest: list[str] = []
    reading = threading.Thread(target=lambda: rest.extend(sent), daemon=True)
    reading.start()
    stream.stop()
    eventually(lambda: not reading.is_alive())
    [said] = rest
    assert said.startswith("retry: ")  # so that not all pages come back at the same moment
