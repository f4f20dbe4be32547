"""Putting the people of a round together: what pairing needs to know is read, worked out without holding the database, and
written at once, if it still holds; so each pair is made once, however often the job is begun."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.accounts.models import Person
from app.infra import db, jobs
from app.introductions.models import EMAIL, LINE_LENGTH, YES, Introduction, Sharing
from app.introductions.policy import shut_among
from app.rounds.models import ENDED, JOINING, PAIRED, Round, RoundGroup, RoundPerson, RoundSeat
from app.rounds.pairing import Paired, pair, times_met
from app.rounds.planning import TELL, plan


@dataclass(frozen=True)
class Known:
    """What pairing depends on: people with their organisations, who met how often, who is shut from whom, who was left out."""

    people: dict[int, str]
    met: dict[tuple[int, int], int]
    shut: set[tuple[int, int]]
    first: set[int]


def known(found: Round) -> Known:
    """What is known now (4 statements). Whoever is in the round has an address, or nobody could reach them."""
    people = {i: " ".join(organisation.split()).casefold() for i, organisation in db.session.execute(
        select(Person.id, Person.organisation).join(RoundPerson, RoundPerson.person_id == Person.id)
        .where(RoundPerson.round_id == found.id, Person.email.is_not(None)))}
    groups: dict[int, list[int]] = {}
    for group_id, person_id in db.session.execute(
            select(RoundSeat.group_id, RoundSeat.person_id).join(RoundGroup).join(Round)
            .where(Round.series_id == found.series_id, Round.id != found.id)):
        groups.setdefault(group_id, []).append(person_id)
    met = {two: times for two, times in times_met(groups.values()).items() if two[0] in people and two[1] in people}
    return Known(people, met, shut_among(people), _left_out(found) & people.keys())


def _left_out(found: Round) -> set[int]:
    """Who joined a round of the series before and was put together with nobody, in the last they were in."""
    last: dict[int, tuple[datetime, bool]] = {}
    seated = {(round_id, person_id) for round_id, person_id in db.session.execute(
        select(RoundGroup.round_id, RoundSeat.person_id).join(RoundSeat, RoundSeat.group_id == RoundGroup.id)
        .join(Round, Round.id == RoundGroup.round_id).where(Round.series_id == found.series_id))}
    for round_id, paired_at, person_id in db.session.execute(
            select(Round.id, Round.paired_at, RoundPerson.person_id).join(RoundPerson, RoundPerson.round_id == Round.id)
            .where(Round.series_id == found.series_id, Round.paired_at.is_not(None)).order_by(Round.paired_at, Round.id)):
        last[person_id] = paired_at, (round_id, person_id) in seated
    return {person_id for person_id, (_, had_somebody) in last.items() if not had_somebody}


def divide(found: Round, given: Known) -> Paired:
    """Who is put together: by chance, but the same for the same round and people."""
    return pair(given.people, given.met, given.shut, seed=f"{found.id}:{found.created_at.isoformat()}", first=given.first)


def write(found: Round, given: Known, paired: Paired, *, at: datetime) -> bool:
    """Write down who is put together, what they share, and that each is to be told, within a transaction that holds the round.

    Whether it was: not if that was done before, nor before the time. If what was `given` has changed, it is worked out anew.
    """
    if found.state != JOINING or at < found.join_until:
        return False
    now = known(found)
    if now != given:
        paired = divide(found, now)
    for number, people in enumerate(paired.groups, 1):
        db.session.add(RoundGroup(round_id=found.id, number=number, seats=[RoundSeat(person_id=i) for i in people]))
    _share(found, paired.groups, at)
    found.paired_at = at
    found.state = PAIRED if paired.groups else ENDED
    found.asked_at = None if paired.groups else at
    jobs.enqueue(TELL, {"round": found.id, "after": 0})
    plan(found)
    return True


def _share(found: Round, groups: list[tuple[int, ...]], at: datetime) -> None:
    """What each agreed to by joining: their address, for those they are put together with. Introductions keep such things."""
    line = f"{found.name}: {found.question}"
    line = line if len(line) <= LINE_LENGTH else line[:LINE_LENGTH - 1].rstrip() + "…"
    made = [Introduction(a_id=a, b_id=b, line=line, a_answer=YES, b_answer=YES, a_answered_at=at, b_answered_at=at,
                         key=f"round:{found.id}:{a}:{b}"[:36], asked_at=at)
            for people in groups for n, a in enumerate(people) for b in people[n + 1:]]
    db.session.add_all(made)
    db.session.flush()
    db.session.add_all([Sharing(introduction_id=one.id, giver_id=giver, taker_id=taker, what=EMAIL, at=at)
                        for one in made for giver, taker in ((one.a_id, one.b_id), (one.b_id, one.a_id))])
