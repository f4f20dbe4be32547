"""Who comes when: fair by rounds, whatever was joined."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from app.pitches.queue_order import had_by, in_order, pitcher_key, rounds, wait


@dataclass(frozen=True)
class Entry:
    id: int
    pitcher_id: int | None
    pitcher_name: str
    position: float
    round: int | None = None


def line(*pitchers, had=()):
    """Ids in the order in which these are called, who joined in the order given."""
    waiting = [Entry(i, None, name, i) for i, name in enumerate(pitchers, 1)]
    return [entry.id for entry in in_order(waiting, had_by((None, name) for name in had))]


def test_one_each_before_anybodys_second():
    assert line("Ann", "Ann", "Ann", "Ben", "Cy", "Ben") == [1, 4, 5, 2, 6, 3]


def test_who_has_had_one_waits_for_those_who_have_not():
    assert line("Ann", "Ben", "Cy", had=["Ann"]) == [2, 3, 1]


def test_names_are_one_whatever_their_case_and_spaces_and_an_account_is_somebody_else():
    assert line("Ann Lee", "ann  LEE", "Ben") == [1, 3, 2]
    waiting = [Entry(1, None, "Ann", 1), Entry(2, 7, "Ann", 2), Entry(3, 7, "Annie now", 3)]
    assert [e.id for e in in_order(waiting, {})] == [1, 2, 3]
    assert rounds(waiting, {}) == {1: 0, 2: 0, 3: 1}


def test_a_round_that_a_clerk_gave_stands():
    waiting = [Entry(1, None, "Ann", 1), Entry(2, None, "Ben", 2), Entry(3, None, "Ann", .5, round=0)]
    assert [e.id for e in in_order(waiting, had_by([(None, "Ann")]))] == [3, 2, 1]


def test_waiting_is_told_in_minutes():
    assert wait(4, 30) == (4, 3)
    assert wait(0, 30) == (0, 0)
    assert wait(1, 10) == (1, 0)  # "half a minute"


people = st.tuples(st.one_of(st.none(), st.integers(1, 4)), st.sampled_from(["Ann", "ann", "Ben", "Cy"]))


@given(st.lists(people, max_size=14), st.lists(people, max_size=8))
def test_whoever_is_called_has_had_no_more_than_anybody_who_waits(joined, past):
    waiting = [Entry(i, *who, float(i)) for i, who in enumerate(joined)]
    had = had_by(past)
    called = in_order(waiting, had)
    assert sorted(e.id for e in called) == list(range(len(joined)))
    for nth, entry in enumerate(called):
        me = pitcher_key(entry.pitcher_id, entry.pitcher_name)
        left = {pitcher_key(e.pitcher_id, e.pitcher_name) for e in called[nth:]}
        assert had[me] == min(had[who] for who in left)
        equal = [e for e in called[nth:] if had[pitcher_key(e.pitcher_id, e.pitcher_name)] == had[me]]
        assert entry.position == min(e.position for e in equal), "of those who have had as many, the one who joined first"
        had[me] += 1
    again = in_order(list(reversed(waiting)), had_by(past))
    assert [e.id for e in again] == [e.id for e in called], "the order does not depend on how the entries came"
