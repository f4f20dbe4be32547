"""Conversations that were pitched again at a later event: which, and as what."""

from dataclasses import dataclass

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Pledge
from app.events.models import Event
from app.followups import policy
from app.followups.models import CarriedOn, FollowUp
from app.grid.models import Session
from app.infra import db
from app.pitches.models import MERGED, OPEN, Pitch


@dataclass(frozen=True)
class TakenOn:
    """A conversation of an event (`followup`, or of a `session` that began none here), and the later pitch that carries it on."""

    event_id: int
    followup: FollowUp | None
    session: Session | None
    pitch: Pitch
    later: Event

    @property
    def called(self) -> str:
        """What it was about: what the conversation is called, if there is one."""
        return self.followup.called if self.followup is not None else self.session.pitch.title


def taken_on(event_ids: list[int], person: Person | None) -> list[TakenOn]:
    """All of these events, oldest first, at later events that `person` may find (1 statement, and 1 for their sessions).

    A pitch that became part of another is shown as that other; one that was withdrawn is not, and of pledges only those that
    everybody may see.
    """
    whole, taken, begun = aliased(Pitch), aliased(Pitch), aliased(Session)
    of = func.coalesce(FollowUp.event_id, begun.event_id)
    rows = db.session.execute(
        select(of, FollowUp, begun, whole, Event).select_from(CarriedOn).join(taken, taken.id == CarriedOn.pitch_id)
        .join(whole, whole.id == case((taken.state == MERGED, taken.merged_into_id), else_=taken.id))
        .join(Event, Event.id == whole.event_id)
        .outerjoin(FollowUp, or_(FollowUp.id == CarriedOn.followup_id, FollowUp.session_id == CarriedOn.session_id))
        .outerjoin(Pledge, Pledge.id == FollowUp.pledge_id).outerjoin(begun, begun.id == CarriedOn.session_id)
        .where(of.in_(event_ids), whole.state.in_((OPEN, MERGED)), policy.may_find(person),
               or_(FollowUp.pledge_id.is_(None), Pledge.shown == PUBLIC_PLEDGE))
        .options(joinedload(FollowUp.session).joinedload(Session.pitch), joinedload(FollowUp.insight), joinedload(FollowUp.idea),
                 joinedload(FollowUp.pledge), joinedload(begun.pitch))
        .order_by(Event.starts_on, whole.id, CarriedOn.pitch_id))
    found: dict[tuple, TakenOn] = {}
    for event_id, followup, session, pitch, later in rows.unique():
        one = TakenOn(event_id, followup, session, pitch, later)
        found.setdefault((followup and followup.id, session and session.id, pitch.id), one)
    return list(found.values())
