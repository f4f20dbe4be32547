"""Reading a conversation, what it began with, and where it was taken on. Lists are in `lists_queries`."""


from collections.abc import Iterable

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.accounts.models import Person
from app.boards.idea_models import Idea, Pledge
from app.boards.insight_models import Insight
from app.boards.models import Board
from app.errors import NotFound
from app.events.models import Event
from app.followups import policy
from app.followups.models import GOING, HOST, LOOKING, OPEN, CarriedOn, FollowUp, FollowUpPerson
from app.followups.page_queries import pitches_of
from app.grid.models import Session
from app.infra import db
from app.pitches.models import Pitch
from app.pitches.queries import LARGEST_ID

# Made once: every session's page asks them.
COLUMNS = {Session: FollowUp.session_id, Insight: FollowUp.insight_id, Idea: FollowUp.idea_id, Pledge: FollowUp.pledge_id}
FOLLOWUP_OF = {kind: select(FollowUp).where(column == bindparam("source")).options(selectinload(FollowUp.people))
               for kind, column in COLUMNS.items()}
TAKEN_ON = (select(CarriedOn.pitch_id).outerjoin(FollowUp, FollowUp.id == CarriedOn.followup_id)
            .where(or_(CarriedOn.session_id == bindparam("session"), FollowUp.session_id == bindparam("session"))).limit(1))
NO_CONVERSATION = "There is no such conversation at this event, or it is not open to everybody."


def session_in(event: Event, session_id: int) -> Session:
    """The session of this event, with its pitch. Raises NotFound for any other."""
    session = db.session.scalar(
        select(Session).where(Session.id == session_id, Session.event_id == event.id)
        .options(joinedload(Session.pitch))) if session_id <= LARGEST_ID else None
    if session is None:
        raise NotFound("There is no such session at this event.")
    return session


def past_session(event: Event, session_id: int) -> Session:
    """A session of an earlier event of the same series, with its pitch. Raises NotFound for any other."""
    session = db.session.scalar(
        select(Session).join(Event, Event.id == Session.event_id)
        .options(joinedload(Session.pitch), contains_eager(Session.event))
        .where(Session.id == session_id, Event.series_id == event.series_id, Event.starts_on < event.starts_on)
    ) if session_id <= LARGEST_ID else None
    if session is None:
        raise NotFound("There is no such session at an earlier event of this series.")
    return session


def past_conversation(event: Event, followup_id: int) -> FollowUp:
    """A conversation of an earlier event of the same series (1 statement). Raises NotFound for any other."""
    followup = db.session.scalar(
        select(FollowUp).join(Event, Event.id == FollowUp.event_id).options(contains_eager(FollowUp.event))
        .where(FollowUp.id == followup_id, Event.series_id == event.series_id, Event.starts_on < event.starts_on)
    ) if followup_id <= LARGEST_ID else None
    if followup is None:
        raise NotFound("There is no such conversation at an earlier event of this series.")
    return followup


ONE = (select(FollowUp).where(FollowUp.id == bindparam("followup"), FollowUp.event_id == bindparam("event"))
       .options(selectinload(FollowUp.people), joinedload(FollowUp.session).joinedload(Session.pitch),
                joinedload(FollowUp.insight).joinedload(Insight.board).joinedload(Board.session).joinedload(Session.pitch),
                joinedload(FollowUp.idea), joinedload(FollowUp.pledge)))


def followup_in(event: Event, followup_id: int) -> FollowUp:
    """A conversation of the event with everybody in it, whoever asks (2 statements). Raises NotFound."""
    followup = db.session.scalar(ONE, {"followup": followup_id, "event": event.id}) if followup_id <= LARGEST_ID else None
    if followup is None:
        raise NotFound(NO_CONVERSATION)
    return followup


def conversation(event: Event, followup_id: int, person: Person | None, seats: frozenset[int] = policy.NO_SEATS) -> FollowUp:
    """The same for who sees it; raises NotFound for others, too."""
    followup = followup_in(event, followup_id)
    if not policy.can_read(person, followup, seats):
        raise NotFound(NO_CONVERSATION)
    return followup


def followup_of(source: policy.Source) -> FollowUp | None:
    """The conversation that a session, an idea or a pledge started, with everybody in it."""
    return db.session.scalar(FOLLOWUP_OF[type(source)], {"source": source.id})


