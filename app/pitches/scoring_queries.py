"""Reading rounds of 25/10: how a round stands, what somebody holds, totals and places."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from sqlalchemy import bindparam, func, select

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event
from app.infra import db
from app.pitches.dealing import LEAST_PEOPLE, Table
from app.pitches.models import OPEN, Leader, Pitch
from app.pitches.queries import LARGEST_ID, leaders_by_pitch
from app.pitches.scoring_models import CLOSED, SCORES_EACH, Score, ScoringRound

STALE = timedelta(minutes=3)  # a card that was not scored by then goes back, and can be dealt to somebody else
NEWEST_FIRST = select(ScoringRound).order_by(ScoringRound.id.desc())
LATEST = NEWEST_FIRST.where(ScoringRound.event_id == bindparam("event")).limit(1)  # made once: the pages of pitches ask it


@dataclass(frozen=True)
class Result:
    """A pitch's scores in a round. `place` is 1 for the best; `tied` that others share it. Without a score there is no total."""

    pitch_id: int
    number: int
    title: str
    leaders: tuple[str, ...]
    scores: tuple[int, ...]
    place: int | None = None
    tied: bool = False

    @property
    def total(self) -> Fraction | None:
        """From 5 to 25: the sum of five scores, or what it would be with five."""
        return Fraction(sum(self.scores) * SCORES_EACH, len(self.scores)) if self.scores else None

    @property
    def total_said(self) -> str:
        """The total in figures: 21, or "about 21" when it is not the sum of five scores."""
        if self.total is None:
            return ""
        rounded = int(self.total + Fraction(1, 2))
        return str(rounded) if len(self.scores) == SCORES_EACH else f"about {rounded}"

    @property
    def said(self) -> str:
        """What is particular about the scores, in words; empty for five of them."""
        given = len(self.scores)
        if given == SCORES_EACH:
            return ""
        if not given:
            return f"None of {SCORES_EACH} scores yet."
        so = f"{sum(self.scores)}, that would be {self.total_said}"
        few = given < SCORES_EACH
        return f"{given} of {SCORES_EACH} scores: {so}" if few else f"{given} scores instead of {SCORES_EACH}: {so}"


@dataclass(frozen=True)
class Progress:
    """How far a round is: scores given of those wanted, cards that are out, people who scored, pitches with five."""

    wanted: int
    given: int
    out: int
    people: int
    pitches: int
    complete: int
    extra: int

    @property
    def short_of_people(self) -> str:
        """A sentence when too few people score for every pitch to get five scores from others; otherwise empty."""
        if self.complete >= self.pitches or self.people >= LEAST_PEOPLE:
            return ""
        so_far = f"{self.people} {'person has' if self.people == 1 else 'people have'} scored on screen so far"
        return (f"Each pitch needs scores from {SCORES_EACH} people besides its own, so it takes at least {LEAST_PEOPLE} people; "
                f"{so_far}. Ask more people to score, or type in scores from paper cards.")


def round_of(event: Event) -> ScoringRound | None:
    """The event's latest round, if there ever was one (1 statement)."""
    return db.session.scalar(LATEST, {"event": event.id})


def rounds_of(event: Event) -> list[ScoringRound]:
    """All rounds of the event, newest first (1 statement)."""
    return list(db.session.scalars(NEWEST_FIRST.where(ScoringRound.event_id == event.id)))


def round_in(event: Event, round_id: int) -> ScoringRound:
    """A round of this event. Raises NotFound for any other."""
    found = db.session.get(ScoringRound, round_id) if round_id <= LARGEST_ID else None
    if found is None or found.event_id != event.id:
        raise NotFound("There is no such round of scoring at this event.")
    return found


def held_by(round_: ScoringRound, person: Person) -> Score | None:
    """The card that `person` has not scored yet, if they hold one (1 statement)."""
    return db.session.scalar(select(Score).where(Score.round_id == round_.id, Score.person_id == person.id,
                                                 Score.score.is_(None)))


def score_of(round_: ScoringRound, pitch: Pitch, person: Person) -> Score | None:
    """What was dealt to `person` of `pitch` in this round (1 statement)."""
    return db.session.scalar(select(Score).where(Score.round_id == round_.id, Score.pitch_id == pitch.id,
                                                 Score.person_id == person.id))


def done_by(round_: ScoringRound, person: Person) -> int:
    """How many pitches `person` has scored in this round (1 statement)."""
    return db.session.scalar(select(func.count()).where(Score.round_id == round_.id, Score.person_id == person.id,
                                                        Score.score.is_not(None)))


