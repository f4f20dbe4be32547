"""The weekly digest: one mail with all that waited for a person, on their day, when their quiet hours end.

A job looks every quarter of an hour whose time has come; it sees to it that there is a next one. A digest and the taking away of
what is in it are one transaction for each person, so a job that is repeated finds nothing left.
"""

import logging
from datetime import datetime, time, timedelta

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.infra import clock, db, jobs, mail, mail_message
from app.letters import desk, wishes, wording
from app.letters.actions import DIGESTS, SITE
from app.letters.models import NONE, WEEKLY, MailStop, MailWishes, WaitingLetter
from app.letters.names import allowed, called

log = logging.getLogger(__name__)

EVERY = timedelta(minutes=15)
MORNING = 8  # o'clock, for who has no quiet hours


def due_at(row: MailWishes, since: datetime) -> datetime:
    """When a letter that waits since then is sent: the next time it is their day and the end of their quiet hours."""
    zone = wishes.zone_of(row)
    hour = time(MORNING if row.quiet_from == row.quiet_until else row.quiet_until)
    day = clock.local(since, zone).date()
    day += timedelta(days=(row.weekly_day - day.weekday()) % 7)
    due = clock.instant(day, hour, zone)
    return due if due > since else clock.instant(day + timedelta(days=7), hour, zone)


@jobs.at_start
def plan() -> None:
    """See to it that there is a next look."""
    with db.transaction():
        jobs.enqueue_once(DIGESTS, {"next": True}, clock.now() + EVERY)


@jobs.handles(DIGESTS, batch=50)
def send_digests(_payloads: list[dict]) -> None:
    """Send those that are due."""
    plan()
    now = clock.now()
    oldest: dict[int, datetime] = {}
    for person_id, at in db.session.execute(select(WaitingLetter.person_id, WaitingLetter.at).order_by(WaitingLetter.at)):
        oldest.setdefault(person_id, at)
    for person_id, since in oldest.items():
        try:
            with db.transaction() as session:
                person = session.get(Person, person_id)
                row = person and wishes.of(person)
                if person is not None and (row.how != WEEKLY or due_at(row, since) <= now):
                    send_digest(person, row, now)
        except Exception:  # somebody else's digest must not wait for this one; it comes up again at the next look
            log.exception("the digest of person %s could not be written", person_id)
            db.session.rollback()


def send_digest(person: Person, row: MailWishes, at: datetime) -> bool:
    """Send all that waits for `person`, as far as they want it by now, and take it away; whether a mail was written."""
    letters = db.session.scalars(select(WaitingLetter).where(WaitingLetter.person_id == person.id).order_by(
        WaitingLetter.at, WaitingLetter.id)).all()
    stops = {(s.about, s.thing_id) for s in db.session.scalars(select(MailStop).where(MailStop.person_id == person.id))}
    about = allowed(person, [(one.about, one.thing_id) for one in letters]) - stops
    wanted = [one for one in letters if (one.about, one.thing_id) in about]
    if wanted and person.email and row.how != NONE and row.stopped_at is None:
        mail.write([_mail(person, row, wanted, at)], at=at)
    # Those that were read: on PostgreSQL one more may have been written meanwhile, which waits for the next.
    db.session.execute(delete(WaitingLetter).where(WaitingLetter.id.in_([one.id for one in letters])),
                       execution_options={"synchronize_session": False})
    mail.remember([one.key for one in letters], person_id=person.id, at=at)
    row.digest_at = at
    return bool(wanted)


def _mail(person: Person, row: MailWishes, letters: list[WaitingLetter], at: datetime) -> mail.Draft:
    names = called(person, [(one.about, one.thing_id) for one in letters])
    groups: dict[tuple[str, int], list[WaitingLetter]] = {}
    for one in letters:
        groups.setdefault((one.about, one.thing_id), []).append(one)
    parts = []
    for about, group in groups.items():
        name, path = names.get(about, ("", ""))
        leave = wording.links(row, *about).leave
        if name:
            label = wording.escaped(name)
            parts.append(f"## [{label}]({desk.url(path)})" if path else f"## {label}")
        for n, one in enumerate(group):
            # Letters about a conversation have its name as their subject: said once, above.
            said = [] if one.subject == name else [f"**{wording.escaped(one.subject)}**"]
            parts += [*(["---"] if n else []), *said, one.body.strip()]
        if leave:
            parts.append(f"[{wording.NO_MORE[about[0]]}]({leave})")
    first = letters[0].subject
    subject = mail_message.one_line(first if len(letters) == 1 else f"Your week: {len(letters)} things, “{first}” first")
    since = f"This is what there was for you since {_day(letters[0], row)}."
    body = "\n\n".join([f"Hello {wording.escaped(person.name)},", since, *parts])
    stop, all_mail = wording.stop_all_link(row), wording.wishes_link(row)
    way = wording.Links(stop, all_mail, wording.stop_all_address(row))
    headers = {**wording.headers("digest", 0, way, mail.sender()), "From": SITE}
    return mail.Draft(
        recipient=person.email, person_id=person.id, kind="digest", key=f"digest:{person.id}:{at.isoformat()}", subject=subject,
        headers=headers, body=wording.text_part(body, "digest", way, answer=False),
        html=wording.html_part(subject, body, "digest", way, answer=False), run_at=wishes.after_quiet(row, at))


def _day(one: WaitingLetter, row: MailWishes) -> str:
    day = clock.local(one.at, wishes.zone_of(row))
    return f"{day:%A} {day.day} {day:%B}"
