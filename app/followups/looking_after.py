"""Conversations in which nothing happens: their hosts are asked one question, once more after two weeks, and never again.

Once a day a job looks which are due. Each is dealt with in a transaction of its own, letters and all, so that a job that is
killed half-way and runs again asks nobody twice. A conversation whose hosts did not answer rests, and who is in it is told so.
"""

import logging
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select

from app.followups.holding import held
from app.followups.letters_words import link_to, readers_in, reply_note, subject_of
from app.followups.models import HOST, OPEN, FollowUp, FollowUpPerson
from app.followups.states_actions import comes_to_rest
from app.infra import clock, db, jobs
from app.letters import desk, replies, tokens
from app.letters.actions import Letter, write_all
from app.letters.models import CONVERSATION
from app.web.templating import day_of

log = logging.getLogger(__name__)

JOB = "followups.look_after"
DAY, QUIET, AGAIN = timedelta(days=1), timedelta(days=42), timedelta(days=14)
MOST_ASKED = 2
ASK, REST = "ask", "rest"
STILL, LINK_DAYS = "still", 90
GOING, CAME, RESTS = "going", "came", "rest"
CHOICES = {GOING: "Yes, it still goes on", CAME: "It came to something", RESTS: "Let it rest"}


@jobs.at_start
def begin() -> None:
    """See to it that the job runs within a day, and from then on every day."""
    with db.transaction():
        jobs.enqueue_once(JOB, {}, clock.now() + DAY)


@jobs.handles(JOB, batch=10)
def look(_payloads: list[dict]) -> None:
    """Look after all conversations that may be due. Whatever happens with one, the others and tomorrow are seen to."""
    at, problems = clock.now(), []
    with db.transaction():
        jobs.enqueue_once(JOB, {}, at + DAY)
    for number in candidates(at):
        try:
            with db.transaction():
                followup = held(number)
                if followup is not None:
                    look_after(followup, at)
        except Exception as problem:
            log.exception("conversation %d could not be looked after", number)
            problems.append(problem)
    if problems:
        raise problems[0]


def candidates(at: datetime) -> list[int]:
    """The ids of conversations that go on and may be due: `due` knows (1 statement)."""
    hosted = select(FollowUpPerson.followup_id).where(FollowUpPerson.part == HOST, FollowUpPerson.person_id.is_not(None))
    last = func.coalesce(FollowUp.asked_at, FollowUp.moved_at)
    found = list(db.session.scalars(
        select(FollowUp.id).where(FollowUp.state == OPEN, FollowUp.id.in_(hosted),
                                  or_(FollowUp.moved_at <= at - QUIET, last <= at - AGAIN,
                                      FollowUp.ends_on <= at.date())).order_by(FollowUp.id)))
    db.session.rollback()
    return found


def due(followup: FollowUp, at: datetime) -> str | None:
    """ASK whether it still goes on, let it REST, or nothing.

    It is asked when nothing has happened for QUIET, neither a movement nor a date that was set, or when its end has passed and
    nothing has happened since; again AGAIN after that. Where no host can be asked, it never is.
    """
    if followup.state != OPEN or all(host.person_id is None for host in followup.hosts):
        return None
    if followup.next_at is not None and followup.next_at > at:
        return None
    if followup.asked:
        if at - followup.asked_at < AGAIN:
            return None
        return ASK if followup.asked < MOST_ASKED else REST
    last = max(followup.moved_at, followup.next_at or followup.moved_at)
    return ASK if at - last >= QUIET or has_ended(followup, at) else None


def has_ended(followup: FollowUp, at: datetime) -> bool:
    """Whether the end that its hosts set has passed, and nothing has happened in it since."""
    if followup.ends_on is None:
        return False
    zone = followup.event.time_zone
    return clock.local(followup.moved_at, zone).date() <= followup.ends_on < clock.local(at, zone).date()


def look_after(followup: FollowUp, at: datetime) -> int:
    """Do what is due for one conversation, in the caller's transaction; how many letters will be sent."""
    what = due(followup, at)
    if what == ASK:
        ended = not followup.asked and has_ended(followup, at)
        followup.asked, followup.asked_at = followup.asked + 1, at
        return _ask(followup, at, ended)
    if what == REST:
        comes_to_rest(followup, at)
        return _tell(followup, at)
    return 0


def _ask(followup: FollowUp, at: datetime, ended: bool) -> int:
    hosts = readers_in(followup, [host.person for host in followup.hosts])
    why = f"Its end, {day_of(followup.ends_on)}, has passed." if ended else "Nothing has happened in it for a while."
    then = "If none of its hosts answers, you are asked once more, in two weeks." if followup.asked < MOST_ASKED else (
        "You are not asked again: if none of its hosts answers within two weeks, its page will say that it rests.")
    answers = replies.addresses(hosts, followup.id)
    post = "A post there is an answer, too" + (", and so is a reply to this mail." if any(answers.values()) else ".")
    return write_all([_letter(followup, host, "question", (
        f"Does {link_to(followup)} still go on? {why}\n\n" + "\n".join(
            f"- [{words}]({_still(host, followup)}?answer={answer})" for answer, words in CHOICES.items())
        + f"\n\nEach opens a page where one tap answers. {post} {then}"), f"ask{followup.asked}", answers[host.id])
        for host in hosts], at=at)


def _tell(followup: FollowUp, at: datetime) -> int:
    body = (f"{link_to(followup)} rests now: nothing has happened in it for some time, and its hosts did not answer whether it "
            "still goes on. Nothing is lost. Whoever hosts it can open it again on its page.")
    return write_all([_letter(followup, person, "followup", body, "rests") for person in readers_in(followup)], at=at)


def _letter(followup: FollowUp, person, kind: str, body: str, key: str, reply_to: str = "") -> Letter:
    # Known by when the conversation last moved: should it be asked about another time, that is another letter.
    return Letter(person, kind, (CONVERSATION, followup.id), subject_of(followup), body,
                  f"{key}:{followup.id}:{followup.moved_at:%Y%m%dT%H%M%S}:{person.id}", time_zone=followup.event.time_zone,
                  reply_to=reply_to, from_name=followup.event.name, reply_note=reply_note(followup))


def _still(host, followup: FollowUp) -> str:
    return desk.url(f"mail/still/{tokens.token(host, STILL, followup.id, LINK_DAYS)}")
