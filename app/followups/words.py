"""What people may write about a conversation, tidied and judged. Pure."""

import re

from app.errors import Invalid
from app.events.words import holds_contact

NO_CONTACT = "Leave addresses and numbers out: people reach you through this page, or ask to be introduced."


def line_of(text: str, most: int, field: str, *, missing: str = "") -> str:
    """One line of at most `most` characters. Raises Invalid for one too long, one that holds a way to reach somebody, and, if
    `missing` says what to write, for none."""
    text = " ".join(text.split())
    if missing and not text:
        raise Invalid(missing, field)
    return _judged(text, most, field)


def lines_of(text: str, most: int, field: str, *, missing: str = "") -> str:
    """The same for several lines (Markdown), which may hold links."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if missing and not text:
        raise Invalid(missing, field)
    if len(text) > most:
        raise Invalid(f"Keep it to {most:,} characters.", field)
    return text


def _judged(text: str, most: int, field: str) -> str:
    if len(text) > most:
        raise Invalid(f"Keep it to {most:,} characters.", field)
    if holds_contact(text):
        raise Invalid(NO_CONTACT, field)
    return text


_MARKS = re.compile(r"[\\`*_{}\[\]()<>#|~!&]")


def escaped(text: str) -> str:
    """Somebody's words for the middle of a line of Markdown, with nothing in them that Markdown reads."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))
