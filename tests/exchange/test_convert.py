"""Every kind of file comes out as clean Markdown, and hostile ones come out quickly or not at all."""

import contextlib
import os
import subprocess
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange import pandoc
from app.exchange.convert import TEXT_LIMIT, Unreadable, limited, to_markdown
from app.exchange.markdown_cleaning import clean
from app.exchange.note_reader import read_note
from app.exchange.text_decoding import decode
from tests.exchange.hostile_zips import overlapping, zip_of
from tests.pace import usual

PAGE = """<!DOCTYPE html><html><head><title>Session notes - Google Docs</title><style>p{{}}</style><script>alert(1)</script></head><body>
<p>examplecamp</p><p>Session: 3</p>
<table><tr><td>Room</td><td>B12</td></tr><tr><td>Session leader</td><td><p>Ada Example</p><p>Bo Sample</p></td></tr>
<tr><td>Notes taken by</td><td>Cy Third</td></tr></table>
<p>We talked. <a href="javascript:alert(1)">one</a> <a href="#x">two</a>
<a href="https://www.google.com/url?q=https://example.org/a%3Fb%3D1&amp;sa=D">three</a>
<img src="data:image/png;base64,AAAA" alt="a cat" onerror="alert(1)"><br>and more</p>
<ul><li>point<ul><li>deeper</li></ul></li></ul>{extra}
<h2>Summary</h2><p>It was &amp; is good &lt;b&gt;</p></body></html>"""


def markdown(name: str, data) -> str:
    return to_markdown(name, data.encode() if isinstance(data, str) else data).markdown


def made_by_pandoc(source: str, kind: str) -> bytes:
    done = subprocess.run([pandoc.program(), "--from", "gfm", "--to", kind, "--standalone", "--output", "-"], input=source.encode(),
                          capture_output=True, check=True, timeout=60)
    return done.stdout


SOURCE = """# Open data

| Session leader | Ada Example |
|---|---|
| Notes taken by | Bo Sample |

We talked about [a page](https://example.org/a) and [a dead one](#nowhere).

- a point
    - a deeper point

## Summary

All **good**.
"""


@pytest.mark.parametrize("kind", ["docx", "odt", "html"])
def test_documents_are_read_as_the_markdown_they_were_made_of(kind):
    converted = to_markdown(f"notes.{kind}", made_by_pandoc(SOURCE, kind))
    assert converted.kind == kind
    note = read_note(converted.markdown, f"notes.{kind}")
    assert (note.title, [each.name for each in note.leaders], [each.name for each in note.note_takers]) == ("Open data", ["Ada Example"], ["Bo Sample"])
    assert note.summary == "All **good**."
    assert "[a page](https://example.org/a) and a dead one." in note.body
    assert "- a point\n  - a deeper point" in note.body


def test_html_comes_out_clean():
    converted = to_markdown("notes.html", PAGE.format(extra="").encode())
    text = converted.markdown
    assert "one two" in text
    assert "[three](https://example.org/a?b=1)" in text
    for bad in ("<p", "javascript", "alert", "data:", "onerror", "<td"):
        assert bad not in text
    assert "and more" in text
    assert "- point\n  - deeper" in text
    assert "&lt;b" in text
    assert any("picture" in warning for warning in converted.warnings)
    note = read_note(text, "notes.html")
    assert (note.slot, note.room, [each.name for each in note.leaders]) == (3, "B12", ["Ada Example", "Bo Sample"])
    assert note.event_name == "examplecamp"


def test_tables_of_documents_fit_on_their_lines():
    page = ("<table><thead><tr><th>Who</th><th>What</th></tr></thead><tbody><tr><td>Ada</td><td><p>one</p><ul><li>two</li><li>three</li></ul>"
            "four<br>five</td></tr></tbody></table><table><tr><td><p>A box</p><p>of text</p></td></tr></table>")
    assert markdown("x.html", page) == ("| Who | What |\n|---|---|\n| Ada | one / two / three / four / five |\n\nA box\n\nof text")


