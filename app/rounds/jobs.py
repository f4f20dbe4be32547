"""What is done for rounds by the jobs' process. Killed at any moment and begun again, each pair is made and each letter written
once: a step's rows, its letters (by their keys) and the job for the next step are one transaction."""

from collections.abc import Callable, Iterable

from sqlalchemy import exists, select

from app.accounts.models import Person
from app.events.models import Event, Pass, Series, SeriesOwner
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.letters import actions as letters
from app.letters import desk, tokens, wishes
from app.letters.actions import Letter
from app.letters.models import SERIES
from app.rounds import dividing, policy, words
from app.rounds.models import ENDED, JOINING, PAIRED, Round, RoundPerson, RoundWish
from app.rounds.planning import ASK, ASKING, CANCELLED, INVITE, PAIR, TELL, plan
from app.rounds.queries import groups_of

KIND = "round"
JOINING_LINK, ANSWER_LINK, WITH_LINK = "round join", "round answer", "round with"
AT_ONCE = 200  # letters in a transaction
LINK_DAYS = 90


@jobs.at_start
def plan_all() -> None:
    """Whatever became of their jobs, rounds that are not over have theirs."""
    with transaction() as session:
        for found in session.scalars(select(Round).where(Round.state != ENDED)).all():
            plan(found)


@jobs.handles(PAIR)
def put_together(batch: list[dict]) -> None:
    """Put the people of a round together at its time. That is worked out before the database is held."""
    for payload in batch:
        found = db.session.get(Round, payload["round"])
        if found is None or found.state != JOINING:
            continue
        if clock.now() < found.join_until:  # it was put off
            with transaction(found):
                plan(found)
            continue
        given = dividing.known(found)
        paired = dividing.divide(found, given)
        with transaction(found) as session:
            found = session.get(Round, payload["round"])
            if found is not None:
                dividing.write(found, given, paired, at=clock.now())


@jobs.handles(TELL)
def tell(batch: list[dict]) -> None:
    """Write to the people of a round whom they meet, some at a time."""
    for payload in batch:
        with transaction():
            found = db.session.get(Round, payload["round"])
            if found is not None and found.state != JOINING:
                _next(TELL, payload, _write(found, _in(found, payload["after"]), _whom_they_meet))


@jobs.handles(ASK)
def ask(batch: list[dict]) -> None:
    """At its time, end a round: those who were put together and did not say yet are asked whether they met."""
    for payload in batch:
        with transaction():
            found = db.session.get(Round, payload["round"])
            if found is None or found.state != PAIRED:
                continue
            if clock.now() < found.ask_at:
                plan(found)
                continue
            found.state, found.asked_at = ENDED, clock.now()
            jobs.enqueue(ASKING, {"round": found.id, "after": 0})


@jobs.handles(ASKING)
def asking(batch: list[dict]) -> None:
    """Write the one question, some at a time."""
    for payload in batch:
        with transaction():
            found = db.session.get(Round, payload["round"])
            if found is not None and found.asked_at is not None:
                _next(ASKING, payload, _write(found, _in(found, payload["after"]), _whether_they_met))


@jobs.handles(INVITE)
def invite(batch: list[dict]) -> None:
    """Write to those who joined an earlier round of the series, or asked to be told, and still may be in it, but are not."""
    for payload in batch:
        with transaction():
            found = db.session.get(Round, payload["round"])
            if found is None or not policy.is_open(found, clock.now()):
                continue
            inside = exists().where(RoundPerson.round_id == found.id, RoundPerson.person_id == Person.id)
            holds = select(Pass.person_id).join(Event, Event.id == Pass.event_id).where(Event.series_id == found.series_id)
            owns = select(SeriesOwner.person_id).where(SeriesOwner.series_id == found.series_id)
            people = list(db.session.scalars(
                select(Person).join(RoundWish, RoundWish.person_id == Person.id)
                .where(RoundWish.series_id == found.series_id, RoundWish.invited, Person.id > payload["after"], ~inside,
                       Person.id.in_(holds) | Person.id.in_(owns)).order_by(Person.id).limit(AT_ONCE)))
            _next(INVITE, payload, _write(found, people, _invitations))


@jobs.handles(CANCELLED)
def tell_cancelled(batch: list[dict]) -> None:
    """Tell those who had joined that the round does not take place. There is no round to read any more: the job says it all."""
    for payload in batch:
        with transaction() as session:
            series = session.get(Series, payload["series"])
            if series is None:
                continue
            now, later = payload["people"][:AT_ONCE], payload["people"][AT_ONCE:]
            subject, body = words.cancelled(payload["name"], series.name)
            letters.write_all([
                Letter(person, KIND, (SERIES, series.id), subject, body, f"round-off:{payload['round']}:{person.id}",
                       time_zone=payload["zone"], urgent=True, from_name=series.name)
                for person in session.scalars(select(Person).where(Person.id.in_(now)).order_by(Person.id))], at=clock.now())
            if later:
                jobs.enqueue_once(CANCELLED, payload | {"people": later}, clock.now())


Made = Iterable[tuple[Person, str, tuple[str, str]]]  # to whom, the key, subject and text


def _write(found: Round, people: list[Person], make: Callable[[Round, list[Person]], Made]) -> list[Person]:
    letters.write_all([Letter(person, KIND, (SERIES, found.series_id), subject, body, key, time_zone=found.time_zone, urgent=True,
                              from_name=found.series.name)
                       for person, key, (subject, body) in make(found, people)], at=clock.now())
    return people


def _next(kind: str, payload: dict, done: list[Person]) -> None:
    if len(done) == AT_ONCE:
        jobs.enqueue_once(kind, payload | {"after": done[-1].id}, clock.now())


def _in(found: Round, after: int) -> list[Person]:
    return list(db.session.scalars(
        select(Person).join(RoundPerson, RoundPerson.person_id == Person.id)
        .where(RoundPerson.round_id == found.id, Person.id > after).order_by(Person.id).limit(AT_ONCE)))


def _links(found: Round, people: list[Person], what: str, where: str) -> dict[int, str]:
    return {one: desk.url(f"mail/rounds/{where}/{tokens.signed(row, what, found.id, LINK_DAYS)}")
            for one, row in wishes.of_all(person.id for person in people).items()}


def _whom_they_meet(found: Round, people: list[Person]) -> Made:
    groups = groups_of(found, [person.id for person in people])
    links, ways = _links(found, people, ANSWER_LINK, "met"), _links(found, people, WITH_LINK, "with")
    contacts = desk.url("introductions")
    for person in people:
        for group in groups.get(person.id, []):
            first = min((one for one in group.partners if one.id < person.id), key=lambda one: one.id, default=None)
            said = (words.met(found, group, first.first_name if first else "you", ways[person.id], links[person.id], contacts)
                    if group.partners else words.gone(found))
            yield person, f"round:{group.id}:{person.id}", said
        if person.id not in groups:
            yield person, f"round-left:{found.id}:{person.id}", words.nobody(found)


def _whether_they_met(found: Round, people: list[Person]) -> Made:
    groups = groups_of(found, [person.id for person in people])
    links = _links(found, people, ANSWER_LINK, "met")
    for person in people:
        for group in groups.get(person.id, [])[:1]:
            if group.partners and group.answer is None:
                yield person, f"round-met:{found.id}:{person.id}", words.asked(found, group, links[person.id])


def _invitations(found: Round, people: list[Person]) -> Made:
    links = _links(found, people, JOINING_LINK, "join")
    for person in people:
        yield person, f"round-invite:{found.id}:{person.id}", words.invited(found, links[person.id])
