"""Whatever somebody types, a search answers, and soon."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.engine import EVERYTHING, Query
from app.search.postgres_engine import PostgresEngine
from app.search.snippets import Marks
from app.search.whoosh_engine import WhooshEngine
from tests.search.conftest import emptied
from tests.search.engines import entry

SECONDS = 1.0

HOSTILE = [
    "\0", "a\0b", "\ud800", "*:*", "a AND", "AND OR NOT", '"', '"""', '"a', 'a"', "-", "--", "-\"", '-"a', "“”", "((((", "))))", "a:b", "[a TO b]",
    "a~2", "a^9", "?*", "/.*/", "\\", "'", "''''", "a' | 'b", "a' & !", "'); DROP TABLE search_pg_entry; --", ":a", ":v1", "%s %(v1)s %%",
    "{0} {v1}", "<script>alert(1)</script>", "🎉", "👩‍👩‍👧", "\u202e", "ﷺ" * 500, "a" * 10_000, "a " * 5_000, "ab" * 30 + " " + "cd" * 40,
    " ".join(f"word{n}" for n in range(2_000)), '"' + "a " * 4_000 + '"', '"a" ' * 2_500, "-a " * 3_000, '-"a b" ' * 1_500, "a-b" * 3_000,
    "a.b.c." * 2_000, "'" * 10_000, '"' * 10_000, "-" * 10_000, "#" * 10_000, "́" * 10_000, "e" + "́" * 9_999, "日" * 10_000,
    "the of and to " * 2_000, "s1r3" * 2_000, "1,2:3." * 1_600, "http://" + "a/" * 4_900, "ß" * 10_000, "İ" * 10_000, "\n\t\r\v\f", "\x1f", "=a ^b",
]


@pytest.fixture(scope="module", params=["whoosh", "postgresql"])
def filled(request, tmp_path_factory):
    """Each engine with 30 entries; the tests here only ask."""
    if request.param == "whoosh":
        engine = WhooshEngine(tmp_path_factory.mktemp("hostile") / "index")
    else:
        engine = PostgresEngine(emptied(request.getfixturevalue("search_database")))
    engine.apply([entry("Something to find", f"budget number {n} of the street and a a a") for n in range(30)], [])
    yield engine
    engine.close()


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:20]))
def test_no_text_is_an_error_or_takes_long(filled, text):
    before = time.thread_time()
    hits = filled.find(Query(text), EVERYTHING)
    Marks(text, hits.did_you_mean).snippet("Something to find: budget number 1 of the street")
    assert time.thread_time() - before < SECONDS
    assert hits.total >= len(hits.items)


@pytest.mark.parametrize("value", ["\0", "\ud800", "'", "\\", "%", ":v1", "x" * 100_000, "\x1f", "", "{}", "🎉"])
def test_no_filter_value_is_an_error(filled, value):
    for name in ("kind", "topic", "room", "leader", "note_taker"):
        assert filled.find(Query("budget", **{name: value}), EVERYTHING).total == 0


@pytest.mark.parametrize("value", [0, -1, 2**31, 2**63, 10**40])
def test_no_number_is_an_error(filled, value):
    for name in ("series", "event", "year"):
        assert filled.find(Query("budget", **{name: value}), EVERYTHING).total == 0
    assert filled.find(Query("budget"), frozenset({value})).total == 0


@settings(max_examples=60, deadline=None, derandomize=True)
@given(text=st.text(max_size=60) | st.lists(st.sampled_from(['"', "-", "budget", "strete", "of", " ", "'", "&", "numbre", "#", "s1r3", "\\"])).map("".join))
def test_text_made_up_by_a_machine_is_no_error(filled, text):
    hits = filled.find(Query(text), EVERYTHING)
    assert hits.total >= len(hits.items)
