"""What the post asks before it sends what was written of rounds: whether their people may still know."""

from collections.abc import Iterable

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.events.models import Event, Series, SeriesOwner
from app.events.policy import takes_part
from app.infra import db
from app.letters.models import SERIES
from app.letters.names import allows
from app.rounds.models import Round, RoundPerson


@allows(SERIES)
def allowed(person: Person, ids: Iterable[int]) -> set[int]:
    """Those series of which `person` may get letters that were written before: whose rounds they may be in, or are in though they
    gave their pass back. (One statement.)"""
    return set(db.session.scalars(select(Series.id).where(Series.id.in_(list(ids)), or_(
        Series.id.in_(select(Event.series_id).where(takes_part(person))),
        Series.id.in_(select(SeriesOwner.series_id).where(SeriesOwner.person_id == person.id)),
        Series.id.in_(select(Round.series_id).join(RoundPerson, RoundPerson.round_id == Round.id)
                      .where(RoundPerson.person_id == person.id))))))
