"""What engines do with changes: apply, rebuild, reconcile."""

import random
from dataclasses import replace

import pytest

from app.search.engine import EVERYTHING, Query
from tests.search.engines import entry, found, ids


def test_a_changed_entry_is_found_by_what_it_says_now(engine):
    one = entry("Buses", "about buses", topics=("Transport",))
    engine.apply([one], [])
    engine.apply([replace(one, title="Trains", body="about trains", topics=("Rail",), version=2)], [])
    assert found(engine, "trains ") == [one.id]
    assert found(engine, "buses ") == []
    hits = engine.find(Query(), EVERYTHING)
    assert (hits.total, hits.facets["topic"]) == (1, (("Rail", 1),))
    assert engine.find(Query("busse "), EVERYTHING).did_you_mean is None  # nothing says buses any more


def test_a_removed_entry_is_gone(engine):
    one, other = entry("Buses"), entry("Buses too")
    engine.apply([one, other], [])
    engine.apply([], [one.id, 999_999])
    assert found(engine, "buses ") == [other.id]


def test_applying_twice_changes_nothing(engine):
    one = entry("Buses", "and more")
    engine.apply([one], [])
    before = engine.find(Query("buses"), EVERYTHING)
    engine.apply([one], [])
    assert engine.find(Query("buses"), EVERYTHING) == before


def test_of_two_versions_at_once_the_last_counts_and_changed_wins_over_removed(engine):
    one = entry("Buses")
    engine.apply([one, replace(one, title="Trains", version=2)], [one.id])
    assert (found(engine, "trains "), found(engine, "buses ")) == ([one.id], [])
    assert engine.reconcile({one.id: 2}) == []


def test_nothing_to_apply_is_fine(engine):
    engine.apply([], [])
    engine.apply([], [12])
    engine.apply(iter([]), iter([]))
    assert engine.find(Query(), EVERYTHING).total == 0


def test_an_entry_that_cannot_be_indexed_leaves_everything_as_it_was(engine):
    one = entry("Buses")
    engine.apply([one], [])
    with pytest.raises(AttributeError):
        engine.apply([entry("Trains"), None], [one.id])
    assert (found(engine, "buses "), found(engine, "trains ")) == ([one.id], [])
    engine.apply([entry("Trains")], [])
    assert len(found(engine, "trains ")) == 1


def test_a_rebuild_holds_exactly_what_it_was_given(engine):
    old, kept, new = entry("Buses"), entry("Trains"), entry("Trams")
    engine.apply([old, kept], [])
    engine.rebuild(iter([replace(kept, body="more"), new]))
    assert set(found(engine, "")) == {kept.id, new.id}
    assert found(engine, "more ") == [kept.id]
    engine.apply([old], [kept.id])
    assert set(found(engine, "")) == {old.id, new.id}
    engine.rebuild([])
    assert found(engine, "") == []


def test_while_rebuilding_the_old_index_answers(engine):
    old, new = entry("Buses"), entry("Trains")
    engine.apply([old], [])
    seen = []

    def entries():
        yield new
        seen.append(found(engine, ""))

    engine.rebuild(entries())
    assert seen == [[old.id]]
    assert found(engine, "") == [new.id]


def test_a_rebuild_that_fails_leaves_the_old_index(engine):
    old = entry("Buses")
    engine.apply([old], [])

    def entries():
        yield entry("Trains")
        raise OSError("the database went away")

    with pytest.raises(OSError):
        engine.rebuild(entries())
    assert found(engine, "") == [old.id]
    new = entry("Trams")
    engine.apply([new], [])
    assert set(found(engine, "")) == {old.id, new.id}


def test_reconciling_forgets_what_is_gone_and_names_what_is_missing_or_stale(engine):
    same, stale, gone = entry("Same", version=3), entry("Stale", version=1), entry("Gone")
    engine.apply([same, stale, gone], [])
    assert engine.reconcile({same.id: 3, stale.id: 2, 10_000_000: 1}) == [stale.id, 10_000_000]
    assert set(found(engine, "")) == {same.id, stale.id}
    engine.apply([replace(stale, version=2), entry("New", id=10_000_000)], [])
    assert engine.reconcile({same.id: 3, stale.id: 2, 10_000_000: 1}) == []


def test_reconciling_nothing_with_nothing(engine):
    assert engine.reconcile({}) == []
    assert engine.reconcile({1: 1}) == [1]


def test_an_engine_goes_on_after_being_closed(engine):
    one = entry("Buses")
    engine.apply([one], [])
    engine.close()
    assert found(engine, "buses ") == [one.id]
    engine.close()
    engine.apply([entry("Buses again")], [])
    assert len(found(engine, "buses ")) == 2


def test_many_small_changes_end_as_one_large_one_would(engine):
    """Entries come, change and go at random; the index must end up holding what remains, however it was put together."""
    chance = random.Random(7)
    words = ["bus", "train", "tram", "ferry", "bicycle", "canal"]
    truth = {}
    for step in range(60):
        some = [entry(" ".join(chance.choices(words, k=3)), " ".join(chance.choices(words, k=8)), id=chance.randint(1, 40), version=step)
                for _ in range(chance.randint(0, 5))]
        removed = chance.sample(range(1, 41), chance.randint(0, 2))
        engine.apply(some, removed)
        for one in removed:
            truth.pop(one, None)
        truth |= {one.id: one for one in some}
    answers = [engine.find(Query(asked, limit=100), EVERYTHING) for asked in ["", *words, '"bus train"', "bus -tram "]]
    assert set(ids(answers[0])) == set(truth)
    assert engine.reconcile({number: one.version for number, one in truth.items()}) == []
    engine.rebuild(truth.values())
    again = [engine.find(Query(asked, limit=100), EVERYTHING) for asked in ["", *words, '"bus train"', "bus -tram "]]
    assert [(a.total, set(ids(a)), a.facets) for a in answers] == [(a.total, set(ids(a)), a.facets) for a in again]
