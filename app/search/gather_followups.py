"""What is findable of conversations that carry on, or should: of sessions, of ideas and of pledges. See `gather.py`.

Who wants to be kept posted is not found: only few may see it. Nor is what carries on a pledge that is not public.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import or_, select

from app.boards.idea_models import PUBLIC_PLEDGE, Pledge
from app.events.models import Event
from app.followups.models import HOST, FollowUp, FollowUpPerson
from app.grid.models import Session
from app.infra import db
from app.pitches.models import MERGED, OPEN, Pitch
from app.search import gather_boards
from app.search.row import Row, grouped, key_of, topics_of

LOOKING = "Looking for someone to carry it on"


def concerned(things: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """The conversations that the sessions, ideas and pledges among these started (1 statement)."""
    ids = {kind: [one for what, one in things if what == kind] for kind in ("session", "idea", "pledge")}
    if not any(ids.values()):
        return set()
    return {("followup", one) for one in db.session.scalars(select(FollowUp.id).where(or_(
        FollowUp.session_id.in_(ids["session"]), FollowUp.idea_id.in_(ids["idea"]), FollowUp.pledge_id.in_(ids["pledge"]))))}


def everything() -> list[str]:
    """The key of every conversation there is, findable or not."""
    return [key_of("followup", one) for one in db.session.scalars(select(FollowUp.id).order_by(FollowUp.id))]


def rows(ids: Sequence[int]) -> Iterable[Row]:
    """The rows of those that are findable (at most 7 statements)."""
    if not ids:
        return
    hosts = grouped(db.session.execute(
        select(FollowUpPerson.followup_id, FollowUpPerson.name).order_by(FollowUpPerson.id)
        .where(FollowUpPerson.followup_id.in_(ids), FollowUpPerson.part == HOST)))
    for followup_id, title, event_id, series_id, year, topics in _sources(ids):
        named = hosts[followup_id]
        yield Row(key_of("followup", followup_id), "followup", event_id, series_id, year, title,
                  f"Hosted by {', '.join(named)}" if named else LOOKING, topics=topics, looking_for_host=not named)


def _sources(ids: Sequence[int]) -> Iterable[tuple]:
    found = db.session.execute(
        select(FollowUp.id, Pitch.id, Pitch.title, Event.id, Event.series_id, Event.starts_on)
        .join(Session, Session.id == FollowUp.session_id).join(Pitch, Pitch.id == Session.pitch_id)
        .join(Event, Event.id == Session.event_id).where(FollowUp.id.in_(ids), Pitch.state.in_((OPEN, MERGED)))).all()
    topics = topics_of(row[1] for row in found)
    for followup_id, pitch_id, title, event_id, series_id, starts_on in found:
        yield followup_id, title, event_id, series_id, starts_on.year, topics[pitch_id]
    ideas = dict(db.session.execute(select(FollowUp.idea_id, FollowUp.id).where(
        FollowUp.id.in_(ids), FollowUp.idea_id.is_not(None))).all())
    for row in gather_boards.ideas(list(ideas)):
        idea_id = int(row.key.split(":")[1])
        yield ideas[idea_id], row.title, row.event_id, row.series_id, row.year, row.topics
    for followup_id, text, event_id, series_id, starts_on in db.session.execute(
            select(FollowUp.id, Pledge.text, Event.id, Event.series_id, Event.starts_on)
            .join(Pledge, Pledge.id == FollowUp.pledge_id).join(Event, Event.id == Pledge.event_id)
            .where(FollowUp.id.in_(ids), Pledge.shown == PUBLIC_PLEDGE)):
        yield followup_id, gather_boards.short(text), event_id, series_id, starts_on.year, ()
