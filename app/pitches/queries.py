"""Reading pitches. Each function says how many SQL statements it takes; none takes more with more pitches."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, case, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person
from app.errors import NotFound
from app.events.models import Event, Pass
from app.infra import clock, db
from app.pitches import policy
from app.pitches.models import OPEN, Interest, Leader, Pitch, PitchTopic

# Made once, all of them: pages that show the grid or the pitches ask them, and putting one together takes longer than the
# database does to answer it.
LEADERS = (select(Leader.pitch_id, Leader.name, Leader.person_id).join(Pitch, Pitch.id == Leader.pitch_id)
           .where(Pitch.event_id == bindparam("event")).order_by(Leader.pitch_id, Leader.position))
TOPICS = (select(PitchTopic.pitch_id, PitchTopic.topic_id).join(Pitch, Pitch.id == PitchTopic.pitch_id)
          .where(Pitch.event_id == bindparam("event")).order_by(PitchTopic.pitch_id, PitchTopic.topic_id))
MARKS_MINE = func.max(case((Interest.person_id == bindparam("person"), 1), else_=0))  # no person: 0
MARKS = (select(Pitch.id, func.count(Interest.person_id), MARKS_MINE).outerjoin(Interest, Interest.pitch_id == Pitch.id)
         .where(Pitch.event_id == bindparam("event")).group_by(Pitch.id))
MARKS_OF_ONE = select(func.count(Interest.person_id), MARKS_MINE).where(Interest.pitch_id == bindparam("pitch"))
CARDS = (select(Pitch.id, Pitch.title, Pitch.about, Pitch.state, Pitch.created_at, Pitch.merged_into_id)
         .where(Pitch.event_id == bindparam("event")).order_by(Pitch.id))
OWN = (select(Pitch.id).outerjoin(Leader, (Leader.pitch_id == Pitch.id) & (Leader.person_id == bindparam("person")))
       .outerjoin(Interest, (Interest.pitch_id == Pitch.id) & (Interest.person_id == bindparam("person")))
       .where(Pitch.event_id == bindparam("event"), or_(Leader.pitch_id.is_not(None), Interest.pitch_id.is_not(None))))
COLOURS = 6  # topics that have a colour of their own: an event's first ones
LARGEST_ID = 2**31 - 1  # what an integer column holds; a longer number in an address names nothing


class Interested(NamedTuple):
    """How many are interested in a pitch, and whether the person who looks is one of them. `count` is None for whoever may
    not know it yet (`policy.can_see_marks`): it is asked here, so that no page can forget to."""

    count: int | None
    mine: bool


class Led(NamedTuple):
    """Somebody who leads: the name shown, and the person if Folkmoot knows them."""

    name: str
    person_id: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """A pitch as lists show it. `topics` are ids; `topic` and `topic_key` are the first topic's name and colour."""

    id: int
    title: str
    about: str
    state: str
    created_at: datetime
    merged_into_id: int | None
    leaders: tuple[Led, ...]
    topics: tuple[int, ...]
    topic: str
    topic_key: str
    interest: int | None
    mine: bool


def pitch_in(event: Event, pitch_id: int) -> Pitch:
    """A pitch of this event with its leaders, topics, origins and what it was merged into (4 statements).

    Raises NotFound for any other.
    """
    pitch = db.session.scalar(
        select(Pitch).where(Pitch.event_id == event.id, Pitch.id == pitch_id)
        .options(selectinload(Pitch.leaders), selectinload(Pitch.topics), selectinload(Pitch.origins),
                 joinedload(Pitch.merged_into))) if pitch_id <= LARGEST_ID else None
    if pitch is None:
        raise NotFound("There is no such pitch at this event.")
    return pitch


def pitches_in(event: Event, ids: Iterable[int]) -> list[Pitch]:
    """These pitches of this event, each once, in the order given. Raises NotFound when one of them is not there."""
    wanted = list(dict.fromkeys(ids))
    found = {p.id: p for p in db.session.scalars(
        select(Pitch).where(Pitch.event_id == event.id, Pitch.id.in_([i for i in wanted if i <= LARGEST_ID]))
        .options(selectinload(Pitch.leaders), selectinload(Pitch.topics)))}
    if any(i not in found for i in wanted):
        raise NotFound("There is no such pitch at this event.")
    return [found[i] for i in wanted]


def topic_keys(event: Event) -> dict[int, str]:
    """The colour of each topic: "1" to "6" for the event's first six, "" for the others (1 statement)."""
    return {topic.id: str(i) if i <= COLOURS else "" for i, topic in enumerate(event.topics, 1)}


def leaders_by_pitch(event: Event) -> dict[int, tuple[Led, ...]]:
    """Who leads each pitch of the event, in order (1 statement)."""
    found: dict[int, list[Led]] = defaultdict(list)
    for pitch_id, name, person_id in db.session.execute(LEADERS, {"event": event.id}):
        found[pitch_id].append(Led(name, person_id))
    return {pitch_id: tuple(led) for pitch_id, led in found.items()}


def topics_by_pitch(event: Event) -> dict[int, tuple[int, ...]]:
    """The ids of each pitch's topics, the event's earlier topics first (1 statement)."""
    found: dict[int, list[int]] = defaultdict(list)
    for pitch_id, topic_id in db.session.execute(TOPICS, {"event": event.id}):
        found[pitch_id].append(topic_id)
    return {pitch_id: tuple(ids) for pitch_id, ids in found.items()}


