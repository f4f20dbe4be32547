"""The words of a note, its first heading and its summary, read without formatting it."""

import random
import time
from pathlib import Path

import pytest

from app.infra.markdown import excerpt, first_heading, plain, split_summary
from tests.infra.slow_markdown import RECIPES
from tests.pace import usual

SEED = Path(__file__).parents[3] / "shared/seeds/004_80c7e1b44935c6a1.txt"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ""),
        ("# A *b* `c`\n\nd", "A b c\n\nd"),
        ("A\n===\nb\n---\n***\nc", "A\n\nb\n\nc"),
        ("* a\n+ b\n• c\n1. d", "- a\n- b\n- c\n1. d"),
        ("- [ ] a\n- [x] b\n- [] c", "☐ a\n☑ b\n☐ c"),
        ("> a\n> > b", "a\nb"),
        ("**a** __b__ ~~c~~ ***d*** _e_", "a b c d e"),
        ("snake_case 2 * 3 * 4 a*b*c", "snake_case 2 * 3 * 4 abc"),
        ("[a](https://e.org 'b') ![c](/files/d.png)", "a c"),
        ("[![a](b)](c) [d](#) [e][f]\n\n[f]: https://e.org", "a d e"),
        ("[a](https://e.org/x_(y)) [[b]]", "a [[b]]"),
        ("<https://e.org/a_b_c> <a@e.org> https://e.org/_x_/", "https://e.org/a_b_c a@e.org https://e.org/_x_/"),
        ("a<br>b <u>c</u> <name> <!-- d --> Vec<u8>", "a b c <name>  Vec<u8>"),
        ("&amp; &copy; &#8364; &lt;b&gt;", "& © € <b>"),
        ("\\*a\\* \\_b\\_ \\~ \\\\ \\- a\\", "*a* _b_ ~ \\ - a"),
        ("| a | b |\n|---|---|\n| c | d |", "a | b\n\nc | d"),
        ("x\n```py\n*a*  <b>\n# c\n```\ny", "x\n*a*  <b>\n# c\ny"),
        ("~~~\na", "a"),
        ("<!-- a\n\nb -->c <!-- d", "c <!-- d"),
        ("a\r\nb\x00\u202ec", "a\nbc"),
    ],
)
def test_plain(text, words):
    assert plain(text) == words


def test_code_is_kept_wherever_marks_are_around_it():
    assert plain("<b \n```\ncode\n```\n>x") == "<b\ncode\nx"
    assert plain("[a][\n```\ncode\n```\n]x") == "[a][\ncode\n]x"
    assert plain("&#xfddf;0&#xfddf;") == "0"  # what stands for code cannot be typed


@pytest.mark.parametrize("name", RECIPES)
def test_plain_takes_little_time_on_anything(name):
    text = RECIPES[name](256 * 1024)
    began = time.process_time()
    plain(text)
    assert usual(time.process_time() - began, 0.2) < 0.2


@pytest.mark.long
def test_plain_takes_time_in_proportion_to_length():
    """Any few fragments, repeated: four times the text takes about four times as long, not sixteen."""
    pieces = [*"[]()<>*_~`#|-=:!\\&;\"'\n ", "](", "](b", "![", "<!--", "-->", "<a ", "```\n", "http://", "&amp;", "a", "  "]
    chance = random.Random(7)
    for _ in range(80):
        unit = "".join(chance.choices(pieces, k=chance.randint(1, 5)))
        began = time.process_time()
        plain((unit * 131_072)[:131_072])
        assert usual(time.process_time() - began, 0.25) < 0.25, unit


def test_excerpt():
    assert excerpt("# A\n\n- b\n- c", 100) == "A b c"
    assert excerpt("one two three four", 18) == "one two three four"
    assert excerpt("one two three four", 17) == "one two three…"
    assert excerpt("x" * 50, 10) == "x" * 9 + "…"
    assert excerpt("", 10) == ""
    for length in range(1, 40):
        assert len(excerpt("some words, and - more - words; of a note", length)) <= length


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("", ""),
        ("no heading\n\n**bold**", ""),
        ("#hashtag\n\n## The *first* [one](x) ##\n# Second", "The first one"),
        ("Title\n---\ntext", "Title"),
        ("text\n\nTitle\n=====", "Title"),
        ("```\n# code\n```\n# Heading", "Heading"),
        ("- a\n---\n# B", "B"),
        ("#  \n# A", "A"),
    ],
)
def test_first_heading(text, heading):
    assert first_heading(text) == heading


@pytest.mark.parametrize(
    ("text", "body", "summary"),
    [
        ("# A\n\na\n\n## Summary\n\nb\n\nc\n\n## D\n\nd", "# A\n\na\n\n## D\n\nd", "b\n\nc"),
        ("## Summary\nb\n### More\nc\n# D\nd", "# D\nd", "b\n### More\nc"),
        ("a\n\nConclusions\n-----------\nb\n\nC\n-\n\nD\n===\nd", "a\n\nD\n===\nd", "b\n\nC\n-"),
        ("a\n\n**Takeaways:**\n- b\n- c\n\n**Next steps**\nd", "a\n\n**Next steps**\nd", "- b\n- c"),
        ("a\n\n__Key points__\n\nb\n\n# C\nc", "a\n\n# C\nc", "b"),
        ("a\n\nSummary\n\nb\n\nc", "a", "b\n\nc"),
        ("a\n\nsummary:\nb\n\nNext steps\n\nc", "a\n\nNext steps\n\nc", "b"),
        ("# **Key takeaways**\nb", "", "b"),
        ("## Conclusion ##\n```\n## not a heading\n```", "", "```\n## not a heading\n```"),
    ],
)
def test_split_summary(text, body, summary):
    assert split_summary(text) == (body, summary)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no summary here",
        "## Summary\n\n## Next\n\na",
        "## Summary of the day\n\na",
        "a\nSummary\nb",
        "```\n## Summary\nb\n```",
        "- Summary\n\na",
    ],
)
def test_without_a_summary_the_text_stays_as_it_is(text):
    assert split_summary(text) == (text, "")


def test_the_summary_of_the_real_note():
    if not SEED.is_file():
        pytest.skip("the real note is not here: ../shared/seeds")
    body, summary = split_summary(SEED.read_text())
    assert summary == "Knowledge sharing is critical\n\nWorking locally\n\nPolitics!"
    assert body.endswith("the two co-exist.")
