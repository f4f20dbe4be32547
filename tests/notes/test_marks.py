"""Marked lines: found in any text, said the same by the list of them and by the page that shows them."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.infra.markup.html import to_html
from app.infra.markup.text import plain
from app.notes import marks
from app.notes.marks import Mark, counted, marks_of


def kinds_shown(html: str) -> list[str]:
    return re.findall(r'class="[^"]*md-mark md-([a-z]+)"', html)


@pytest.mark.parametrize(("line", "mark"), [
    ("**Summary:** bins are full", ("summary", "bins are full", "", "", None)),
    ("- **Idea:** lids", ("idea", "lids", "", "", None)),
    ("1. **Question:** who pays?", ("question", "who pays?", "", "", None)),
    ("> **Quote:** it never worked", ("quote", "it never worked", "", "", None)),
    ("**Action:** write it up (Ada, by 2026-03-01)", ("action", "write it up", "Ada", "2026-03-01", None)),
    ("- [ ] **Action:** write it up (Ada and Ben O’Neill)", ("action", "write it up", "Ada and Ben O’Neill", "", False)),
    ("* [x] **action**: done (by Friday).", ("action", "done", "", "Friday", True)),
    ("- [X] __Action:__ *all* of it (@ada, @ben, by 1 March)", ("action", "*all* of it", "@ada, @ben", "1 March", True)),
    ("**Action:** look (see page 3)", ("action", "look (see page 3)", "", "", None)),
    ("**Action:** (Ada)", ("action", "", "Ada", "", None)),
    ("**Action:**", ("action", "", "", "", None)),
    ("**Idea:** lids (Ada, by Friday)", ("idea", "lids (Ada, by Friday)", "", "", None)),
])
def test_a_marked_line_is_read(line, mark):
    kind, text, who, by, done = mark
    assert marks_of(f"# Notes\n\n{line}\n") == [Mark(kind, text, 3, who, by, done)]
    assert kinds_shown(to_html(f"# Notes\n\n{line}\n")) == [kind]


@pytest.mark.parametrize("text", [
    "Action: do it", "**Actions:** do it", "**Action** do it", "*Action:* do it", "so **Action:** do it", "**Action", "# **Action:** a",
    "```\n**Action:** do it\n```", "`**Action:** do it`", "~~~\n```\n**Idea:** a\n~~~", r"\**Action:** do it", "| **Action:** | a |\n|---|---|",
])
def test_other_lines_are_not(text):
    assert marks_of(text) == []
    assert kinds_shown(to_html(text)) == []


def test_one_in_the_midst_of_a_paragraph_is_a_paragraph_of_its_own():
    html = to_html("We talked.\n**Action:** ask (Ada)\nand again\n**Idea:** lids")
    assert html.count("<p") == 3
    assert '<p class="md-mark md-action" id="n-mark--1"><strong>Action:</strong> ask (Ada)<br>and again</p>' in html


def test_no_heading_takes_the_id_of_a_mark():
    assert 'id="n-mark-1"' in to_html("# Mark 1\n\n# mark  --  1\n\n**Idea:** a")
    assert to_html("# mark--1\n\n**Idea:** a").count('id="n-mark--1"') == 1


def test_they_are_counted_in_words():
    text = "**Action:** a\n**Action:** b\n**Question:** c\n**Summary:** d\n**Summary:** e"
    assert counted(marks_of(text)) == "2 summaries, 2 actions, 1 question"
    assert counted([]) == ""


word = st.text(st.sampled_from("abc éŵ.,!?'(*_&:"), max_size=12)
LINES = st.one_of(
    word,
    st.builds("{}{}{} {}".format, st.sampled_from(["", "", "- ", "* ", "1. ", "> ", "- [ ] ", "- [x] "]),
              st.sampled_from(["**", "__"]).flatmap(lambda b: st.sampled_from(
                  [f"{b}{k.title()}:{b}" for k in marks.KINDS] + [f"{b}{k}{b}:" for k in marks.KINDS])),
              st.sampled_from(["", "()"]), st.text(st.sampled_from("abc éŵ.,!?()"), max_size=12)),
    st.sampled_from(["", "", "# Heading", "- item", "```", "Words"]))


@given(st.lists(LINES, max_size=14))
def test_the_page_shows_as_many_as_the_list_says(lines):
    """Where code fences, quotes, boxes, lists and loose lines stand between them in any order."""
    text = "\n".join(lines)
    assert kinds_shown(to_html(text)) == [mark.kind for mark in marks_of(text)]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for mark in marks_of(text):
        assert mark.kind in marks.KINDS
        assert 1 <= mark.line <= text.count("\n") + text.count("\r") + text.count("\x0c") + 1


names = st.lists(st.from_regex(r"[A-Z][a-zéŵ]{1,8}( [A-Z]['a-z]{1,8})?", fullmatch=True), min_size=1, max_size=4)


@given(st.text(st.sampled_from("abc éŵ.,!?*"), max_size=40).map(str.strip), names, st.dates(), st.booleans())
def test_who_and_by_when_come_back_as_they_were_written(words, who, day, ticked):
    line = f"- [{'x' if ticked else ' '}] **Action:** {words} ({', '.join(who)}, by {day.isoformat()})"
    assert marks_of(line) == [Mark("action", words, 1, ", ".join(who), day.isoformat(), ticked)]


def test_its_words_are_plain():
    assert marks_of("**Idea:** see [the *lids*](https://example.org)")[0].words == plain("see [the *lids*](https://example.org)")


@pytest.mark.parametrize("text", [
    "**Action:** " + "(" * 128_000, "**Action:** a (" + "a and " * 40_000 + ")", "**Action:** (by " * 17_000, "> " * 128_000 + "**Idea:** a",
    "**Action:** a (" + "a " * 99 + ")\n", ("**Action:** x (" + "a and " * 30 + "1)\n") * 1_200, "- " * 128_000, "**Idea:** a\n" * 20_000,
    "```\n" * 60_000, "**" * 128_000,
], ids=range(10))
def test_spiteful_texts_take_no_time(text):
    began = time.process_time()
    assert len(marks_of(text[:256_000])) <= marks.MOST
    assert time.process_time() - began < 0.5
