"""What people type, and what becomes of it."""

import html5lib
import pytest
from markupsafe import Markup

from app.infra import markdown
from app.infra.markdown import render


def shape(text: str, **options) -> str:
    """The HTML without what every link carries, to compare by eye."""
    return str(render(text, **options)).replace(' rel="nofollow noopener ugc"', "")


def test_gives_markup_that_a_template_does_not_escape():
    assert isinstance(render("x"), Markup)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        (" \n\n ", ""),
        ("one\ntwo\n\nthree", "<p>one<br>two</p><p>three</p>"),
        ("one\r\ntwo\rthree", "<p>one<br>two<br>three</p>"),
        (
            "*a* **b** ~~c~~ `d` ***e***",
            "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code> <strong><em>e</em></strong></p>",
        ),
        ("snake_case_name and 2*3*4", "<p>snake_case_name and 2<em>3</em>4</p>"),
        ("~/home ~ a~b~c", "<p>~/home ~ a~b~c</p>"),
        ("ends with\\\na backslash", "<p>ends with<br>a backslash</p>"),
        ("***", "<hr>"),
        ("a\n\n- - -\n\nb", "<p>a</p><hr><p>b</p>"),
        ("&copy; AT&T &amp;lt; &nbsp;&#8364; &bogus;", "<p>© AT&amp;T &amp;lt; &nbsp;€ &amp;bogus;</p>"),
        ("\\*not\\* \\~ \\< \\# \\- \\| \\q", "<p>*not* ~ &lt; # - | \\q</p>"),
    ],
)
def test_running_text(text, html):
    assert shape(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A\n## B\n###### C", '<h3 id="n-a">A</h3><h4 id="n-b">B</h4><h5 id="n-c">C</h5>'),
        ("## A\n#### B\n# C", '<h3 id="n-a">A</h3><h4 id="n-b">B</h4><h3 id="n-c">C</h3>'),
        ("text\n# A\ntext", '<p>text</p><h3 id="n-a">A</h3><p>text</p>'),
        ("# A ##\n# C#", '<h3 id="n-a">A</h3><h3 id="n-c">C#</h3>'),
        ("A\n===\nB\n---", '<h3 id="n-a">A</h3><h4 id="n-b">B</h4>'),
        ("#ukgc25s1r3 is where", "<p>#ukgc25s1r3 is where</p>"),
        ("#\n\n## ", ""),
        ("# A\n# A\n# A 2\n# A", '<h3 id="n-a">A</h3><h3 id="n-a-2">A</h3><h3 id="n-a-2-2">A 2</h3><h3 id="n-a-3">A</h3>'),
        ("# Beth sy'n *digwydd* ŵan?", '<h3 id="n-beth-sy-n-digwydd-ŵan">Beth sy\'n <em>digwydd</em> ŵan?</h3>'),
        ("# ???", '<h3 id="n-part">???</h3>'),
    ],
)
def test_headings(text, html):
    assert shape(text) == html


