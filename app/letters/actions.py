"""Writing to people, and what they wish. A letter becomes a mail in the caller's transaction, or waits for the weekly digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.infra import db, mail, mail_message
from app.letters import desk, wishes, wording
from app.letters.models import NONE, WEEKLY, MailStop, MailWishes, WaitingLetter


@dataclass(frozen=True)
class Letter:
    """One thing to tell one person; what the fields mean says `write`."""

    person: Person
    kind: str
    about: tuple[str, int]
    subject: str
    body: str
    key: str
    time_zone: str = ""
    reply_to: str = ""
    calendar: str = ""
    urgent: bool = False
    from_name: str = ""


def write(person: Person, *, kind: str, about: tuple[str, int], subject: str, body: str, key: str, at: datetime,
          time_zone: str = "", reply_to: str = "", calendar: str = "", urgent: bool = False, from_name: str = "") -> bool:
    """Anybody is written to as they wish; whether something will be sent (now, after their quiet hours, or in their digest).

    For other rooms' actions, within their transaction: they have asked their own policy. `kind` (up to 20 characters) says what
    it is; `about` (models.CONVERSATION and so on, and an id or 0) what its unsubscribe link leaves. `body` is Markdown and
    may hold people's words. The same `key` (up to 120 characters) is written once. `time_zone` is that of the event, for who set
    none. `reply_to` is from `replies.address`. `calendar` is an iCalendar text, attached as such; such a letter and one that is
    `urgent` never waits for a digest, but does for the end of quiet hours. `from_name` is who speaks, shown as the sender's name.
    """
    one = Letter(person, kind, about, subject, body, key, time_zone, reply_to, calendar, urgent, from_name)
    return bool(write_all([one], at=at))


def write_all(letters: Sequence[Letter], *, at: datetime) -> int:
    """Write to anybody, many at once (a constant number of statements for each thousand); how many letters will be sent."""
    letters = [one for one in letters if one.person.email]
    if not letters:
        return 0
    rows = wishes.of_all(one.person.id for one in letters)
    left = {(stop.person_id, stop.about, stop.thing_id) for stop in db.session.scalars(
        select(MailStop).where(MailStop.person_id.in_(rows)))}
    letters = [one for one in letters if rows[one.person.id].how != NONE and rows[one.person.id].stopped_at is None
               and (one.person.id, *one.about) not in left]
    waits, now = [], []
    for one in letters:
        (waits if rows[one.person.id].how == WEEKLY and not one.urgent and not one.calendar else now).append(one)
    return _keep(waits, at) + mail.write([_mail(one, rows[one.person.id], at) for one in now], at=at)


def _keep(letters: list[Letter], at: datetime) -> int:
    """Let letters wait for their people's digests."""
    if not letters:
        return 0
    insert = (sqlite if db.on_sqlite() else postgresql).insert(WaitingLetter)
    made = db.session.scalars(insert.on_conflict_do_nothing().returning(WaitingLetter.id), [
        {"person_id": one.person.id, "kind": one.kind, "about": one.about[0], "thing_id": one.about[1], "key": one.key,
         "subject": mail_message.one_line(one.subject), "body": one.body, "at": at} for one in letters])
    return len(made.all())


def _mail(one: Letter, row: MailWishes, at: datetime) -> mail.Draft:
    way = wording.links(row, *one.about)
    subject = mail_message.one_line(one.subject)
    headers = wording.headers(*one.about, way, mail.sender())
    if one.reply_to:
        headers["Reply-To"] = f"{one.reply_to}@{desk.desk().reply_domain}"
    if one.from_name:
        headers["From"] = mail_message.one_line(one.from_name)[:100]
    return mail.Draft(
        recipient=one.person.email, person_id=one.person.id, kind=one.kind, key=one.key, subject=subject, headers=headers,
        body=wording.text_part(one.body, one.about[0], way, bool(one.reply_to)),
        html=wording.html_part(subject, one.body, one.about[0], way, bool(one.reply_to)), calendar=one.calendar,
        run_at=wishes.after_quiet(row, at, one.time_zone), time_zone=one.time_zone)
