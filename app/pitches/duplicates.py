"""Pitches that may be about the same: found by their words, their topics and the people they have in common."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import bindparam, select

from app.accounts.models import Person
from app.errors import Invalid, require
from app.events.models import Event
from app.events.words import named
from app.infra import clock, db
from app.pitches import policy, queries
from app.pitches.likeness import Likeness, Words, words_of
from app.pitches.models import OPEN, Interest, NotSame, Pitch
from app.pitches.queries import Card

LIKELY = 0.33  # how alike two have to be to be shown
TOPIC, LEADER, PEOPLE = 0.05, 0.25, 0.25  # what a topic, a leader, and all the same people in common add to common words
FEW = 3  # people in common say nothing before there are so many
WORDS_SAID = 3
MOST = 20


# Made once, as in queries.py.
WHO_WANTS = (select(Interest.pitch_id, Interest.person_id).join(Pitch, Pitch.id == Interest.pitch_id)
             .where(Pitch.event_id == bindparam("event"), Pitch.state == OPEN))
NOT_SAME = (select(NotSame.first_id, NotSame.second_id).join(Pitch, Pitch.id == NotSame.first_id)
            .where(Pitch.event_id == bindparam("event")))
_words_of = lru_cache(maxsize=1_000)(words_of)  # pitches are read again and again, and seldom change


@dataclass(frozen=True)
class Likely:
    """Two pitches that may be the same, and why, in words. `first` is None where `second` is like a title just typed."""

    first: Card | None
    second: Card
    strength: float
    reason: str

    @property
    def said(self) -> str:
        """The whole sentence."""
        return f"Looks like “{self.second.title}”: {self.reason}"


def likely_duplicates(event: Event, about: Pitch | str | None = None, *, person: Person | None, at: datetime | None = None,
                      cards: Iterable[Card] | None = None) -> list[Likely]:
    """Open pitches of the event that may be the same, the most likely first: every pair, those with a pitch, or those like a
    title that somebody types. `person` is who will read it: marks that they may not see are neither counted nor used.

    Seven statements at most; `cards` are those of the event, where the caller has read them already. Pairs that somebody said
    are not the same are left out.
    """
    cards = [card for card in (queries.cards_of(event, person) if cards is None else cards) if card.state == OPEN]
    words = {card.id: _words_of(card.title, card.about) for card in cards}
    if isinstance(about, str):
        typed = words_of(about)
        like = Likeness([*words.values(), typed])
        found = [_likely(like, None, card, typed, words[card.id]) for card in cards]
    else:
        like, apart = Likeness(words.values()), _said_not_same(event)
        marks = _marks(event) if policy.can_see_marks(person, event, at or clock.now()) else {}
        pairs = _pairs(cards, words)
        if about is not None:
            pairs = [(one, other) if one.id == about.id else (other, one) for one, other in pairs
                     if about.id in (one.id, other.id)]
        found = [_likely(like, one, other, words[one.id], words[other.id], marks) for one, other in pairs
                 if (min(one.id, other.id), max(one.id, other.id)) not in apart]
    found = [likely for likely in found if likely is not None]
    return sorted(found, key=lambda one: (-one.strength, one.second.id))[:MOST]


def say_not_same(actor: Person, first: Pitch, second: Pitch, *, at: datetime) -> None:
    """Remember that these two are not the same, so that nobody is asked again. Doing it twice changes nothing."""
    require(policy.can_merge(actor, first.event), "Only campmakers and organisers say which pitches are not the same.")
    if first.id == second.id or first.event_id != second.event_id:
        raise Invalid("Name two pitches of one event.")
    low, high = sorted((first.id, second.id))
    if db.session.get(NotSame, (low, high)) is None:
        db.session.add(NotSame(first_id=low, second_id=high, said_by_id=actor.id, said_at=at))


def _pairs(cards: Sequence[Card], words: Mapping[int, Words]) -> list[tuple[Card, Card]]:
    """Every two that have a word in common which one of their titles names: without, words that two texts happen to share are
    no sign."""
    having: dict[str, list[int]] = defaultdict(list)
    for place, card in enumerate(cards):
        for stem in words[card.id].counts:
            having[stem].append(place)
    found = {(place, other) if place < other else (other, place) for place, card in enumerate(cards)
             for stem in words[card.id].in_title for other in having[stem] if other != place}
    return [(cards[one], cards[other]) for one, other in sorted(found)]


def _likely(like: Likeness, one: Card | None, other: Card, words: Words, others: Words,
            marks: Mapping[int, set[int]] = MappingProxyType({})) -> Likely | None:
    strength, shared = like.between(words, others)
    telling = [stem for stem in shared if stem in words.in_title or stem in others.in_title]
    if not telling:
        return None
    reasons = [("both about " if one else "it is about ") + named([others.written[stem] for stem in (telling + [
        s for s in shared if s not in telling])[:WORDS_SAID]])]
    if one is not None:
        leaders = [led.name for led in one.leaders if any(
            led.name.casefold() == x.name.casefold() or (led.person_id and led.person_id == x.person_id) for x in other.leaders)]
        strength += TOPIC * len(set(one.topics) & set(other.topics)) + LEADER * bool(leaders)
        if leaders:
            reasons.append(f"{named(leaders)} {'leads' if len(leaders) == 1 else 'lead'} both")
        want_it, want_other = marks.get(one.id, set()), marks.get(other.id, set())
        both = want_it & want_other
        if len(both) >= FEW:
            strength += PEOPLE * len(both) / len(want_it | want_other)
            reasons.append(f"{len(both)} people want both")
    return Likely(one, other, strength, "; ".join(reasons)) if strength >= LIKELY else None


def _marks(event: Event) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for pitch_id, person_id in db.session.execute(WHO_WANTS, {"event": event.id}):
        found[pitch_id].add(person_id)
    return found


def _said_not_same(event: Event) -> set[tuple[int, int]]:
    return {(first, second) for first, second in db.session.execute(NOT_SAME, {"event": event.id})}
