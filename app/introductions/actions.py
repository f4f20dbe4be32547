"""Asking to be introduced, answering, taking back, shutting out, introducing two others.

Each of these does the same work and says the same, whatever the other person refused or blocked before: who is to be told is
found out by a job (`telling.py`), not while the asker waits for the page.
"""

from datetime import datetime

from sqlalchemy import func, or_, select, update

from app.accounts.models import Person
from app.errors import Conflict, Invalid, require
from app.events.models import Event
from app.events.words import holds_contact
from app.infra import db, jobs
from app.introductions import policy
from app.introductions.models import (
    BLOCK,
    EMAIL,
    LATER,
    LINE_LENGTH,
    NEVER,
    OTHER,
    SHARED_LENGTH,
    WAITING,
    YES,
    Introduction,
    Sharing,
    Shut,
)
from app.introductions.queries import ANSWER, ASKED, KNOWN, OWN_SHUT, standing

TELL, MET = "introductions.tell", "introductions.met"
NO_CONTACT = "No address or number is needed here: it is shared once you have both said yes."
TWO_OF_THEM = "Two people who hold a pass to this event are introduced to each other, and not you to somebody."


def ask(actor: Person, other: Person, place: policy.Place, *, line: str, email: bool, words: str = "", key: str,
        at: datetime) -> Introduction:
    """Ask `other` whether they want to be introduced, with one line. `email` and `words`: what `actor` shares once they do.

    The same `key` is asked once. Raises Conflict over the limits and where the two stand otherwise already, as far as `actor`
    may know it; Invalid for what cannot be sent.
    """
    require(policy.can_ask(actor, other.id, place), policy.NOT_SHOWN)
    again = db.session.scalar(select(Introduction).where(Introduction.by_id == actor.id, Introduction.key == key))
    if again is not None:
        return again
    line, shared = _line(line), _shared(actor, email, words)
    if not shared:
        raise Invalid("Choose at least one way for them to reach you.", "words")
    _hold(actor.id, other.id)
    how = standing(actor, [other.id], at)[other.id].how
    if how == OWN_SHUT:
        raise Conflict("You asked not to hear from them. Lift that first, under Introductions. Nothing was sent.")
    if how in (ASKED, ANSWER, KNOWN):
        raise Conflict({ASKED: "You have asked them already. Nothing more was sent.", KNOWN: "You are introduced already.",
                        ANSWER: "They would like to be introduced to you, too: answer that, under Introductions."}[how])
    _within(actor, at, policy.ASKS_A_DAY, "You have asked {} people since yesterday. Ask again tomorrow. Nothing was sent.")
    event = policy.event_of(actor, other, place)
    made = Introduction(by_id=actor.id, a_id=actor.id, b_id=other.id, event_id=event.id if event else None,
                        followup_id=place.followup_id, line=line, a_answer=YES, b_answer=WAITING, a_answered_at=at, key=key,
                        asked_at=at)
    db.session.add(made)
    db.session.flush()
    _share(made, actor.id, other.id, shared, at)
    jobs.enqueue(TELL, {"introduction": made.id})
    return made


def introduce(actor: Person, event: Event, first: Person, second: Person, *, line: str, key: str, at: datetime) -> Introduction:
    """Ask two people of the event, each by themselves, whether they want to be introduced to each other.

    `actor` is told nothing more of it. The same `key` is sent once. Raises Conflict over the limit, Invalid for what cannot be.
    """
    require(policy.can_introduce(actor, event), "Campmakers and organisers introduce people to each other.")
    again = db.session.scalar(select(Introduction).where(Introduction.by_id == actor.id, Introduction.key == key))
    if again is not None:
        return again
    if len({first.id, second.id, actor.id}) < 3:
        raise Invalid(TWO_OF_THEM, "second")
    line = _line(line)
    _within(actor, at, policy.PROPOSALS_A_DAY, "You have introduced {} pairs since yesterday. Go on tomorrow. Nothing was sent.")
    made = Introduction(by_id=actor.id, a_id=first.id, b_id=second.id, event_id=event.id, line=line, a_answer=WAITING,
                        b_answer=WAITING, key=key, asked_at=at)
    db.session.add(made)
    db.session.flush()
    jobs.enqueue(TELL, {"introduction": made.id})
    return made


