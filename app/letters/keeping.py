"""What is not kept of mail: once a day, what is past its time is taken away (docs/mail.md says how long)."""

from datetime import timedelta

from sqlalchemy import delete

from app.infra import clock, db, jobs, mail
from app.letters.models import Incoming

JOB = "letters.keeping"
EVERY = timedelta(days=1)
SENT_DAYS, TO_HAND_ON_DAYS, INCOMING_DAYS = 30, 90, 30


@jobs.at_start
def plan() -> None:
    """See to it that there is a next time."""
    with db.transaction():
        jobs.enqueue_once(JOB, {}, clock.now() + EVERY)


@jobs.handles(JOB, batch=20)
def tidy(_payloads: list[dict]) -> None:
    """Take away what is past its time; the next time is seen to first, so that a day on which it fails does not end it."""
    plan()
    now = clock.now()
    with db.transaction() as session:
        mail.forget(now - timedelta(days=TO_HAND_ON_DAYS if mail.kept() else SENT_DAYS))
        session.execute(delete(Incoming).where(Incoming.at < now - timedelta(days=INCOMING_DAYS)),
                        execution_options={"synchronize_session": False})
