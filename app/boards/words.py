"""What people write on stickies, tidied: the one place that says what a text may be."""

import unicodedata

from app.boards.insight_models import INSIGHT_LENGTH
from app.errors import Invalid

LINES_MOST = 30


def text_of(said: str, most: int = INSIGHT_LENGTH, field: str = "text") -> str:
    """`said` as it is kept: NFC, without control characters and space around lines, at most one empty line in a row.

    Raises Invalid for what says nothing, is longer than `most` characters, or cannot be kept.
    """
    said = _kept(said, field)
    lines: list[str] = []
    for line in said.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = _line(line)
        if line or (lines and lines[-1]):
            lines.append(line)
    text = "\n".join(lines).strip()
    if not any(unicodedata.category(c)[0] not in "ZC" for c in text):
        raise Invalid("Write something on it first.", field)
    if len(text) > most:
        raise Invalid(f"Keep it to {most} characters: this is {len(text)}.", field)
    if text.count("\n") >= LINES_MOST:
        raise Invalid(f"Keep it to {LINES_MOST} lines.", field)
    return text


def title_of(said: str, most: int) -> str:
    """`said` as one line; may be empty. Raises Invalid for more than `most` characters."""
    title = _line(_kept(said, "title").replace("\n", " ").replace("\r", " "))
    if len(title) > most:
        raise Invalid(f"Keep it to {most} characters: this is {len(title)}.", "title")
    return title


def _kept(said: str, field: str) -> str:
    if "\0" in said or any("\ud800" <= c <= "\udfff" for c in said):
        raise Invalid("It has a character that cannot be kept. Take it out and send again.", field)
    return unicodedata.normalize("NFC", said)


def _line(line: str) -> str:
    return " ".join("".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in line).split())