def answer(actor: Person, introduction: Introduction, said: str, *, email: bool = False, words: str = "", at: datetime) -> bool:
    """Say `said`: YES (sharing the e-mail address, `words`, both or nothing), LATER (not now) or NEVER; whether both now did.

    NEVER shuts the other out until `actor` lifts it. Raises Conflict where it is not open any more, Invalid for what cannot be
    shared. Saying the same again changes nothing.
    """
    require(policy.is_part_of(actor, introduction), policy.NOT_OPEN)
    other_id = policy.other_of(introduction, actor.id)
    _hold(actor.id, other_id)
    db.session.refresh(introduction)
    if said == policy.answer_of(introduction, actor.id) and said != YES:
        return False
    if not policy.can_answer(actor, introduction, at):
        if said == YES == policy.answer_of(introduction, actor.id):
            return introduction.a_answer == introduction.b_answer
        raise Conflict(f"{policy.NOT_OPEN} Nothing was changed.")
    shared = _shared(actor, email, words) if said == YES else {}
    _take_back(actor.id, other_id, at, Sharing.introduction_id == introduction.id)
    _say(introduction, actor.id, said, at)
    if said == NEVER:
        _close(actor.id, other_id, at)
        _shut(actor.id, other_id, NEVER, at)
    if said != YES:
        return False
    _share(introduction, actor.id, other_id, shared, at)
    met = introduction.a_answer == YES == introduction.b_answer
    if met:
        jobs.enqueue(MET, {"introduction": introduction.id})
    return met


def withdraw(actor: Person, introduction: Introduction, *, at: datetime) -> None:
    """Take back what one asked, or one's yes to what a campmaker thought of, while the other has not said yes.

    Where both said yes nothing changes: what was shared is taken back by `take_back`.
    """
    require(policy.is_part_of(actor, introduction), policy.NOT_OPEN)
    other_id = policy.other_of(introduction, actor.id)
    _hold(actor.id, other_id)
    db.session.refresh(introduction)
    if introduction.withdrawn_at is not None or introduction.a_answer == YES == introduction.b_answer:
        return
    _take_back(actor.id, other_id, at, Sharing.introduction_id == introduction.id)
    if policy.asked(introduction, actor.id):
        introduction.withdrawn_at = at
    elif policy.answer_of(introduction, actor.id) == YES:
        _say(introduction, actor.id, LATER, at)


def take_back(actor: Person, other_id: int, *, at: datetime) -> None:
    """`other_id` has nothing of `actor`'s any more, from now on and wherever it came from. What they gave stays."""
    require(policy.can_change_own(actor))
    _hold(actor.id, other_id)
    met = select(Introduction.id).where(Introduction.a_answer == YES, Introduction.b_answer == YES)
    _take_back(actor.id, other_id, at, Sharing.introduction_id.in_(met))


def block(actor: Person, other_id: int, *, at: datetime) -> None:
    """`actor` does not want to hear from `other_id`, who is not told: nothing is shared between them any more, what `actor` asked
    is taken back, and what the other asks is not shown to `actor`. A block where there was a *never again* takes its place."""
    require(policy.can_change_own(actor) and actor.id != other_id)
    _hold(actor.id, other_id)
    _take_back(actor.id, other_id, at)
    db.session.execute(update(Sharing).where(Sharing.giver_id == other_id, Sharing.taker_id == actor.id,
                                             Sharing.ended_at.is_(None)).values(ended_at=at))
    _close(actor.id, other_id, at)
    _shut(actor.id, other_id, BLOCK, at)


