"""What people type, and what it asks for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.query import LONGEST, MOST_EXCLUDED, MOST_PHRASES, MOST_WORDS, Phrase, parse


def typed(text: str) -> list[str]:
    return [word.typed for word in parse(text).words]


@pytest.mark.parametrize(("text", "words"), [
    ("data Policy", ["data", "policy"]),
    ("the state of local government", ["state", "local", "government"]),
    ("what is it", ["what", "is", "it"]),
    ("  spaced\tout\n", ["spaced", "out"]),
    ("data data DATA", ["data"]),
    ("people's don’t", ["people", "dont"]),
    ("a AND b OR NOT c", ["b", "c"]),
    ("title:budget", ["title", "budget"]),
    ("budget* ?", ["budget"]),
    ("*:*", []),
    ("🎉", []),
    ("", []),
    ("tŷ dŵr", ["ty", "dwr"]),
    ('"budget"', ["budget"]),
    ('unbalanced "quote here', ["unbalanced", "quote", "here"]),
])
def test_words(text, words):
    assert typed(text) == words


@pytest.mark.parametrize(("text", "phrases"), [
    ('"public sector"', [(("public", 0), ("sector", 1))]),
    ("“state of the art”", [(("state", 0), ("art", 3))]),
    ("«co-design work»", [(("co", 0), ("design", 1), ("work", 2))]),
    ('"of the"', []),
    ('"one" and "two words"', [(("two", 0), ("word", 1))]),
])
def test_phrases(text, phrases):
    assert list(parse(text).phrases) == [Phrase(terms) for terms in phrases]


def test_exclusions_are_marked_by_a_minus_before_a_word_or_phrase_and_nowhere_else():
    parsed = parse('dogs -sheep well-being - cats -"black cats" a-b -the')
    assert [word.typed for word in parsed.not_words] == ["sheep"]
    assert parsed.not_phrases == (Phrase((("black", 0), ("cat", 1))),)
    assert [word.typed for word in parsed.words] == ["dogs", "well-being", "cats", "a-b"]


def test_a_compound_is_matched_whole_or_by_its_parts():
    word, = parse("co-design ").words
    assert word.ways == (("codesign",), ("co", "design"))
    word, = parse("well-being ").words
    assert word.ways == (("wellb",), ("well", "be"))
    word, = parse("in-house ").words
    assert word.ways == (("inhous",), ("hous",)), "in is too frequent to ask for"
    word, = parse("https://example.org/some/long/path-of-words ").words[:1]
    assert word.typed == "https"


@pytest.mark.parametrize(("text", "prefix"), [
    ("data pol", "pol"), ("data pol ", None), ("data pol.", None), ('"data pol', "pol"), ('"data pol"', None), ("p", None), ("data the", None),
    ("co-des", "codes"), ("-pol", None), ("data 🎉", None), ("dŵ", "dw"),
])
def test_the_last_word_is_a_beginning_if_nothing_follows_it(text, prefix):
    assert parse(text).prefix == prefix


def test_blank_and_hopeless_texts():
    assert parse(" ").blank
    assert not parse(" ").hopeless
    assert parse("-sheep").blank
    assert parse("!!").hopeless
    assert not parse("!!").blank
    assert not parse("dog").blank
    assert not parse("dog").hopeless


def test_replacing_words_keeps_the_rest_as_typed():
    parsed = parse("The  Safegaurding of “Childrn”, please")
    first, second = (next(word for word in parsed.words if word.typed == typed) for typed in ("safegaurding", "childrn"))
    assert parsed.replaced({first: "safeguarding", second: "children"}) == "The safeguarding of “children”, please"


def test_no_more_is_read_than_a_page_of_work():
    parsed = parse(" ".join(f"word{n}" for n in range(500)))
    assert len(parsed.words) == MOST_WORDS
    assert parsed.prefix is None
    assert len(parse('"a1 b1" ' * 50).phrases) == MOST_PHRASES
    assert len(parse(" ".join(f"-word{n}" for n in range(50))).not_words) == MOST_EXCLUDED
    assert len(parse("x" * 10_000).text) == LONGEST
    assert all(len(word.typed) <= LONGEST for word in parse("x" * 10_000).words)


@given(st.text(max_size=200))
def test_every_text_can_be_read(text):
    parsed = parse(text)
    for word in parsed.words:
        assert word.ways
        assert all(way and all(way) for way in word.ways)
        assert 0 <= word.start < word.end <= len(parsed.text)
    assert parsed.blank + parsed.hopeless + bool(parsed.words or parsed.phrases) == 1
