"""Reading rounds. Of the people in one, only those whom the reader was put together with are ever read for a page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event, Series
from app.infra import db
from app.introductions.models import EMAIL, Introduction, Sharing
from app.introductions.queries import IN_FORCE
from app.letters.models import NONE, SERIES, MailStop, MailWishes
from app.pitches.queries import LARGEST_ID
from app.rounds.models import JOINING, MET, Round, RoundGroup, RoundPerson, RoundSeat, RoundWish

FEWEST = 3  # answers, before organisers see how many there are of each
NO_ROUND = "There is no such round."


@dataclass(frozen=True)
class Partner:
    """Somebody the reader was put together with; `email` is empty where it is not shared, or not any more."""

    id: int
    name: str
    organisation: str
    email: str

    @property
    def first_name(self) -> str:
        """What they are called."""
        return self.name.split()[0]


@dataclass(frozen=True)
class Group:
    """Two or three who were put together, as one of them sees it: the others (none, if they are gone), and their own answer."""

    id: int
    answer: str | None
    partners: list[Partner]


@dataclass(frozen=True)
class Numbers:
    """What organisers see of a round. `met`, `not_met` and `silent` are groups; None until `FEWEST` people have answered."""

    joined: int
    pairs: int = 0
    threes: int = 0
    left: int = 0
    met: int | None = None
    not_met: int | None = None
    silent: int | None = None


@dataclass(frozen=True)
class Own:
    """What somebody is in a round."""

    joined: bool
    groups: list[Group] = field(default_factory=list)


def rounds_of(series: Series) -> list[Round]:
    """All rounds of a series, newest first (1 statement)."""
    return list(db.session.scalars(select(Round).where(Round.series_id == series.id).order_by(Round.join_until.desc(),
                                                                                             Round.id.desc())))


def round_in(series: Series, round_id: int) -> Round:
    """A round of this series. Raises NotFound for any other."""
    found = db.session.get(Round, round_id) if round_id <= LARGEST_ID else None
    if found is None or found.series_id != series.id:
        raise NotFound(NO_ROUND)
    return found


def joined_by(person: Person, series: Series) -> set[int]:
    """The ids of the rounds of a series that somebody joined (1 statement)."""
    return set(db.session.scalars(select(RoundPerson.round_id).join(Round, Round.id == RoundPerson.round_id).where(
        RoundPerson.person_id == person.id, Round.series_id == series.id)))


def own(person: Person, found: Round) -> Own:
    """What `person` is in a round (3 statements at most)."""
    return Own(db.session.get(RoundPerson, (found.id, person.id)) is not None,
               [] if found.state == JOINING else groups_of(found, [person.id]).get(person.id, []))


def groups_of(found: Round, person_ids: Iterable[int]) -> dict[int, list[Group]]:
    """The groups of these people in a round, as each sees theirs (2 statements). Two of one person: accounts were merged."""
    wanted = set(person_ids)
    held = select(RoundSeat.group_id).join(RoundGroup).where(RoundGroup.round_id == found.id, RoundSeat.person_id.in_(wanted))
    seats: dict[int, list[RoundSeat]] = {}
    for seat in db.session.scalars(select(RoundSeat).where(RoundSeat.group_id.in_(held)).options(joinedload(RoundSeat.person))
                                   .order_by(RoundSeat.group_id, RoundSeat.person_id)):
        seats.setdefault(seat.group_id, []).append(seat)
    # What each has of the others now, wherever it came from: taken back or blocked, it is nobody's.
    has = {(taker, giver) for taker, giver in db.session.execute(
        select(Sharing.taker_id, Sharing.giver_id).join(Introduction, Introduction.id == Sharing.introduction_id).where(
            Sharing.taker_id.in_(wanted), Sharing.what == EMAIL, IN_FORCE,
            Sharing.giver_id.in_({seat.person_id for some in seats.values() for seat in some})))}
    groups: dict[int, list[Group]] = {}
    for group_id, some in seats.items():
        for seat in some:
            if seat.person_id in wanted:
                groups.setdefault(seat.person_id, []).append(Group(group_id, seat.answer, [
                    Partner(o.person_id, o.person.name, o.person.organisation,
                            (o.person.email or "") if (seat.person_id, o.person_id) in has else "")
                    for o in some if o is not seat]))
    return groups


def numbers_of(found: Round) -> Numbers:
    """How many joined, were put together, met and did not (2 statements). Whoever asks has seen to it that they may know."""
    joined = db.session.scalar(select(func.count()).select_from(RoundPerson).where(RoundPerson.round_id == found.id))
    if found.state == JOINING:
        return Numbers(joined)
    groups: dict[int, list[str | None]] = {}
    seated: set[int] = set()
    for group_id, person_id, answer in db.session.execute(
            select(RoundSeat.group_id, RoundSeat.person_id, RoundSeat.answer).join(RoundGroup)
            .where(RoundGroup.round_id == found.id)):
        groups.setdefault(group_id, []).append(answer)
        seated.add(person_id)
    sizes = Counter(len(answers) for answers in groups.values())
    counted = Numbers(joined, sum(sizes.values()) - sizes[3], sizes[3], max(0, joined - len(seated)))
    if sum(answer is not None for answers in groups.values() for answer in answers) < FEWEST:
        return counted
    met = sum(MET in answers for answers in groups.values())
    silent = sum(not any(answers) for answers in groups.values())
    return Numbers(joined, counted.pairs, counted.threes, counted.left, met, len(groups) - met - silent, silent)


def wish_of(person: Person, series: Series) -> RoundWish | None:
    """Whether somebody is invited to rounds of a series; None where they never said."""
    return db.session.get(RoundWish, (series.id, person.id))


def gets_mail(person: Person, series: Series) -> bool:
    """Whether letters about rounds of this series reach somebody (2 statements)."""
    wishes = db.session.get(MailWishes, person.id)
    return bool(person.email) and (wishes is None or (wishes.how != NONE and wishes.stopped_at is None)) and db.session.get(
        MailStop, (person.id, SERIES, series.id)) is None


def zone_of(series: Series) -> str:
    """The time zone of the series' last event."""
    return db.session.scalar(select(Event.time_zone).where(Event.series_id == series.id)
                             .order_by(Event.starts_on.desc(), Event.id.desc()).limit(1)) or "Europe/London"


