"""Marked lines: `**Action:** write it up (Ada, by 2026-03-01)`.

A paragraph, or an item of a list, that begins with one of five bold words is a summary, an action, a question, an idea or a
quote. That is plain Markdown, so it survives any export. Here is what such a line looks like; who reads them from a text is
`app/notes/marks.py`, and where they get their look in a page is below.
"""

import re
import xml.etree.ElementTree as etree

from markdown.treeprocessors import Treeprocessor

KINDS = ("summary", "action", "question", "idea", "quote")
_WORD = f"(?P<kind>{'|'.join(KINDS)})"
# `**Action:**`, `**Action**:`, `__Action:__`; what follows is what it says.
LABEL = re.compile(rf"(?P<bold>\*\*|__){_WORD}(?:: ?(?P=bold)|(?P=bold) ?:)\s*", re.IGNORECASE)
_BOLD = re.compile(rf"{_WORD}(?P<colon> ?: ?)?", re.IGNORECASE)


class Marks(Treeprocessor):
    """Gives marked lines their class (`md-mark md-action`) and an id to link to; leaves words as they are."""

    def run(self, root: etree.Element) -> None:
        number = 0
        for element in root.iter():
            if element.tag not in ("p", "li"):
                continue
            kind = _kind_of(element)
            if kind:
                number += 1
                element.set("class", " ".join(filter(None, [element.get("class"), "md-mark", f"md-{kind}"])))
                element.set("id", f"{self.md.prefix}mark--{number}")  # no heading has two dashes in its id


def _kind_of(element: etree.Element) -> str:
    """Which mark the element begins with; empty for none. An item of paragraphs leaves its mark to the first of them."""
    if (element.text or "").strip() or not len(element):
        return ""
    first = element[0]
    if first.tag == "span" and first.get("class") == "md-box":
        if (first.tail or "").strip() or len(element) < 2:
            return ""
        first = element[1]
    if first.tag != "strong" or len(first):
        return ""
    said = _BOLD.fullmatch(first.text or "")
    if said is None or not (said["colon"] or (first.tail or "").lstrip(" ").startswith(":")):
        return ""
    return said["kind"].lower()