def lift(actor: Person, other_id: int) -> None:
    """`actor` may hear from `other_id` again. What ended does not come back."""
    require(policy.can_change_own(actor))
    found = db.session.get(Shut, (actor.id, other_id))
    if found is not None:
        db.session.delete(found)


def _hold(one: int, other: int) -> None:
    """Whatever else happens between these two waits until this is done (on PostgreSQL; SQLite has one writer)."""
    db.session.execute(select(Person.id).where(Person.id.in_((one, other))).order_by(Person.id).with_for_update(key_share=True))


def _close(person_id: int, other_id: int, at: datetime) -> None:
    """Nothing comes any more of what is open between the two: what one of them asked is taken back, the rest is refused."""
    for one in db.session.scalars(select(Introduction).where(
            or_((Introduction.a_id == person_id) & (Introduction.b_id == other_id),
                (Introduction.b_id == person_id) & (Introduction.a_id == other_id)),
            Introduction.withdrawn_at.is_(None), or_(Introduction.a_answer != YES, Introduction.b_answer != YES))).all():
        _take_back(person_id, other_id, at, Sharing.introduction_id == one.id)
        if policy.asked(one, person_id):
            one.withdrawn_at = at
        else:
            _say(one, person_id, NEVER, at)


def _line(line: str) -> str:
    line = " ".join(line.split())
    if not line:
        raise Invalid("Say in a line why.", "line")
    if len(line) > LINE_LENGTH:
        raise Invalid(f"Keep it to {LINE_LENGTH} characters.", "line")
    if holds_contact(line):
        raise Invalid(NO_CONTACT, "line")
    return line


def _shared(actor: Person, email: bool, words: str) -> dict[str, str]:
    words = " ".join(words.split())
    if len(words) > SHARED_LENGTH:
        raise Invalid(f"Keep it to {SHARED_LENGTH} characters.", "words")
    if email and actor.email is None:
        raise Invalid("You have no e-mail address here. Say how else they can reach you, or give one on your page.", "words")
    return ({EMAIL: ""} if email else {}) | ({OTHER: words} if words else {})


def _within(actor: Person, at: datetime, most: int, said: str) -> None:
    sent = db.session.scalar(select(func.count()).select_from(Introduction).where(
        Introduction.by_id == actor.id, Introduction.asked_at > at - policy.DAY))
    if sent >= most:
        raise Conflict(said.format(most))


def _share(introduction: Introduction, giver: int, taker: int, shared: dict[str, str], at: datetime) -> None:
    """Write down what is shared. What was shared in the same introduction before and taken back is shared anew."""
    before = {one.what: one for one in db.session.scalars(select(Sharing).where(
        Sharing.introduction_id == introduction.id, Sharing.giver_id == giver))}
    for what, value in shared.items():
        if what in before:
            before[what].value, before[what].at, before[what].revoked_at = value, at, None
        else:
            db.session.add(Sharing(introduction_id=introduction.id, giver_id=giver, taker_id=taker, what=what, value=value,
                                   at=at))


def _take_back(giver: int, taker: int, at: datetime, *where) -> None:
    db.session.execute(update(Sharing).values(revoked_at=at, value="").where(
        Sharing.giver_id == giver, Sharing.taker_id == taker, Sharing.revoked_at.is_(None), *where))


def _say(introduction: Introduction, person_id: int, said: str, at: datetime) -> None:
    if introduction.a_id == person_id:
        introduction.a_answer, introduction.a_answered_at = said, at
    else:
        introduction.b_answer, introduction.b_answered_at = said, at


def _shut(person_id: int, other_id: int, how: str, at: datetime) -> None:
    found = db.session.get(Shut, (person_id, other_id))
    if found is None:
        db.session.add(Shut(person_id=person_id, other_id=other_id, how=how, at=at))
    elif how == BLOCK:
        found.how, found.at = how, at
