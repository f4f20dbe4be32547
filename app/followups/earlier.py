"""What came before: past sessions and conversations of the series on the thing that somebody is about to pitch, and those that
they may want to carry on whatever it is."""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import ColumnElement, case, exists, func, literal, or_, select

from app.accounts.models import Person
from app.documents.models import Document
from app.events.models import Event, Topic
from app.events.words import named
from app.followups import lists_queries as lists
from app.followups import policy
from app.followups.models import HOST, LOOKING, RESTED, CarriedOn, FollowUp, FollowUpPerson
from app.grid.models import Placement, Session
from app.infra import db
from app.notes import policy as notes_policy
from app.notes.models import Note
from app.pitches.likeness import Likeness, Words, words_of
from app.pitches.models import OPEN, Leader, Pitch, PitchTopic
from app.web.kept import kept

MOST = 5
ENOUGH = 0.34  # how much of what is typed has to be there
IN_TEXT = 0.45  # what a word counts that is only in a session's text or notes, not in its title
ONLY_IN_ABOUT = 0.3  # what a typed word counts that is not in the title
NEW_WORD = 0.5  # and one that no session ever had
CONVERSATION = "c"  # what is chosen in a form is a conversation, not a session
OFFERED = 6  # conversations offered before anything is typed
TALKS = 500  # conversations that are compared with what is typed, the newest
READ = 1_500  # characters of a session's notes


@dataclass(frozen=True)
class Past:
    """A session of an earlier event, and the words it is found by."""

    session_id: int
    title: str
    leaders: tuple[str, ...]
    noted: bool
    words: Words


@dataclass(frozen=True)
class Earlier:
    """A past session, or a conversation: why it is shown (`about`: words it has in common; `mine`: they are in it), who offered
    to carry it on, whether somebody is looked for. One that began with an insight, an idea or a pledge has no `session_id`."""

    session_id: int | None
    title: str
    leaders: tuple[str, ...]
    noted: bool
    event_slug: str
    event_name: str
    year: int
    about: str
    hosts: tuple[str, ...] = ()
    looking: bool = False
    followup_id: int | None = None
    mine: bool = False

    @property
    def value(self) -> str:
        """What a form says to choose it: "12" for a session, "c7" for a conversation."""
        return f"{CONVERSATION}{self.followup_id}" if self.session_id is None else str(self.session_id)


def find_earlier(event: Event, person: Person | None, title: str, about: str = "", *, most: int = MOST,
                 also: int | str | None = None) -> list[Earlier]:
    """Past sessions and conversations of the series on what is typed, the likeliest first; of events that `person` may find.

    `also` is one that is listed whatever is typed: what was chosen. What was made of an event's sessions is kept, so that it
    takes ten statements at most as a rule, and two more for each event that changed since.
    """
    typed, also = words_of(title[:200], about[:2_000]), str(also or "")
    if not typed.counts and not also:
        return []
    events, past = _archive(event, person)
    talks = _talks(event, person)
    like = Likeness([*(one.words for one, _ in past), *(words for _, words in talks)])
    found = []
    for one, event_id in past:
        much, shared = _held(like, typed, one.words)
        if much >= ENOUGH or str(one.session_id) == also:
            there = events[event_id]
            found.append((str(one.session_id) != also, -much, -there.year, one.session_id, Earlier(
                one.session_id, one.title, one.leaders, one.noted, there.slug, there.name, there.year,
                _in_common(one.words, shared))))
    for talk, words in talks:
        much, shared = _held(like, typed, words)
        if much >= ENOUGH or talk.value == also:
            told = replace(talk, about=_in_common(words, shared))
            found.append((talk.value != also, -much, -talk.year, talk.followup_id, told))
    found = [row[4] for row in sorted(found, key=lambda row: row[:4])[:most]]
    hosts, followed = _followed([one.session_id for one in found if one.session_id is not None])
    return [one if one.session_id is None else replace(
        one, hosts=tuple(hosts.get(one.session_id, ())), looking=one.session_id in followed and one.session_id not in hosts)
        for one in found]


def to_carry_on(event: Event, person: Person | None) -> list[Earlier]:
    """Conversations of earlier events that may go on at this one: first those that `person` hosts or is in, open ones first, then
    those that look for a host and most people want to hear of (6 statements at most).

    Only what they may find, and none that was pitched at this event already.
    """
    mine = exists().where(FollowUpPerson.followup_id == FollowUp.id,
                          FollowUpPerson.person_id == (person.id if person is not None else 0))
    here = select(CarriedOn).join(Pitch, Pitch.id == CarriedOn.pitch_id).where(
        Pitch.event_id == event.id, Pitch.state == OPEN,
        or_(CarriedOn.followup_id == FollowUp.id, CarriedOn.session_id == FollowUp.session_id)).exists()
    wanted = _earlier(event, person) & ~here & or_(mine, lists.STANDS == LOOKING)
    order = (case((mine, 0), else_=1), case((FollowUp.state == OPEN, 0), (FollowUp.state == RESTED, 1), else_=2),
             Event.starts_on.desc(), lists.POSTED_COUNT.desc(), FollowUp.id)
    items = lists.items_of(wanted, person, *order, limit=OFFERED)
    own = set(db.session.scalars(select(FollowUpPerson.followup_id).where(
        FollowUpPerson.person_id == person.id, FollowUpPerson.followup_id.in_([one.id for one in items])))) if person else set()
    return [_of(one, one.id in own) for one in items]


