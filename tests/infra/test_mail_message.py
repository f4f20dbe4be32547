"""Mails as bytes: headers as RFC 5322 wants them, and no way for what people type to add one (S13)."""

from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.infra import db, mail
from app.infra.mail_message import is_address, message, one_line

AT = datetime(2027, 1, 23, 12, 0, tzinfo=UTC)
USUAL = ["Date", "From", "To", "Message-ID", "Subject", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]
ICS = "BEGIN:VCALENDAR\r\nMETHOD:CANCEL\r\nSUMMARY:Grüße\r\nEND:VCALENDAR\r\n"


def made(**changes):
    content = message(**{"sender": "camp@example.org", "recipient": "leila@example.org", "subject": "Hello", "message_id": "<1@example.org>",
                         "body": "Hello", "html": "", "calendar": "", "headers": {}, "at": AT, **changes})
    return content, message_from_bytes(content, policy=policy.default)


def test_words_html_and_a_date_go_together():
    content, read = made(body="Grüße\n.dot\nFrom here", html="<p>Grüße</p>", calendar=ICS)
    assert content.isascii()
    assert all(len(line) <= 78 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert [part.get_content_type() for part in read.walk()] == ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "text/calendar"]
    assert read.get_body(("plain",)).get_content().replace("\r\n", "\n") == "Grüße\n.dot\nFrom here\n"
    calendar = list(read.walk())[-1]
    assert (calendar.get_param("method"), calendar.get_filename()) == ("CANCEL", "date.ics")
    assert "SUMMARY:Grüße" in calendar.get_content()


def test_long_headers_are_folded_and_never_encoded():
    leave = f"<https://camp.example.org/mail/stop/{'x' * 120}>, <mailto:stop-{'y' * 40}@reply.example.org?subject=unsubscribe>"
    content, read = made(headers={"List-Unsubscribe": leave, "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "From": "Zoë O’Neil via Camp"},
                         subject="Grüße " * 40)
    assert f"List-Unsubscribe: <https://camp.example.org/mail/stop/{'x' * 120}>,\r\n <mailto:".encode() in content
    assert read["From"].addresses[0].display_name == "Zoë O’Neil via Camp"
    assert read["From"].addresses[0].addr_spec == "camp@example.org"
    assert read["Subject"] == ("Grüße " * 40).strip()
    assert all(len(line) <= 78 for line in content.partition(b"\r\n\r\n")[0].split(b"\r\n") if b"<http" not in line and b"<mailto" not in line)


BREAKS = ["\r\nBcc: eve@example.org", "\nBcc: eve@example.org", "\rBcc: eve@example.org", "\u2028Bcc: eve@example.org", "\x85Bcc: eve@example.org",
          "\x0b\x0cBcc: eve@example.org", "\0\r\n\r\nBcc: eve@example.org", "=?utf-8?q?=0d=0aBcc:_eve@example.org?=", '"\r\nTo: eve@example.org', "a" * 200 + "\r\n Bcc: x"]


@pytest.mark.parametrize("said", BREAKS, ids=range(len(BREAKS)))
def test_nothing_that_people_type_adds_a_header_or_a_recipient(said):
    content, read = made(subject=said, headers={"From": said, "Reply-To": f"x{said}@reply.example.org", "X-Note": said}, body=said, html=f"<p>{said}</p>")
    assert set(read.keys()) <= {*USUAL, "Reply-To", "X-Note"}
    assert [len(read.get_all(name)) for name in ("From", "To", "Subject")] == [1, 1, 1]
    assert [one.addr_spec for one in read["From"].addresses] == ["camp@example.org"]
    assert [one.addr_spec for one in read["To"].addresses] == ["leila@example.org"]


@given(st.text(max_size=60), st.text(max_size=300))
def test_whatever_a_name_and_a_subject_are_the_mail_is_one(name, subject):
    content, read = made(headers={"From": name}, subject=subject)
    assert sorted(read.keys()) == sorted(USUAL)
    assert [one.addr_spec for one in read["From"].addresses] == ["camp@example.org"]
    assert one_line(subject)[:250].split() == str(read["Subject"]).split() or "=?" in subject  # which says that it is encoded
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))


@pytest.mark.parametrize("address", [
    "a@b.org, c@d.org", "a@b.org\r\nBcc: c@d.org", '"a b"@example.org', '"a\r\nb"@example.org', "a@b@c", "<a@b.org>", "a(comment)@b.org",
    "a@b.org\0", "a@b.org ", "", "@b.org", "a@", "é@b.org", "a@bé.org", "a@b.org\u2028", "a@[127.0.0.1]", "x" * 65 + "@b.org", "a@b..org"])
def test_only_one_plain_address_is_one(address, context):
    assert not is_address(address)
    with pytest.raises(Invalid), db.transaction():
        mail.send(address, "Hello", "Hello")


@pytest.mark.parametrize("address", ["a@b.org", "first.last+tag@sub.example.org", "o'neil@example.org", "a@xn--bcher-kva.example", "a=b@c.org"])
def test_addresses_as_people_have_them_are_taken(address):
    assert is_address(address)