def test_a_heading_may_begin_at_h2_and_its_id_take_the_notes_own_prefix():
    assert shape("# A", prefix="s7-", top_level=2) == '<h2 id="n-s7-a">A</h2>'
    assert shape("# A") == '<h3 id="n-a">A</h3>'  # and the cache keeps them apart


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Things:\n- a\n- b", "<p>Things:</p><ul><li>a</li><li>b</li></ul>"),
        ("- a\n  - b\n    - c\n- d", "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"),
        ("- a\n    - b\n- c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("1. a\n  - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        ("3. a\n4. b", '<ol start="3"><li>a</li><li>b</li></ol>'),
        ("- a\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        ("• a\n• b\n○ c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("- a\nb", "<ul><li>a<br>b</li></ul>"),
        ("- a\n\nb", "<ul><li>a</li></ul><p>b</p>"),
        ("- a\n\n  b", "<ul><li><p>a</p><p>b</p></li></ul>"),
        ("since\n2024. It", "<p>since<br>2024. It</p>"),
        ("Actions:\n-\n-", "<p>Actions:</p><ul><li></li><li></li></ul>"),
        (
            "- [ ] a\n- [x] b\n- [] c\n- [y] d",
            '<ul><li class="md-task"><span aria-label="To do" class="md-box" role="img">☐</span> a</li>'
            '<li class="md-task"><span aria-label="Done" class="md-box" role="img">☑</span> b</li>'
            '<li class="md-task"><span aria-label="To do" class="md-box" role="img">☐</span> c</li><li>[y] d</li></ul>',
        ),
        (
            "- [x] *a*\n\n- b",
            '<ul><li class="md-task"><p><span aria-label="Done" class="md-box" role="img">☑</span> <em>a</em></p></li>'
            "<li><p>b</p></li></ul>",
        ),
    ],
)
def test_lists(text, html):
    assert shape(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "see https://e.org/a_b_c?x=1&y=2.",
            '<p>see <a href="https://e.org/a_b_c?x=1&amp;y=2">https://e.org/a_b_c?x=1&amp;y=2</a>.</p>',
        ),
        ("(https://e.org/y_(z))", '<p>(<a href="https://e.org/y_(z)">https://e.org/y_(z)</a>)</p>'),
        ("**https://e.org**", '<p><strong><a href="https://e.org">https://e.org</a></strong></p>'),
        (
            "<https://e.org/x> <a@e.org>",
            '<p><a href="https://e.org/x">https://e.org/x</a> <a href="mailto:a@e.org">a@e.org</a></p>',
        ),
        ("https://e.org/a\\_b", '<p><a href="https://e.org/a_b">https://e.org/a_b</a></p>'),
        ("[a *b*](https://e.org 'title')", '<p><a href="https://e.org">a <em>b</em></a></p>'),
        ("[https://e.org](https://e.org)", '<p><a href="https://e.org">https://e.org</a></p>'),
        ("[a][r] [r]\n\n[r]: https://e.org", '<p><a href="https://e.org">a</a> <a href="https://e.org">r</a></p>'),
        ("[a](https://e.org/?a=1&copy=2&amp;b)", '<p><a href="https://e.org/?a=1&amp;copy=2&amp;b">a</a></p>'),
        ("[a](https://e.org/x y)", '<p><a href="https://e.org/x%20y">a</a></p>'),
        ("[dead](#) [x](other.md) [y](ftp://e.org)", "<p>dead x y</p>"),
        ("[a](/e/camp)", '<p><a href="/e/camp">a</a></p>'),
        (
            "# Next steps\n[a](#next-steps) [b](#nowhere)",
            '<h3 id="n-next-steps">Next steps</h3><p><a href="#n-next-steps">a</a> b</p>',
        ),
        ("`https://e.org`", "<p><code>https://e.org</code></p>"),
        ("[[a]](https://e.org) [b", '<p><a href="https://e.org">[a]</a> [b</p>'),
    ],
)
def test_links(text, html):
    assert shape(text) == html


def test_every_link_says_that_it_is_not_ours():
    assert ' rel="nofollow noopener ugc"' in render("https://e.org")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("![a b](/files/ab/c.png)", '<p><img alt="a b" loading="lazy" src="/files/ab/c.png"></p>'),
        ("![a](https://e.org/x.png)", '<p><a href="https://e.org/x.png">a</a></p>'),
        ("![](https://e.org/x.png)", '<p><a href="https://e.org/x.png">picture</a></p>'),
        ("![a](data:image/png;base64,AAAA)", "<p>a</p>"),
        ("![a](/files/../logout)", '<p><a href="/files/../logout">a</a></p>'),
        ("[![a](https://e.org/x.png)](https://e.org)", '<p><a href="https://e.org">a</a></p>'),
        (
            "[![a](/files/x.png)](https://e.org)",
            '<p><a href="https://e.org"><img alt="a" loading="lazy" src="/files/x.png"></a></p>',
        ),
        ('<img src="https://e.org/x.png" alt="a">', '<p><a href="https://e.org/x.png">a</a></p>'),
    ],
)
def test_pictures_are_never_loaded_from_elsewhere(text, html):
    assert shape(text) == html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("```\na  <b>\n\n*c*\n```", '<pre tabindex="0"><code>a  &lt;b&gt;\n\n*c*\n</code></pre>'),
        ("text\n```js\nx\n```\ntext", '<p>text</p><pre tabindex="0"><code>x\n</code></pre><p>text</p>'),
        ("~~~\n```\n~~~", '<pre tabindex="0"><code>```\n</code></pre>'),
        ("````\n```\n````", '<pre tabindex="0"><code>```\n</code></pre>'),
        ("```\nnever closed", '<pre tabindex="0"><code>never closed\n</code></pre>'),
        (
            "- a\n  ```\n  x\n    y\n  ```\n- b",
            '<ul><li><p>a</p><pre tabindex="0"><code>x\n  y\n</code></pre></li><li><p>b</p></li></ul>',
        ),
        ("> ```\n> x\n> ```", '<blockquote><pre tabindex="0"><code>x\n</code></pre></blockquote>'),
        ("    x = 1\n\n    y", '<pre tabindex="0"><code>x = 1\n\ny\n</code></pre>'),
        ("`` a`b `` ```c```", "<p><code>a`b</code> <code>c</code></p>"),
        ("`&lt;` `\\*`", "<p><code>&amp;lt;</code> <code>\\*</code></p>"),
        ("> a\nb\n\n> c", "<blockquote><p>a<br>b</p><p>c</p></blockquote>"),
        ("> a\n> - b\n> > c", "<blockquote><p>a</p><ul><li>b</li></ul><blockquote><p>c</p></blockquote></blockquote>"),
        ("> a\n- b", "<blockquote><p>a</p></blockquote><ul><li>b</li></ul>"),
    ],
)
def test_code_and_quotations(text, html):
    assert shape(text) == html


