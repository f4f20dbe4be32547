"""What a conversation's page shows of where it comes from, what is offered in it, and where it was taken on."""

from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.boards import policy as boards_policy
from app.boards.idea_models import Idea, Pledge
from app.boards.ideas_sources import seen_by
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board
from app.events.models import Event
from app.followups import policy
from app.followups.models import STANDING, CarriedOn, FollowUp, Offer
from app.grid.models import Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import Note
from app.pitches.models import MERGED, OPEN, Pitch


@dataclass(frozen=True)
class Chain:
    """Where a conversation comes from, as far as who asks may find it: pitch, session, its notes, a line of them, then
    the insight on a board, the idea, the pledge; and the pitches that took it on, each with its event and its session's id."""

    pitch: Pitch | None = None
    session: Session | None = None
    noted: bool = False
    line: str = ""
    insight: Insight | None = None
    board: Board | None = None
    idea: Idea | None = None
    pledge: Pledge | None = None
    later: list[tuple[Pitch, Event, int | None]] = field(default_factory=list)


def chain_of(followup: FollowUp, person: Person | None) -> Chain:
    """Its chain, for somebody who sees the conversation (a fixed number of statements for each kind of source)."""
    idea = followup.idea or (followup.pledge.idea if followup.pledge else None)
    if idea is not None and idea.withdrawn and followup.idea is None:
        idea = None
    insight, session, line = followup.insight, followup.session, ""
    if idea is not None:
        source = seen_by(person, idea)
        insight, session, line = source.insight, source.session, source.line
    elif insight is not None:
        session = insight.board.session
        insight = insight if insight.state == SHOWN and boards_policy.can_read(person, insight.board) else None
    elif followup.line:
        line = followup.line if policy.can_read_line(person, followup) else ""
    pitch = session.pitch if session is not None and session.pitch.state in (OPEN, MERGED) else None
    noted = session is not None and bool(db.session.scalar(select(exists().where(Note.session_id == session.id)))) and (
        bool(line) or notes_policy.can_read(person, session))
    return Chain(pitch, session, noted, line, insight, insight.board if insight else None, idea, followup.pledge,
                 taken_on(followup, person))


def taken_on(followup: FollowUp, person: Person | None) -> list[tuple[Pitch, Event, int | None]]:
    """The later pitches that took the conversation on, or that of its session, oldest first (1 statement)."""
    wanted = [CarriedOn.followup_id == followup.id]
    if followup.session_id is not None:
        wanted.append(CarriedOn.session_id == followup.session_id)
    return pitches_of(or_(*wanted), person)


def pitches_of(wanted: ColumnElement[bool], person: Person | None) -> list[tuple[Pitch, Event, int | None]]:
    """The pitches of which that holds of `CarriedOn`, oldest event first, each with its event and its session's id if it has one.

    Only at events that `person` may find. A pitch that became part of another is shown as that other (1 statement).
    """
    taken, whole, there = aliased(Pitch), aliased(Pitch), aliased(Session)
    found = db.session.execute(
        select(whole, Event, there.id).select_from(CarriedOn).join(taken, taken.id == CarriedOn.pitch_id)
        .join(whole, whole.id == case((taken.state == MERGED, taken.merged_into_id), else_=taken.id))
        .join(Event, Event.id == whole.event_id).outerjoin(there, there.pitch_id == whole.id)
        .where(wanted, whole.state.in_((OPEN, MERGED)), policy.may_find(person)).order_by(Event.starts_on, whole.id))
    return list({pitch.id: (pitch, event, there_id) for pitch, event, there_id in found}.values())


def offers_of(followup: FollowUp) -> list[Offer]:
    """What is offered and asked for in it, for who reads its posts: what stands first, oldest first (1 statement)."""
    return list(db.session.scalars(
        select(Offer).where(Offer.followup_id == followup.id).options(joinedload(Offer.person))
        .order_by(case((Offer.state == STANDING, 0), else_=1), Offer.id)))


def offer_counts(followup: FollowUp) -> dict[str, int]:
    """How many things stand that are offered and asked for, for who may not read which (1 statement)."""
    return dict(db.session.execute(select(Offer.kind, func.count()).where(
        Offer.followup_id == followup.id, Offer.state == STANDING).group_by(Offer.kind)).all())
