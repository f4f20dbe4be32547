"""What people write, in mails: harmless as HTML (S1), readable as words, and never more than what it says."""

import re

import html5lib
import pytest

from app.letters import in_html, wording
from app.letters.models import CONVERSATION, MailWishes
from tests.infra.html_check import faults
from tests.infra.xss_corpus import TEXTS

XHTML = "{http://www.w3.org/1999/xhtml}"
WAY = wording.Links("https://camp.example.org/mail/stop/x", "https://camp.example.org/mail/wishes/x", "")


def test_no_text_gets_anything_into_a_mail_that_may_not_be_there(context):
    for text in TEXTS:
        html = str(wording.html_of(text))
        assert faults(html) == [], (text, html)
        assert "<img" not in html
    for text in TEXTS[::7]:
        document = str(wording.html_part(text, text, CONVERSATION, WAY, answer=True))
        assert document.count("<style") == 1
        assert document.count("<meta") == 4
        page = html5lib.parse(document)
        assert len(page.find(f"{XHTML}head")) == 6, "four metas, the title and the sheet are ours; nothing got out of the body"
        found = [one for one in page.find(f"{XHTML}body").iter() if isinstance(one.tag, str)]
        assert {one.tag.removeprefix(XHTML) for one in found} & {"script", "iframe", "object", "form", "style", "base", "meta", "img", "svg"} == set()
        assert not any(name.lower().startswith("on") for one in found for name in one.attrib)
        assert {one.attrib["style"] for one in found if "style" in one.attrib} <= in_html.STYLES
        addresses = [one.attrib["href"] for one in found if "href" in one.attrib]
        assert all(re.match("https?://|mailto:|#n-", address.lower()) for address in addresses), text
        assert addresses[-2:] == [WAY.leave, WAY.wishes]


@pytest.mark.parametrize("name", ["*Bins* & [buses](https://evil.example)", "https://evil.example/x", "<b>x</b>", "a_b_c `d` # e", "1. &amp; ~~x~~", "![x](y)", "\\"])
def test_a_title_says_just_what_it_says(context, name):
    said = wording.escaped(name)
    assert wording.plain(f"In {said} now") == f"In {name} now"
    html = html5lib.parseFragment(str(wording.html_of(f"In {said} now")))
    assert "".join(html.itertext()).strip() == f"In {name} now"
    assert [one.tag for one in html.iter() if one.tag in (f"{XHTML}a", f"{XHTML}b", f"{XHTML}em")] == []


def test_links_are_bare_in_words_and_whole_in_html(context):
    body = "See [the page](/e/camp), <https://example.org/a_b>, [https://example.org](https://example.org) and ![a picture](/files/x.png)."
    assert wording.plain(body) == ("See the page [1], https://example.org/a_b, https://example.org and a picture.\n\n"
                                   "[1] https://camp.example.org/e/camp")
    assert str(wording.html_of("![<script>alert(1)</script>](/files/x.png)")).strip() in (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>", "<p>alert(1)</p>")
    html = str(wording.html_of(body))
    assert 'href="https://camp.example.org/e/camp"' in html
    assert "files/x.png" not in html


def test_a_text_too_long_to_be_formatted_is_shown_in_part(context):
    html = str(wording.html_of("<b>word</b> " * 30_000))
    assert html.startswith("<pre>")
    assert len(html) < 60_000


def test_addresses_that_leave_by_mail_fit_and_are_for_one_person(context):
    row = MailWishes(person_id=2**31 - 1, secret="s")
    local = wording.stop_local(row, "introductions", 2**31 - 1)
    assert len(local) <= 64
    assert local == local.lower()
    assert local != wording.stop_local(MailWishes(person_id=2**31 - 1, secret="t"), "introductions", 2**31 - 1)


def test_addresses_never_stand_within_a_sentence(context):
    body = ("Does [Bins \\[1\\]](/c/8) still go on? See [a](/a) and [b](/b).\n\n- [Yes](/y?answer=going)\n- [The grid](/g) says more\n\n"
            "## [Bins](/c/8)\n\nIn [the conversation](/c/8)\nto [a@b.example](mailto:a@b.example)\n")
    assert wording.plain(body) == (
        "Does Bins [1] [1] still go on? See a [2] and b [3].\n\n"
        "[1] https://camp.example.org/c/8\n[2] https://camp.example.org/a\n[3] https://camp.example.org/b\n\n"
        "- Yes\n  https://camp.example.org/y?answer=going\n- The grid says more\n  https://camp.example.org/g\n\n"
        "Bins\nhttps://camp.example.org/c/8\n\nIn the conversation: https://camp.example.org/c/8\nto a@b.example")


def test_what_is_to_be_pressed_is_a_button_and_nothing_else(context):
    own = "https://camp.example.org"
    body = (f"[Answer]({own}/mail/introductions/x)\n\n[Read it]({own}/e/camp/reports)\n\n- [Yes]({own}/mail/still/x?answer=going)\n"
            f"- [Bins]({own}/c/8)\n\n[No more mail]({own}/mail/stop/x)\n\n[Win](https://evil.example/mail/x)\n\n{own}/c/9\n\nSee [it]({own}/c/1).")
    page = html5lib.parse(str(wording.html_part("x", body, CONVERSATION, WAY, answer=False)))
    buttons = {one.text: one.attrib["class"] for one in page.iter(f"{XHTML}a") if "class" in one.attrib}
    assert buttons == {"Answer": "tap", "Read it": "tap", "Yes": "choice"}
    assert page.attrib["lang"] == "en-GB"
