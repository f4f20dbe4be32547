"""Letters about introductions, written by jobs: so that whoever asks waits for the same work whatever the other refused.

No letter holds an e-mail address or anything else that was shared: that is read on the site, for as long as it is shared.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.accounts.models import Person
from app.events.models import Event, Pass, Role, SeriesOwner
from app.infra import clock, db, jobs
from app.infra.db import transaction
from app.infra.mail import Mail
from app.introductions import policy
from app.introductions.actions import MET, TELL
from app.introductions.models import WAITING, YES, Introduction, Report
from app.introductions.reports_actions import TELL_ORGANISERS
from app.letters import actions as letters
from app.letters import desk, tokens
from app.letters.models import INTRODUCTIONS, REPORTS

KIND = "introduction"
AN_HOUR = 3  # letters of strangers that one person gets in an hour; further ones wait
LATER = timedelta(hours=1)
ANSWERING = "introduction"  # what the links in these letters are for
MARKDOWN = re.compile(r"[\\`*_{}\[\]()<>#|~!&]")
QUESTION = "You decide: say yes, not now or never again, with one tap and without signing in."


@jobs.handles(TELL)
def tell(batch: list[dict]) -> None:
    """Write to who is to answer an introduction, unless they shut the other out. Done twice it is one letter each."""
    at = clock.now()
    for payload in batch:
        with transaction():
            found = db.session.get(Introduction, payload["introduction"])
            if found is None or not policy.is_open(found, at):
                continue
            for person, other in ((found.a, found.b), (found.b, found.a)):
                if payload.get("only") in (None, person.id) and policy.answer_of(found, person.id) == WAITING \
                        and policy.can_answer(person, found, at):
                    _ask(found, person, other, at)


def _ask(found: Introduction, person: Person, other: Person, at: datetime) -> None:
    written = db.session.scalar(select(func.count()).select_from(Mail).where(
        Mail.person_id == person.id, Mail.kind == KIND, Mail.created_at > at - LATER))
    if written >= AN_HOUR:
        jobs.enqueue(TELL, {"introduction": found.id, "only": person.id}, run_at=at + LATER)
        return
    own = found.by_id == other.id
    by = "A campmaker" if own or found.by is None else words(found.by.name)
    who = words(other.name) + (f" ({words(other.organisation)})" if other.organisation else "")
    said = f"{who} would like to be introduced to you" if own else f"{by} thinks that you and {who} should meet"
    where = f", at {words(found.event.name)}" if found.event is not None else ""
    untold = f"{words(other.name)} is not" if own else f"Neither {words(other.name)} nor {by if found.by else 'the campmaker'} is"
    link = desk.url(f"mail/introductions/{tokens.token(person, ANSWERING, found.id, policy.LAPSES.days)}")
    letters.write(
        person, kind=KIND, about=(INTRODUCTIONS, 0), key=f"introduction:{found.id}:{person.id}", at=at, urgent=True,
        subject=f"{other.name} would like to be introduced to you" if own else f"Would you like to meet {other.name}?",
        time_zone=found.event.time_zone if found.event is not None else "",
        body=f"{said}{where}:\n\n> {words(found.line)}\n\n[Answer]({link})\n\n{QUESTION} {untold} told which no it was, nor that "
             "there was one.\n\n"
             f"Nothing of yours is shared unless you say yes, and then only what you choose. The link works for "
             f"{policy.LAPSES.days} days.")


@jobs.handles(MET)
def met(batch: list[dict]) -> None:
    """Tell both that they are introduced, once each, if they still are."""
    at = clock.now()
    for payload in batch:
        with transaction():
            found = db.session.get(Introduction, payload["introduction"])
            if found is None or not found.a_answer == YES == found.b_answer or policy.shut(found.a_id, found.b_id):
                continue
            for person, other in ((found.a, found.b), (found.b, found.a)):
                letters.write(
                    person, kind=KIND, about=(INTRODUCTIONS, 0), key=f"introduced:{found.id}:{person.id}", at=at, urgent=True,
                    subject=f"You and {other.name} are introduced",
                    body=f"You and {words(other.name)} have both said yes.\n\n> {words(found.line)}\n\n"
                         "You find what each of you shares, as long as it is shared, under "
                         f"[Introductions]({desk.url('introductions')})")


@jobs.handles(TELL_ORGANISERS)
def reported(batch: list[dict]) -> None:
    """Tell the organisers of an event that a report waits: not what it says, nor who wrote it, nor who it is about."""
    at = clock.now()
    for payload in batch:
        with transaction():
            found = db.session.get(Report, payload["report"])
            if found is None or found.handled_at is not None:
                continue
            letters.write_all([letters.Letter(
                person, kind="report", about=(REPORTS, found.event_id), key=f"report:{found.id}:{person.id}", urgent=True,
                subject=f"Something was reported at {found.event.name}", time_zone=found.event.time_zone,
                from_name=found.event.name,
                body=f"Somebody tells the organisers of {words(found.event.name)} that something is wrong.\n\n"
                     f"[Read it]({desk.url(f'e/{found.event.slug}/reports')})",
            ) for person in organisers_of(found.event) if person.id != found.about_id], at=at)


def organisers_of(event: Event) -> list[Person]:
    """Who organises an event: by their pass, or as an owner of its series."""
    held = select(Pass.person_id).where(Pass.event_id == event.id, Pass.role == Role.ORGANISER)
    owners = select(SeriesOwner.person_id).where(SeriesOwner.series_id == event.series_id)
    return list(db.session.scalars(select(Person).where(or_(Person.id.in_(held), Person.id.in_(owners))).order_by(Person.id)))


def words(text: str) -> str:
    """People's words on one line of Markdown, as nothing but words."""
    return MARKDOWN.sub(r"\\\g<0>", " ".join(text.split()))
