"""Descriptions from other programs, which are often HTML, as the plain Markdown that pitches are written in.

Only tags are looked at, one after the other, each found by a rule that cannot run long: the standard library's parser takes
minutes for text made to hurt it. What comes out is text, and is made safe where it is shown, like everybody's.
"""

import re
from html import unescape

_KNOWN = re.compile(r"</?(?:p|br|ul|ol|li|a|em|strong|b|i|div|span|h[1-6]|code|pre|blockquote|hr|table|tr|td|u|img)\b"
                    r"[^<>]{0,500}>", re.I)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9]{0,20})\b([^<>]{0,2000})>|<!--", re.I)
_HREF = re.compile(r"\bhref\s?=\s?[\"']?(https?://[^\s()<>\"']{1,1900})", re.I)
_BLOCKS = {"p", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "blockquote", "table", "hr"}
_LINES = {"br": "\n", "tr": "\n", "li": "\n- "}
_UNSEEN = {"script", "style", "template", "svg", "object", "iframe"}


def to_markdown(text: str) -> str:
    """`text` without its HTML tags: paragraphs, lists and links stay. Text that holds no tag is left as it is."""
    if not _KNOWN.search(text):
        return text
    parts, at, href = [], 0, ""
    while found := _TAG.search(text, at):
        parts.append(text[at:found.start()])
        at = found.end()
        if found[2] is None or (not found[1] and found[2].lower() in _UNSEEN):
            ends = "-->" if found[2] is None else f"</{found[2]}"
            until = text.find(ends, at)
            at = len(text) if until < 0 else until + (3 if found[2] is None else 0)
            continue
        name = found[2].lower()
        if name in _BLOCKS:
            parts.append("\n\n")
        elif not found[1]:
            parts.append(_LINES.get(name, ""))
        if name == "a" and not found[1]:
            link = _HREF.search(found[3])
            parts.append("[" if link and not href else "")
            href = href or (link[1] if link else "")
        elif name == "a" and href:
            parts.append(f"]({unescape(href)})")
            href = ""
    parts.append(text[at:])
    lines = (" ".join(line.split()) for line in unescape("".join(parts)).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
