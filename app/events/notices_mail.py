"""Mailing notices to those who wish it: a minute after the change, one mail for all that is new to a person."""

from collections.abc import Iterable
from datetime import timedelta

from flask import current_app
from sqlalchemy import select, update

from app.accounts.models import Person
from app.events.models import DRAFT, Event, Notice, Pass
from app.events.notices import MAIL_AFTER, MAIL_JOB
from app.infra import clock, db, jobs
from app.letters import actions as letters
from app.letters.actions import Letter
from app.letters.models import EVENT
from app.letters.wording import escaped

LONGEST_WAIT = timedelta(minutes=5)  # when there is always something newer


@jobs.handles(MAIL_JOB, batch=200)
def mail_notices(payloads: list[dict]) -> None:
    """Mail what has stood for a minute. Whoever has something newer still gets all of it with that."""
    for event_id in sorted({payload["event"] for payload in payloads}):
        _mail_event(event_id)


def _mail_event(event_id: int) -> None:
    now, base_url = clock.now(), current_app.extensions["base_url"]
    due: list[Letter] = []
    with db.transaction() as session:
        event = session.get(Event, event_id)
        if event is None:
            return
        waiting: dict[Person, list[Notice]] = {}
        rows = session.execute(
            select(Notice, Person).join(Person, Person.id == Notice.person_id)
            .join(Pass, (Pass.person_id == Notice.person_id) & (Pass.event_id == Notice.event_id))
            .where(Notice.event_id == event_id, Notice.seen_at.is_(None), Notice.mailed_at.is_(None), Pass.mail_changes,
                   Person.email.is_not(None), Notice.about != ("session" if event.grid_state == DRAFT else ""))
            .order_by(Notice.at, Notice.id))
        for notice, person in rows:
            waiting.setdefault(person, []).append(notice)
        for person, notices in waiting.items():
            if notices[-1].at > now - MAIL_AFTER and notices[0].at > now - LONGEST_WAIT:
                continue
            subject, body = letter(event.name, person.name, [notice.said for notice in notices], f"{base_url}/e/{event.slug}")
            # Never in a weekly digest: what moved is over by then.
            key = f"changes:{event.id}:{person.id}:{now:%Y-%m-%dT%H:%M:%S.%f}"
            due.append(Letter(person, "change", (EVENT, event.id), subject, body, key, time_zone=event.time_zone, urgent=True,
                              from_name=event.name))
            session.execute(update(Notice).where(Notice.id.in_([notice.id for notice in notices])).values(mailed_at=now)
                            .execution_options(synchronize_session=False))
        letters.write_all(due, at=now)


def letter(event_name: str, name: str, said: Iterable[str], url: str) -> tuple[str, str]:
    """The subject and body (Markdown). What it says comes from titles and rooms that others typed: there is no link but ours."""
    changes = "\n".join(f"- {escaped(one)}" for one in said)
    return f"Changes at {event_name}", (
        f"Hello {escaped(name)},\n\nthis changed at {escaped(event_name)}:\n\n{changes}\n\nThe grid: {url}/grid\n\n"
        f"You asked for these mails. To stop them only: {url}/notices\n")
