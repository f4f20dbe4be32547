"""The plenary: what of the whole board is put before everybody, in which order, and how it is laid out on screens. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

MOST = 12  # of what nobody picked, for each prompt
LINE_LENGTH, LINES = 42, 14  # characters in a line of a card, and lines of cards that stand below each other on one screen
CARD_LINES = 2  # what a card takes beside its text
SHORT, SHORT_LINES = 120, 5  # characters and lines up to which a few cards are written larger


@dataclass(frozen=True, slots=True)
class Entry:
    """An insight, or a cluster as one. `votes` None: not to be known; `size` counts a cluster's insights; `where` says whose
    it is and about what; `picked` is its place, if it was picked."""

    ref: str
    prompt_id: int
    text: str
    where: str
    colour: str
    votes: int | None
    picked: int | None
    size: int = 1
    newest: int = 0

    @property
    def length(self) -> int:
        """How many lines it takes."""
        return CARD_LINES + max(1, ceil(sum(map(_width, self.text)) / LINE_LENGTH))


def _width(letter: str) -> float:
    """How wide a letter is beside the usual one."""
    if unicodedata.east_asian_width(letter) in "WF":
        return 2
    return 1.9 if letter in "MWmw@%" else 1.4 if letter.isupper() else 1


@dataclass(frozen=True, slots=True)
class Page:
    """One screen: a prompt with some of its entries; `part` of `parts` screens of that prompt. `large`: little enough to be
    written larger; `tight`: so much that it must be smaller (still legible)."""

    prompt: str
    stage: str
    entries: list[Entry] = field(default_factory=list)
    part: int = 1
    parts: int = 1
    large: bool = False
    tight: bool = False


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Picked ones as they were ordered; then the others by dots where those may be known, and the newest first."""
    return sorted(entries, key=lambda e: (e.picked is None, e.picked or 0, -(e.votes or 0), -e.newest, e.ref))


def top_of(entries: Sequence[Entry]) -> list[Entry]:
    """What the plenary shows of a prompt's entries: those that were picked; while none is, the first of them all."""
    ordered = in_order(entries)
    picked = [entry for entry in ordered if entry.picked is not None]
    return picked or ordered[:MOST]


def pages_of(prompt: str, stage: str, entries: Sequence[Entry]) -> list[Page]:
    """The screens of a prompt: two cards beside each other, as many rows as fit without scrolling. One that says so for none."""
    if not entries:
        return [Page(prompt, stage)]
    screens: list[list[Entry]] = []
    used = LINES + 1
    for row in (entries[i:i + 2] for i in range(0, len(entries), 2)):
        tall = max(entry.length for entry in row)
        if used + tall > LINES:
            screens.append([])
            used = 0
        screens[-1].extend(row)
        used += tall
    return [Page(prompt, stage, some, part, len(screens), tight=any(e.length > LINES for e in some),
                 large=len(some) <= 4 and all(len(e.text) <= SHORT and e.length <= SHORT_LINES for e in some))
            for part, some in enumerate(screens, 1)]
