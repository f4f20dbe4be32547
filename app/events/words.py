"""Names and lists in words. Pure."""

import re
from collections.abc import Iterable

_CONTACT = re.compile(r"\S@\S|https?://|\bwww\.|(\d[\s().-]*){7}")


def named(names: Iterable[str]) -> str:
    """Names as a list in a sentence: "Ada, Ben and Cy"; "" for none."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last


def holds_contact(text: str) -> bool:
    """Whether an address or a number to reach somebody by stands in `text`: no name has one, and pages do not show them."""
    return _CONTACT.search(text) is not None
