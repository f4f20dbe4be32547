"""What people take for words, and which of them changed."""

from hypothesis import given

from app.documents.words import says_something, word_changes, words_of
from tests.documents.texts import anything, text


@given(anything | text)
def test_words_put_together_are_the_text(said):
    assert "".join(words_of(said)) == said


def test_words_are_what_people_take_for_words():
    assert words_of("It’s 3.5% e\u0301t\u00e9, 👩\u200d👩 中文\n") == [
        "It", "’", "s", " ", "3", ".", "5", "%", " ", "e\u0301t\u00e9", ",", " ", "👩\u200d👩", " ", "中", "文", "\n"]
    assert [says_something(x) for x in ("- ", "…", "7", "é", "😀", " \n")] == [False, False, True, True, True, False]


def test_gaps_between_changed_words_belong_to_the_change():
    a, b = words_of("we saw the mayor"), words_of("they met the mayor")
    assert [("".join(a[c.a_from:c.a_to]), "".join(b[c.b_from:c.b_to])) for c in word_changes(a, b)] == [("we saw", "they met")]


def test_readable_changes_swallow_a_short_word_left_standing():
    a, b = words_of("Yesterday we considered moving"), words_of("Tomorrow we abandon everything")
    exact = ["".join(a[c.a_from:c.a_to]) for c in word_changes(a, b)]
    readable = ["".join(a[c.a_from:c.a_to]) for c in word_changes(a, b, readable=True)]
    assert exact == ["Yesterday", "considered moving"]
    assert readable == ["Yesterday we considered moving"]
