"""Writing a mailing to everybody it goes to, as a job: each letter once, whenever the process is killed.

What each person gets is put together first, in a fixed number of statements; then some letters at a time are written, each
lot in a transaction of its own that also counts them, so that nobody else waits long for the database. The key of a letter
(`queries.key_of`) keeps it from being written again when the job is repeated.
"""

from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import clock, db, jobs
from app.letters import actions as letters
from app.letters import wishes, wording
from app.letters.actions import Letter
from app.letters.models import EVENT, MailWishes
from app.mailings import composing, queries
from app.mailings.actions import JOB
from app.mailings.gathering import gather
from app.mailings.models import EVENING, SENDING, SENT, WAITING, Mailing

TOGETHER = 100  # letters written in one transaction


@jobs.handles(JOB)
def send_due(payloads: list[dict]) -> None:
    """Send what is due; what was stopped is left alone, and what is not due yet has its job at its time."""
    for mailing_id in {payload["mailing"] for payload in payloads}:
        send(mailing_id, clock.now())


@jobs.at_start
def resume() -> None:
    """What was being sent when the process ended goes on at once, and not when its job is tried again; what waits goes out at its
    time, whatever became of its job."""
    with db.transaction() as session:
        at = clock.now()
        for mailing in session.scalars(select(Mailing).where(Mailing.state.in_((WAITING, SENDING)))).all():
            jobs.enqueue_once(JOB, {"mailing": mailing.id}, at if mailing.state == SENDING else max(at, mailing.send_at))


def send(mailing_id: int, at: datetime) -> None:
    """Write it to everybody it goes to, if it is due."""
    with db.transaction() as session:
        mailing = session.get(Mailing, mailing_id, with_for_update=True)  # who stops it at this moment comes before, or after
        if mailing is None or mailing.state not in (WAITING, SENDING):
            return
        if mailing.send_at > at:  # put off; or the clock was set back since its job was taken, and that is forgotten now
            jobs.enqueue_once(JOB, {"mailing": mailing_id}, mailing.send_at)
            return
        mailing.state = SENDING
        people = queries.recipients(mailing.event, mailing.recipients)
        rows = wishes.of_all(people)  # makes those that are not there
        # What is kept beyond this transaction is kept out of it, or each row would be asked for again.
        for row in rows.values():
            session.expunge(row)
    texts = _texts(db.session.get(Mailing, mailing_id), people, rows)
    for begin in range(0, len(people), TOGETHER):
        if not _write(mailing_id, people[begin:begin + TOGETHER], texts):
            return
    with db.transaction() as session:
        mailing = session.get(Mailing, mailing_id, with_for_update=True)
        if mailing is not None and mailing.state == SENDING:
            mailing.state, mailing.sent_at, mailing.version = SENT, clock.now(), mailing.version + 1


def _texts(mailing: Mailing, people: list[int], rows: dict[int, MailWishes]) -> dict[int, str]:
    """What each person is written, by id. All is read here, and formatted: that is kept (infra/markdown), so that nobody waits
    for the database meanwhile."""
    gathered = gather(mailing.event) if mailing.kind == EVENING else None
    names = dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(people))).all())
    texts = {}
    for person_id, name in names.items():
        yours = gathered.of(person_id) if gathered is not None else None
        texts[person_id] = composing.composed(mailing, name, yours, composing.signed_taps(rows[person_id]))
        wording.html_of(texts[person_id])
    return texts


def _write(mailing_id: int, some: list[int], texts: dict[int, str]) -> bool:
    """Write some of the letters; False once the mailing was stopped."""
    with db.transaction() as session:
        mailing = session.get(Mailing, mailing_id, with_for_update=True)
        if mailing is None or mailing.state != SENDING:
            return False
        # Whoever lost their pass, or their address, since it began is left out.
        there = set(queries.recipients(mailing.event, mailing.recipients)).intersection(some, texts)
        people = session.scalars(select(Person).where(Person.id.in_(there)).order_by(Person.id))
        mailing.written += letters.write_all([
            Letter(person, queries.KIND, (EVENT, mailing.event_id), mailing.subject, texts[person.id],
                   queries.key_of(mailing_id, person.id), mailing.event.time_zone, from_name=mailing.event.name)
            for person in people], at=clock.now())
    return True
