"""When somebody leaves a series. For the privacy room."""

from sqlalchemy import delete, select

from app.accounts.models import Person
from app.events.models import Series
from app.infra import db
from app.rounds.models import JOINING, Round, RoundPerson, RoundWish


def left_series(person: Person, series: Series) -> None:
    """`person` is in no round of the series that is still open, and not invited. Those they were put together with stay theirs:
    else they might be put together again if they came back."""
    still = select(Round.id).where(Round.series_id == series.id, Round.state == JOINING)
    db.session.execute(delete(RoundPerson).where(RoundPerson.person_id == person.id, RoundPerson.round_id.in_(still)))
    db.session.execute(delete(RoundWish).where(RoundWish.person_id == person.id, RoundWish.series_id == series.id))
