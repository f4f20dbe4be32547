"""Notes as HTML, Word, LibreOffice and PDF: whole, harmless, the same bytes for the same notes, and in time."""

import io
import re
import time
import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import documents_out, pandoc, pdf
from app.exchange.note_pages import Page, html_file, page_of_book, page_of_note
from app.exchange.typst_text import Setter, quoted
from app.infra import files
from app.infra.markup.html import NotFormatted, plain_html, to_html
from app.infra.markup.text import cleaned
from app.notes import picture_queries, reading
from app.notes.marks import marks_of
from tests.exchange.test_own_notes import note_of
from tests.infra.html_check import faults
from tests.infra.slow_markdown import RECIPES
from tests.infra.test_pictures import photo, picture_maker
from tests.infra.xss_corpus import TEXTS
from tests.pages import parsed, text_of

AT = datetime(2027, 1, 23, 18, 30, tzinfo=UTC)
EVENT = SimpleNamespace(name="GŵylCamp “North”", slug="camp", time_zone="Europe/London", notes_licence="CC BY 4.0", attribution="chatham",
                        venue="Neuadd y Ddinas", created_at=AT)
TEXT = """# Croeso – Ŵyl ŷ café

- [ ] **Action:** gofyn i'r depo (Siôn, by 2027-03-01)
- [x] done
  1. deep

> **Quote:** “never again”

| a | b |
|---|--:|
| 1 | £2 |

```
def x(): return "#let"
```

![The flip chart](/e/camp/pictures/aaaa.jpg) and ![gone](/e/camp/pictures/bbbb.jpg), [here](/e/camp/grid), [there](https://example.org/?a=1&b=2).
"""


@pytest.fixture(scope="module")
def picture(tmp_path_factory):
    before = files._root
    files.configure(tmp_path_factory.mktemp("files"))
    _, width, height, data = picture_maker.make(photo())
    yield SimpleNamespace(name="aaaa.jpg", alt="The flip chart", file=files.keep(data), width=width, height=height)
    files._root = before


@pytest.fixture
def page(picture) -> Page:
    return page_of_note(EVENT, noted(TEXT, picture), "https://x.example")


def noted(text: str, *shown, number: int = 1, title: str = "Bins & <lids>"):
    note = note_of(text, title=title, leaders=["Ada Byron", "Ŵyn ap Siôn"])
    note.head.__dict__.update(session_id=number, lines=[("Event", EVENT.name), ("Room", "Main & hall"), ("Led by", "Ada Byron")])
    return SimpleNamespace(**{**{f: getattr(note, f) for f in note.__dataclass_fields__}, "pictures": shown, "saved_at": AT})


def formatted(text: str, prefix: str) -> str:
    try:
        return to_html(text, prefix, 2)
    except NotFormatted:
        return plain_html(text)


def plain(title: str, body: str) -> Page:
    return Page(title, body, AT, {}, "")


def test_html_stands_alone(page):
    html = documents_out.document(page, "html").decode()
    tree, _ = parsed(html)
    assert text_of(tree.find(".//h1")) == "Bins & <lids>"
    assert "Ŵyl ŷ" in html
    [shown] = tree.findall(".//img")
    assert shown.get("src").startswith("data:image/jpeg;base64,")
    assert shown.get("alt") == "The flip chart"
    assert "[gone]" in text_of(tree)
    assert not re.search(r'(?:src|href)="/', html)
    assert 'href="https://x.example/e/camp/grid"' in html
    assert "script" not in html
    assert "default-src 'none'" in html


def test_word_and_libreoffice_hold_it_all(page):
    for kind, where in (("docx", "word/document.xml"), ("odt", "content.xml")):
        made = documents_out.document(page, kind)
        assert made == documents_out.document(page, kind)
        packed = zipfile.ZipFile(io.BytesIO(made))
        said = "".join(ElementTree.fromstring(packed.read(where)).itertext())
        for words in ("Bins & <lids>", "Ŵyl ŷ café", "Action:", "gofyn i'r depo", "never again", "£2", '"#let"', "gone"):
            assert words.replace("'", "’") in said.replace("'", "’"), (kind, words)
        [shown] = [n for n in packed.namelist() if n.endswith((".jpg", ".jpeg"))]
        assert packed.read(shown).startswith(b"\xff\xd8\xff")
        assert b"The flip chart" in packed.read(where)
        assert not [n for n in packed.namelist() if n.startswith("/") or ".." in n]


def test_pdf_is_tagged_titled_and_the_same_twice(page):
    made = documents_out.document(page, "pdf")
    assert made.startswith(b"%PDF-1.7")
    assert made == documents_out.document(page, "pdf")
    for sign in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang(en-GB)", b"/Outlines", b"/Alt(The flip chart)", b"/DisplayDocTitle true",
                 b"/Title(Bins & <lids>)", b"/Contents(https://example.org/?a=1&b=2)", ACCESSIBLE):
        assert sign in made, sign


ACCESSIBLE = b"pdfuaid:part>1<"  # PDF/UA-1: said only where Typst found nothing against it
UNTIDY = """<h1>Title</h1><h4>from one to four</h4><h2></h2><h2><img src="p" alt="only a picture"></h2><h6>x</h6><p>bell \x07</p>
<img src="p" alt=""><img src="p" alt=" "><table><tr><td>no header</td></tr></table><ul></ul><p><a href="https://x.example"> </a></p>"""


def test_pdf_of_untidy_notes_is_pdf_ua_as_well(page, picture):
    """Headings that skip levels, pictures without words, what no face can show."""
    made = pdf.pdf_file(Page("Untidy", UNTIDY, AT, {"p": picture}, ""))
    assert ACCESSIBLE in made
    assert made.count(b"/S/H1") == 1
    for level in (2, 3):
        assert f"/S/H{level}".encode() in made, "the heading after level 1 is of level 2"
    assert b"/S/H4" not in made