def table_of(round_: ScoringRound, *, at: datetime) -> Table:
    """How the round stands for dealing (4 statements). A card that went stale is not counted."""
    own: dict[int, set[int]] = {}
    for pitch_id, pitcher in db.session.execute(
            select(Pitch.id, Pitch.pitched_by_id).where(Pitch.event_id == round_.event_id, Pitch.state == OPEN)):
        own[pitch_id] = {pitcher} - {None}
    for pitch_id, person_id in db.session.execute(
            select(Leader.pitch_id, Leader.person_id).join(Pitch, Pitch.id == Leader.pitch_id)
            .where(Pitch.event_id == round_.event_id, Pitch.state == OPEN, Leader.person_id.is_not(None))):
        own[pitch_id].add(person_id)
    for part_of, pitcher in db.session.execute(  # a merged pitch is also of those who pitched its parts
            select(Pitch.merged_into_id, Pitch.pitched_by_id)
            .where(Pitch.event_id == round_.event_id, Pitch.merged_into_id.is_not(None), Pitch.pitched_by_id.is_not(None))):
        if part_of in own:
            own[part_of].add(pitcher)
    had: dict[int, set[int]] = defaultdict(set)
    counts: Counter[int] = Counter()
    active: set[int] = set()
    for pitch_id, person_id, score, dealt_at, scored_at in db.session.execute(
            select(Score.pitch_id, Score.person_id, Score.score, Score.dealt_at, Score.scored_at)
            .where(Score.round_id == round_.id)):
        if score is None and dealt_at <= at - STALE:
            continue
        counts[pitch_id] += 1
        if person_id is not None:
            had[pitch_id].add(person_id)
            if (scored_at or dealt_at) > at - STALE:
                active.add(person_id)
    return Table(own, had, counts, active)


def numbers_of(event: Event) -> dict[int, int]:
    """The number on each pitch's paper card: they are counted as they were pitched, and a number never changes (1 statement)."""
    ids = db.session.scalars(select(Pitch.id).where(Pitch.event_id == event.id).order_by(Pitch.id))
    return {pitch_id: i for i, pitch_id in enumerate(ids, 1)}


def results_of(round_: ScoringRound) -> list[Result]:
    """The event's open pitches with their scores, best first; those that tie share a place, those without a score come last
    (4 statements)."""
    event = round_.event
    numbers, leaders, scores = numbers_of(event), leaders_by_pitch(event), scores_of(round_)
    found = [Result(pitch_id, numbers[pitch_id], title, tuple(led.name for led in leaders.get(pitch_id, ())),
                    tuple(scores.get(pitch_id, ())))
             for pitch_id, title in db.session.execute(
                 select(Pitch.id, Pitch.title).where(Pitch.event_id == event.id, Pitch.state == OPEN).order_by(Pitch.id))]
    found.sort(key=lambda one: (one.total is None, -(one.total or 0), one.number))
    alike = Counter(one.total for one in found)
    placed: list[Result] = []
    for i, one in enumerate(found, 1):
        same = bool(placed) and placed[-1].total == one.total
        place = None if one.total is None else placed[-1].place if same else i
        placed.append(Result(one.pitch_id, one.number, one.title, one.leaders, one.scores, place,
                             one.total is not None and alike[one.total] > 1))
    return placed


def scores_of(round_: ScoringRound) -> Mapping[int, list[int]]:
    """The scores given to each pitch, in the order they came (1 statement)."""
    found: dict[int, list[int]] = defaultdict(list)
    for pitch_id, score in db.session.execute(
            select(Score.pitch_id, Score.score).where(Score.round_id == round_.id, Score.score.is_not(None)).order_by(Score.id)):
        found[pitch_id].append(score)
    return found


def paper_of(round_: ScoringRound) -> Mapping[int, list[int]]:
    """The scores that were read off each pitch's paper card (1 statement)."""
    found: dict[int, list[int]] = defaultdict(list)
    for pitch_id, score in db.session.execute(
            select(Score.pitch_id, Score.score).where(Score.round_id == round_.id, Score.person_id.is_(None)).order_by(Score.id)):
        found[pitch_id].append(score)
    return found


def progress_of(round_: ScoringRound, *, at: datetime) -> Progress:
    """How far the round is (2 statements)."""
    open_ids = set(db.session.scalars(select(Pitch.id).where(Pitch.event_id == round_.event_id, Pitch.state == OPEN)))
    given: Counter[int] = Counter()
    people: set[int] = set()
    out = 0
    for pitch_id, person_id, score, dealt_at in db.session.execute(
            select(Score.pitch_id, Score.person_id, Score.score, Score.dealt_at).where(Score.round_id == round_.id)):
        if pitch_id not in open_ids:
            continue
        if score is not None:
            given[pitch_id] += 1
            if person_id is not None:
                people.add(person_id)
        elif dealt_at > at - STALE:
            out += 1
    return Progress(wanted=SCORES_EACH * len(open_ids), given=sum(min(n, SCORES_EACH) for n in given.values()), out=out,
                    people=len(people), pitches=len(open_ids), complete=sum(n >= SCORES_EACH for n in given.values()),
                    extra=sum(max(0, n - SCORES_EACH) for n in given.values()))


def totals_of(event: Event) -> dict[int, Result]:
    """The scores of each pitch in the latest round that is closed, without places (1 statement)."""
    closed = (select(func.max(ScoringRound.id)).where(ScoringRound.event_id == event.id, ScoringRound.state == CLOSED)
              .scalar_subquery())
    found: dict[int, list[int]] = defaultdict(list)
    for pitch_id, score in db.session.execute(
            select(Score.pitch_id, Score.score).where(Score.round_id == closed, Score.score.is_not(None)).order_by(Score.id)):
        found[pitch_id].append(score)
    return {pitch_id: Result(pitch_id, 0, "", (), tuple(scores)) for pitch_id, scores in found.items()}


def top(results: list[Result], most: int) -> list[Result]:
    """The best `most` of `results`. Nobody is cut off from others with the same total: who ties with the last stays."""
    return [one for one in results if one.place is not None and one.place <= most]
