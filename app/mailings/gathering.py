"""What each person did at an event and what of it they are written in the evening, gathered for all of them at once.

A fixed number of SQL statements (12), however many people and sessions there are. Only what somebody with a pass may read: notes
that say something, conversations that everybody with a pass sees, of pledges nobody's but their own.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.boards.idea_models import MADE, PUBLIC_PLEDGE, Idea, IdeaJoiner, Pledge
from app.boards.insight_models import SHOWN, Insight
from app.boards.models import Board
from app.events.models import Event
from app.followups.models import HOST, FollowUp, FollowUpPerson
from app.followups.models import OPEN as GOES_ON
from app.grid.models import Session
from app.infra import db
from app.notes.models import NoteTaker, WasThere
from app.notes.queries import written_sessions
from app.pitches.models import MERGED, Interest, Leader, Pitch
from app.pitches.models import OPEN as OPEN_PITCH
from app.pitches.queries import topics_by_pitch

LED, TOOK, THERE, MARKED = "led", "took", "there", "marked"
NEAR = {LED: 6.0, TOOK: 5.0, THERE: 4.0, MARKED: 3.0}  # how near a conversation is that came out of such a session
JOINED_IT, SAME_TOPIC = 5.0, 1.0
LOOKING = 5  # conversations that look for a host, of one letter
INSIGHT_WORDS = 120


@dataclass(frozen=True)
class Held:
    """A session; `noted`: its notes say something."""

    id: int
    title: str
    topics: frozenset[int]
    noted: bool


@dataclass(frozen=True)
class Talk:
    """A conversation that goes on. `pledge_of` is whose pledge it began with, if that is not for everybody to see."""

    id: int
    title: str
    session_id: int | None
    idea_id: int | None
    topics: frozenset[int]
    hosted: bool
    posted: int
    pledge_of: int | None


@dataclass(frozen=True)
class Pledged:
    """What somebody pledged, and by when."""

    id: int
    text: str
    by_day: date | None


@dataclass(frozen=True)
class Yours:
    """One person's part: sessions with notes, each with why; conversations that look for a host, the nearest first; pledges of
    which nothing came yet; conversations they are in, with whether they host them."""

    sessions: list[tuple[Held, str]] = field(default_factory=list)
    looking: list[Talk] = field(default_factory=list)
    pledges: list[Pledged] = field(default_factory=list)
    talks: list[tuple[Talk, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Gathered:
    """All of an event. `did`: person → session → the nearest thing they had to do with it."""

    sessions: dict[int, Held]
    talks: dict[int, Talk]
    did: dict[int, dict[int, str]]
    ideas: dict[int, set[int]]
    parts: dict[int, dict[int, bool]]
    pledges: dict[int, list[Pledged]]

    def of(self, person_id: int) -> Yours:
        """What one person is written."""
        own = self.parts.get(person_id, {})
        seen = {talk_id for talk_id, talk in self.talks.items() if talk.pledge_of in (None, person_id)}
        return self._yours(self.did.get(person_id, {}), self.ideas.get(person_id, set()), seen,
                           {talk_id: host for talk_id, host in own.items() if talk_id in seen}, self.pledges.get(person_id, []))

    def of_somebody(self, session_id: int | None) -> Yours:
        """What somebody would be written who led that session and did nothing else: for trying a text, of nobody's own things."""
        everybody = {talk_id for talk_id, talk in self.talks.items() if talk.pledge_of is None}
        return self._yours({session_id: LED} if session_id in self.sessions else {}, set(), everybody, {}, [])

    def _yours(self, did, ideas, seen, own, pledges) -> Yours:
        order = list(NEAR)
        there = [(self.sessions[one], why) for one, why in did.items() if one in self.sessions]
        sessions = sorted(((held, why) for held, why in there if held.noted), key=lambda pair: (order.index(pair[1]), pair[0].id))
        topics = {topic for held, _ in there for topic in held.topics}

        def far(talk: Talk) -> tuple:
            near = NEAR.get(did.get(talk.session_id, ""), 0) + JOINED_IT * (talk.idea_id in ideas and talk.idea_id is not None)
            return (-near - SAME_TOPIC * len(talk.topics & topics), -talk.posted, talk.id)

        looking = sorted((self.talks[one] for one in seen if not self.talks[one].hosted and one not in own), key=far)
        talks = sorted(((self.talks[one], host) for one, host in own.items()), key=lambda pair: (not pair[1], pair[0].id))
        return Yours(sessions, looking[:LOOKING], pledges, talks)


def gather(event: Event) -> Gathered:
    """Everything there is to write about the event this evening."""
    topics = {pitch_id: frozenset(ids) for pitch_id, ids in topics_by_pitch(event).items()}
    noted = written_sessions(event)
    sessions, of_pitch = {}, defaultdict(list)
    for session_id, pitch_id, title, cancelled in db.session.execute(
            select(Session.id, Pitch.id, Pitch.title, Session.cancelled).join(Pitch, Pitch.id == Session.pitch_id)
            .where(Session.event_id == event.id).order_by(Session.id)):
        sessions[session_id] = Held(session_id, title, topics.get(pitch_id, frozenset()), session_id in noted)
        if not cancelled:
            of_pitch[pitch_id].append(session_id)
    return Gathered(sessions, _talks(event, sessions), _did(event, of_pitch), _ideas(event), _parts(event), _pledges(event))


