"""What became of the invented camps: conversations that go on, came to something, rest and look for somebody; people who were
introduced, or asked to be; a round of meeting each other that is over, and one that can be joined; a mail that is being written."""

import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.models import Person
from app.events.models import Event
from app.followups import actions as followups
from app.followups import dates_actions, offers_actions, posts_actions, settings_actions, shared_note_actions, states_actions
from app.followups.models import ASK, OFFER, READ_ALL, FollowUp
from app.grid.models import Session
from app.grid.queries import session_of
from app.infra import clock, db
from app.infra.db import transaction
from app.infra.jobs import Job
from app.introductions import actions as introductions
from app.introductions import meeting_actions, policy, reports_actions
from app.introductions.models import YES
from app.mailings import actions as mailings
from app.mailings.drafts import ready
from app.mailings.models import EVENING, EVERYBODY
from app.pitches.models import Pitch
from app.rounds import actions as rounds
from app.rounds import defaults, dividing, planning
from app.rounds.models import ENDED, MET, NOT_MET, Round

GOES_ON, CAME, RESTS = "UPRN clinic: bring your broken address data", "Designing for people who share one phone", "How small can a discovery be?"
HOST, JOINER, HELPER, OTHER = 40, 41, 42, 43  # people of the crowd
WITH_ADDRESSES = range(40, 46)


def carried_on(organiser: Person, event: Event, crowd: list[Person], of: Mapping[str, Pitch],
               earlier: Mapping[str, Session], *, at: datetime) -> None:
    """Let all that become of the camp of `event`. `of` are its pitches and `earlier` last year's sessions, by title."""
    with transaction():
        for number in WITH_ADDRESSES:
            crowd[number].email = f"attendee{number}@camp.example"
    _conversation(crowd, session_of(of[GOES_ON]), at)
    _came_to_something(crowd[HOST], session_of(of[CAME]), (
        "A **checklist of nine questions** for services on shared phones, tried by two councils and a charity. The one that "
        "helped most: *who else sees this screen?*"), at)
    _came_to_something(crowd[OTHER], earlier["Stable addresses for policies"], (
        "Three councils gave their policies addresses that last. The trial is reported at this year’s camp."), at)
    _rests(crowd[HELPER], session_of(of[RESTS]), at)
    _introduced(organiser, event, crowd, at)
    _rounds(organiser, event, crowd, at)
    with transaction(event):
        subject, body = ready(event, EVENING)
        mailings.draft(organiser, event, kind=EVENING, recipients=EVERYBODY, subject=subject, body=body, at=at)


def _key(words: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, words))


def _hosted(host: Person, session: Session, at: datetime) -> FollowUp:
    with transaction():
        return followups.offer_to_host(host, session, at=at)


def _conversation(crowd: list[Person], session: Session, at: datetime) -> None:
    """Everything that a conversation can have."""
    host, joiner, helper = crowd[HOST], crowd[JOINER], crowd[HELPER]
    talk = _hosted(host, session, at - timedelta(minutes=50))
    with transaction():
        settings_actions.change(host, talk, {
            "question": "Could five councils share one list of broken addresses?", "readers": READ_ALL,
            "goal": "One file, kept by turns, and somebody in each council who answers for theirs.",
            "ends_on": (session.event.starts_on + timedelta(days=120)).isoformat()}, settings_actions.as_fields(talk), at=at)
    said = ((host, "I have put our list online, with what is wrong with each line. **Whose is worse?**", 45),
            (joiner, "Ours: 412 flats without numbers. We can give somebody two days in March to compare the two.", 30),
            (helper, "The street naming officers of three councils meet on the first Tuesday of the month. Shall we ask to come?", 20))
    for person, words, ago in said:
        with transaction():
            posts_actions.post(person, talk, text=words, key=_key(words), at=at - timedelta(minutes=ago))
    offers = ((joiner, OFFER, "Two days of a data analyst in March"), (helper, OFFER, "A room for twelve near Leeds station"),
              (host, ASK, "Somebody who has merged two gazetteers before"))
    for person, kind, words in offers:
        with transaction():
            offer = offers_actions.add(person, session, kind, words, key=_key(words), at=at - timedelta(minutes=15))
            if person is helper:
                offers_actions.say_met(person, offer, True, at=at - timedelta(minutes=5))
    with transaction():
        document = shared_note_actions.begin(host, talk, at=at)
        shared_note_actions.save(host, talk, base_revision=document.revision, at=at, text=(
            "# One list of broken addresses\n\n- [ ] What each line of it says\n- [x] Where it is kept\n- [ ] Who answers for it\n"))
    with transaction():
        dates_actions.set_next(host, talk, {
            "step": "Call with the street naming officers", "day": (clock.local(at, session.event.time_zone).date() + timedelta(days=9))
            .isoformat(), "time": "16:30", "minutes": "45", "where": "https://meet.example/addresses"}, dates_actions.as_fields(talk), at=at)


