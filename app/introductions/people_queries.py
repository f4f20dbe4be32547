"""Reading whom somebody may introduce to each other."""

from sqlalchemy import or_, select

from app.accounts.models import Person
from app.boards.idea_models import PUBLIC_PLEDGE, Pledge
from app.events import policy as events_policy
from app.events.models import Event, Pass
from app.followups.models import HOST, FollowUp, FollowUpPerson
from app.infra import db
from app.pitches.models import MERGED, OPEN, Leader, Pitch


def people_to_introduce(event: Event, actor: Person) -> list[Person]:
    """Whom `actor` may introduce to each other at `event`, by name: organisers everybody with a pass; campmakers whose names are
    shown there to all (leaders, hosts of conversations). Not `actor` (2 statements)."""
    if events_policy.can_organise(actor, event):
        there = Person.id.in_(select(Pass.person_id).where(Pass.event_id == event.id))
    else:
        there = or_(
            Person.id.in_(select(Leader.person_id).join(Pitch, Pitch.id == Leader.pitch_id).where(
                Pitch.event_id == event.id, Pitch.state.in_((OPEN, MERGED)), Leader.person_id.is_not(None))),
            Person.id.in_(select(FollowUpPerson.person_id).join(FollowUp, FollowUp.id == FollowUpPerson.followup_id).outerjoin(
                Pledge, Pledge.id == FollowUp.pledge_id).where(
                FollowUp.event_id == event.id, FollowUp.insight_id.is_(None), FollowUpPerson.part == HOST,
                or_(FollowUp.pledge_id.is_(None), Pledge.shown == PUBLIC_PLEDGE), FollowUpPerson.person_id.is_not(None))))
    return sorted(db.session.scalars(select(Person).where(there, Person.id != actor.id)),
                  key=lambda one: (one.name.casefold(), one.id))
