"""Descriptions from other programs, which are often HTML, as the plain Markdown that pitches are written in."""

import re
from html import unescape
from html.parser import HTMLParser

_TAG = re.compile(r"</?(?:p|br|ul|ol|li|a|em|strong|b|i|div|span|h[1-6]|code|pre|blockquote|hr|table|tr|td|u|img)\b[^<>]*>", re.I)
_BLOCKS = {"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table", "hr"}
_UNSEEN = {"script", "style", "template", "svg", "object", "iframe"}


def to_markdown(text: str) -> str:
    """`text` without its HTML tags: paragraphs, lists and links stay. Text that holds no tag is left as it is."""
    if not _TAG.search(text):
        return text
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in unescape("".join(reader.parts)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0
        self._href = ""

    def handle_starttag(self, tag, attrs):
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in ("br", "tr"):
            self.parts.append("\n")
        elif tag == "li":
            self.parts.append("\n- ")
        elif tag == "a":
            href = dict(attrs).get("href") or ""
            self._href = href if re.match(r"https?://[^\s()<>]+$", href) else ""
            self.parts.append("[" if self._href else "")

    def handle_endtag(self, tag):
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag == "a" and self._href:
            self.parts.append(f"]({self._href})")
            self._href = ""

    def handle_data(self, data):
        if not self._unseen:
            self.parts.append(data)
