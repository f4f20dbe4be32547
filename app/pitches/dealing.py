"""Dealing cards for 25/10: who scores which pitch next.

Nobody scores their own pitch or one pitch twice. Of what somebody may score they get, at random, one of those with the fewest
scores so far, so no pitch gets a fifth score while another that could have it waits for a third, and none gets a sixth. People
get about equally many: who has done their share waits while others, who are still at it, can do theirs.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import Enum
from random import Random

from app.pitches.scoring_models import SCORES_EACH

LEAST_PEOPLE = SCORES_EACH + 1  # somebody's own pitch needs five others


class Wait(Enum):
    """Why somebody gets no card now."""

    NO_PITCHES = "no pitches"
    COMPLETE = "every pitch has its scores, or cards are out for them"
    NOT_FOR_YOU = "what is short of scores is their own, or they have scored it"
    SHARE_DONE = "others have not done their share yet"


@dataclass(frozen=True)
class Table:
    """How a round stands. `own`: whose each pitch is. `had`: who has scored it or holds its card. `scores`: how many scores it
    has, on paper too, with cards that are out. `active`: who holds a card or scored a moment ago."""

    own: Mapping[int, Set[int]]
    had: Mapping[int, Set[int]]
    scores: Mapping[int, int]
    active: Set[int]

    def open_to(self, person: int) -> list[int]:
        """Pitches that are short of scores and that `person` may score."""
        return [pitch for pitch, owners in self.own.items()
                if self.scores.get(pitch, 0) < SCORES_EACH and person not in owners and person not in self.had.get(pitch, ())]

    def done_by(self, person: int) -> int:
        """How many pitches `person` has had."""
        return sum(person in people for people in self.had.values())

    @property
    def people(self) -> set[int]:
        """Everybody who has had a card."""
        return set(self.active).union(*self.had.values())

    def share(self, person: int) -> int:
        """How many cards are one person's part of all, with those who have joined so far and `person`."""
        on_paper = {p: self.scores.get(p, 0) - len(self.had.get(p, ())) for p in self.own}
        wanted = sum(max(0, SCORES_EACH - max(0, n)) for n in on_paper.values())
        return -(-wanted // max(LEAST_PEOPLE, len(self.people | {person})))


def choose(table: Table, person: int, chance: Random) -> int | Wait:
    """The pitch that `person` scores next, or why there is none just now."""
    if not table.own:
        return Wait.NO_PITCHES
    found = table.open_to(person)
    if not found:
        full = all(table.scores.get(pitch, 0) >= SCORES_EACH for pitch in table.own)
        return Wait.COMPLETE if full else Wait.NOT_FOR_YOU
    share = table.share(person)
    if table.done_by(person) >= share and any(
            table.done_by(other) < share and table.open_to(other) for other in table.active if other != person):
        return Wait.SHARE_DONE
    fewest = min(table.scores.get(pitch, 0) for pitch in found)
    return chance.choice([pitch for pitch in found if table.scores.get(pitch, 0) == fewest])
