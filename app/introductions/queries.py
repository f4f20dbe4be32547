"""Reading introductions as one of the two may see them. Each asks a fixed number of SQL statements.

Everything here is read for one person, from what they did and what others gave them. What others refused, blocked or let lie is
in none of it: somebody who was shut out reads the same as somebody who waits.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event
from app.infra import db
from app.introductions import policy
from app.introductions.models import EMAIL, LATER, NEVER, WAITING, YES, Introduction, Report, Sharing, Shut
from app.pitches.queries import LARGEST_ID

ASK, ASKED, ANSWER, KNOWN, OWN_SHUT, SELF = "ask", "asked", "answer", "known", "shut", "self"
KEPT_IN_LIST = 1.5  # times the lapse: so long an ask that came to nothing stands in the list of who asked

BOTH = (Introduction.a_answer == YES) & (Introduction.b_answer == YES)
# What somebody has of another now: both said yes, it was not taken back, and they did not shut each other out since.
IN_FORCE = BOTH & Sharing.revoked_at.is_(None) & Sharing.ended_at.is_(None)


@dataclass(frozen=True)
class Standing:
    """How two people stand, as one of them sees it: ASK (can be asked), ASKED, ANSWER (was asked by them), KNOWN, OWN_SHUT, SELF.

    `introduction_id` is the one that it is about: where to answer, or what is there.
    """

    how: str
    introduction_id: int | None = None


@dataclass(frozen=True)
class Ask:
    """One introduction in somebody's list. `by` is the campmaker who thought of it (None: the one asked the other)."""

    id: int
    other: Person
    by: str | None
    line: str
    event: Event | None
    asked_at: datetime
    answer: str = WAITING
    lapsed: bool = False
    offered: tuple[str, ...] = ()


@dataclass
class Contact:
    """Somebody one is introduced to: what one has of them, and what they have of oneself, as (what it is, what it says)."""

    other: Person
    introduction_id: int
    have: list[tuple[str, str]] = field(default_factory=list)
    given: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Mine:
    """All of somebody's introductions: those that wait for their answer, put off, asked, come about; whom they shut out."""

    waiting: list[Ask]
    later: list[Ask]
    asked: list[Ask]
    contacts: list[Contact]
    shut: list[Shut]


def standing(person: Person | None, other_ids: Iterable[int], at: datetime) -> dict[int, Standing]:
    """How `person` stands with each of these people (1 statement; none for a stranger, to whom no button is shown).

    The caller vouches that the names are shown to `person` (`policy.is_shown` is asked again when the button is pressed).
    """
    ids = {i for i in other_ids if i is not None}
    if person is None or not ids:
        return {}
    me, them = person.id, _other(person.id)
    mine, _ = _answers(me)
    found = db.session.execute(union_all(
        select(literal(1), Shut.other_id, literal(OWN_SHUT), literal(0)).where(
            Shut.person_id == me, Shut.other_id.in_(ids)),
        select(literal(2), Sharing.giver_id, literal(KNOWN), Introduction.id).join(
            Introduction, Introduction.id == Sharing.introduction_id).where(
            Sharing.taker_id == me, Sharing.giver_id.in_(ids), IN_FORCE),
        select(case((mine == YES, 3), else_=4), them, case((BOTH, KNOWN), (mine == YES, ASKED), else_=ANSWER),
               Introduction.id).where(
            _part(me), them.in_(ids), or_(
                # An ask that was taken back still counts, and an introduction of which nothing is left: else asking again at once
                # would ask somebody every day.
                and_(mine == YES, Introduction.asked_at > at - policy.LAPSES),
                and_(mine.in_((WAITING, LATER)), policy.may_be_open(at)))),
    )).all()
    by_id: dict[int, Standing] = {me: Standing(SELF)} if me in ids else {}
    for _, other_id, how, introduction_id in sorted(found, key=lambda row: (row[0], -row[3])):
        by_id.setdefault(other_id, Standing(how, introduction_id or None))
    return by_id | {i: Standing(ASK) for i in ids if i not in by_id}


def mine(person: Person, at: datetime) -> Mine:
    """Everything of `person`'s, newest first (4 statements)."""
    answer, _ = _answers(person.id)
    rows = list(db.session.scalars(
        select(Introduction).where(
            _part(person.id), Introduction.withdrawn_at.is_(None), answer != NEVER, ~BOTH,
            Introduction.asked_at > at - policy.LAPSES * KEPT_IN_LIST,
            or_(answer == YES, and_(Introduction.asked_at > at - policy.LAPSES, ~_shut_by(person.id))))
        .options(*(joinedload(one) for one in (Introduction.a, Introduction.b, Introduction.by, Introduction.event)))
        .order_by(Introduction.asked_at.desc(), Introduction.id.desc())))
    offered: dict[int, list[str]] = {}
    for introduction_id, what in db.session.execute(
            select(Sharing.introduction_id, Sharing.what).where(
                Sharing.introduction_id.in_([one.id for one in rows]), Sharing.revoked_at.is_(None),
                Sharing.taker_id == person.id).order_by(Sharing.id)):
        offered.setdefault(introduction_id, []).append(what)
    asks = [_ask(one, person.id, at, offered) for one in rows]
    return Mine(waiting=[one for one in asks if one.answer == WAITING], later=[one for one in asks if one.answer == LATER],
                asked=[one for one in asks if one.answer == YES], contacts=contacts_of(person), shut=shut_by(person))


