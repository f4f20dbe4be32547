"""Mail as it comes: any charset, any structure, any nonsense."""

import base64
import time

import pytest

from app.letters.reading import Unreadable, read

TO = "conversation-7-1-x"


def made(body: bytes, *headers: str) -> bytes:
    return "\r\n".join(["From: Leila Haddad <Leila@Example.org>", "Message-ID: <1@example.org>", *headers]).encode() + b"\r\n\r\n" + body


def parts(*some: bytes, kind="mixed", after=()) -> bytes:
    body = b"".join(b"--xx\r\n" + part + b"\r\n" for part in some) + b"--xx--\r\n"
    return made(body, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="xx"', *after)


def plain(text: str) -> bytes:
    return b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode()


@pytest.mark.parametrize(("body", "header"), [
    ("Grüße".encode(), "text/plain; charset=utf-8"), ("Grüße".encode("latin-1"), "text/plain; charset=iso-8859-1"),
    ("Grüße".encode(), "text/plain; charset=iso-8859-1"), ("Grüße".encode("cp1252"), "text/plain"), ("Grüße".encode(), "text/plain"),
    ("Grüße".encode("cp1252"), "text/plain; charset=utf-8"), ("Grüße".encode(), "text/plain; charset=klingon"),
    ("Grüße".encode("utf-16"), 'text/plain; charset="utf-16"'), ("Grüße".encode("cp850"), "text/plain; charset=cp850")])
def test_text_is_read_in_the_charset_it_is_in(body, header):
    mail = read(made(body, f"Content-Type: {header}", "Content-Transfer-Encoding: 8bit"), TO)
    assert mail.text.strip() == "Grüße"


def test_the_sender_is_the_one_address_of_from():
    assert read(made(b"x"), TO).sender == "leila@example.org"
    for wrong in (b"From: a@example.org, b@example.org", b"From: a@example.org\r\nFrom: b@example.org", b"To: a@example.org", b"From: nobody",
                  b"From: undisclosed:;"):
        assert read(wrong + b"\r\n\r\nx", TO).sender == ""


def test_plain_text_comes_before_html_and_attachments_are_named():
    mail = read(parts(
        b'Content-Type: multipart/alternative; boundary="yy"\r\n\r\n--yy\r\n' + plain("Words") + b"\r\n--yy\r\nContent-Type: text/html\r\n\r\n"
        b"<p>HTML</p>\r\n--yy--",
        b'Content-Type: image/png\r\nContent-Disposition: attachment; filename="a\xc3\xbc.png"\r\n\r\nxx',
        b"Content-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner words", plain("More words")), TO)
    assert mail.text.split() == ["Words", "More", "words"]
    assert len(mail.attachments) == 2
    assert mail.attachments[0].endswith(".png")


def test_html_alone_is_read_as_words():
    html = ("<html><head><title>t</title><style>p{}</style></head><body><p>First<br>second</p><script>alert(1)</script>"
            "<ul><li>one</li><li><a href='https://example.org/x'>two</a></li></ul><blockquote><p>said before</p></blockquote>"
            "<p>mine &amp; yours</p><div class='gmail_quote'>On Monday <b>x</b> wrote<blockquote>all</blockquote></div></body></html>")
    mail = read(made(html.encode(), "Content-Type: text/html; charset=utf-8"), TO)
    assert [line for line in mail.text.split("\n") if line] == [
        "First", "second", "- one", "- two (https://example.org/x)", "> said before", "mine & yours"]


def test_broken_lines_are_joined_again():
    body = b"This is one \r\nline.\r\nThis another.\r\n-- \r\nLeila"
    mail = read(made(body, "Content-Type: text/plain; format=flowed"), TO)
    assert mail.text.split("\n")[:3] == ["This is one line.", "This another.", "-- "]


@pytest.mark.parametrize(("header", "automatic"), [
    ("Auto-Submitted: auto-replied", True), ("Auto-Submitted: no", False), ("Precedence: bulk", True), ("X-Autoreply: yes", True),
    ("List-Id: <x.example.org>", True), ("X-Mailer: Mutt", False)])
def test_what_a_program_wrote_is_known(header, automatic):
    assert read(made(b"x", header), TO).automatic is automatic


def test_a_mail_is_known_again_by_its_id_and_recipient():
    first = read(made(b"x"), TO).digest
    assert first == read(made(b"y"), TO.upper()).digest
    assert first != read(made(b"x"), "conversation-8-1-x").digest
    assert read(b"From: a@b.org\r\n\r\nx", TO).digest != read(b"From: a@b.org\r\n\r\ny", TO).digest


@pytest.mark.parametrize("content", [
    b"", b"\0" * 1000, b"From: \xff\xfe\r\n\r\n\xff\xfe\x00", b"Content-Type: multipart/mixed\r\n\r\nno boundary",
    b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x\r\n--x", b"Content-Transfer-Encoding: base64\r\n\r\n!!!!",
    b"Content-Type: text/html\r\n\r\n" + b"<div>" * 30_000, b"Content-Type: text/html\r\n\r\n<" + b"<" * 100_000 + b"x",
    b"From: =?utf-8?q?=?= <a@b.org\r\nContent-Type: ; ;;=\r\n\r\nx", b"Content-Type: text/plain; charset=\"utf-8\0\"\r\n\r\nx",
    b"Subject: " + b"=?utf-8?b?" * 3000 + b"\r\n\r\nx", b"Content-Type: text/plain\r\n\r\n" + b"\xed\xa0\x80\xe2\x80\xa8 \x07"], ids=range(12))
def test_nonsense_is_read_or_refused_and_leaves_nothing_that_cannot_be_kept(content):
    try:
        mail = read(content, TO)
    except Unreadable:
        return
    assert "\0" not in mail.text
    mail.text.encode()


def test_nests_of_parts_are_refused():
    content = plain("x")
    for n in range(300):
        content = b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) + content + b"\r\n--b%d--\r\n" % n
    with pytest.raises(Unreadable):
        read(b"From: a@b.org\r\n" + content, TO)


@pytest.mark.parametrize("content", [
    b"Content-Type: text/plain" + b";\r\n a*1*=x" * 4000, b"Auto-Submitted: " + b"a " * 120_000, b"From: " + b"a," * 20_000,
    b"Content-Type: text/plain" + b";\r a*1*=x" * 4000, b"Content-Type: text/plain" + b";a=x" * 4000, b"Action: x\r\n" * 20_000,
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain" + b";\r\n a=x" * 2000,
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + (b"--q\r\nContent-Type: text/plain" + b";a*1*=x" * 250 + b"\r\n\r\n") * 100,
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n" + b"--q\r\n\r\n" * 100_000], ids=range(9))
def test_headers_that_take_long_to_read_are_refused_before_they_are(content):
    begun = time.process_time()
    with pytest.raises(Unreadable):
        read(content + b"\r\n\r\nhi", TO)
    assert time.process_time() - begun < 2


def test_long_headers_that_nobody_reads_do_no_harm():
    mail = read(made(b"Words", *(f"To: {n}@example.org,\r\n\t" + "x@example.org, " * 1000 for n in range(9)), "Received: x" + " y" * 9999), TO)
    assert (mail.text, mail.hops) == ("Words", 1)


def test_base64_text_is_read():
    body = base64.b64encode("Grüße aus Leeds".encode())
    assert read(made(body, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"), TO).text == "Grüße aus Leeds"
