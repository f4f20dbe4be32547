"""No text gets anything into a page that a person may not put there (acceptance S1), whatever it is and wherever it stands."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown import markdown as unsanitised

from app.infra.markdown import render
from app.infra.markup.html import plain_html, sanitised, to_html
from tests.infra.html_check import faults
from tests.infra.xss_corpus import PLACES, TEXTS

NOTES = Path(__file__).parents[3] / "shared/data/notes"
EXTENSIONS = ["tables", "fenced_code", "attr_list", "toc"]

FRAGMENTS = sorted(
    {
        *TEXTS,
        *"[]()!*_`\\<>&;:\"'{}|#=-+~$\x00\x02\x03\t",
        *("**", "~~", "``", "```", "~~~", "</", "/>", "<!--", "-->", "&#", "<!", "<?"),
        *("\n", "\n\n", "    ", "  ", "> ", "- ", "1. ", "- [x] ", "|---|", "[x](", "![x](", "](", "[r]: ", "<https://"),
        *("javascript:", "data:", "https://e.example/", "/files/a.png", "mailto:a@b.example", "&colon;", "&Tab;", "onerror="),
        *("<b>", "</b>", "<table>", "</table>", "<td>", "<a href=", "<img src=", "<p>", "</p>", "<pre>", "<ul>", "<li>"),
        *("</div>", "<summary>", "<details>", "\u202e", "\u2028", "\ud800", "\ufeff", "é", "日本", "word", " "),
    }
)


_known: set[str] = set()  # what was looked at already: half of the corpus comes out like another part of it


def assert_harmless(text: str) -> None:
    html = str(render(text))
    if html not in _known:
        assert faults(html) == [], (text, html)
        assert sanitised(html) == html, text
        _known.add(html)


@pytest.mark.parametrize("place", PLACES)
def test_every_text_of_the_corpus_is_harmless_in_every_place(place):
    for text in TEXTS:
        assert_harmless(place.replace("{}", text))


def test_every_text_is_harmless_beside_every_other():
    """What one leaves open, the next may not close."""
    for n in range(1, len(TEXTS)):
        assert_harmless(TEXTS[n - 1] + "\n\n" + TEXTS[-n] + "\n" + TEXTS[n])


def test_text_that_is_shown_unformatted_is_harmless():
    for text in TEXTS:
        html = plain_html(text)
        assert faults(html) == [], (text, html)
        assert sanitised(html) == html


def test_the_sanitiser_alone_removes_what_matters():
    """Even if the parser in front of it let everything through."""
    grave = ("script", " on", "href", "picture from", "style", "iframe", "form", "svg", "math", "link to", "the id", "reaches")
    for place in PLACES[::5]:
        for text in TEXTS:
            found = faults(sanitised(place.replace("{}", text).encode("utf-8", "replace").decode()))
            assert not any(word in fault for fault in found for word in grave), (text, found)


def test_the_check_itself_finds_what_is_wrong():
    """Against Python-Markdown without a sanitiser; what it leaves are texts that are harmless as they stand."""
    caught = [text for text in TEXTS if faults(unsanitised(text, extensions=EXTENSIONS))]
    assert len(caught) > 0.8 * len(TEXTS)


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<script>1</script>", "<script>"),
        ("<p onclick=x>x</p>", "onclick on <p>"),
        ("<a href='java\nscript:x' rel='nofollow noopener ugc'>x</a>", "a link to 'java\\nscript:x'"),
        ("<a href='\x01javascript:x' rel='nofollow noopener ugc'>x</a>", "a link to '\\x01javascript:x'"),
        ("<a href='//e.example' rel='nofollow noopener ugc'>x</a>", "a link to '//e.example'"),
        ("<a href='#login' rel='nofollow noopener ugc'>x</a>", "a link to '#login'"),
        ("<a href='https://e.example'>x</a>", "a link without rel"),
        ("<img src='https://e.example/x.png'>", "a picture from 'https://e.example/x.png'"),
        ("<h3 id=login>x</h3>", "the id 'login'"),
        ("<h3 id=n-a>x</h3><h3 id=n-a>x</h3>", "the id n-a twice"),
        ("<p style=color:red>x</p>", "style on <p>"),
        ("<li class=btn>x</li>", "the class 'btn'"),
        ("<svg></svg>", "<{http://www.w3.org/2000/svg}svg>"),
        ("<iframe></iframe>", "<iframe>"),
        ("<form></form>", "<form>"),
        ("<input>", "<input>"),
        ("<base href=x>", "<base>"),
        ("<!-- x -->", "a comment or an instruction"),
        ("</div><p>x</p>", "it reaches out of its place in the page"),
        ("<b><p>x</p>", "it reaches out of its place in the page"),
        ("<body onload=x>", "attributes on body"),
    ],
)
def test_the_check_names_each_fault(html, fault):
    assert fault in faults(html)


def test_what_was_harmful_is_shown_as_text():
    """Nothing vanishes: people who write about HTML see what they wrote."""
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in render("Never write <script>alert(1)</script>.")
    assert "&lt;iframe src=x&gt;" in render("<iframe src=x>")
    assert render("[x](javascript:alert(1))") == "<p>x</p>"


def test_ids_always_begin_with_the_prefix():
    html = render("# login\n\n## body", prefix="s12-")
    assert 'id="n-s12-login"' in html
    assert faults(str(html), "n-s12-") == []
    assert faults(str(html), "n-s13-") != []


_texts = st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=6)), min_size=1, max_size=14).map("".join)


@pytest.mark.long
@settings(max_examples=500, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_texts)
def test_any_mixture_of_fragments_is_harmless(text):
    assert_harmless(text)


def _real_notes() -> list[Path]:
    if not NOTES.is_dir():
        pytest.skip("the real notes are not here: ../shared/data/notes")
    return [path for path in sorted(NOTES.rglob("*.md")) if path.stat().st_size <= 256 * 1024]


@pytest.mark.long
def test_real_notes_are_formatted_and_harmless():
    """The first 12,000 characters of each: the longest ones go on as they began."""
    for path in _real_notes():
        html = to_html(path.read_text("utf-8", "replace")[:12_000])  # (whatever time it takes on a busy machine)
        assert faults(html) == [], path
