"""Dealing cards for 25/10: what must hold however people come, go and own pitches."""

from collections import Counter, defaultdict
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.pitches.dealing import LEAST_PEOPLE, Table, Wait, choose
from app.pitches.scoring_models import SCORES_EACH


class Round:
    """A round played at a table: people ask in any order, score at once, and may hold a card first."""

    def __init__(self, own: dict[int, set[int]], chance: Random, paper: dict[int, int] | None = None):
        self.own, self.chance, self.had, self.paper = own, chance, defaultdict(set), Counter(paper or {})
        self.order: list[tuple[int, int]] = []

    def table(self, active) -> Table:
        scores = Counter({p: len(people) for p, people in self.had.items()}) + self.paper
        return Table(self.own, self.had, scores, frozenset(active))

    def ask(self, person: int, active) -> int | Wait:
        card = choose(self.table(active), person, self.chance)
        if not isinstance(card, Wait):
            assert person not in self.own[card], "their own pitch"
            assert person not in self.had[card], "one pitch twice"
            self.had[card].add(person)
            self.order.append((person, card))
        return card

    def play(self, people: list[int]) -> None:
        """Everybody asks, in a new order each time round, until nobody gets anything."""
        while True:
            self.chance.shuffle(people)
            if all(isinstance(self.ask(person, people), Wait) for person in people):
                return


@st.composite
def camps(draw, fewest: int, most: int):
    """People, and pitches of one or two of them (or of nobody who is there)."""
    people = draw(st.integers(fewest, most))
    owners = st.sets(st.integers(0, people), max_size=2)
    pitches = draw(st.lists(owners, min_size=1, max_size=15))
    return list(range(people)), dict(enumerate(pitches, 100)), Random(draw(st.integers(0, 10**6)))


@given(camps(LEAST_PEOPLE + 1, 25))
@settings(max_examples=60, deadline=None)
def test_with_enough_people_every_pitch_gets_five_scores_and_no_sixth(camp):
    people, own, chance = camp
    round_ = Round(own, chance)
    round_.play(people)
    assert {p: len(round_.had[p]) for p in own} == dict.fromkeys(own, SCORES_EACH)
    for person in people:
        assert round_.ask(person, people) is Wait.COMPLETE


@given(camps(LEAST_PEOPLE + 1, 25))
@settings(max_examples=60, deadline=None)
def test_the_spread_is_even_all_the_way(camp):
    """Whoever is dealt a card gets one of those with the fewest scores among all that they may have."""
    people, own, chance = camp
    round_ = Round(own, chance)
    round_.play(people)
    scores, had = Counter(), defaultdict(set)
    for person, card in round_.order:
        others = [p for p in own if person not in own[p] and person not in had[p]]
        assert scores[card] == min(scores[p] for p in others if scores[p] < SCORES_EACH)
        scores[card] += 1
        had[card].add(person)


@given(camps(1, LEAST_PEOPLE - 1))
@settings(max_examples=60, deadline=None)
def test_with_too_few_people_it_ends_and_everybody_has_scored_all_they_may(camp):
    people, own, chance = camp
    round_ = Round(own, chance)
    round_.play(people)
    for pitch, owners in own.items():
        assert len(round_.had[pitch]) == min(SCORES_EACH, len(set(people) - owners))
    for person in people:
        assert round_.ask(person, people) in (Wait.COMPLETE, Wait.NOT_FOR_YOU)


@given(st.integers(8, 40), st.integers(5, 30), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_people_get_about_equally_many(people, pitches, seed):
    chance = Random(seed)
    own = {100 + i: {i % people} for i in range(pitches)}
    round_ = Round(own, chance)
    here = list(range(people))
    quick = here[:people // 2]  # they ask twice as often as the others
    while True:
        asked = [round_.ask(person, here) for person in [*quick, *here]]
        if all(isinstance(card, Wait) for card in asked):
            break
    counts = Counter(person for person, _ in round_.order)
    share = -(-pitches * SCORES_EACH // people)
    assert max(counts.values()) <= max(share + 1, -(-pitches * SCORES_EACH // LEAST_PEOPLE) if share < 2 else share + 2)
    assert sum(counts.values()) == pitches * SCORES_EACH


def test_who_has_done_their_share_waits_for_those_still_at_it_and_not_for_those_gone():
    own = {pitch: set() for pitch in range(6)}
    round_ = Round(own, Random(1))
    people = list(range(LEAST_PEOPLE))
    for _ in range(5):  # 30 scores, 6 people: five each
        assert isinstance(round_.ask(0, people), int)
    assert round_.ask(0, people) is Wait.SHARE_DONE
    assert isinstance(round_.ask(0, {0}), int)  # the others have gone


def test_nobody_waits_for_somebody_for_whom_nothing_is_left():
    own = {1: {5}, 2: {5}}
    round_ = Round(own, Random(1), paper={1: 3, 2: 3})
    assert isinstance(round_.ask(0, [0, 5]), int)
    assert isinstance(round_.ask(0, [0, 5]), int)  # a share is one card, but 5 owns both pitches


def test_paper_scores_count_and_a_full_card_is_not_dealt():
    round_ = Round({1: set(), 2: set()}, Random(1), paper={1: SCORES_EACH, 2: 4})
    assert round_.ask(7, [7]) == 2
    assert round_.ask(8, [8]) is Wait.COMPLETE
    assert Round({}, Random(1)).ask(7, [7]) is Wait.NO_PITCHES