def of_ideas(event: Event) -> dict[int, tuple[str, tuple[str, ...]]]:
    """How the conversation of each of the event's ideas that has one stands, and who hosts it, by the idea's id (1 statement)."""
    hosts: dict[int, dict[str, str]] = {}
    states: dict[int, str] = {}
    for idea_id, state, name in db.session.execute(
            select(FollowUp.idea_id, FollowUp.state, FollowUpPerson.name).join(Idea, Idea.id == FollowUp.idea_id)
            .outerjoin(FollowUpPerson, (FollowUpPerson.followup_id == FollowUp.id) & (FollowUpPerson.part == HOST))
            .where(Idea.event_id == event.id).order_by(FollowUpPerson.id)):
        hosts.setdefault(idea_id, {}).update({name.casefold(): name} if name else {})
        states[idea_id] = state
    return {idea_id: (states[idea_id] if states[idea_id] != OPEN else GOING if names else LOOKING, tuple(names.values()))
            for idea_id, names in hosts.items()}


def host_names(followup: FollowUp) -> list[str]:
    """The hosts' names, each once: who was named in imported notes may have volunteered since."""
    return list({host.name.casefold(): host.name for host in followup.hosts}.values())


def carried_on_from(session: Session, person: Person | None) -> list[tuple[Pitch, Event, int | None]]:
    """Where the conversation of `session` was taken on, oldest event first: pitch, its event, and its session's id if any.

    Only at events that `person` may find. One statement where it was not taken on anywhere, two where it was.
    """
    if db.session.scalar(TAKEN_ON, {"session": session.id}) is None:
        return []
    own = select(FollowUp.id).where(FollowUp.session_id == session.id)
    return pitches_of(or_(CarriedOn.session_id == session.id, CarriedOn.followup_id.in_(own)), person)


def sources_of(pitch: Pitch, person: Person | None) -> list[Session]:
    """The sessions whose conversation `pitch` carries on, or a pitch that became part of it. Only what `person` may find."""
    taken = aliased(Pitch)
    return list(db.session.scalars(
        select(Session).join(CarriedOn, CarriedOn.session_id == Session.id).join(taken, taken.id == CarriedOn.pitch_id)
        .join(Event, Event.id == Session.event_id)
        .where(or_(taken.id == pitch.id, taken.merged_into_id == pitch.id), policy.may_find(person))
        .options(contains_eager(Session.event), joinedload(Session.pitch)).order_by(Event.starts_on, Session.id)).unique())


def talks_of(sessions: Iterable[Session]) -> dict[int, FollowUp]:
    """The conversations of these sessions that have one, by the session's id (1 statement; none without sessions)."""
    ids = [one.id for one in sessions]
    talks = db.session.scalars(select(FollowUp).where(FollowUp.session_id.in_(ids))) if ids else ()
    return {one.session_id: one for one in talks}


def conversations_behind(pitch: Pitch, person: Person | None) -> list[FollowUp]:
    """The conversations, other than of sessions, that `pitch` carries on, or a pitch that became part of it; of those `person`
    may find and see (1 statement, and what seeing them asks)."""
    taken = aliased(Pitch)
    found = db.session.scalars(
        select(FollowUp).join(CarriedOn, CarriedOn.followup_id == FollowUp.id).join(taken, taken.id == CarriedOn.pitch_id)
        .join(Event, Event.id == FollowUp.event_id)
        .where(or_(taken.id == pitch.id, taken.merged_into_id == pitch.id), policy.may_find(person))
        .options(contains_eager(FollowUp.event)).order_by(Event.starts_on, FollowUp.id)).unique()
    return [one for one in found if policy.can_read(person, one)]


def own_link(pitch: Pitch) -> CarriedOn | None:
    """What this very pitch carries on, not one of its origins (1 statement)."""
    return db.session.get(CarriedOn, pitch.id)


def later_events(session: policy.Past, person: Person | None) -> list[Event]:
    """The later events of the series in which `person` may take part, so that the conversation may go on there."""
    if person is None:
        return []
    return list(db.session.scalars(
        select(Event).where(Event.series_id == session.event.series_id, Event.starts_on > session.event.starts_on,
                            policy.takes_part(person)).order_by(Event.starts_on, Event.id)))
