"""Who comes when: one pitch each before anybody's second, and within a round by who joined first.

Nothing here touches the database: it is told who waits and who has pitched how often.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import count
from typing import NamedTuple, Protocol, TypeVar

CHANGEOVER_SECONDS = 15  # walking up, and the show of hands afterwards


class Waiting(Protocol):
    """What the order needs to know of somebody who waits; `round` is empty unless a clerk gave one."""

    id: int
    pitcher_id: int | None
    pitcher_name: str
    position: int
    round: int | None


W = TypeVar("W", bound=Waiting)


class Wait(NamedTuple):
    """How many come before somebody, and in how many minutes it is their turn (0: less than half a minute)."""

    before: int
    minutes: int


def pitcher_key(pitcher_id: int | None, name: str) -> int | str:
    """Who pitches, as far as turns are concerned: the person, or the name folded for somebody without an account."""
    return pitcher_id if pitcher_id is not None else " ".join(name.split()).casefold()


def rounds(waiting: Iterable[W], had: Mapping[int | str, int]) -> dict[int, int]:
    """The round of each entry, by its id: how many pitches of the same pitcher come before it. `had` counts those over or
    up now. A round that a clerk gave stands, and is taken: what else the pitcher has comes in the rounds left free."""
    by_pitcher: dict[int | str, list[W]] = defaultdict(list)
    for entry in waiting:
        by_pitcher[pitcher_key(entry.pitcher_id, entry.pitcher_name)].append(entry)
    found = {}
    for key, theirs in by_pitcher.items():
        given = {entry.id: entry.round for entry in theirs if entry.round is not None}
        found |= given
        first = had.get(key, 0)
        free = (n for n in count(first + sum(r < first for r in given.values())) if n not in given.values())
        for entry in sorted(theirs, key=lambda e: (e.position, e.id)):
            if entry.id not in given:
                found[entry.id] = next(free)
    return found


def in_order(waiting: Sequence[W], had: Mapping[int | str, int]) -> list[W]:
    """Those who wait, the next one first."""
    of = rounds(waiting, had)
    return sorted(waiting, key=lambda e: (of[e.id], e.position, e.id))


def had_by(pitchers: Iterable[tuple[int | None, str]]) -> Counter:
    """How many pitches each of `pitchers`, (id, name) once for every turn, has had."""
    return Counter(pitcher_key(*pitcher) for pitcher in pitchers)


def turns(heard: Iterable[tuple[int, int | None, int | None, str]]) -> list[tuple[int | None, str]]:
    """Who had a turn, once for every turn, of (id of the pitch, id of what it is part of, pitcher's id, name) for every pitch
    that was heard: one that is part of another with the same pitcher is one turn with it."""
    heard = [(pitch, into, (who, name), pitcher_key(who, name)) for pitch, into, who, name in heard]
    there = {(pitch, key) for pitch, _, _, key in heard}
    return [pitcher for _, into, pitcher, key in heard if (into, key) not in there]


def wait(before: int, seconds: int) -> Wait:
    """What to tell somebody who has `before` others in front of them, `seconds` being what each has on the stage."""
    return Wait(before, round(before * (seconds + CHANGEOVER_SECONDS) / 60))
