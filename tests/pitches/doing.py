"""Shorthand for tests of pitches' actions."""

from datetime import timedelta

from sqlalchemy import select

from app.infra import db
from app.infra.jobs import Job
from app.pitches.models import Interest
from tests.world import AT

LATER = AT + timedelta(minutes=5)


def do(event, action, *args, **kwargs):
    with db.transaction(event):
        return action(*args, **{"at": LATER, **kwargs})


def names(pitch):
    return [leader.name for leader in pitch.leaders]


def fans(pitch):
    return set(db.session.scalars(select(Interest.person_id).where(Interest.pitch_id == pitch.id)))


def found_again():
    """What search was told of, as (kind, id)."""
    return [(job.payload["kind"], job.payload["id"]) for job in db.session.scalars(select(Job).where(Job.kind == "search.index"))]