def interest_by_pitch(event: Event, person: Person | None, *, at: datetime | None = None) -> dict[int, Interested]:
    """The marks on every pitch of the event, as `person` may see them (1 statement; 2 while they are hidden)."""
    shown = policy.can_see_marks(person, event, at or clock.now())
    rows = db.session.execute(MARKS, {"event": event.id, "person": person and person.id})
    return {pitch_id: Interested(count if shown else None, bool(mine)) for pitch_id, count, mine in rows}


def led_or_marked_by(person: Person) -> ColumnElement[bool]:
    """Of pitches: that `person` leads them or is interested in them."""
    return or_(led_by(person), Pitch.id.in_(select(Interest.pitch_id).where(Interest.person_id == person.id)))


def led_by(person: Person) -> ColumnElement[bool]:
    """Of pitches: that `person` leads them."""
    return Pitch.id.in_(select(Leader.pitch_id).where(Leader.person_id == person.id))


def own_of(event: Event, person: Person | None) -> set[int]:
    """The ids of the event's pitches that `person` leads or is interested in (1 statement)."""
    return set(db.session.scalars(OWN, {"event": event.id, "person": person.id})) if person is not None else set()


def newest_of(event: Event) -> int:
    """The highest id that any pitch of the event has, 0 without any (1 statement)."""
    return db.session.scalar(select(func.max(Pitch.id)).where(Pitch.event_id == event.id)) or 0


def interest_in(pitch: Pitch, person: Person | None, *, at: datetime | None = None) -> Interested:
    """The marks on one pitch, as `person` may see them (1 statement; 2 while they are hidden)."""
    shown = policy.can_see_marks(person, pitch.event, at or clock.now())
    count, mine = db.session.execute(MARKS_OF_ONE, {"pitch": pitch.id, "person": person and person.id}).one()
    return Interested(count if shown else None, bool(mine))


def marks_used(event: Event, person: Person | None) -> int:
    """How many of the event's open pitches `person` is interested in (1 statement)."""
    return db.session.scalar(
        select(func.count()).select_from(Interest).join(Pitch, Pitch.id == Interest.pitch_id)
        .where(Pitch.event_id == event.id, Pitch.state == OPEN, Interest.person_id == person.id)) if person is not None else 0


def cards_of(event: Event, person: Person | None) -> list[Card]:
    """Every pitch of the event whatever its state, oldest first (5 statements)."""
    keys = topic_keys(event)
    names = {topic.id: topic.name for topic in event.topics}
    leaders, topics, interest = leaders_by_pitch(event), topics_by_pitch(event), interest_by_pitch(event, person)
    cards = []
    for pitch_id, *rest in db.session.execute(CARDS, {"event": event.id}):
        mine = topics.get(pitch_id, ())
        marks = interest.get(pitch_id, Interested(0, False))
        first = mine[0] if mine else 0
        cards.append(Card(pitch_id, *rest, leaders.get(pitch_id, ()), mine, names.get(first, ""), keys.get(first, ""), *marks))
    return cards


def says(card: Card, words: str) -> bool:
    """Whether every one of `words` stands somewhere in the card's title, leaders, topic or text, whatever the case."""
    text = " ".join((card.title, card.topic, card.about, *(led.name for led in card.leaders))).casefold()
    return all(word in text for word in words.casefold().split())


ORDERS = {
    "interest": lambda card: (-(card.interest or 0), card.id),
    "newest": lambda card: -card.id,
}


def picked(cards: Iterable[Card], *, order: str = "interest", topic_id: int | None = None, words: str = "") -> list[Card]:
    """The open ones among `cards` that have the topic and say the words, in one of ORDERS."""
    found = [c for c in cards if c.state == OPEN and (topic_id is None or topic_id in c.topics) and says(c, words)]
    return sorted(found, key=ORDERS[order])


def people_at(event: Event) -> dict[str, int]:
    """Whoever holds a pass, by what to call them so that no two are called the same (1 statement).

    The name as a rule; with the organisation, or else a number, when several have that name.
    """
    rows = db.session.execute(
        select(Person.id, Person.name, Person.organisation).join(Pass, Pass.person_id == Person.id)
        .where(Pass.event_id == event.id).order_by(func.lower(Person.name), Person.id)).all()
    namesakes: dict[str, int] = defaultdict(int)
    for _, name, _ in rows:
        namesakes[name.casefold()] += 1
    called: dict[str, int] = {}
    taken: set[str] = set()
    for person_id, name, organisation in rows:
        label = name if namesakes[name.casefold()] == 1 else f"{name} ({organisation or 'no organisation'})"
        plain, n = label, 1
        while label.casefold() in taken:
            n += 1
            label = f"{plain} {n}"
        taken.add(label.casefold())
        called[label] = person_id
    return called


def origins_interest(pitches: Sequence[Pitch], person: Person | None, *, at: datetime | None = None) -> int | None:
    """How many are interested in at least one of `pitches`; None when `person` may not see it yet (1 statement)."""
    if not policy.can_see_marks(person, pitches[0].event, at or clock.now()):
        return None
    return db.session.scalar(select(func.count(func.distinct(Interest.person_id)))
                             .where(Interest.pitch_id.in_([p.id for p in pitches])))
