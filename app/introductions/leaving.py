"""When somebody leaves a series or is forgotten, and what their own export says of introductions. For the privacy room."""

from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import joinedload

from app.accounts.models import Person
from app.events.models import Event, Series
from app.infra import db
from app.introductions import policy
from app.introductions.models import BLOCK, EMAIL, LATER, NEVER, WAITING, YES, Introduction, MeetingWish, Report, Sharing, Shut

ANSWERS = {YES: "yes", LATER: "not now", NEVER: "never again"}


def left_series(person: Person, series: Series, at: datetime) -> None:
    """`person` leaves a series: they are not shown to anybody there as worth meeting, and what they asked at its events and
    nobody said yes to is taken back. What two people share stays theirs: they met, wherever it was."""
    db.session.execute(delete(MeetingWish).where(MeetingWish.series_id == series.id, MeetingWish.person_id == person.id))
    asked = select(Introduction.id).where(
        Introduction.by_id == person.id, Introduction.a_id == person.id, Introduction.b_answer != YES,
        Introduction.event_id.in_(select(Event.id).where(Event.series_id == series.id)), Introduction.withdrawn_at.is_(None))
    db.session.execute(update(Sharing).where(Sharing.introduction_id.in_(asked), Sharing.revoked_at.is_(None))
                       .values(revoked_at=at, value=""))
    db.session.execute(update(Introduction).where(Introduction.id.in_(asked)).values(withdrawn_at=at)
                       .execution_options(synchronize_session=False))
    db.session.expire_all()


def forget(person: Person) -> None:
    """Nothing here says any more that there was `person`: no introduction, nothing shared by or with them, no block, no wish.
    What they reported stays for its event's organisers without their name, and what was reported about them without theirs."""
    mine = select(Introduction.id).where(or_(Introduction.a_id == person.id, Introduction.b_id == person.id))
    db.session.execute(update(Report).where(Report.introduction_id.in_(mine)).values(introduction_id=None)
                       .execution_options(synchronize_session=False))
    for column in (Report.by_id, Report.about_id, Report.handled_by_id):
        db.session.execute(update(Report).where(column == person.id).values({column.key: None}))
    db.session.execute(update(Introduction).where(Introduction.by_id == person.id, Introduction.a_id != person.id,
                                                  Introduction.b_id != person.id).values(by_id=None))
    db.session.execute(delete(Sharing).where(or_(Sharing.giver_id == person.id, Sharing.taker_id == person.id)))
    db.session.execute(delete(Introduction).where(or_(Introduction.a_id == person.id, Introduction.b_id == person.id)))
    db.session.execute(delete(Shut).where(or_(Shut.person_id == person.id, Shut.other_id == person.id)))
    db.session.execute(delete(MeetingWish).where(MeetingWish.person_id == person.id))


def clear_lapsed(before: datetime) -> int:
    """Forget introductions that were asked before `before`, have lapsed and did not come about; how many. For retention."""
    gone = list(db.session.scalars(select(Introduction.id).where(
        Introduction.asked_at < before - policy.LAPSES, or_(Introduction.a_answer != YES, Introduction.b_answer != YES))))
    db.session.execute(delete(Sharing).where(Sharing.introduction_id.in_(gone)))
    db.session.execute(delete(Introduction).where(Introduction.id.in_(gone)))
    return len(gone)


def consent_history(person: Person) -> list[dict[str, str]]:
    """Everything that `person` asked, answered, shared, was given, took back and shut out, oldest first, for their own export.

    Each row: `at` (ISO 8601), `what`, `who` (the other's name), `said`. What the other refused is not in it, nor the other's
    address: that is read on the site for as long as it is shared (5 statements).
    """
    rows: list[tuple[datetime, str, str, str]] = []
    shut = {one.other_id: one for one in db.session.scalars(
        select(Shut).where(Shut.person_id == person.id).options(joinedload(Shut.other)))}
    for one in db.session.scalars(
            select(Introduction).where(or_(Introduction.a_id == person.id, Introduction.b_id == person.id))
            .options(joinedload(Introduction.a), joinedload(Introduction.b))):
        rows += _of_introduction(one, person.id, policy.other_of(one, person.id) in shut)
    for one in db.session.scalars(
            select(Introduction).where(Introduction.by_id == person.id, Introduction.a_id != person.id,
                                       Introduction.b_id != person.id)
            .options(joinedload(Introduction.a), joinedload(Introduction.b))):
        rows.append((one.asked_at, "you introduced", f"{one.a.name} and {one.b.name}", one.line))
    for one in db.session.scalars(
            select(Sharing).join(Introduction).where(or_(
                Sharing.giver_id == person.id,
                (Sharing.taker_id == person.id) & (Introduction.a_answer == YES) & (Introduction.b_answer == YES)))
            .options(joinedload(Sharing.giver), joinedload(Sharing.taker))):
        rows += _of_sharing(one, person.id)
    for one in shut.values():
        rows.append((one.at, "you blocked" if one.how == BLOCK else "you said never again to", one.other.name, ""))
    for wish in db.session.scalars(
            select(MeetingWish).where(MeetingWish.person_id == person.id).options(joinedload(MeetingWish.series))):
        rows.append((wish.since, "you want to meet people of", wish.series.name, ""))
    for one in db.session.scalars(
            select(Report).where(Report.by_id == person.id).options(joinedload(Report.about), joinedload(Report.event))):
        rows.append((one.at, "you reported", one.about.name if one.about else one.event.name, one.text))
    return [{"at": at.isoformat(), "what": what, "who": who, "said": said} for at, what, who, said in sorted(rows)]


def _of_introduction(one: Introduction, person_id: int, unheard: bool) -> list[tuple[datetime, str, str, str]]:
    first = one.a_id == person_id
    other = (one.b if first else one.a).name
    own, own_at = (one.a_answer, one.a_answered_at) if first else (one.b_answer, one.b_answered_at)
    if one.by_id is None and one.key.startswith("round:"):  # by joining a round each agreed to it (app/rounds/dividing.py)
        return [(one.asked_at, "a round put you together with", other, one.line)]
    if policy.asked(one, person_id):
        rows = [(one.asked_at, "you asked to be introduced to", other, one.line)]
        if one.withdrawn_at is not None:
            rows.append((one.withdrawn_at, "you took that back from", other, ""))
    elif own == WAITING and (unheard or one.withdrawn_at is not None):
        return []  # asked while they did not want to hear of it, or taken back before they answered
    else:
        by_other = one.by_id == policy.other_of(one, person_id)
        rows = [(one.asked_at, "asked you" if by_other else "a campmaker thought of you and", other, one.line)]
        if own in ANSWERS and own_at is not None:
            rows.append((own_at, "you answered", other, ANSWERS[own]))
    if one.a_answer == YES == one.b_answer:
        rows.append((max(one.a_answered_at, one.b_answered_at), "you were introduced to", other, ""))
    return rows


def _of_sharing(one: Sharing, person_id: int) -> list[tuple[datetime, str, str, str]]:
    given = one.giver_id == person_id
    what = "your e-mail address" if one.what == EMAIL and given else "their e-mail address" if one.what == EMAIL else (
        one.value if given else "another way to reach them")
    other = (one.taker if given else one.giver).name
    rows = [(one.at, "you shared with" if given else "shared with you by", other, what or "another way to reach you")]
    if one.revoked_at is not None:
        rows.append((one.revoked_at, "you took back from" if given else "taken back by", other,
                     what if one.what == EMAIL else "another way"))
    elif not given and one.ended_at is not None:  # they blocked the giver themselves: it is theirs to know
        rows.append((one.ended_at, "ended with", other, what))
    return rows