def _did(event: Event, of_pitch: dict[int, list[int]]) -> dict[int, dict[int, str]]:
    """The farther first, so that the nearest stays."""
    did: dict[int, dict[int, str]] = defaultdict(dict)
    whole = case((Pitch.state == MERGED, Pitch.merged_into_id), else_=Pitch.id)
    for pitch_id, person_id in db.session.execute(
            select(whole, Interest.person_id).join(Pitch, Pitch.id == Interest.pitch_id).where(Pitch.event_id == event.id)):
        did[person_id].update(dict.fromkeys(of_pitch.get(pitch_id, ()), MARKED))
    for session_id, person_id in db.session.execute(
            select(WasThere.session_id, WasThere.person_id).join(Session, Session.id == WasThere.session_id)
            .where(Session.event_id == event.id)):
        did[person_id][session_id] = THERE
    for session_id, person_id in db.session.execute(
            select(NoteTaker.session_id, NoteTaker.person_id).join(Session, Session.id == NoteTaker.session_id)
            .where(Session.event_id == event.id, NoteTaker.person_id.is_not(None))):
        did[person_id][session_id] = TOOK
    for pitch_id, person_id in db.session.execute(
            select(whole, Leader.person_id).select_from(Leader).join(Pitch, Pitch.id == Leader.pitch_id)
            .where(Pitch.event_id == event.id, Leader.person_id.is_not(None))):
        did[person_id].update(dict.fromkeys(of_pitch.get(pitch_id, ()), LED))
    return did


def _talks(event: Event, sessions: dict[int, Held]) -> dict[int, Talk]:
    """The conversations that go on, but for those whose source was withdrawn or hidden."""
    hosts = select(func.count()).where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part == HOST)
    others = select(func.count()).where(FollowUpPerson.followup_id == FollowUp.id, FollowUpPerson.part != HOST)
    pledged_for = aliased(Idea)
    from_session = func.coalesce(FollowUp.session_id, Idea.session_id, pledged_for.session_id, Board.session_id)
    rows = db.session.execute(
        select(FollowUp.id, FollowUp.question, Pitch.title, Insight.text, Idea.name, Pledge.text, from_session,
               func.coalesce(FollowUp.idea_id, Pledge.idea_id), case((Pledge.shown != PUBLIC_PLEDGE, Pledge.person_id)),
               hosts.scalar_subquery(), others.scalar_subquery())
        .outerjoin(Session, Session.id == FollowUp.session_id).outerjoin(Pitch, Pitch.id == Session.pitch_id)
        .outerjoin(Insight, Insight.id == FollowUp.insight_id).outerjoin(Board, Board.id == Insight.board_id)
        .outerjoin(Idea, Idea.id == FollowUp.idea_id).outerjoin(Pledge, Pledge.id == FollowUp.pledge_id)
        .outerjoin(pledged_for, pledged_for.id == Pledge.idea_id)
        .where(FollowUp.event_id == event.id, FollowUp.state == GOES_ON,
               FollowUp.session_id.is_(None) | Pitch.state.in_((OPEN_PITCH, MERGED)),
               FollowUp.insight_id.is_(None) | (Insight.state == SHOWN), FollowUp.idea_id.is_(None) | ~Idea.withdrawn)
        .order_by(FollowUp.id))
    return {row[0]: Talk(
        id=row[0], title=_short(row[1] or row[2] or row[3] or row[4] or row[5] or ""), session_id=row[6], idea_id=row[7],
        topics=sessions[row[6]].topics if row[6] in sessions else frozenset(), hosted=row[9] > 0, posted=row[10],
        pledge_of=row[8]) for row in rows}


def _short(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= INSIGHT_WORDS else words[:INSIGHT_WORDS - 1].rstrip() + "…"


def _ideas(event: Event) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for idea_id, person_id in db.session.execute(
            select(IdeaJoiner.idea_id, IdeaJoiner.person_id).join(Idea, Idea.id == IdeaJoiner.idea_id)
            .where(Idea.event_id == event.id, ~Idea.withdrawn)):
        found[person_id].add(idea_id)
    return found


def _parts(event: Event) -> dict[int, dict[int, bool]]:
    found: dict[int, dict[int, bool]] = defaultdict(dict)
    for followup_id, person_id, part in db.session.execute(
            select(FollowUpPerson.followup_id, FollowUpPerson.person_id, FollowUpPerson.part)
            .join(FollowUp, FollowUp.id == FollowUpPerson.followup_id)
            .where(FollowUp.event_id == event.id, FollowUp.state == GOES_ON, FollowUpPerson.person_id.is_not(None))):
        found[person_id][followup_id] = part == HOST
    return found


def _pledges(event: Event) -> dict[int, list[Pledged]]:
    found: dict[int, list[Pledged]] = defaultdict(list)
    for person_id, pledge_id, text, by_day in db.session.execute(
            select(Pledge.person_id, Pledge.id, Pledge.text, Pledge.by_day)
            .where(Pledge.event_id == event.id, Pledge.state == MADE).order_by(Pledge.id)):
        found[person_id].append(Pledged(pledge_id, text, by_day))
    return found
