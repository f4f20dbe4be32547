"""Dealing people out: whatever is asked, everybody has one seat and sizes are as even as they can be."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.boards.seating import AT_RANDOM, BY_TOPIC, EVENLY, WAYS, deal

PEOPLE = st.lists(st.text("abcdef0123", min_size=3, max_size=6), unique=True, max_size=60)
ROOM = st.integers(1, 12)


@st.composite
def dealings(draw):
    """People, groups (numbers from 10), a way, wishes and seats that some have."""
    people, groups = draw(PEOPLE), [10 + i for i in range(draw(ROOM))]
    some = st.dictionaries(st.sampled_from(people), st.sampled_from([*groups, 99]), max_size=len(people)) if people else st.just({})
    return people, groups, draw(st.sampled_from(WAYS)), draw(some), draw(some), draw(some)


@given(dealings(), st.integers(0, 2**31 - 1))
def test_nobody_is_lost_and_sizes_differ_by_one_at_most(dealing, seed):
    people, groups, how, wishes, _, before = dealing
    dealt = deal(people, groups, how, seed=seed, wishes=wishes, before=before)
    sizes = Counter(dealt.values())
    assert set(dealt) == set(people)
    assert set(sizes) <= set(groups)
    assert max(sizes[g] for g in groups) - min(sizes[g] for g in groups) <= 1


@given(dealings(), st.integers(0, 2**31 - 1))
def test_the_same_people_and_seed_are_dealt_the_same(dealing, seed):
    people, groups, how, wishes, keep, before = dealing
    first, again = (deal(order, groups, how, seed=seed, wishes=wishes, keep=keep, before=before) for order in (people, people[::-1]))
    assert first == again


@given(dealings(), st.integers(0, 2**31 - 1))
def test_who_has_a_seat_keeps_it_and_newcomers_fill_the_smallest_groups(dealing, seed):
    people, groups, how, wishes, keep, _ = dealing
    dealt = deal(people, groups, how, seed=seed, wishes=wishes, keep=keep)
    stayed = {who: group for who, group in keep.items() if group in groups}
    assert {who: dealt[who] for who in stayed} == stayed
    assert set(dealt) == set(people)
    sizes, seats = Counter(dealt.values()), Counter(stayed.values())
    grown = [g for g in groups if sizes[g] > seats[g]]
    assert all(sizes[g] <= min(sizes[other] for other in groups) + 1 for g in grown)


@given(dealings(), st.integers(0, 2**31 - 1))
def test_as_many_wishes_come_true_as_even_sizes_allow(dealing, seed):
    people, groups, _, wishes, _, _ = dealing
    dealt = deal(people, groups, BY_TOPIC, seed=seed, wishes=wishes)
    wanted = Counter(group for group in wishes.values() if group in groups)
    least, odd = divmod(len(people), len(groups))
    best = sum(min(wanted[g], least) for g in groups) + min(odd, sum(wanted[g] > least for g in groups))
    assert sum(wishes.get(who) == group for who, group in dealt.items()) == best


def test_evenly_parts_those_who_sat_together():
    before = {f"p{i:02d}": i // 4 for i in range(16)}  # four tables of four
    dealt = deal(list(before), [1, 2, 3, 4], EVENLY, before=before)
    assert all(sorted(dealt[who] for who in before if before[who] == table) == [1, 2, 3, 4] for table in range(4))


def test_at_random_is_another_deal_with_another_seed():
    people = [f"p{i}" for i in range(30)]
    assert len({tuple(sorted(deal(people, [1, 2, 3], AT_RANDOM, seed=seed).items())) for seed in range(5)}) == 5


def test_without_groups_there_is_nowhere_to_go():
    assert deal([], [], EVENLY) == {}
    with pytest.raises(ValueError, match="no groups"):
        deal(["p"], [], EVENLY)
