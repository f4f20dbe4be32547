"""Reading a mail that came in: who wrote it, what it says, what is attached, and whether a program wrote it.

Mail from outside is as odd as it likes: broken headers, charsets that do not exist, HTML without text. What cannot be read at all
raises `Unreadable`; everything else gives some text.
"""

import codecs
import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from html.parser import HTMLParser

import nh3

MOST_PARTS = 100
MOST_HOPS = 50  # Received headers; a mail that came further goes round in circles
MOST_HEADERS = 5_000  # in all parts together, and so are the next two
MOST_MESSAGES = 500  # parts, and parts of parts, before they are looked at
MOST_HEADER_BYTES = 16 * 1024  # of headers that are read
LONGEST_HEADER = 2 * 1024  # bytes of one that is read, however it is folded; the parser takes time by the square of it
DEEPEST = 1_000  # elements within each other in HTML that is read as such
LONGEST_TEXT = 200_000  # characters of a part that are read
# What is read here and by the parser, and in delivery reports (bounces.py). Of all others only the name is kept.
_READ = re.compile(r"content-.*|from|message-id|auto-submitted|precedence|action|status|diagnostic-code", re.I | re.S)
_BLOCKS = {"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre", "blockquote"}
_TAGS = _BLOCKS | {"td", "th", "tbody", "a", "span"}
_QUOTED = re.compile(
    r"gmail_quote|gmail_attr|yahoo_quoted|moz-cite-prefix|protonmail_quote|divRplyFwdMsg|appendonsend|OutlookMessageHeader"
    r"|mail-editor-reference-message-container|ms-outlook-mobile-reference-message|zmail_extra")


class Unreadable(Exception):
    """It is no mail that anybody could read."""


class _Bounded(policy.EmailPolicy):
    """How the parser reads one mail: not for long, whatever the mail. Its headers have to be few and short, in parts too."""

    seen: Counter = Counter()  # one for each mail

    def header_source_parse(self, sourcelines):
        """The name and value of a header, as the parser found its lines."""
        name, value = super().header_source_parse(sourcelines)
        self.seen["headers"] += 1
        if not _READ.fullmatch(name):
            value = ""
        self.seen["bytes"] += len(value)
        if len(value) > LONGEST_HEADER or self.seen["headers"] > MOST_HEADERS or self.seen["bytes"] > MOST_HEADER_BYTES:
            raise Unreadable("its headers are too long")
        return name, value

    def message_factory(self, policy):
        """A part."""
        self.seen["messages"] += 1
        if self.seen["messages"] > MOST_MESSAGES:
            raise Unreadable("too many parts")
        return EmailMessage(policy=policy)


_BOUNDED = _Bounded()


@dataclass
class Read:
    """A mail: `sender` is the one address it is from ("" if there is not exactly one), `digest` what it is known again by."""

    sender: str
    digest: str
    text: str
    automatic: bool
    hops: int
    attachments: list[str] = field(default_factory=list)
    message: EmailMessage | None = None


def read(content: bytes, recipient: str) -> Read:
    """Read a mail that came for `recipient`. Raises `Unreadable`."""
    try:
        message = message_from_bytes(content, policy=_BOUNDED.clone(seen=Counter()))
        texts, attachments = _parts(message)
        known_by = str(message.get("Message-ID", "")).strip().encode("utf-8", "replace") or content
        digest = hashlib.sha256(known_by + b"\0" + recipient.lower().encode("utf-8", "replace")).hexdigest()
        hops = sum(name.lower() == "received" for name in message)
        return Read(_sender(message), digest, _clean("\n\n".join(texts)), _automatic(message), hops, attachments, message)
    except Unreadable:
        raise
    except Exception as problem:  # the parser raises whatever it trips over
        raise Unreadable(f"{type(problem).__name__}") from problem


def _sender(message: EmailMessage) -> str:
    addresses = message["From"].addresses if sum(name.lower() == "from" for name in message) == 1 else ()
    return addresses[0].addr_spec.lower() if len(addresses) == 1 and addresses[0].domain else ""


def _automatic(message: EmailMessage) -> bool:
    """Whether a program wrote it (RFC 3834), to whom nobody should answer and of whom nothing is kept."""
    submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
    precedence = str(message.get("Precedence", "")).strip().lower()
    marks = ("X-Autoreply", "X-Autorespond", "List-Id", "List-Unsubscribe", "X-Loop", "Feedback-ID")
    return submitted != "no" or precedence in ("bulk", "junk", "list", "auto_reply") or any(name in message for name in marks)


def _parts(message: EmailMessage) -> tuple[list[str], list[str]]:
    """The texts to be read, in order, and the names of what is attached."""
    texts, attached, count = [], [], 0

    def look(part: EmailMessage, related: bool) -> None:
        nonlocal count
        count += 1
        if count > MOST_PARTS:
            raise Unreadable("too many parts")
        kind = part.get_content_type()
        if kind == "multipart/alternative":
            if (best := _best(part)) is not None:
                look(best, related)
        elif part.is_multipart() and not kind.startswith("message/"):
            for one in part.iter_parts():
                look(one, related or kind == "multipart/related")
        elif kind in ("text/plain", "text/html") and not part.get_filename() and part.get_content_disposition() != "attachment":
            text = _decoded(part)
            texts.append(_flowed(text, part) if kind == "text/plain" else _from_html(text))
        elif not (related and part.get_content_maintype() == "image"):  # pictures of a signature are not said to be missing
            attached.append(_clean(part.get_filename() or kind)[:100])

    look(message, False)
    return [text for text in texts if text.strip()], attached