TABLE = '<div class="md-table" tabindex="0"><table><thead><tr>{}</tr></thead><tbody><tr>{}</tr></tbody></table></div>'


@pytest.mark.parametrize(
    ("text", "head", "body"),
    [
        ("| a | b |\n|---|---|\n| *c* | `x|y` |", "<th>a</th><th>b</th>", "<td><em>c</em></td><td><code>x|y</code></td>"),
        (
            "a | b\n:-: | --:\nc |",
            '<th class="md-centre">a</th><th class="md-right">b</th>',
            '<td class="md-centre">c</td><td class="md-right"></td>',
        ),
        ("|a|\n|-|\n|b|", "<th>a</th>", "<td>b</td>"),
    ],
)
def test_tables(text, head, body):
    assert shape(text) == TABLE.format(head, body)


def test_a_table_needs_no_blank_lines_around_it():
    assert shape("before\n|a|b|\n|-|-|\n|c|d|\nafter") == (
        "<p>before</p>" + TABLE.format("<th>a</th><th>b</th>", "<td>c</td><td>d</td>") + "<p>after</p>"
    )
    assert "table" not in render("a | b\nc | d")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Vec<u8> and <name>", "<p>Vec&lt;u8&gt; and &lt;name&gt;</p>"),
        ("<u>a</u> <b>b</b> H<sub>2</sub>O", "<p><u>a</u> <b>b</b> H<sub>2</sub>O</p>"),
        ("a<br>b<br/>c", "<p>a<br>b<br>c</p>"),
        ("<b> is never closed", "<p>&lt;b&gt; is never closed</p>"),
        ("<i think so> and </i>", "<p>&lt;i think so&gt; and </p>"),
        ("a <!-- not for print --> b", "<p>a  b</p>"),
        ("<!-- many\n\nlines\n-->\na", "<p>a</p>"),
        ("<!-- never closed\n\na", "<p>&lt;!-- never closed</p><p>a</p>"),
        ('<a href="https://e.org" onclick="x">a</a>', '<p><a href="https://e.org">a</a></p>'),
        ("<h1>A</h1>\n<p align=center>b</p>", "<h3>A</h3>\n<p>b</p>"),
        (
            "<table class=x><tr><td colspan=2>a</td></tr></table>",
            '<div class="md-table" tabindex="0"><table><tbody><tr><td colspan="2">a</td></tr></tbody></table></div>',
        ),
        (
            "<details open>\n<summary>a</summary>\n\n*b*\n\n</details>",
            "<details>\n<summary>a</summary><p><em>b</em></p></details>",
        ),
    ],
)
def test_raw_html_that_is_known_is_built_anew_and_the_rest_is_text(text, html):
    assert shape(text) == html


def test_characters_that_no_page_can_hold_are_left_out():
    assert shape("a\x00b\x02c\x03d\ud800e\u202ef\ufeffg") == "<p>abcd?ef\ufeffg</p>"


def test_nested_quotations_and_lists_end_somewhere():
    tree = html5lib.parseFragment(str(render("> " * 100 + "a")), namespaceHTMLElements=False)
    assert 2 <= sum(1 for _ in tree.iter("blockquote")) <= 12
    assert "aaa" in render("- " * 20 + "aaa")


@pytest.mark.parametrize(("prefix", "top_level"), [("a b", 3), ('"', 3), ("", 1), ("", 4), ("x" * 61, 3)])
def test_refuses_a_bad_prefix_or_level(prefix, top_level):
    with pytest.raises(ValueError):
        render("x", prefix, top_level)


def test_refuses_a_text_of_more_than_256_kb():
    assert markdown.MAX_BYTES == 262_144
    with pytest.raises(ValueError, match="262145 bytes"):
        render("x" * 262_145)
    with pytest.raises(ValueError):
        render("é" * 131_073)
