"""Writing to people, and what they wish. A letter becomes a mail in the caller's transaction, or waits for the weekly digest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.errors import Invalid, require
from app.infra import clock, db, jobs, mail, mail_message
from app.letters import desk, policy, wishes, wording
from app.letters.models import CONVERSATION, EACH, EVENT, INTRODUCTIONS, NONE, SERIES, WEEKLY, MailStop, MailWishes, WaitingLetter

DIGESTS = "letters.digests"  # the job that sends them (digests.py)
SITE = "Folkmoot"  # who speaks where neither a person nor an event or a series does


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
    reply_note: str = ""


def write(person: Person, *, kind: str, about: tuple[str, int], subject: str, body: str, key: str, at: datetime,
          time_zone: str = "", reply_to: str = "", calendar: str = "", urgent: bool = False, from_name: str = "",
          reply_note: str = "") -> bool:
    """Anybody is written to as they wish; whether something will be sent (now, after their quiet hours, or in their digest).

    For other rooms' actions, within their transaction: they have asked their own policy. `kind` (up to 20 characters) says what
    it is; `about` (models.CONVERSATION and so on, and an id or 0) what its unsubscribe link leaves. `body` is Markdown and
    may hold people's words. The same `key` (up to 120 characters) is written once. `time_zone` is that of the event, for who set
    none. `reply_to` is from `replies.address`. `calendar` is an iCalendar text, attached as such; such a letter and one that is
    `urgent` never waits for a digest, but does for the end of quiet hours. `from_name` is who speaks, shown as the sender's
    name: a person, the event or the series; otherwise the site. `reply_note` says what becomes of an answer to `reply_to`; it is
    not in a digest, which nobody can answer.
    """
    one = Letter(person, kind, about, subject, body, key, time_zone, reply_to, calendar, urgent, from_name, reply_note)
    return bool(write_all([one], at=at))


def write_all(letters: Sequence[Letter], *, at: datetime) -> int:
    """Write to anybody, many at once (a constant number of statements for each thousand); how many letters will be sent."""
    keys = [one.key for one in letters]
    known = set(db.session.scalars(select(mail.Mail.key).where(mail.Mail.key.in_(keys))))
    known.update(db.session.scalars(select(WaitingLetter.key).where(WaitingLetter.key.in_(keys))))
    letters = [one for one in letters if mail_message.is_address(one.person.email or "") and one.key not in known]
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
    headers["From"] = mail_message.one_line(one.from_name)[:100] or SITE
    return mail.Draft(
        recipient=one.person.email, person_id=one.person.id, kind=one.kind, key=one.key, subject=subject, headers=headers,
        body=wording.text_part(one.body, one.about[0], way, bool(one.reply_to), one.reply_note),
        html=wording.html_part(subject, one.body, one.about[0], way, bool(one.reply_to), one.reply_note), calendar=one.calendar,
        run_at=wishes.after_quiet(row, at, one.time_zone), time_zone=one.time_zone)


def change_wishes(actor: Person, person: Person, *, how: str, time_zone: str, quiet_from: int, quiet_until: int, weekly_day: int,
                  at: datetime) -> None:
    """Be written to like this from now on. What waited for a digest that is no longer wished is sent, or (none) taken away.

    Raises `Invalid` naming the field.
    """
    require(policy.can_wish(actor, person))
    if how not in (EACH, WEEKLY, NONE):
        raise Invalid("Choose one of these.", "how")
    if time_zone and time_zone not in clock.time_zones():
        raise Invalid("There is no such time zone.", "time_zone")
    if not (0 <= quiet_from < 24 and 0 <= quiet_until < 24 and 0 <= weekly_day < 7):
        raise Invalid("Choose an hour and a day.", "quiet_from")
    row = wishes.of(person)
    row.how, row.time_zone, row.weekly_day = how, time_zone, weekly_day
    row.quiet_from, row.quiet_until = quiet_from, quiet_until
    if how != WEEKLY:
        jobs.enqueue(DIGESTS, {}, at)


def stop(actor: Person, person: Person, about: str, thing_id: int, *, at: datetime) -> None:
    """Get no more mail about this, not in digests either."""
    require(policy.can_wish(actor, person))
    if about not in (CONVERSATION, EVENT, SERIES, INTRODUCTIONS):
        raise Invalid("There is no such mail.")
    insert = (sqlite if db.on_sqlite() else postgresql).insert(MailStop)
    db.session.execute(insert.values(person_id=person.id, about=about, thing_id=thing_id, at=at).on_conflict_do_nothing())
    db.session.execute(delete(WaitingLetter).where(
        WaitingLetter.person_id == person.id, WaitingLetter.about == about, WaitingLetter.thing_id == thing_id))


def start_again(actor: Person, person: Person, about: str, thing_id: int) -> None:
    """Get mail about this again."""
    require(policy.can_wish(actor, person))
    db.session.execute(delete(MailStop).where(
        MailStop.person_id == person.id, MailStop.about == about, MailStop.thing_id == thing_id))


def stop_all(actor: Person, person: Person) -> None:
    """Get no mail but what one asks for oneself (signing in); what waited for a digest is taken away."""
    require(policy.can_wish(actor, person))
    wishes.of(person).how = NONE
    db.session.execute(delete(WaitingLetter).where(WaitingLetter.person_id == person.id))


def address_works(actor: Person, person: Person) -> None:
    """Say that the address takes mail again after mail to it came back."""
    require(policy.can_wish(actor, person))
    row = wishes.of(person)
    row.stopped_at, row.stopped_because, row.soft_bounces = None, "", 0
