"""A passage cut out of a text and of every earlier one, however it came to be."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.documents.redacting import cut, line_ranges, places_of, says_anything, without

BEFORE, AFTER = "## Notes\n\n- We met in the main hall.\n", "- Lunch was late.\n\n## Summary\n\nAll went well.\n"


def growing(passage: str, *, step: int = 1) -> list[str]:
    """What somebody who types `passage` into a list leaves behind."""
    return [BEFORE + "- " + passage[:size] + "\n" + AFTER for size in range(0, len(passage) + 1, step)]


def test_what_it_was_while_it_was_typed_goes_too():
    texts = growing("Zelda of Quorndale said the budget is gone.")
    found = cut("Zelda of Quorndale said the budget is gone.", texts)
    assert found.places == 1
    for text in found.texts:
        assert "Ze" not in text
        assert "Quor" not in text
        assert text.replace("- \n", "") == BEFORE + AFTER


def test_typed_wrong_taken_back_and_named_before_it_was_not():
    texts = [BEFORE + line + AFTER for line in (
        "", "- Zel\n", "- Zelda said the buget is\n", "", "- Zelda said\n", "- Zelda said the budget is gone\n",
        "- Somebody said the budget is gone\n")]
    found = cut("Somebody said the budget is gone", texts)
    for text in found.texts:
        assert "Zel" not in text
        assert "budget" not in text
    assert found.texts[3] == BEFORE + AFTER
    assert found.texts[-1] == BEFORE + "- \n" + AFTER


def test_moved_and_written_twice():
    passage = "the plan is to close both offices in March"
    texts = ["", f"Intro\n{passage}\nEnd", f"Intro\nEnd\n> {passage.upper()}!", f"Intro\nEnd\n* {passage}"]
    found = cut(passage, texts)
    assert found.places == 1
    assert [t for t in found.texts if "offices" in t.casefold() or "march" in t.casefold()] == []
    assert [t.split("\n")[0] for t in found.texts] == ["", "Intro", "Intro", "Intro"]


def test_only_in_an_earlier_text():
    texts = ["a\nZelda is leaving\nb", "a\nSomebody is leaving\nb"]
    found = cut("Zelda is leaving", texts)
    assert found.places == 0
    assert found.texts[-1] == texts[-1]
    assert "Zelda" not in found.texts[0]


def test_a_word_that_stands_elsewhere_stays_elsewhere():
    rest = "The budget of the north is fine. The south will have its own budget.\n"
    texts = [rest, rest + "Their budget is a fraud.\n"]
    found = cut("Their budget is a fraud.", texts)
    assert found.texts == [rest, rest]


@pytest.mark.parametrize(("passage", "text", "left"), [
    ("b c", "a b c d", "a  d"), ("b  \n c", "a b c d", "a  d"), ("one", "none one ones one", "none  ones "),
    ("x\ny", "a\nx\ny\nb", "a\nb"), ("x", "a\n  x \nb", "a\nb"), ("all", "all", ""), ("é", "é e\u0301", " e\u0301"),
    ("[a](b)*", "q [a](b)* z", "q  z")])
def test_where_it_stands(passage, text, left):
    assert without(text, places_of(passage, text)) == left


def test_a_passage_has_a_word():
    assert says_anything("x")
    assert not says_anything(" -- \n* ")
    assert line_ranges("a\nb\nc\nd", [3, 1, 2, 9, -1, 0, 0]) == ["a\nb\nc\nd"]
    assert line_ranges("a\nb\nc\nd", [0, 2, 3]) == ["a", "c\nd"]


words = st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"])


@settings(max_examples=40)
@given(st.lists(st.lists(words, max_size=6).map(" ".join), min_size=1, max_size=8), st.integers(0, 10**6), st.booleans())
def test_no_piece_of_a_canary_is_left_whatever_others_write(lines, seed, others):
    rng = random.Random(seed)
    canary = "Xanadu Quilliam7 will resign"
    texts, now, size = [], list(lines), 0
    where = rng.randrange(len(now) + 1)
    while size < len(canary):
        size = min(len(canary), size + rng.randrange(1, 9))
        if others and rng.random() < 0.5:
            other = rng.randrange(len(now))
            now[other] = " ".join(rng.sample(now[other].split(), k=len(now[other].split())))
        texts.append("\n".join([*now[:where], "* " + canary[:size], *now[where:]]))
        if rng.random() < 0.2:
            texts.append("\n".join(now))
    found = cut(canary, texts)
    for was, text in zip(texts, found.texts, strict=True):
        assert "Xan" not in text
        assert "Quil" not in text
        assert others or [line for line in text.split("\n") if not line.startswith("*")] == [
            line for line in was.split("\n") if not line.startswith("*")]


def test_a_long_history_takes_no_time():
    said = [f"Line {n} says something about topic {n % 97} and more" for n in range(3500)]
    texts = []
    for n in range(60):
        said[n * 30] = f"Line {n * 30} was changed in turn {n}"
        texts.append("\n".join([*said, "The canary Xanadu sings"[:n + 1]]))
    began = time.process_time()
    found = cut("The canary Xanadu sings", texts)
    assert time.process_time() - began < 2.5
    assert not any("Xana" in text for text in found.texts)