def test_letters_that_no_face_has_make_a_pdf_without_that_claim():
    made = pdf.pdf_file(plain("x", "<h1>x</h1><p>\u0378</p>"))  # no letter yet
    assert b"/StructTreeRoot" in made
    assert ACCESSIBLE not in made


def test_a_book_has_cover_contents_notes_people_and_licence(picture):
    notes = [noted(TEXT, picture, number=n, title=f"Note {n}") for n in (1, 2, 3)]
    told = []
    book = page_of_book(EVENT, notes, ["Ada Byron", "Zoë"], "https://x.example", dates="Saturday 23 January 2027",
                        progress=lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    tree, _ = parsed(html_file(book).decode())
    said = text_of(tree)
    assert [text_of(h) for h in tree.iter("h2")][:1] == ["Note 1"]
    for words in ("Book of proceedings", "Saturday 23 January 2027", "Neuadd y Ddinas", "Contents", "Session 1, 11:00", "Ada Byron: Note 1, Note 2",
                  "Zoë", "CC BY 4.0", "Chatham House Rule"):
        assert words in said, words
    ids = [e.get("id") for e in tree.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {a.get("href")[1:] for a in tree.iter("a") if a.get("href").startswith("#")} <= set(ids)
    made = documents_out.document(book, "pdf")
    assert made.count(b"/Outlines") >= 1
    assert ACCESSIBLE in made
    assert "Zoë" not in html_file(page_of_book(EVENT, notes, [], "https://x.example", dates="")).decode()


@pytest.mark.parametrize("text", [TEXTS[n::8] for n in range(8)], ids=range(8))
def test_nothing_that_people_write_runs_in_html(text):
    """S1: the corpus through the file that is saved, and through the reading view, read as a browser reads them."""
    for one in text:
        tree, _ = parsed(html_file(page_of_note(EVENT, noted(one, title=cleaned(one)), "https://x.example")).decode())
        main = tree.find(".//main")
        for element in main.iter():
            assert isinstance(element.tag, str)
            assert element.tag not in {"script", "style", "iframe", "object", "embed", "form", "base", "meta", "link", "svg", "math", "input"}
            for name, value in element.attrib.items():
                assert not name.startswith("on"), (one, name)
                assert name not in {"style", "srcset", "action", "formaction"}, (one, name)
                if name in ("href", "src"):
                    assert re.match(r"https?://|mailto:|#n-|data:image/(?:png|jpeg);", value, re.IGNORECASE), (one, value)
        shown = reading.reading(one, "note-")
        for html in (shown["body"], shown["summary"]):
            bare = re.sub(r' <a class="md-anchor" href="#n-[^"]*" aria-label="Link to this part">#</a>', "", str(html))
            assert faults(bare) == [], one


def test_everything_hostile_is_set_as_it_is_written():
    """One PDF of the whole corpus and of every spiteful recipe: nobody's words are Typst, and no nesting stops it."""
    body = "".join(to_html(text, f"a{n}-", 2) for n, text in enumerate(TEXTS))
    made = pdf.pdf_file(plain("Everything", f"<h1>{'&lt;x&gt;' * 3}</h1>{body}"))
    assert made.startswith(b"%PDF")
    body = "".join(formatted(make(1_500), f"b{n}-") for n, make in enumerate(RECIPES.values()))
    assert pdf.pdf_file(plain('#import "@preview/x:1.0.0": *', body)).startswith(b"%PDF")


@given(st.text(max_size=60))
def test_no_words_end_their_string(words):
    said = quoted(words)
    inner = re.sub(r'\\(?:[\\"nrt]|u\{[0-9a-f]+\})', "", said[1:-1])
    assert '"' not in inner
    assert "\\" not in inner
    assert "\n" not in said


def test_typst_itself_reads_any_words_back():
    words = ['#import "/etc/passwd"', "\\", '"', "]#panic()[", "*_`$@<>=~-+/1.", "\\u{41}", "a" * 500, "//", "/* */", "\t\n", "Ŵŷ", "]]]]"]
    body = "".join(f"<p>{w.replace('&', '&amp;').replace('<', '&lt;')}</p>" for w in words)
    content = Setter(f"{body}<ul><li>{body}</li></ul>", {}).text()
    assert content.count('"\\"') >= 1
    assert pdf.pdf_file(plain("x", body)).startswith(b"%PDF")


def test_what_cannot_be_made_is_said(page, monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 0.01)
    with pytest.raises(documents_out.NotMade, match="PDF"):
        documents_out.document(page, "pdf")
    monkeypatch.setattr(pandoc, "OUT_SECONDS", 0.01)
    with pytest.raises(documents_out.NotMade, match="Word"):
        documents_out.document(page, "docx")


def test_a_file_that_is_asked_for_cannot_be_read_by_typst(tmp_path):
    """The program sees its own folder only."""
    (tmp_path / "document.typ").write_text('#read("/../../etc/hostname")')
    with pytest.raises(pdf.PdfFailed):
        pdf._set(tmp_path)


@pytest.mark.parametrize("name", RECIPES)
def test_spiteful_texts_are_looked_through_in_no_time(name):
    """S14: what is read of a text beside formatting it, which has limits of its own (tests/infra/test_markdown_limits.py)."""
    text = RECIPES[name](256_000)
    began = time.process_time()
    marks_of(text)
    picture_queries.names_in(text, "camp")
    reading.headings_in(text)
    reading.with_anchors(text)
    assert time.process_time() - began < 1
