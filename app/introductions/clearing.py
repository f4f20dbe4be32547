"""Asks that lapsed and came to nothing go, once nobody's list shows them any more: whatever was answered."""

from datetime import timedelta

from app.infra import clock, jobs
from app.infra.db import transaction
from app.introductions.leaving import clear_lapsed

JOB = "introductions.clear"
KEPT = timedelta(days=30)  # after the lapse
DAY = timedelta(days=1)


@jobs.at_start
def plan() -> None:
    """See to it that it is done once a day."""
    with transaction():
        jobs.enqueue_once(JOB, {}, clock.now() + DAY)


@jobs.handles(JOB)
def clear(_batch: list[dict]) -> None:
    """Plan the next time, and clear: in this order, so that a day on which it fails does not end it."""
    at = clock.now()
    with transaction():
        jobs.enqueue_once(JOB, {}, at + DAY)
    with transaction():
        clear_lapsed(at - KEPT)