def series_with_rounds(person: Person) -> list[Series]:
    """The series of whose rounds `person` joined one, or wants to be invited to, but for those they left (1 statement).

    Whoever joins is invited from then on, or has said that they want that no more; who left a series has no such wish.
    """
    joined = exists().where(RoundPerson.person_id == person.id, RoundPerson.round_id == Round.id, Round.series_id == Series.id)
    wished = exists().where(RoundWish.person_id == person.id, RoundWish.series_id == Series.id)
    return list(db.session.scalars(select(Series).where(wished.where(RoundWish.invited) | (wished & joined))
                                   .order_by(func.lower(Series.name), Series.id)))


def open_rounds(series: Series, at: datetime) -> list[Round]:
    """The rounds of a series that can be joined now, the next to begin first (1 statement)."""
    still = Round.series_id == series.id, Round.state == JOINING, Round.join_until > at
    return list(db.session.scalars(select(Round).where(*still).order_by(Round.join_until, Round.id)))


def to_join_now(series_id: int, person: Person, at: datetime) -> tuple[Round, bool] | None:
    """The round of a series that can be joined now and ends that first, and whether `person` did (1 statement)."""
    joined = exists().where(RoundPerson.round_id == Round.id, RoundPerson.person_id == person.id)
    found = db.session.execute(select(Round, joined).where(
        Round.series_id == series_id, Round.state == JOINING, Round.join_until > at)
        .order_by(Round.join_until, Round.id).limit(1)).first()
    return (found[0], found[1]) if found is not None else None