def waiting_for(person: Person, at: datetime) -> int:
    """How many introductions wait for an answer of `person` (1 statement)."""
    answer, _ = _answers(person.id)
    return len(db.session.scalars(select(Introduction.id).where(
        _part(person.id), answer == WAITING, policy.may_be_open(at), ~_shut_by(person.id))).all())


def contacts_of(person: Person) -> list[Contact]:
    """Who is introduced to `person`, with what each has of the other, by name (1 statement). Addresses are read now."""
    giver, taker = aliased(Person), aliased(Person)
    found: dict[int, Contact] = {}
    for sharing, other in db.session.execute(
            select(Sharing, case((Sharing.giver_id == person.id, taker.id), else_=giver.id))
            .join(Introduction, Introduction.id == Sharing.introduction_id)
            .join(giver, giver.id == Sharing.giver_id).join(taker, taker.id == Sharing.taker_id)
            # What one gave stands in one's own list until one takes it back, whether the other still has it or shut one out.
            .where(or_(and_(Sharing.taker_id == person.id, IN_FORCE),
                       and_(Sharing.giver_id == person.id, BOTH, Sharing.revoked_at.is_(None))))
            .options(joinedload(Sharing.giver), joinedload(Sharing.taker)).order_by(Sharing.id.desc())):
        them = sharing.taker if sharing.giver_id == person.id else sharing.giver
        contact = found.setdefault(other, Contact(them, sharing.introduction_id))
        said = sharing.what, (sharing.giver.email or "") if sharing.what == EMAIL else sharing.value
        where = contact.given if sharing.giver_id == person.id else contact.have
        if said not in where and (sharing.what != EMAIL or said[1] or where is contact.given):
            where.append(said)
    return sorted(found.values(), key=lambda one: (one.other.name.casefold(), one.other.id))


def shut_by(person: Person) -> list[Shut]:
    """Whom `person` does not want to hear from, newest first (1 statement)."""
    return list(db.session.scalars(select(Shut).where(Shut.person_id == person.id).options(joinedload(Shut.other))
                                   .order_by(Shut.at.desc(), Shut.other_id)))


def introduction_of(person: Person | None, introduction_id: int) -> Introduction:
    """An introduction of which `person` is one of the two and which they see. Raises NotFound for any other."""
    found = db.session.get(Introduction, introduction_id) if introduction_id <= LARGEST_ID else None
    if found is None or not policy.is_part_of(person, found) or not _sees(person, found):
        raise NotFound("There is no such introduction.")
    return found


def _sees(person: Person, introduction: Introduction) -> bool:
    """Theirs, or asked of them: not while they shut the other out, nor once it was taken back."""
    if policy.answer_of(introduction, person.id) == YES:
        return True
    return introduction.withdrawn_at is None and not policy.has_shut(person.id, policy.other_of(introduction, person.id))


def ask_of(person: Person, introduction: Introduction, at: datetime) -> Ask:
    """One introduction as `person`, one of the two, sees it (1 statement, and what is loaded of the people)."""
    offered = {introduction.id: list(db.session.scalars(
        select(Sharing.what).where(Sharing.introduction_id == introduction.id, Sharing.taker_id == person.id,
                                   Sharing.revoked_at.is_(None)).order_by(Sharing.id)))}
    return _ask(introduction, person.id, at, offered)


def reports_of(event: Event, person: Person, *, handled: bool = False) -> list[Report]:
    """What was reported at an event, oldest first, but for what is about `person` themselves (1 statement)."""
    return list(db.session.scalars(
        select(Report).where(Report.event_id == event.id, or_(Report.about_id.is_(None), Report.about_id != person.id),
                             Report.handled_at.is_not(None) if handled else Report.handled_at.is_(None))
        .options(joinedload(Report.by), joinedload(Report.about), joinedload(Report.post)).order_by(Report.at, Report.id)))


def report_in(event: Event, person: Person, report_id: int) -> Report:
    """One of them. Raises NotFound for none, for one of another event, and for one about `person`."""
    found = db.session.get(Report, report_id) if report_id <= LARGEST_ID else None
    if found is None or found.event_id != event.id or found.about_id == person.id:
        raise NotFound("There is no such report.")
    return found


def _ask(one: Introduction, person_id: int, at: datetime, offered: dict[int, list[str]]) -> Ask:
    own = one.by_id in (one.a_id, one.b_id)
    # What the other shares is told to who is to answer; before both said yes it is not theirs to see what it says.
    by = None if own else one.by.name if one.by is not None else "A campmaker"
    return Ask(one.id, one.b if one.a_id == person_id else one.a, by, one.line, one.event, one.asked_at,
               policy.answer_of(one, person_id), at >= one.asked_at + policy.LAPSES,
               tuple(offered.get(one.id, ())) if own and not policy.asked(one, person_id) else ())


def _part(person_id: int) -> ColumnElement[bool]:
    return or_(Introduction.a_id == person_id, Introduction.b_id == person_id)


def _other(person_id: int) -> ColumnElement[int]:
    return case((Introduction.a_id == person_id, Introduction.b_id), else_=Introduction.a_id)


def _answers(person_id: int) -> tuple[ColumnElement[str], ColumnElement[str]]:
    first = Introduction.a_id == person_id
    return (case((first, Introduction.a_answer), else_=Introduction.b_answer),
            case((first, Introduction.b_answer), else_=Introduction.a_answer))


def _shut_by(person_id: int) -> ColumnElement[bool]:
    return exists().where(Shut.person_id == person_id, Shut.other_id == _other(person_id)).correlate(Introduction)
