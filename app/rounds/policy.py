"""Who may open rounds, be in them, and say whether they met. Who is in a round is known to nobody but the people they are put
together with; owners of the series see numbers."""

from datetime import datetime, timedelta

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.events import policy as events_policy
from app.events.models import Event, Series
from app.infra import db
from app.rounds.models import JOINING, Round, RoundGroup, RoundPerson, RoundSeat

ANSWERS_FOR = timedelta(days=60)  # after they were asked, people may say whether they met


def can_run(person: Person | None, series: Series) -> bool:
    """Open, change and cancel rounds, and see their numbers: owners of the series."""
    return events_policy.owns(person, series)


def can_be_in(person: Person | None, series: Series) -> bool:
    """See that there are rounds, join them, be invited: whoever holds a pass to an event of the series, and its owners."""
    held = exists().where(Event.series_id == series.id, events_policy.takes_part(person))
    return person is not None and (bool(db.session.scalar(select(held))) or can_run(person, series))


def can_see(person: Person | None, found: Round) -> bool:
    """See a round: who may be in it, and who is in it though they gave their pass back."""
    return can_be_in(person, found.series) or is_in(person, found)


def can_join(person: Person | None, found: Round, at: datetime) -> bool:
    """Join it or leave it: until people are put together."""
    return can_be_in(person, found.series) and is_open(found, at)


def can_leave(person: Person | None, found: Round) -> bool:
    """Leave it: whoever joined, until people are put together."""
    return is_in(person, found) and found.state == JOINING


def can_answer(person: Person | None, found: Round, at: datetime) -> bool:
    """Say whether they met: who was put together with somebody, for a while."""
    return person is not None and found.state != JOINING and at < found.ask_at + ANSWERS_FOR and bool(db.session.scalar(
        select(exists().where(RoundSeat.person_id == person.id, RoundSeat.group_id == RoundGroup.id,
                              RoundGroup.round_id == found.id))))


def can_change_own(person: Person | None) -> bool:
    """Say for oneself whether one wants to be invited, or has had enough: everybody."""
    return person is not None


def is_open(found: Round, at: datetime) -> bool:
    """Whether it can be joined now."""
    return found.state == JOINING and at < found.join_until


def is_in(person: Person | None, found: Round) -> bool:
    """Whether somebody joined it."""
    return person is not None and db.session.get(RoundPerson, (found.id, person.id)) is not None
