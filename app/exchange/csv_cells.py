"""Cells of a table that spreadsheet programs must not run.

A cell that begins with `=`, `+`, `-`, `@` (or their full-width twins), a tab or a line end is taken for a formula by one program
or another. On the way out such a cell gets an apostrophe in front, which they show as text; on the way in it is taken off
again. The round trip is exact: `restored(neutral(text)) == text` for every text.
"""

import re

# What begins a formula, as OWASP lists it, with the full-width forms that some programs fold, and spaces that they skip.
_STARTS = "=+-@\t\r\n＝＋－﹣−＠\0"
_RISKY = re.compile(rf"^'*[\s\u00a0\u200b\ufeff]*[{re.escape(_STARTS)}]")


def neutral(text: str) -> str:
    """The cell with an apostrophe in front if a spreadsheet might run it (or if it looks as though it had one already)."""
    return "'" + text if _RISKY.match(text) else text


def restored(text: str) -> str:
    """The cell as it was before `neutral`: for files that this program wrote, or other careful ones."""
    return text[1:] if text.startswith("'") and _RISKY.match(text) else text


def neutral_row(cells: list[str]) -> list[str]:
    """A row with every cell made harmless."""
    return [neutral(cell) for cell in cells]
