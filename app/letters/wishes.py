"""Each person's wishes: the row, made when first needed, and what it says of a moment."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.accounts.models import Person
from app.infra import clock, db
from app.letters.desk import SITE_ZONE
from app.letters.models import MailWishes, new_secret

DEFAULTS = {"how": "each", "time_zone": "", "quiet_from": 21, "quiet_until": 8, "weekly_day": 4, "soft_bounces": 0,
            "stopped_because": ""}


def of(person: Person) -> MailWishes:
    """The wishes of `person`; their row is made at the first call, for which a transaction must be open."""
    return of_all([person.id])[person.id]


def of_all(person_ids: Iterable[int]) -> dict[int, MailWishes]:
    """The wishes of many people (at most three statements); rows that are not there are made."""
    wanted = list(dict.fromkeys(person_ids))
    found = _found(wanted)
    missing = [{**DEFAULTS, "person_id": one, "secret": new_secret()} for one in wanted if one not in found]
    if missing:
        insert = (sqlite if db.on_sqlite() else postgresql).insert(MailWishes)
        # Somebody else may make it at the same moment; that must not refuse what is being done here.
        db.session.execute(insert.on_conflict_do_nothing(), missing)
        found = _found(wanted)
    return found


def known(person: Person) -> MailWishes | None:
    """The wishes of `person` if there is a row; makes none."""
    return db.session.get(MailWishes, person.id)


def _found(person_ids: list[int]) -> dict[int, MailWishes]:
    return {row.person_id: row for row in db.session.scalars(select(MailWishes).where(MailWishes.person_id.in_(person_ids)))}


def zone_of(wishes: MailWishes, event_zone: str = "") -> str:
    """The time zone of somebody's quiet hours and digest: their own, otherwise that of the event."""
    return wishes.time_zone or event_zone or SITE_ZONE


def after_quiet(wishes: MailWishes, at: datetime, event_zone: str = "") -> datetime:
    """The first moment from `at` on at which they may be written to: `at` itself outside their quiet hours."""
    begin, end, zone = wishes.quiet_from, wishes.quiet_until, zone_of(wishes, event_zone)
    here = clock.local(at, zone)
    if begin == end:
        return at
    quiet = begin <= here.hour < end if begin < end else here.hour >= begin or here.hour < end
    if not quiet:
        return at
    day = here.date() + timedelta(days=1 if begin > end and here.hour >= begin else 0)
    return max(at, clock.instant(day, time(end), zone))
