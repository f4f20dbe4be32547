"""Texts as people write them, for Hypothesis: lines, lists, blank lines, and the characters that break programs."""

import time
from collections.abc import Callable

from hypothesis import strategies as st

from tests.pace import usual

WORDS = ["bins", "council", "plan", "we", "met", "30", "people", "e\u0301tat", "👩\u200d👩\u200d👧", "🇬🇧", "中文", "naïve", "it’s", "x"]
MARKS = ["", "- ", "* ", "1. ", "- [ ] ", "## ", "> "]

line = st.builds(lambda mark, words: mark + " ".join(words), st.sampled_from(MARKS), st.lists(st.sampled_from(WORDS), max_size=5))
text = st.lists(line, max_size=12).map("\n".join)
anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r"), max_size=60)


@st.composite
def edited(draw, of: str) -> str:
    """`of` after somebody worked on it: lines put in and taken out, words changed."""
    lines = of.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines)))
        kind = draw(st.sampled_from(["put in", "take out", "change"]))
        if kind == "put in":
            lines[at:at] = draw(st.lists(line, min_size=1, max_size=3))
        elif kind == "take out":
            del lines[at:at + draw(st.integers(1, 2))]
        elif at < len(lines):
            words = lines[at].split(" ")
            where = draw(st.integers(0, len(words)))
            words[where:where + draw(st.integers(0, 1))] = draw(st.lists(st.sampled_from(WORDS), max_size=2))
            lines[at] = " ".join(words)
    return "\n".join(lines)


@st.composite
def three_versions(draw) -> tuple[str, str, str]:
    """A text and two people's versions of it."""
    base = draw(text)
    return base, draw(edited(base)), draw(edited(base))


def cpu_seconds(act: Callable[[], object], enough: float) -> float:
    """What `act` takes on the usual, idle processor: the least of three tries, fewer if one takes less than `enough`."""
    least = float("inf")
    for _ in range(3):
        began = time.process_time()
        act()
        least = min(least, usual(time.process_time() - began, enough))
        if least < enough:
            break
    return least