def test_pads_with_line_breaks():
    page = "<title>/p/x</title>examplecamp<br><br>Session: 3<br><br>Room: B1<br>Session leader : Ada Example<br><br>Notes<br><br>We talked"
    note = read_note(markdown("x.html", page), "x.html")
    assert (note.event_name, note.slot, note.room, [each.name for each in note.leaders]) == ("examplecamp", 3, "B1", ["Ada Example"])
    assert note.body == "We talked"


def test_what_a_file_is_its_bytes_say():
    assert to_markdown("notes.txt", b"<!doctype html><p>We talked.</p>").kind == "html"
    assert to_markdown("notes.md", made_by_pandoc("We talked.", "docx")).kind == "docx"
    assert to_markdown("notes.txt", b"We talked.").kind == "text"


@pytest.mark.parametrize(("data", "says"), [
    (b"%PDF-1.7 x", "PDF"), (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "old format"), (b"{\\rtf1 x}", "RTF"), (b"\x89PNG\r\n", "picture"),
    (bytes(range(256)) * 20, "text"), (b"  \n \n", "no text"), (b"\0" * 100, "text"), (zip_of({"a.md": "x"}), "packed"),
    (zip_of({"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<a/>"}), "spreadsheet"), (overlapping(), "refused"),
    (zip_of({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "not a text document"),
    (zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": "<a><b></a>"}), "not well-formed"),
    (zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": "<w/>"}), "damaged, or not what its name says"),
])
def test_what_cannot_be_read_says_why(data, says):
    with pytest.raises(Unreadable, match=says):
        to_markdown("notes.docx", data)


DOCTYPES = ['<!DOCTYPE a><a/>', '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd"><a/>', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
            '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;">]><a>&d;</a>']


@pytest.mark.parametrize("xml", DOCTYPES)
@pytest.mark.parametrize("part", ["word/document.xml", "word/_rels/document.xml.rels", "docProps/core.xml"])
def test_a_document_type_is_refused_wherever_it_is(xml, part):
    files = {"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>", part: '<?xml version="1.0"?>' + xml}
    with pytest.raises(Unreadable, match="refused"):
        to_markdown("notes.docx", zip_of(files))


def test_a_document_type_is_refused_in_odt_and_utf16():
    for xml in (DOCTYPES[2].encode(), ('<?xml version="1.0" encoding="UTF-16"?>' + DOCTYPES[2]).encode("utf-16")):
        with pytest.raises(Unreadable, match="refused"):
            to_markdown("notes.odt", zip_of({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": xml}))


HOSTILE_PAGES = {
    "unclosed lists": "<ul><li>" * 30_000, "sixty unclosed lists": "<ul><li>" * 60 + "x", "unclosed definitions": "<dl><dt>a<dd>" * 40 + "x",
    "mixed": "<ul><li><blockquote>" * 40 + "x", "divs": "<div>" * 60_000, "bold": "<b>" * 60_000, "tables": "<table><tr><td>" * 20_000,
    "rows": "<table>" + "<tr><td>a" * 60_000, "angles": "<" * 250_000, "comments": "<!--" * 60_000, "ampersands": "&#" * 120_000,
    "open tags": "<a href='" * 30_000, "scripts": "<script>" * 30_000, "closed bold": "<b>" * 20_000 + "x" + "</b>" * 20_000,
}


@pytest.mark.parametrize("which", HOSTILE_PAGES)
def test_hostile_pages_take_little_time(which):
    before = cpu_seconds()
    with contextlib.suppress(Unreadable):
        to_markdown("x.html", HOSTILE_PAGES[which].encode())
    assert usual(cpu_seconds() - before, 2.5) < 2.5


def cpu_seconds() -> float:
    """CPU time of this process and of the programs it has started: a busy machine does not change it much."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def test_a_document_nested_too_deeply_is_refused_at_once():
    xml = "<a>" * 5000 + "</a>" * 5000
    started = time.process_time()
    with pytest.raises(Unreadable, match="deeply"):
        to_markdown("x.docx", zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": xml}))
    rows = "<w xmlns='w'>" + "<tr/>" * 4000 + "</w>"
    with pytest.raises(Unreadable, match="rows"):
        to_markdown("x.docx", zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": rows}))
    with pytest.raises(Unreadable, match="larger"):
        to_markdown("x.docx", zip_of({"[Content_Types].xml": "<a/>", "word/document.xml": "<a>" + "abcdefgh" * 1_600_000 + "</a>"},
                                     zipfile.ZIP_STORED))
    assert usual(time.process_time() - started, 2) < 2


def test_pandoc_is_ended_when_it_takes_too_long(monkeypatch, tmp_path):
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nsleep 60 &\nsleep 60\n")
    slow.chmod(0o755)
    monkeypatch.setattr(pandoc, "program", lambda: str(slow))
    monkeypatch.setattr(pandoc, "SECONDS", 0.5)
    started = time.monotonic()
    with pytest.raises(pandoc.PandocFailed, match="too long"):
        pandoc.to_markdown(b"x", "html")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("script", "says"), [("exit 251", "memory"), ("exit 64", "damaged"), ("kill -KILL $$", "too long"),
                                              ("head -c 9000000 /dev/zero", "damaged, or not what its name says")])
def test_how_pandoc_fails_is_said(monkeypatch, tmp_path, script, says):
    fake = tmp_path / "fake"
    fake.write_text(f"#!/bin/sh\n{script}\n")
    fake.chmod(0o755)
    monkeypatch.setattr(pandoc, "program", lambda: str(fake))
    with pytest.raises(pandoc.PandocFailed, match=says):
        pandoc.to_markdown(b"x", "html")


def test_pandoc_may_not_look_around(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    page = f'<p>We talked.</p><iframe src="file://{secret}"></iframe><object data="file://{secret}"></object><img src="file://{secret}">'
    assert "SECRET" not in markdown("x.html", page)
    assert "SECRET" not in pandoc.to_markdown(page.encode(), "html")


@pytest.mark.parametrize(("data", "text"), [
    ("Caf\u00e9".encode(), "Café"), ("\ufeffCafé".encode(), "Café"), ("Café".encode("utf-16"), "Café"), ("Café and tea".encode("utf-16-le"), "Café and tea"),
    ("Café".encode("cp1252"), "Café"), ("Café ".encode() + b"\x93quoted\x94", "Café “quoted”"), (b"a\r\nb\rc", "a\nb\nc"), (b"a\0b", "ab"),
    ("a\u2028b\u200bc".encode(), "a\nbc"), ("Café".encode("utf-8-sig"), "Café"),
])
def test_bytes_of_every_kind(data, text):
    assert decode(data)[0] == text


def test_what_was_odd_about_the_bytes_is_said():
    assert any("control" in warning for warning in to_markdown("x.txt", b"We\0talked.").warnings)
    assert any("cp1252" in warning for warning in to_markdown("x.txt", b"We \x93talked\x94. \xc3\xa9").warnings)
    assert any("garbled" in warning and "line 3" in warning for warning in to_markdown("x.txt", "a\n\nitâ€™s\n".encode()).warnings)
    assert to_markdown("x.txt", "Café – “tea”".encode()).warnings == ()


@pytest.mark.parametrize(("before", "after"), [
    (r"a \- b and 3\.5 and x\_y \+ z", "a - b and 3.5 and x_y + z"), (r"\- not a list", r"\- not a list"), (r"1\. not a list", r"1\. not a list"),
    (r"\# not a heading", r"\# not a heading"), (r"\[Ada\] said", "[Ada] said"), (r"\[not\](https://example.org)", r"\[not\](https://example.org)"),
    (r"2 \* 3", r"2 \* 3"), (r"a \< b \> c \~ d", "a &lt; b > c ~ d"), (r"\~\~not struck\~\~", r"\~\~not struck\~\~"), (r"\`code\`", r"\`code\`"),
    ("`a\\_b` and a\\_b", "`a\\_b` and a_b"), ("```\na\\_b\n```", "```\na\\_b\n```"), ("R&amp;D &nbsp;&lt;b&gt; &rsquo;", "R&D  &lt;b&gt; ’"),
    ("&amp;lt;", "&amp;lt;"), ("see [here](#) and [there](#heading=h.x)", "see here and there"), ("[bad](javascript:alert)", "bad"),
    ("[kept](https://example.org) [kept](/local)", "[kept](https://example.org) [kept](/local)"), ("<https://example.org/a>", "<https://example.org/a>"),
    ("[x](https://www.google.com/url?q=https://example.org/%3Fa&sa=D&ust=1)", "[x](https://example.org/?a)"),
    ("![a cat](data:image/png;base64,AAAA) sat", "a cat sat"), ("![][p]\n\n[p]: <data:image/png;base64,AAAA>", ""),
    ("- one  \n- two  \n\nend  ", "- one\n- two\n\nend"), ("one  \ntwo", "one  \ntwo"), ("one<br>two", "one  \ntwo"),
    ("<table><tr><td>Leader:</td><td>Ada<br>Bo</td></tr></table>", "| Leader: | Ada<br>Bo |\n| --- | --- |"),
    ("a \\\\_ b", "a \\\\_ b"),
])
def test_cleaning(before, after):
    assert clean(before)[0].strip("\n") == after


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="ab 1_-*.`[]()<>~&;#\\!|\n", max_size=200))
def test_cleaning_loses_no_letters_and_is_stable(text):
    cleaned, _ = clean(text)
    assert [char for char in text if char.isalnum()] == [char for char in cleaned.replace("&lt;", "") if char.isalnum()] or "&" in text or "](" in text
    assert clean(cleaned)[0].count("\n") == cleaned.count("\n") or "<" in text


def test_a_long_text_is_cut_at_a_paragraph_and_says_so():
    text = "# Open data\n\n" + "\n\n".join(f"Paragraph {number}." + " word" * 60 for number in range(2000))
    converted = to_markdown("long.md", text.encode())
    assert converted.cut
    assert len(converted.markdown.encode()) <= TEXT_LIMIT
    assert converted.markdown.rstrip().endswith("word")
    assert text.startswith(converted.markdown[:1000])
    assert any("cut" in warning and "original" in warning for warning in converted.warnings)
    page = "<p>" + "</p><p>".join(f"Paragraph {number} " + "word " * 60 for number in range(3000)) + "</p>"
    assert to_markdown("long.html", page.encode()).cut


def test_pictures_as_letters_do_not_count():
    text = "# Open data\n\nWe talked. ![](data:image/png;base64," + "A" * 900_000 + ")\n\n[p]: <data:image/jpeg;base64," + "B" * 900_000 + ">\n\nWe ended.\n"
    converted = to_markdown("x.md", text.encode())
    assert not converted.cut
    assert "We ended." in converted.markdown
    assert len(converted.markdown) < 100
    assert any("2 pictures" in warning for warning in converted.warnings)


@settings(deadline=None)
@given(st.text(max_size=300), st.integers(1, 200))
def test_limiting(text, limit):
    cut, was_cut = limited(text, limit)
    assert len(cut.encode()) <= limit or not was_cut
    assert text.startswith(cut.rstrip()) or not was_cut
    assert was_cut == (len(text.encode()) > limit)


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=500))
def test_any_bytes(data):
    if data[:100].lower().lstrip().startswith(b"<"):
        return
    try:
        said = to_markdown("x.md", data).markdown
    except Unreadable as error:
        said = str(error)
    assert said.strip()
