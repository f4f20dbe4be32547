"""A mail as the bytes that go over the wire (RFC 5322, MIME). Nothing that people typed can add a header or a recipient.

The headers are written here, one by one, rather than by the standard library: it folds long ones (List-Unsubscribe, References)
in a way that mail programs cannot read. Everything is 7-bit, so no server needs an extension.
"""

import re
from collections.abc import Mapping
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime

WIDTH = 76
LONGEST_SUBJECT = 250
# One address, as few as need be: no quoted mailbox, no comment, no white space, nothing but ASCII.
_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")
_NAME = re.compile(r"[A-Za-z][A-Za-z-]*")
_METHOD = re.compile(r"^METHOD:([A-Z]+)\s*$", re.MULTILINE)
_POLICY = policy.SMTP.clone(cte_type="7bit")


def is_address(text: str) -> bool:
    """Whether `text` is one plain e-mail address and nothing else."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def one_line(text: str) -> str:
    """`text` without line breaks or control characters of any kind (also those of Unicode), as a header may hold it."""
    text = text.encode("utf-8", "replace").decode()
    return " ".join("".join(c if c.isprintable() or c.isspace() else " " for c in text).split())


def message(*, sender: str, recipient: str, subject: str, message_id: str, body: str, html: str, calendar: str,
            headers: Mapping[str, str], at) -> bytes:
    """One mail. `headers` are those beside the usual; "From" among them is the name that `sender` goes with.

    Raises ValueError for an address that is none.
    """
    if not is_address(sender) or not is_address(recipient):
        raise ValueError("not one e-mail address")
    lines = [
        _header("Date", format_datetime(at)), _header("From", _named(headers.get("From", ""), sender)), _header("To", recipient),
        _header("Message-ID", message_id), _header("Subject", one_line(subject)[:LONGEST_SUBJECT])]
    for name, value in headers.items():
        if name != "From" and _NAME.fullmatch(name):
            lines.append(_header(name, one_line(value)))
    content = _content(body, html, calendar)
    return "".join(line + "\r\n" for line in lines).encode("ascii") + content.as_bytes(policy=_POLICY)


def _content(body: str, html: str, calendar: str) -> EmailMessage:
    content = EmailMessage(policy=_POLICY)
    content.set_content(body)
    if html:
        content.add_alternative(html, subtype="html")
    if calendar:
        method = _METHOD.search(calendar)
        content.add_attachment(calendar.replace("\r\n", "\n"), subtype="calendar", filename="date.ics",
                               params={"method": method[1] if method else "PUBLISH"})
    return content


def _named(name: str, address: str) -> str:
    """`address` with a name before it. The name holds nothing that could be taken for another address, or end it."""
    name = " ".join(re.sub(r'[^\w .\'’&+-]', " ", one_line(name)).split())[:100]
    if not name:
        return address
    return (f'"{name}"' if name.isascii() else Header(name, "utf-8", maxlinelen=WIDTH).encode(linesep="\r\n")) + f" <{address}>"


def _header(name: str, value: str) -> str:
    """A header, folded where it has spaces, encoded where it is not ASCII."""
    if "\n" in value:
        return f"{name}: {value}"  # folded by `_named`
    if not value.isascii():
        return f"{name}: {Header(value, 'utf-8', maxlinelen=WIDTH, header_name=name).encode(linesep=chr(13) + chr(10))}"
    lines, words = [f"{name}:"], value.split(" ")
    for n, word in enumerate(words):
        # A line never begins with nothing but a space, and the name is never left alone on its line.
        if n and word and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append(f" {word}")
        else:
            lines[-1] += f" {word}"
    return "\r\n".join(lines)