def _best(alternative: EmailMessage) -> EmailMessage | None:
    """Of several forms of the same text the plain one, unless that is empty."""
    parts = list(alternative.iter_parts())
    for one in parts:
        if one.get_content_type() == "text/plain" and _decoded(one).strip():
            return one
    others = [one for one in parts if one.get_content_type() == "text/html" or one.is_multipart()]
    return (others or parts or [None])[0]


def _decoded(part: EmailMessage) -> str:
    """A part's text, in whatever charset it is, says it is, or says it is and is not."""
    data = (part.get_payload(decode=True) or b"")[:LONGEST_TEXT * 4]
    named = str(part.get_content_charset() or "").strip("\"' ").lower()
    try:
        known = codecs.lookup(named).name
    except (LookupError, ValueError):
        known = "ascii"
    if known in ("ascii", "iso8859-1", "cp1252", "utf-8"):  # what many say who write one of these two
        tries = ("utf-8", "cp1252")
    else:
        tries = (known,)
    for charset in tries:
        try:
            return data.decode(charset)[:LONGEST_TEXT]
        except (LookupError, ValueError, TypeError, AttributeError):  # some codecs of Python are not of text
            continue
    return data.decode("cp1252", "replace")[:LONGEST_TEXT]


def _flowed(text: str, part: EmailMessage) -> str:
    """Lines that a program broke joined again (RFC 3676)."""
    if str(part.get_param("format", "")).lower() != "flowed":
        return text
    joined, open_line, del_space = [], False, str(part.get_param("delsp", "")).lower() == "yes"
    for line in text.splitlines():
        line = line.removeprefix(" ") if not line.startswith(">") else line
        if open_line and not line.startswith(">") and line != "-- ":
            joined[-1] += line
        else:
            joined.append(line)
        open_line = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if open_line and del_space:
            joined[-1] = joined[-1][:-1]
    return "\n".join(joined)


def _from_html(html: str) -> str:
    """The words of an HTML mail, quotations marked with `>`, links with their addresses."""
    if _depth(html) > DEEPEST:  # nobody writes that, and parsing it takes time by the square of it
        return unescape(re.sub(r"<[^<>]*+>", " ", html))
    kept = nh3.clean(html, tags=_TAGS, attributes={"*": {"class", "id"}, "a": {"href", "class", "id"}}, link_rel=None,
                     url_schemes={"http", "https"}, clean_content_tags={"script", "style", "head", "title", "template"})
    words = _Words()
    words.feed(kept)
    words.close()
    return words.text()


def _depth(html: str) -> int:
    """How deep the HTML may be nested, at most."""
    depth = deepest = 0
    for tag in re.finditer(r"<(/?)(?!(?:br|hr|img|p|li|td|tr|meta|input)\b)[a-zA-Z]", html):
        depth = max(0, depth - 1) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


class _Words(HTMLParser):
    """Collects text from clean HTML."""

    def __init__(self):
        super().__init__()
        self._lines: list[str] = [""]
        self._quotes = self._hidden = 0
        self._open: list[tuple[str, bool, bool]] = []  # tag, whether a quotation begins, whether what is in it is left out
        self._links: list[tuple[str, int]] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in _BLOCKS:
            self._break(twice=tag == "p")
        if tag in ("br", "hr"):
            return
        marks = f"{given.get('class') or ''} {given.get('id') or ''}"
        hidden = bool(_QUOTED.search(marks))
        self._open.append((tag, tag == "blockquote", hidden))
        self._quotes += tag == "blockquote"
        self._hidden += hidden
        if tag == "li":
            self._add("- ")
        if tag == "a":
            self._links.append((given.get("href") or "", len(self._lines[-1])))

    def handle_endtag(self, tag):
        while self._open:
            name, quote, hidden = self._open.pop()
            if name == "a" and self._links:
                address, begun = self._links.pop()
                said = self._lines[-1][begun:].strip()
                if address and said and address.rstrip("/") not in (said.rstrip("/"), f"http://{said}", f"https://{said}"):
                    self._add(f" ({address})")
            if name in _BLOCKS:
                self._break(twice=name == "p")
            self._quotes -= quote
            self._hidden -= hidden
            if name == tag:
                break

    def handle_data(self, data):
        self._add(re.sub(r"[ \t\r\n\f]+", " ", data))

    def _add(self, words: str) -> None:
        if self._hidden:
            return
        if not self._lines[-1]:
            words = words.lstrip(" ")
            if words:
                words = "> " * self._quotes + words
        self._lines[-1] += words

    def _break(self, *, twice: bool) -> None:
        if self._lines[-1]:
            self._lines.append("")
        if twice and len(self._lines) > 1 and self._lines[-2]:
            self._lines.append("")

    def text(self) -> str:
        """What was collected."""
        return "\n".join(line.rstrip() for line in self._lines)


def _clean(text: str) -> str:
    """`text` without what no database or page can hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\xa0", " ")
    text = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c for c in text if c in "\n\t" or (c.isprintable() or c in "\u200c\u200d"))
