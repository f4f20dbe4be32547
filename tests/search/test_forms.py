"""The language of addresses."""

import pytest

from app.search.engine import FILTERS, Query
from app.search.forms import NOWHERE, asked
from app.search.queries import Searched
from app.search.routes import KINDS, LABELS

EVENTS = {7: Searched(7, "north-2027", "North 2027", 2027, 3, "north", "North")}


def test_every_filter_has_its_words():
    assert set(LABELS) | {"kind"} == set(FILTERS)
    assert set(KINDS) == {"event", "pitch", "session", "followup", "board", "insight", "idea", "pledge", "offer", "ask"}


def test_all_of_it():
    wanted = asked({"q": " bins ", "kind": "session", "series": "north", "event": "north-2027", "year": "2027", "topic": "Waste",
                    "room": "Main hall", "leader": "Leila Haddad", "note_taker": "Ben", "looking_for_host": "1", "state": "going", "page": "3"})
    assert wanted.query(EVENTS, {}) == Query(
        text="bins ", kind="session", series=3, event=7, year=2027, topic="Waste", room="Main hall", leader="Leila Haddad",
        note_taker="Ben", looking_for_host=True, state="going", page=3)
    assert list(wanted.parameters) == ["q", *FILTERS]


@pytest.mark.parametrize("arguments", [
    {"kind": "people"}, {"year": "twenty"}, {"year": "0"}, {"year": "99999"}, {"year": "²"}, {"year": "-1"}, {"page": "0"}, {"page": "x"},
    {"page": "9" * 40}, {"looking_for_host": "0"}, {"state": "open"}, {"topic": "  "}, {"nothing": "1"}, {"q": "   "}])
def test_what_cannot_be_is_as_good_as_none(arguments):
    assert asked(arguments).query(EVENTS, {}) == Query()


def test_an_event_that_may_not_be_known_of_is_as_one_that_there_is_not():
    assert asked({"event": "hidden"}).query(EVENTS, {}).event == NOWHERE
    assert asked({"series": "hidden"}).query(EVENTS, {}).series == NOWHERE


def test_what_the_path_fixes_is_not_asked_again():
    wanted = asked({"event": "other", "series": "other", "topic": "Waste"}, {"event": 7, "series": 3})
    assert wanted.parameters == {"topic": "Waste"}
    assert wanted.query(EVENTS, {"event": 7, "series": 3}) == Query(event=7, series=3, topic="Waste")


def test_setting_and_taking_off_a_filter_leaves_the_others_and_the_first_page():
    wanted = asked({"q": "bins", "topic": "Waste", "year": "2027", "page": "4"})
    assert wanted.having("kind", "pitch") == {"q": "bins", "kind": "pitch", "year": "2027", "topic": "Waste"}
    assert wanted.having("year", None) == {"q": "bins", "topic": "Waste"}
    assert wanted.having("year", "2026") == {"q": "bins", "year": "2026", "topic": "Waste"}


def test_long_texts_are_cut():
    assert len(asked({"q": "x" * 10_000}).text) == len(asked({"topic": "x" * 10_000}).chosen["topic"]) == 1_000
