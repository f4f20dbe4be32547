"""What the post asks before it sends a letter: whether it is still wanted, when, and to which address.

Much may have changed since a letter was written: its person stopped such mail, has another address, or is in bed.
"""

import logging
import re
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import clock, db, mail, mail_sending
from app.infra.mail import Mail
from app.letters import bounces, wishes
from app.letters.models import NONE, MailStop, MailWishes
from app.letters.names import allowed

log = logging.getLogger(__name__)

NOT_SURE = timedelta(minutes=10)  # before it is asked again
_LIST = re.compile(r"<([a-z]+)(?:-([0-9]+))?\.")


def ask(mails: list[tuple[Mail, str]]) -> dict[int, datetime | None]:
    """Which letters are not to be sent now: None for those no longer wanted or allowed, otherwise when. (Three statements, and
    what `names.allowed` asks for each person.) Mails without a kind (signing in and the like) always go."""
    letters = [(one, zone) for one, zone in mails if one.kind]
    ids = {one.person_id for one, _zone in letters}
    people = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(ids)))}
    rows = {row.person_id: row for row in db.session.scalars(select(MailWishes).where(MailWishes.person_id.in_(ids)))}
    stops = {(s.person_id, s.about, s.thing_id) for s in db.session.scalars(select(MailStop).where(MailStop.person_id.in_(ids)))}
    waits, now = {}, clock.now()
    for one, zone in letters:
        row, person, about = rows.get(one.person_id), people.get(one.person_id), about_of(one)
        if person is None or not person.email or (row and (row.how == NONE or row.stopped_at)) or (person.id, *about) in stops:
            waits[one.id] = None
        elif (still := _still(person, about)) is not True:
            waits[one.id] = None if still is False else now + NOT_SURE
        elif row and (when := wishes.after_quiet(row, now, zone)) > now:
            waits[one.id] = when
    return waits


def _still(person: Person, about: tuple[str, int]) -> bool | None:
    """Whether `person` may get letters of this now; None when that cannot be found out: one letter must not hold up others."""
    try:
        return bool(allowed(person, [about]))
    except Exception:
        db.session.rollback()
        log.exception("whether person %s may get letters of %s %s is not known", person.id, *about)
        return None


def about_of(one: Mail) -> tuple[str, int]:
    """What a letter is about, as its List-Id says."""
    found = _LIST.match(one.headers.get("List-Id", ""))
    return (found[1], int(found[2] or 0)) if found else ("", 0)


def goes_to(one: Mail) -> str:
    """The address a mail goes to: a letter to the one its person has now."""
    person = db.session.get(Person, one.person_id) if one.person_id and one.kind else None
    return person.email or one.recipient if person else one.recipient


mail_sending.use(mail_sending.Rooms(
    ask=ask, goes_to=goes_to, returns_to=lambda one: bounces.address(one) or mail.sender(),
    refused=lambda one, said, dead: bounces.came_back(one, said, dead, at=clock.now())))