def _came_to_something(host: Person, session: Session, what: str, at: datetime) -> None:
    talk = _hosted(host, session, at)
    with transaction():
        states_actions.come_to(host, talk, what, talk.came_of, at=at)


def _rests(host: Person, session: Session, at: datetime) -> None:
    talk = _hosted(host, session, at)
    with transaction():
        states_actions.rest(host, talk, at=at)


def _introduced(organiser: Person, event: Event, crowd: list[Person], at: datetime) -> None:
    """The organiser knows one, is to answer about another, and asked a third; somebody told the organisers of something."""
    campmaker, known, waiting, asked = crowd[2], crowd[HOST], crowd[JOINER], crowd[HELPER]
    with transaction():
        for person in (known, waiting, asked, crowd[OTHER], campmaker):
            meeting_actions.want_to_meet(person, event.series, at=at)
        introductions.introduce(campmaker, event, organiser, waiting, line="You both know what a flat without a number costs.",
                                key=_key("waiting"), at=at)
        both = introductions.introduce(campmaker, event, organiser, known, line="You both keep lists of addresses.", key=_key("known"), at=at)
        for person in (organiser, known):
            introductions.answer(person, both, YES, email=True, at=at)
    with transaction():
        introductions.ask(organiser, asked, policy.Place(event=event, series=None), line="Could we use your room for twelve in March?",
                          email=True, key=_key("asked"), at=at)
    with transaction():
        reports_actions.report(crowd[OTHER], event, text="Somebody at the back filmed our session. We had said not to.", at=at,
                               about=crowd[46])


def _rounds(organiser: Person, event: Event, crowd: list[Person], at: datetime) -> None:
    """A round of last month, of which most met, and one to join."""
    began = at - timedelta(days=40)
    over = _round(organiser, event, "Coffee in the autumn", began, crowd)
    with transaction():
        given = dividing.known(over)
        dividing.write(over, given, dividing.divide(over, given), at=over.join_until)
    with transaction():
        for number in WITH_ADDRESSES:
            if number != OTHER:  # who did not say
                rounds.say(crowd[number], over, NOT_MET if number == HELPER else MET, at=over.ask_at)
        over.state, over.asked_at = ENDED, over.ask_at
        _without_letters(over)
    _round(organiser, event, "Coffee after the camp", at, crowd[:HELPER])


def _round(organiser: Person, event: Event, name: str, began: datetime, crowd: list[Person]) -> Round:
    """A round that is joined for a week, by who has an address, with the times that a new one is filled in with."""
    until = defaults.join_until(began, event.time_zone)
    windows = defaults.windows(until, event.time_zone)
    with transaction():
        made = rounds.open_round(
            organiser, event.series, name=name, question="What did you change your mind about this year?", join_until=until,
            windows=windows, ask_at=defaults.ask_at(windows[-1][1], event.time_zone), time_zone=event.time_zone, at=began)
        for person in (crowd[number] for number in WITH_ADDRESSES if number < len(crowd)):
            rounds.join(person, made, at=began)
    return made


def _without_letters(over: Round) -> None:
    """Nobody is written to now about what was over weeks ago."""
    kinds = (planning.INVITE, planning.PAIR, planning.TELL, planning.ASK)
    for job in db.session.scalars(select(Job).where(Job.kind.in_(kinds))):
        if job.payload["round"] == over.id:
            db.session.delete(job)
