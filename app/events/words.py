"""Lists in words. Pure."""

from collections.abc import Iterable


def named(names: Iterable[str]) -> str:
    """Names as a list in a sentence: "Ada, Ben and Cy"; "" for none."""
    *most, last = list(names) or [""]
    return f"{', '.join(most)} and {last}" if most else last
