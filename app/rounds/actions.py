"""Opening, changing and cancelling rounds; joining and leaving; saying whether one met."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Series
from app.infra import db, jobs
from app.letters.models import SERIES, MailStop
from app.rounds import policy
from app.rounds.models import (
    JOINING,
    MET,
    NAME_LENGTH,
    NOT_FOR_ME,
    NOT_MET,
    QUESTION_LENGTH,
    WINDOWS,
    Round,
    RoundGroup,
    RoundPerson,
    RoundSeat,
    RoundWish,
)
from app.rounds.planning import CANCELLED, INVITE, plan

LONGEST = timedelta(days=366)
NOT_HERE = "Rounds are for people with a pass to an event of this series."
BEGUN = "People have been put together already, so this round cannot be changed any more. The next one can be joined."
Window = tuple[datetime, datetime]


def open_round(actor: Person, series: Series, *, name: str, question: str, join_until: datetime, windows: Sequence[Window],
               ask_at: datetime, time_zone: str, at: datetime) -> Round:
    """Open a round, and have those invited who joined an earlier one or asked to be. Raises Invalid for what does not fit."""
    require(policy.can_run(actor, series))
    made = Round(series_id=series.id, series=series, state=JOINING, by_id=actor.id, created_at=at, time_zone=time_zone)
    _set_up(made, name, question, join_until, windows, ask_at, at)
    db.session.add(made)
    db.session.flush()
    plan(made)
    jobs.enqueue(INVITE, {"round": made.id, "after": 0})
    return made


def edit(actor: Person, found: Round, *, name: str, question: str, join_until: datetime, windows: Sequence[Window],
         ask_at: datetime, at: datetime) -> None:
    """Change a round until people are put together. Nobody is written to: what the letter says is what it is then."""
    require(policy.can_run(actor, found.series))
    if found.state != JOINING:
        raise Conflict(BEGUN)
    _set_up(found, name, question, join_until, windows, ask_at, at)
    plan(found)


def cancel(actor: Person, found: Round, *, at: datetime) -> None:
    """Take a round away before people are put together; those who joined are told."""
    require(policy.can_run(actor, found.series))
    if found.state != JOINING:
        raise Conflict(BEGUN)
    joined = list(db.session.scalars(select(RoundPerson.person_id).where(RoundPerson.round_id == found.id)
                                     .order_by(RoundPerson.person_id)))
    if joined:
        jobs.enqueue(CANCELLED, {"round": found.id, "name": found.name, "series": found.series_id, "zone": found.time_zone,
                                 "people": joined})
    db.session.delete(found)


def join(actor: Person, found: Round, *, at: datetime) -> None:
    """Be in a round: their e-mail address will be shown to who they are put together with, and they are invited to later ones.

    Who stopped mail about rounds of this series has it again: without it they would not hear whom they meet. Joining twice
    changes nothing. Raises Invalid without an address, Conflict once it is too late.
    """
    require(policy.can_be_in(actor, found.series), NOT_HERE)
    if policy.is_in(actor, found):
        return
    if not policy.can_join(actor, found, at):
        raise Conflict("This round cannot be joined any more: people are put together now. Nothing was changed.")
    if not actor.email:
        raise Invalid("Give an e-mail address on your page first: it is how people who are put together reach each other.")
    db.session.add(RoundPerson(round_id=found.id, person_id=actor.id, since=at))
    _wish(actor, found.series_id, True, at)
    db.session.execute(delete(MailStop).where(MailStop.person_id == actor.id, MailStop.about == SERIES,
                                              MailStop.thing_id == found.series_id))


def leave(actor: Person, found: Round) -> None:
    """Be in it no more. Leaving what one is not in changes nothing; raises Conflict once people are put together."""
    require(policy.can_change_own(actor))
    if found.state != JOINING:
        raise Conflict("People have been put together already. Write to whom you would have met, or take back your address under "
                       "Introductions.")
    db.session.execute(delete(RoundPerson).where(RoundPerson.round_id == found.id, RoundPerson.person_id == actor.id))


def say(actor: Person, found: Round, answer: str, *, at: datetime) -> None:
    """Say MET, NOT_MET or NOT_FOR_ME: then they are not invited any more. What they say last holds."""
    require(policy.can_answer(actor, found, at), "This is for people who were put together in this round.")
    if answer not in (MET, NOT_MET, NOT_FOR_ME):
        raise Invalid("Choose one of the answers.")
    for seat in db.session.scalars(select(RoundSeat).join(RoundGroup).where(RoundGroup.round_id == found.id,
                                                                            RoundSeat.person_id == actor.id)).all():
        seat.answer = answer
    if answer == NOT_FOR_ME:
        _wish(actor, found.series_id, False, at)


def invite_me(actor: Person, series: Series, *, at: datetime) -> None:
    """Be told when a round of this series opens."""
    require(policy.can_be_in(actor, series), NOT_HERE)
    _wish(actor, series.id, True, at)


def invite_me_no_more(actor: Person, series: Series, *, at: datetime) -> None:
    """Not be told any more."""
    require(policy.can_change_own(actor))
    _wish(actor, series.id, False, at)


def _set_up(found: Round, name: str, question: str, join_until: datetime, windows: Sequence[Window], ask_at: datetime,
            at: datetime) -> None:
    name, question = " ".join(name.split()), " ".join(question.split())
    if not name or len(name) > NAME_LENGTH:
        raise Invalid(f"Give the round a name of up to {NAME_LENGTH} characters.", "name")
    if not question or len(question) > QUESTION_LENGTH:
        raise Invalid(f"Suggest a question of up to {QUESTION_LENGTH} characters.", "question")
    if not at < join_until < at + LONGEST:
        raise Invalid("People need time to join: give a moment within the next year.", "join_day")
    if len(windows) != WINDOWS or any(not begin < end for begin, end in windows):
        raise Invalid("Give three times, each ending after it begins.", "windows")
    if any(begin < join_until for begin, _ in windows):
        raise Invalid("Each of the three times comes after people are put together.", "windows")
    if not max(end for _, end in windows) <= ask_at < at + LONGEST:
        raise Invalid("Ask whether they met after the last of the three times, within a year.", "ask_day")
    with db.session.no_autoflush:
        same = select(Round.id).where(Round.series_id == found.series_id, func.lower(Round.name) == name.lower(),
                                      Round.state == JOINING)
        if db.session.scalar(same if found.id is None else same.where(Round.id != found.id)) is not None:
            raise Invalid("A round of that name is open already.", "name")
    found.name, found.question, found.join_until, found.ask_at = name, question, join_until, ask_at
    found.windows = [[begin.isoformat(), end.isoformat()] for begin, end in sorted(windows)]


def _wish(person: Person, series_id: int, invited: bool, at: datetime) -> None:
    found = db.session.get(RoundWish, (series_id, person.id))
    if found is None:
        db.session.add(RoundWish(series_id=series_id, person_id=person.id, invited=invited, since=at))
    elif found.invited != invited:
        found.invited, found.since = invited, at