def _earlier(event: Event, person: Person | None) -> ColumnElement[bool]:
    return ((Event.series_id == event.series_id) & (Event.starts_on < event.starts_on) & policy.may_find(person)
            & policy.may_see(person))


def _of(one: lists.Conversation, mine: bool = False) -> Earlier:
    of_session = isinstance(one.source, Session)
    return Earlier(one.source.id if of_session else None, one.title, one.leaders, False, one.event.slug, one.event.name,
                   one.event.year, "", one.hosts, one.stands == LOOKING, one.id, mine)


def _talks(event: Event, person: Person | None) -> list[tuple[Earlier, Words]]:
    """Conversations that began with an insight, an idea or a pledge, and the words they are found by (6 statements at most)."""
    items = lists.items_of(_earlier(event, person) & FollowUp.session_id.is_(None), person, FollowUp.id.desc(), limit=TALKS)
    return [(_of(one), words_of(one.title, "\n".join(topic.name for topic in one.topics))) for one in items]


def _in_common(words: Words, shared: list[str]) -> str:
    return named([words.written[stem] for stem in shared[:3]]) if shared else ""


def _held(like: Likeness, typed: Words, there: Words) -> tuple[float, list[str]]:
    """How much of what is typed a session holds, from 0 to 1, and the words that say so. One has to be in a title of either."""
    whole = held = 0.0
    shared = []
    for stem, count in typed.counts.items():
        weight = like.weight(stem) * count * (1 if stem in typed.in_title else ONLY_IN_ABOUT)
        if not like.known(stem):
            whole += weight * NEW_WORD
            continue
        whole += weight
        if stem in there.counts:
            held += weight * (1 if stem in there.in_title else IN_TEXT)
            shared.append((stem not in there.in_title, -weight, stem))
    shared = [stem for *_, stem in sorted(shared)]
    told = any(stem in there.in_title for stem in shared) or len(shared) > 1
    return (held / whole if whole and told and any(stem in typed.in_title for stem in shared) else 0.0), shared


def _archive(event: Event, person: Person | None) -> tuple[dict[int, Event], list[tuple[Past, int]]]:
    """Earlier events of the series that `person` may find, and their sessions."""
    rows = db.session.execute(
        select(Event, notes_policy.reads_all(person), func.count(Note.session_id), func.coalesce(func.sum(Document.revision), 0))
        .outerjoin(Session, Session.event_id == Event.id).outerjoin(Note, Note.session_id == Session.id)
        .outerjoin(Document, Document.id == Note.document_id)
        .where(Event.series_id == event.series_id, Event.starts_on < event.starts_on, policy.may_find(person))
        .group_by(Event.id)).all()
    past = []
    for there, reads_all, notes, revisions in rows:
        making = partial(_sessions, there.id, bool(reads_all))
        version = (there.version, notes, int(revisions))
        past += [(one, there.id) for one in kept(("past sessions", there.id, bool(reads_all)), version, making)]
    return {row[0].id: row[0] for row in rows}, past


def _sessions(event_id: int, reads_all: bool) -> list[Past]:
    """The sessions that were held at an event, as far as anybody can tell: placed, or with notes, and not cancelled.

    Of notes that somebody who does not read all of them may not read, nothing is looked at.
    """
    leaders: dict[int, list[str]] = defaultdict(list)
    for pitch_id, name in db.session.execute(
            select(Leader.pitch_id, Leader.name).join(Pitch, Pitch.id == Leader.pitch_id).where(Pitch.event_id == event_id)
            .order_by(Leader.pitch_id, Leader.position)):
        leaders[pitch_id].append(name)
    topics: dict[int, list[str]] = defaultdict(list)
    for pitch_id, name in db.session.execute(
            select(PitchTopic.pitch_id, Topic.name).join(Topic, Topic.id == PitchTopic.topic_id)
            .where(Topic.event_id == event_id)):
        topics[pitch_id].append(name)
    rows = db.session.execute(
        select(Session.id, Pitch.id, Pitch.title, Pitch.about,
               case((notes_policy.open_to_all() | (literal(reads_all)), Document.text), else_=""))
        .join(Event, Event.id == Session.event_id)
        .join(Pitch, Pitch.id == Session.pitch_id).outerjoin(Note, Note.session_id == Session.id)
        .outerjoin(Document, Document.id == Note.document_id)
        .outerjoin(Placement, (Placement.session_id == Session.id) & (Placement.part == 1))
        .where(Session.event_id == event_id, Session.run == 1, Session.cancelled == "", Pitch.state == OPEN,
               or_(Placement.id.is_not(None), Note.session_id.is_not(None))).order_by(Session.id))
    return [Past(session_id, title, tuple(leaders[pitch_id]), bool(text and text.strip()),
                 words_of(title, "\n".join((about, *topics[pitch_id], (text or "")[:READ]))))
            for session_id, pitch_id, title, about, text in rows]


def _followed(session_ids: list[int]) -> tuple[dict[int, list[str]], set[int]]:
    """Who offered to carry each session on, and which have a conversation at all."""
    hosts: dict[int, list[str]] = defaultdict(list)
    followed: set[int] = set()
    for session_id, part, name in db.session.execute(
            select(FollowUp.session_id, FollowUpPerson.part, FollowUpPerson.name)
            .outerjoin(FollowUpPerson, FollowUpPerson.followup_id == FollowUp.id)
            .where(FollowUp.session_id.in_(session_ids)).order_by(FollowUpPerson.id)):
        followed.add(session_id)
        if part == HOST and name not in hosts[session_id]:
            hosts[session_id].append(name)
    return {session_id: names for session_id, names in hosts.items() if names}, followed
