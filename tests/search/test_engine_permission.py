"""What a person may not read never appears: an answer is the same as if it did not exist."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.engine import EVERYTHING, Entry, Query
from tests.search.engines import entry, found, ids

NOBODY = frozenset()


def test_an_unreadable_entry_is_in_no_result_total_or_facet(engine):
    secret = entry("Redundancies", "closing the library", event_id=2, topics=("secret topic",), leaders=("Hidden Person",),
                   rooms=("Cellar",), year=1999, looking_for_host=True)
    engine.apply([entry("Library", "opening hours"), secret], [])
    for asked in ("redundancies ", "library ", "", "redund", '"the library"', "library -opening "):
        hits = engine.find(Query(asked), frozenset({1}))
        assert secret.id not in ids(hits)
        assert hits.total == len(hits.items)
        values = {value for facet in hits.facets.values() for value, _ in facet}
        assert values <= {"session", 1}
    assert engine.find(Query("library ", event=2), frozenset({1})).total == 0
    assert engine.find(Query("", leader="Hidden Person"), frozenset({1})).total == 0


def test_whoever_may_read_nothing_finds_nothing(engine):
    engine.apply([entry("Library")], [])
    for asked in ("library", "", "libary "):
        hits = engine.find(Query(asked), NOBODY)
        assert (hits.total, hits.items, hits.did_you_mean) == (0, (), None)
        assert all(facet == () for facet in hits.facets.values())


def test_suggestions_come_from_readable_words_only(engine):
    engine.apply([entry("Redundancies", "", event_id=2), entry("Library", "")], [])
    assert engine.find(Query("redundansies "), frozenset({1})).did_you_mean is None
    assert engine.find(Query("redundansies "), frozenset({2})).did_you_mean == "redundancies"
    assert engine.find(Query("redundansies "), EVERYTHING).did_you_mean == "redundancies"


def test_a_suggestion_is_a_readable_word_itself_not_one_with_the_same_stem(engine):
    engine.apply([entry("Organiser", "", event_id=2), entry("Organising", "")], [])
    assert engine.find(Query("organisre "), frozenset({1})).did_you_mean is None


def test_a_word_that_only_unreadable_entries_have_counts_as_unknown(engine):
    engine.apply([entry("Hause", "", event_id=2), entry("House", "")], [])
    hits = engine.find(Query("hause "), frozenset({1}))
    assert (hits.total, hits.did_you_mean) == (1, "house")


def test_moving_an_entry_to_another_event_moves_who_finds_it(engine):
    one = entry("Library")
    engine.apply([one], [])
    assert found(engine, "library", frozenset({1})) == [one.id]
    engine.apply([Entry(id=one.id, kind="session", event_id=2, title="Library", version=2)], [])
    assert found(engine, "library", frozenset({1})) == []
    assert found(engine, "library", frozenset({2})) == [one.id]


WORDS = ["housing", "houses", "housed", "data", "date", "policy", "police", "policies", "co-design", "s1r3", "the", "tŷ", "budget"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
entries = st.lists(st.builds(
    lambda event, title, body, topics, leaders, looking: {
        "event_id": event, "title": title, "body": body, "topics": tuple(topics), "leaders": tuple(leaders), "looking_for_host": looking,
        "series_id": event % 2, "year": 2020 + event},
    st.integers(1, 4), texts, texts, st.lists(st.sampled_from(["A", "B"]), max_size=2, unique=True),
    st.lists(st.sampled_from(["Ann Other", "Bo"]), max_size=2, unique=True), st.booleans()), max_size=12)
asked = st.builds(
    lambda text, ending, topic, year: Query(text + ending, topic=topic, year=year),
    st.lists(st.sampled_from([*WORDS, '"data policy"', "-budget", "polcy", "housin", "hous", "dat"]), max_size=4).map(" ".join),
    st.sampled_from(["", " "]), st.sampled_from([None, "A"]), st.sampled_from([None, 2021]))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(entries=entries, query=asked, readable=st.frozensets(st.integers(1, 4)))
def test_an_answer_is_the_same_as_if_the_unreadable_did_not_exist(engine, entries, query, readable):
    everything = [Entry(id=number, kind="session", version=1, **one) for number, one in enumerate(entries, 1)]
    engine.rebuild(everything)
    some = engine.find(query, readable)
    engine.rebuild([one for one in everything if one.event_id in readable])
    alone = engine.find(query, EVERYTHING)
    assert set(ids(some)) == set(ids(alone))
    assert (some.total, some.facets, some.did_you_mean, some.relaxed) == (alone.total, alone.facets, alone.did_you_mean, alone.relaxed)
