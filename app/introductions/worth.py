"""The three people of a series whom somebody is most likely to gain from talking to, with the reason in a sentence.

The same all day: what is equal is put in an order that is another one tomorrow.
"""

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from app.accounts.models import Person
from app.events.models import Series
from app.events.words import named
from app.followups.models import ASK, HOST, OFFER
from app.introductions.worth_queries import Candidate, Known, Said, known_to, topics_among
from app.pitches.likeness import Likeness, Words, words_of

MOST = 3
HOSTING, TALKING, MATCHING = 6.0, 4.0, 5.0
ALIKE = 0.2  # how alike what one offers and the other asks for must be
MARK, MARKS_MOST = 1.5, 4.0
TOPIC, TOPICS_MOST = 0.6, 1.5
LIKELY = 60  # people whose topics are looked at, where so many have other reasons
QUOTED = 90  # characters of what somebody offers


@dataclass(frozen=True)
class Worth:
    """Somebody worth meeting, and why."""

    person: Candidate
    because: str


@dataclass(frozen=True, order=True)
class _Reason:
    weight: float
    said: str


def worth_meeting(series: Series, me: Person, on: date) -> list[Worth]:
    """At most `MOST` people for `me` on that day, the likeliest first; nobody without a reason (10 statements).

    `me` wants to meet people of the series (`policy.wish_of`): the caller has asked.
    """
    known = known_to(series, me, on)
    reasons: dict[int, list[_Reason]] = defaultdict(list)
    for find in (_talks, _matches, _marked):
        for person_id, reason in find(known, me.id):
            reasons[person_id].append(reason)

    def order(ids: Iterable[int]) -> list[int]:
        return sorted(ids, key=lambda i: (-round(sum(one.weight for one in reasons[i]), 6), _lot(on, me.id, i)))

    # Topics are the least of the reasons: where many have better ones, they only tell apart the likeliest.
    likely = order(reasons)[:LIKELY] if len(reasons) >= LIKELY else known.candidates
    topics_among(known, series, me, likely)
    for person_id, reason in _topical(known):
        reasons[person_id].append(reason)
    return [Worth(known.candidates[i], _sentence(reasons[i])) for i in order(reasons)[:MOST]]


def _talks(known: Known, me: int):
    """Conversations that both are visibly in: those of few people say more."""
    shared: dict[int, list[tuple[float, bool, str]]] = defaultdict(list)
    for called, people in known.conversations.values():
        for person_id, part in people.items():
            if person_id != me:
                hosts = part == HOST == people[me]
                shared[person_id].append(((HOSTING if hosts else TALKING) / max(1.0, math.sqrt(len(people) / 4)), hosts, called))
    for person_id, found in shared.items():
        found.sort(key=lambda one: (-one[0], one[2]))
        _, hosts, called = found[0]
        more = f" and {len(found) - 1} more" if len(found) > 1 else ""
        said = "You both carry on" if hosts else "You are both in the conversation"
        yield person_id, _Reason(sum(weight for weight, _, _ in found), f"{said} “{_short(called)}”{more}")


def _matches(known: Known, me: int):
    """What one offers and the other asks for, where each may read the other's."""
    mine = [one for one in known.offers if one.person_id == me]
    if not mine:
        return
    like = Likeness([_words(one.text) for one in known.offers])
    best: dict[int, tuple[float, Said]] = {}
    for theirs in known.offers:
        if theirs.person_id == me:
            continue
        for own in mine:
            if own.kind != theirs.kind and known.readers.reads(theirs.person_id, own.event_id):
                much, _ = like.between(_words(own.text), _words(theirs.text))
                if much >= ALIKE and much > best.get(theirs.person_id, (0.0,))[0]:
                    best[theirs.person_id] = much, theirs
    for person_id, (much, theirs) in best.items():
        said = {OFFER: "They offer what you ask for", ASK: "They ask for what you offer"}[theirs.kind]
        yield person_id, _Reason(MATCHING * (0.5 + much), f"{said}: “{_short(theirs.text)}”")


def _marked(known: Known, _me: int):
    """Sessions both marked: one that few marked says more."""
    shared: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for title, many, people in known.marks.values():
        weight = MARK / math.log2(2 + many)
        for person_id in people:
            shared[person_id].append((weight, title))
    for person_id, found in shared.items():
        found.sort(key=lambda one: (-one[0], one[1]))
        more = len(found) - 1
        also = f" and {more} more session{'s' if more > 1 else ''}" if more else ""
        yield person_id, _Reason(min(MARKS_MOST, sum(weight for weight, _ in found)),
                                 f"You both marked “{_short(found[0][1])}”{also}")


def _topical(known: Known):
    """Topics both come back to: one that few have says more."""
    shared: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for name, people in known.topics.values():
        weight = TOPIC / math.log2(2 + len(people))
        for person_id in people:
            shared[person_id].append((weight, name))
    for person_id, found in shared.items():
        found.sort(key=lambda one: (-one[0], one[1].casefold()))
        yield person_id, _Reason(min(TOPICS_MOST, sum(weight for weight, _ in found)),
                                 f"You both come back to {named([name for _, name in found[:2]])}")


def _sentence(reasons: list[_Reason]) -> str:
    first, *rest = sorted(reasons, key=lambda one: (-one.weight, one.said))[:2]
    return "; ".join([first.said, *(one.said[0].lower() + one.said[1:] for one in rest)]) + "."


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[:QUOTED - 1].rstrip() + "…"


@lru_cache(maxsize=20_000)
def _words(text: str) -> Words:
    return words_of("", text)


def _lot(on: date, me: int, other: int) -> bytes:
    return hashlib.blake2b(f"{on}:{me}:{other}".encode(), digest_size=8).digest()
