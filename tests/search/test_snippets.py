"""The part of a text that is shown, and the words marked in it."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.search.snippets import LONGEST, Marks, plain

FILLER = "Nothing of interest is said here at all. " * 30


def said(segments) -> str:
    return "".join(text for text, _ in segments)


def marked(segments) -> list[str]:
    return [text for text, mark in segments if mark]


def test_words_are_marked_in_every_form_they_were_found_by():
    text = "Organisers organised the organisation’s café. Co-design with O’Brien in Tŷ Gwyn, #ukgc25s1r3."
    assert marked(Marks("organising cafe").mark(text)) == ["Organisers", "organised", "organisation", "café"]
    assert marked(Marks("ty design").mark(text)) == ["design", "Tŷ"]
    assert said(Marks("organising").mark(text)) == text


def test_a_beginning_marks_longer_words_only_while_it_is_being_typed():
    assert marked(Marks("procu").mark("Procurement of procurable things")) == ["Procurement", "procurable"]
    assert marked(Marks("procu ").mark("Procurement of procurable things")) == []


def test_parts_of_other_words_are_not_marked():
    assert marked(Marks("art ").mark("the art of starting a party, art’s sake, smart_art")) == ["art", "art", "art"]


def test_what_was_meant_is_marked_too():
    assert marked(Marks("safegaurding", "safeguarding").mark("Safeguarding children")) == ["Safeguarding"]


def test_a_snippet_is_cut_around_the_place_where_the_words_stand_together():
    text = f"Budget first. {FILLER}Street came later. {FILLER}The budget for street lighting was cut. {FILLER}"
    snippet = Marks("street lighting budget").snippet(text)
    assert marked(snippet) == ["budget", "street", "lighting"]
    assert said(snippet).startswith("…The budget for")
    assert said(snippet).endswith("…")
    assert len(said(snippet)) <= LONGEST


def test_a_short_text_is_shown_whole_and_one_without_the_words_from_its_beginning():
    assert Marks("budget").snippet("A short text") == [("A short text", False)]
    assert said(Marks("zebra").snippet(FILLER)).startswith("Nothing of interest")
    assert Marks("zebra").snippet("") == []


def test_a_snippet_is_one_line():
    assert said(Marks("two").snippet("one\ntwo\nthree")) == "one two three"


def test_what_looks_like_a_tag_is_left_to_the_template_to_escape():
    assert said(Marks("alert").snippet("<script>alert(1)</script>")) == "<script>alert(1)</script>"


@pytest.mark.parametrize("text", ["x" * 5_000, "word" + "y" * 5_000, "日" * 5_000, "a " * 5_000, "word " * 5_000, "\n" * 5_000 + "word"])
def test_a_snippet_stays_short_whatever_the_text(text):
    for asked in ("word", "y", "a", "日", "xx"):
        assert len(said(Marks(asked).snippet(text))) <= LONGEST


@settings(max_examples=300)
@given(st.text(max_size=400), st.text(max_size=20))
def test_a_snippet_is_part_of_the_text(text, asked):
    snippet = Marks(asked).snippet(text)
    assert len(said(snippet)) <= LONGEST
    assert all(segment for segment, _ in snippet)
    assert said(Marks(asked).mark(text)) == said(Marks("").mark(text))


@pytest.mark.parametrize(("markdown", "text"), [
    ("# Title #\n\nSome *very* **bold** and _slanted_ text", "Title\nSome very bold and slanted text"),
    ("- [ ] open\n- [x] done\n* starred\n1. first\n> quoted\n>> twice", "open\ndone\nstarred\nfirst\nquoted\ntwice"),
    ("a [link](https://x.org/a_(b)) and ![alt](data:image/png;base64,AAAA)", "a link and alt"),
    ("see [text][1]\n\n[1]: https://x.org", "see text"),
    ("see <https://x.org/a_b_c>", "see https://x.org/a_b_c"),
    ("dead [action learning sets](#)", "dead action learning sets"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "a b\n1 2"),
    ("```python\ncode_here = 1\n```", "code_here = 1"),
    ("use `snake_case` and 2*3", "use snake_case and 23"),
    ("snake_case_name stays", "snake_case_name stays"),
    (r"escaped \*stars\* and \#", "escaped *stars* and #"),
    ("<!-- hidden -->shown<br>next <b>bold</b>", "shown next bold"),
    ("---\ntitle: x\n---\nText", "Text"),
    ("R&amp;D &lt;now&gt;", "R&D <now>"),
    ("a < b and c > d", "a < b and c > d"),
    ("Title\n=====\nText\n-----", "Title\nText"),
    ("one\u00adtwo\u200bthree\0", "onetwothree"),
    ("", ""),
])
def test_plain_text_of_markdown(markdown, text):
    assert plain(markdown) == text


HOSTILE = ["[" * 100_000, "[a](" * 50_000, "*" * 200_000, "<a " * 60_000, "_a" * 60_000, "<!--" * 50_000, ">" * 100_000, " \n" * 100_000,
           "\\" * 100_000, "- " * 60_000, "[a]:" * 50_000, "](" * 80_000, "&amp" * 60_000, "`" * 200_000, "---\n" * 60_000, "| " * 100_000,
           "![" * 90_000, "<" * 200_000, "#" * 200_000, "1." * 100_000]


@pytest.mark.parametrize("markdown", HOSTILE, ids=lambda text: ascii(text[:6]))
def test_no_text_takes_long(markdown):
    before = time.thread_time()
    text = plain(markdown)
    Marks("a b - [").snippet(text)
    assert time.thread_time() - before < 1


def test_the_seed_note_reads_as_text(shared):
    text = plain((shared / "seeds" / "004_80c7e1b44935c6a1.txt").read_text())
    assert "similar to action learning sets" in text
    assert "interact with local authorities" in text
    snippet = Marks("perverse incentives").snippet(text)
    assert marked(snippet) == ["perverse", "incentives"]
